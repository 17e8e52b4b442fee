"""The groups that tables go by and the margins that weights meet, out of what people said.

Who kept a group to themselves is drawn from people who are alike otherwise, for the weights.
A table shows them as those who did not say; where they are fewer than a table may show, they
stand in it as drawn, since the total less the others would be theirs. Levels with too few
answers are put together with a neighbour before raking. A margin that does not fit what was
asked is not used, and that is said.
"""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wufei_public.common.text import N_
from wufei_public.surveys.rules.columns import GROUPS
from wufei_public.surveys.rules.questions import Questionnaire
from wufei_public.surveys.rules.sample import Codes, Margin

# Below so many answers a level is weighted together with its neighbour.
LEAST = 5
# The level of who did not say, in tables.
UNSAID = "unsaid"
# Of whom more than half did not say is not weighted by it.
_MOST_UNSAID = 0.5
_NO_ANSWER = frozenset({"", "refused", "dk"})

Answers = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Note:
    """A decision that the reader must know: a sentence and its facts."""

    message: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Grouped:
    """Margins to rake to, columns for them (with `_` before the name) and for tables."""

    margins: Sequence[Margin]
    groups: Mapping[str, Codes]
    notes: Sequence[Note]


def group(
    form: Questionnaire, answers: Answers, known: Sequence[Margin], *, seed: int, floor: int
) -> Grouped:
    """Return the groups of `answers` and the margins of `known` that they can be weighted to."""
    notes = [
        Note(N_("问卷里没有“%(variable)s”，不按它加权。"), {"variable": margin.variable})
        for margin in known
        if margin.variable not in GROUPS or margin.variable not in form.by_name
    ]
    by_name = {margin.variable: margin for margin in known}
    groups: dict[str, Codes] = {}
    margins: list[Margin] = []
    for name in GROUPS:
        if name not in form.by_name:
            continue
        said = [_said(one, name) for one in answers]
        if not any(said):
            continue
        drawn = _drawn(answers, name, said, seed)
        margin = by_name.get(name)
        groups[name] = _table(form, name, said, drawn, margin, floor, notes)
        if margin is not None and _fits(margin, said, notes):
            weighted, groups[f"_{name}"] = _put_together(margin, drawn, notes)
            margins.append(weighted)
    return Grouped(margins, groups, notes)


def _said(answers: Mapping[str, Any], name: str) -> str:
    """Return what somebody said of a group, nothing where they kept it back."""
    value = answers.get(name) or ""
    return "" if value in _NO_ANSWER else str(value)


def _drawn(answers: Answers, name: str, said: Sequence[str], seed: int) -> Sequence[str]:
    """Return a level for everybody: who did not say gets one of those like them."""
    if all(said):
        return said
    others = [other for other in GROUPS if other != name]
    likeness = [tuple(_said(one, other) for other in others) for one in answers]
    alike: dict[tuple[str, ...], list[str]] = {}
    for like, level in zip(likeness, said, strict=True):
        if level:
            alike.setdefault(like, []).append(level)
    everyone = sorted(level for level in said if level)
    for levels in alike.values():
        levels.sort()
    # By what they said: rows are rewritten in another order, and figures stay.
    silent = sorted(
        (place for place, level in enumerate(said) if not level),
        key=lambda place: repr(sorted(answers[place].items())),
    )
    draw = random.Random(f"{seed} {name}")  # noqa: S311  to be repeated, not to be secret
    found = [*said]
    for place in silent:
        found[place] = draw.choice(alike.get(likeness[place], everyone))
    return found


def _table(
    form: Questionnaire,
    name: str,
    said: Sequence[str],
    drawn: Sequence[str],
    margin: Margin | None,
    floor: int,
    notes: list[Note],
) -> Codes:
    """Return the column of a table, in the order of the margin, else of the choices."""
    silent = said.count("")
    apart = silent >= max(floor, 1)
    if silent:
        message = (
            N_("%(count)s 人没说“%(variable)s”，按其他情况相同的人抽一个，只用于加权。")
            if apart
            else N_(
                "%(count)s 人没说“%(variable)s”，按其他情况相同的人抽一个，用于加权，"
                "表里也这样算：人太少，单列会认出人。"
            )
        )
        notes.append(Note(message, {"count": silent, "variable": name}))
    column = [level or UNSAID for level in said] if apart else drawn
    met = set(column)
    choices = [choice.name for choice in form.by_name[name].choices]
    if margin is not None and met - {UNSAID} <= set(margin.levels):
        levels = [*margin.levels]
    else:
        levels = [choice for choice in choices if choice in met]
    levels += [UNSAID] if apart else []
    number = {level: place for place, level in enumerate(levels)}
    return Codes(tuple(levels), [number[level] for level in column])


def _fits(margin: Margin, said: Sequence[str], notes: list[Note]) -> bool:
    """Say whether answers can be weighted to a margin; if not, note why."""
    odd = sorted(set(said) - {"", *margin.levels})
    if odd:
        message = N_("总体边际“%(variable)s”里没有 %(levels)s，不按它加权。")
        notes.append(Note(message, {"variable": margin.variable, "levels": odd}))
        return False
    if said.count("") > _MOST_UNSAID * len(said):
        message = N_("多半的人没说“%(variable)s”，不按它加权。")
        notes.append(Note(message, {"variable": margin.variable}))
        return False
    return True


def _put_together(margin: Margin, column: Sequence[str], notes: list[Note]) -> tuple[Margin, Codes]:
    """Join each level of fewer than LEAST answers to the one before it (the first to the next)."""
    counts = Counter(column)
    parts: list[list[int]] = []
    for place, level in enumerate(margin.levels):
        few = parts and min(counts[level], _count(margin, parts[-1], counts)) < LEAST
        if few:
            parts[-1].append(place)
        else:
            parts.append([place])
    for part in parts:
        if len(part) > 1:
            names = [margin.levels[place] for place in part]
            message = N_("“%(variable)s”里回答太少的类别合在一起加权：%(levels)s。")
            notes.append(Note(message, {"variable": margin.variable, "levels": names}))
    number = {margin.levels[place]: at for at, part in enumerate(parts) for place in part}
    levels = tuple("+".join(margin.levels[place] for place in part) for part in parts)
    populations = tuple(sum(margin.populations[place] for place in part) for part in parts)
    together = Margin(f"_{margin.variable}", levels, populations)
    return together, Codes(levels, [number[level] for level in column])


def _count(margin: Margin, part: Sequence[int], counts: Mapping[str, int]) -> int:
    return sum(counts[margin.levels[place]] for place in part)
