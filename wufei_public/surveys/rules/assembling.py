"""From a wave's answers to a weighted sample, with everything that had to be decided said.

The bound on weights is loosened only where no weights would meet the margins otherwise.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

from wufei_public.common.errors import Invalid
from wufei_public.common.text import N_
from wufei_public.surveys.rules.columns import Column, columns_of, numbers_of, questions_of
from wufei_public.surveys.rules.designs import Design, weigh
from wufei_public.surveys.rules.drawing import Plan, Reply, drawn_as
from wufei_public.surveys.rules.grouping import Grouped, Note, group
from wufei_public.surveys.rules.questions import Questionnaire
from wufei_public.surveys.rules.sample import Codes, Margin, Sample
from wufei_public.surveys.rules.weights import TRIM

_BOUNDS = (TRIM, 2 * TRIM, inf)
_ALL = "_all"


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
    grouped = group(form, answers, plan.margins, seed=plan.seed, floor=plan.floor)
    notes = [*grouped.notes]
    covered = _covered(replies, plan.frame, notes)
    margins, groups = _weighted_by(grouped, covered, len(replies), notes)
    columns = columns_of(form)
    drawn = drawn_as(replies, plan, groups, notes)
    whole = replace(
        drawn,
        questions=questions_of(columns, answers),
        numbers=numbers_of(columns, answers),
    )
    return Assembled(_weigh(whole, margins, notes), whole, columns, margins, notes)


def _covered(replies: Sequence[Reply], frame: Mapping[str, int], notes: list[Note]) -> float:
    """Return for how many the answers speak: a stratum without one is not spoken for."""
    met = {reply.stratum for reply in replies}
    silent = sorted(set(frame) - met)
    if silent and met <= set(frame):
        message = N_("没有一份回答的层：%(levels)s，这 %(count)s 人不在估计里。")
        notes.append(Note(message, {"levels": silent, "count": sum(frame[one] for one in silent)}))
        return float(sum(frame[one] for one in met))
    return float(sum(frame.values()) or len(replies))


def _weighted_by(
    grouped: Grouped, population: float, size: int, notes: list[Note]
) -> tuple[Sequence[Margin], Mapping[str, Codes]]:
    """Return the margins to rake to with every group; without a margin all weigh the same."""
    if grouped.margins:
        return grouped.margins, grouped.groups
    notes.append(Note(N_("没有可用的总体边际，各份回答等权。"), {}))
    everybody = Codes((_ALL,), [0] * size)
    return [Margin(_ALL, (_ALL,), (population,))], {**grouped.groups, _ALL: everybody}


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
