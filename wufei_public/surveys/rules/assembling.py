"""From a wave's answers to a weighted sample, with everything that had to be decided said.

Levels with too few answers are put together with a neighbour before raking; a sex that
somebody kept to themselves is drawn from people of the same town and age; the bound on
weights is loosened only where no weights would meet the margins otherwise.
"""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from typing import Any

from wufei_public.common.errors import Invalid
from wufei_public.common.text import N_
from wufei_public.surveys.rules.columns import GROUPS, Column, columns_of, questions_of
from wufei_public.surveys.rules.designs import Design, weigh
from wufei_public.surveys.rules.questions import Questionnaire
from wufei_public.surveys.rules.sample import Codes, Margin, Sample
from wufei_public.surveys.rules.weights import TRIM

# Below so many answers a level is weighted together with its neighbour.
LEAST = 5
_BOUNDS = (TRIM, 2 * TRIM, inf)
_UNSAID = "refused"
_ALL = "_all"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it is kept, for estimates."""

    answers: Mapping[str, Any]
    stratum: str = ""
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """How the wave was drawn and what is known of its population; `frame` is N by stratum."""

    margins: Sequence[Margin] = ()
    frame: Mapping[str, int] = field(default_factory=dict)
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Note:
    """A decision that the reader must know: a sentence and its facts."""

    message: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Assembled:
    """The weighted sample, its columns, and what was decided on the way."""

    design: Design
    sample: Sample
    columns: Sequence[Column]
    margins: Sequence[Margin]
    notes: Sequence[Note]


def assemble(form: Questionnaire, replies: Sequence[Reply], plan: Plan) -> Assembled:
    """Return the weighted sample of `replies`; Invalid if there is none, or no weights exist."""
    if len(replies) < 2:  # noqa: PLR2004  one answer has no spread
        raise Invalid("too_few", N_("回答太少，还不能估计。"))
    answers = [reply.answers for reply in replies]
    notes: list[Note] = []
    answers = _with_sex(answers, plan.seed, notes)
    margins, groups = _groups(form, answers, plan, notes)
    columns = columns_of(form)
    drawn = _drawn(replies, plan, groups, notes)
    whole = replace(drawn, questions=questions_of(columns, answers))
    return Assembled(_weigh(whole, margins, notes), whole, columns, margins, notes)


def _with_sex(
    answers: Sequence[Mapping[str, Any]], seed: int, notes: list[Note]
) -> list[Mapping[str, Any]]:
    """Give a sex to who kept it back, drawn from people of the same town and age."""
    known: dict[tuple[str, str], list[str]] = {}
    everyone: list[str] = []
    for one in answers:
        if one.get("sex", _UNSAID) != _UNSAID:
            known.setdefault((one.get("town", ""), one.get("age", "")), []).append(one["sex"])
            everyone.append(one["sex"])
    if not everyone or len(everyone) == len(answers):
        return list(answers)
    draw = random.Random(seed)  # noqa: S311  to be repeated, not to be secret
    filled = [
        one
        if one.get("sex", _UNSAID) != _UNSAID
        else {
            **one,
            "sex": draw.choice(known.get((one.get("town", ""), one.get("age", "")), everyone)),
        }
        for one in answers
    ]
    message = N_("%(count)s 人没说性别，按同镇办、同年龄段的人抽一个，只用于加权。")
    notes.append(Note(message, {"count": len(answers) - len(everyone)}))
    return filled


def _groups(
    form: Questionnaire,
    answers: Sequence[Mapping[str, Any]],
    plan: Plan,
    notes: list[Note],
) -> tuple[list[Margin], dict[str, Codes]]:
    """Return the margins to rake to, and the columns that they and the tables need."""
    known = {margin.variable: margin for margin in plan.margins}
    groups: dict[str, Codes] = {}
    margins = []
    for name in GROUPS:
        if name not in form.by_name or not all(name in one for one in answers):
            continue
        levels = _levels(form, known.get(name), name, answers)
        number = {level: place for place, level in enumerate(levels)}
        groups[name] = Codes(levels, [number[one[name]] for one in answers])
        if name in known and set(levels) == set(known[name].levels):
            margin, codes = _put_together(known[name], groups[name], notes)
            groups[margin.variable] = codes
            margins.append(margin)
    if margins:
        return margins, groups
    notes.append(Note(N_("没有可用的总体边际，各份回答等权。"), {}))
    population = float(sum(plan.frame.values()) or len(answers))
    groups[_ALL] = Codes((_ALL,), [0] * len(answers))
    return [Margin(_ALL, (_ALL,), (population,))], groups


def _levels(
    form: Questionnaire, margin: Margin | None, name: str, answers: Sequence[Mapping[str, Any]]
) -> tuple[str, ...]:
    """Return the levels in the order of the margins, else of the choices; met ones only."""
    met = {one[name] for one in answers}
    if margin is not None and met <= set(margin.levels):
        return margin.levels
    return tuple(choice.name for choice in form.by_name[name].choices if choice.name in met)


def _put_together(margin: Margin, codes: Codes, notes: list[Note]) -> tuple[Margin, Codes]:
    """Join each level of fewer than LEAST answers to the one before it (the first to the next)."""
    counts = Counter(codes.of)
    parts: list[list[int]] = []
    for place in range(len(margin.levels)):
        few = parts and min(counts[place], sum(counts[one] for one in parts[-1])) < LEAST
        if few:
            parts[-1].append(place)
        else:
            parts.append([place])
    joined = [part for part in parts if len(part) > 1]
    for part in joined:
        names = [margin.levels[place] for place in part]
        message = N_("“%(variable)s”里回答太少的类别合在一起加权：%(levels)s。")
        notes.append(Note(message, {"variable": margin.variable, "levels": names}))
    number = {place: at for at, part in enumerate(parts) for place in part}
    levels = tuple("+".join(margin.levels[place] for place in part) for part in parts)
    populations = tuple(sum(margin.populations[place] for place in part) for part in parts)
    name = f"_{margin.variable}"
    return Margin(name, levels, populations), Codes(levels, [number[at] for at in codes.of])


def _drawn(
    replies: Sequence[Reply], plan: Plan, groups: Mapping[str, Codes], notes: list[Note]
) -> Sample:
    """Return the sample by its strata; without a frame all stand in one, of unknown size."""
    size = len(replies)
    strata, sizes = (
        _strata(replies, plan.frame, notes) if plan.frame else (Codes(("",), [0] * size), None)
    )
    base = [1.0] * size
    if sizes:
        drawn = Counter(strata.of)
        base = [sizes[stratum] / drawn[stratum] for stratum in strata.of]
    if any(reply.weight for reply in replies):
        base = [reply.weight or 1.0 for reply in replies]
    return Sample(size, groups, strata, None, base, sizes, ())


def _strata(
    replies: Sequence[Reply], frame: Mapping[str, int], notes: list[Note]
) -> tuple[Codes, list[float] | None]:
    """Return the strata; those with one answer are put together, since one has no spread."""
    counts = Counter(reply.stratum for reply in replies)
    if not set(counts) <= set(frame):
        return Codes(("",), [0] * len(replies)), None
    whole = {name for name, n in counts.items() if n > 1 or frame[name] == n}
    lonely = sorted(set(counts) - whole)
    if lonely and not whole:
        return Codes(("",), [0] * len(replies)), [float(sum(frame[name] for name in counts))]
    home = dict.fromkeys(lonely, min(whole, key=lambda name: counts[name], default=""))
    if lonely:
        message = N_("只有一份回答的层并到别的层：%(levels)s。")
        notes.append(Note(message, {"levels": lonely}))
    names = sorted(whole)
    number = {name: place for place, name in enumerate(names)}
    sizes = [
        float(frame[name] + sum(frame[one] for one in home if home[one] == name)) for name in names
    ]
    return Codes(tuple(names), [number[home.get(r.stratum, r.stratum)] for r in replies]), sizes


def _weigh(sample: Sample, margins: Sequence[Margin], notes: list[Note]) -> Design:
    """Rake with the usual bound on weights, or with the least loosened one that exists."""
    for bound in _BOUNDS[:-1]:
        try:
            design = weigh(sample, margins, bound)
        except Invalid as error:
            if error.code != "margins_unmet":
                raise
            continue
        if bound != TRIM:
            notes.append(
                Note(N_("权数上限放宽到抽样权数的 %(bound)s 倍。"), {"bound": f"{bound:g}"})
            )
        return design
    notes.append(Note(N_("权数没有设上限，否则对不上总体边际。"), {}))
    return weigh(sample, margins, inf)
