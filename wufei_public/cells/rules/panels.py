"""Several experts: mean, median, spread, who stands out, and what each may see meanwhile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import median
from typing import Any

from wufei_public.cells.rules.rubrics import Rubric
from wufei_public.cells.rules.scoring import Score, SectionScore
from wufei_public.common.scores import hundredths, root_hundredths

LEAST_EXPERTS = 3
# Further than this from the median calls for a moderated discussion.
OUTLIER = Decimal(10)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One expert's place on a panel; `score` is None until it was handed in."""

    expert: int
    score: Score | None


@dataclass(frozen=True, slots=True)
class Result:
    """What a panel came to: the mean counts, median and spread stand beside it."""

    score: Score
    median: Decimal
    spread: Decimal
    experts: int
    outliers: tuple[int, ...]
    # Vetoes of which the experts say different things.
    split: tuple[str, ...] = ()


def complete(sheets: Sequence[Sheet]) -> bool:
    """Say whether scoring may close: enough experts, and every one of them is in."""
    return len(sheets) >= LEAST_EXPERTS and all(sheet.score is not None for sheet in sheets)


def result(rubric: Rubric, sheets: Sequence[Sheet]) -> Result:
    """Return the panel's result; a veto holds when more than half of the experts say so."""
    given = [(sheet.expert, sheet.score) for sheet in sheets if sheet.score is not None]
    scores = [score for _expert, score in given]
    totals = [Fraction(score.total) for score in scores]
    middle = mean(totals)
    return Result(
        Score(
            tuple(_section(scores, place) for place in range(len(rubric.sections))),
            hundredths(mean([Fraction(score.bonus) for score in scores])),
            hundredths(middle),
            tuple(veto.id for veto in rubric.vetoes if _holds(veto.id, scores)),
        ),
        hundredths(Fraction(median(totals))),
        spread(totals),
        len(scores),
        outliers({expert: Fraction(score.total) for expert, score in given}),
        split(scores),
    )


def mean(values: Sequence[Fraction]) -> Fraction:
    """Return the exact mean."""
    return sum(values, Fraction(0)) / len(values)


def spread(values: Sequence[Fraction]) -> Decimal:
    """Return the standard deviation between experts (n - 1 below), in hundredths; 0 for one."""
    if len(values) < 2:  # noqa: PLR2004  one value has no spread
        return Decimal(0)
    middle = mean(values)
    squares = sum(((value - middle) ** 2 for value in values), Fraction(0))
    return root_hundredths(squares / (len(values) - 1))


def outliers(totals: Mapping[int, Fraction]) -> tuple[int, ...]:
    """Return who stands further than OUTLIER from the median.

    The median of all, not of the others: beside one who stands apart two of three who agree
    would be flagged themselves.
    """
    middle = Fraction(median(totals.values()))
    return tuple(one for one, total in totals.items() if abs(total - middle) > OUTLIER)


def split(scores: Sequence[Score]) -> tuple[str, ...]:
    """Return the vetoes that some of the experts say hold and others not, sorted."""
    said = [frozenset(score.vetoes) for score in scores]
    return tuple(sorted(frozenset().union(*said) - frozenset.intersection(*said))) if said else ()


def score_json(score: Score) -> dict[str, Any]:
    """Return sections and bonus of a score as the database keeps them."""
    return {
        "bonus": str(score.bonus),
        "sections": [
            {
                "id": one.id,
                "points": str(one.points),
                "full": str(one.full),
                "least": str(one.least),
                "applies": one.applies,
            }
            for one in score.sections
        ],
    }


def score_from(total: Decimal, kept: Mapping[str, Any], vetoes: Sequence[str]) -> Score:
    """Return the score that `score_json` kept."""
    sections = tuple(
        SectionScore(
            one["id"],
            Decimal(one["points"]),
            Decimal(one["full"]),
            Decimal(one["least"]),
            one["applies"],
        )
        for one in kept["sections"]
    )
    return Score(sections, Decimal(kept["bonus"]), total, tuple(vetoes))


def _section(scores: Sequence[Score], place: int) -> SectionScore:
    rows = [score.sections[place] for score in scores]
    applying = [Fraction(row.points) for row in rows if row.applies]
    first = rows[0]
    points = hundredths(mean(applying)) if applying else Decimal(0)
    return SectionScore(first.id, points, first.full, first.least, applies=bool(applying))


def _holds(veto: str, scores: Sequence[Score]) -> bool:
    return 2 * sum(veto in score.vetoes for score in scores) > len(scores)


def visible(sheets: Sequence[Sheet], expert: int) -> tuple[Sheet, ...]:
    """Return the sheets that `expert` may see: the own one alone until it is in.

    Not even how many there are, nor in which order: both would tell who was faster.
    """
    own = next((sheet for sheet in sheets if sheet.expert == expert), None)
    if own is None:
        return ()
    if own.score is None:
        return (own,)
    return tuple(sorted(sheets, key=lambda sheet: (sheet.expert != expert, sheet.expert)))
