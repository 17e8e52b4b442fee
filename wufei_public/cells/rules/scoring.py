"""Points: of an answer, of a section, in total, and what they come to.

Exact fractions inside; one rounding, half up to hundredths, when a figure leaves
(`common.scores`). What is compared with a threshold is the rounded figure that everyone
reads, so that nobody fails with a shown 80.00.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from wufei_public.cells.rules.rubrics import BONUS, Item, Rubric
from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.scores import hundredths
from wufei_public.common.text import N_

ZERO = Fraction(0)


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to one item: a step, a measured value, or that it does not apply."""

    step: int | None = None
    value: Decimal | None = None
    na: bool = False

    @property
    def given(self) -> bool:
        """Say whether anything was answered."""
        return self.na or self.step is not None or self.value is not None


NOTHING = Answer()
Answers = Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class SectionScore:
    """What a section came to: points of its full points, rounded."""

    id: str
    points: Decimal
    full: Decimal
    least: Decimal
    applies: bool = True

    @property
    def reached(self) -> bool:
        """Say whether the section's own least share is reached; one that does not apply is."""
        return not self.applies or self.points >= self.least


@dataclass(frozen=True, slots=True)
class Score:
    """One whole evaluation: sections, bonus, vetoes that hold, total."""

    sections: tuple[SectionScore, ...]
    bonus: Decimal
    total: Decimal
    vetoes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a score comes to: stars, and every reason why there are none."""

    passed: bool
    stars: int
    vetoes: tuple[str, ...]
    low_sections: tuple[str, ...]
    below: bool


def check_answer(item: Item, answer: Answer) -> None:
    """Raise Invalid where `answer` is none that this item knows."""
    known = (
        (answer.na and item.allows_na)
        or (answer.step is not None and 0 <= answer.step < len(item.steps))
        or (answer.value is not None and item.ratio is not None and answer.value >= 0)
    )
    one = [answer.na, answer.step is not None, answer.value is not None].count(True) == 1
    if not (known and one):
        sentence = N_("请选一项，或者填一个数。")
        raise Invalid("bad_answer", sentence, [FieldError("answer", sentence)])


def item_points(item: Item, answer: Answer) -> Fraction:
    """Return the points of one answered item; nothing answered gives nothing."""
    if answer.na or not answer.given:
        return ZERO
    if item.ratio is None:
        return Fraction(item.steps[answer.step or 0].score)
    full, zero = Fraction(item.ratio.full_at), Fraction(item.ratio.zero_at)
    share = (Fraction(answer.value or 0) - zero) / (full - zero)
    return Fraction(item.points) * min(Fraction(1), max(ZERO, share))


def section_points(rubric: Rubric, section: str, answers: Answers) -> Fraction | None:
    """Return a section's points scaled to its full points; None where nothing in it applies.

    Items that do not apply are left out and the others carry their weight.
    """
    items = [i for i in rubric.of_section(section) if not answers.get(i.id, NOTHING).na]
    weight = sum((Fraction(item.points) for item in items), ZERO)
    if not weight:
        return None
    full = next(Fraction(one.points) for one in rubric.sections if one.id == section)
    earned = sum((item_points(i, answers.get(i.id, NOTHING)) for i in items), ZERO)
    return earned * full / weight


def score(rubric: Rubric, answers: Answers, vetoes: Collection[str] = ()) -> Score:
    """Return the whole score of `answers`; `vetoes` are the ids of those that hold."""
    exact = {one.id: section_points(rubric, one.id, answers) for one in rubric.sections}
    applying = sum((Fraction(o.points) for o in rubric.sections if exact[o.id] is not None), ZERO)
    earned = sum((points for points in exact.values() if points is not None), ZERO)
    # A section in which nothing applies gives its weight to the others, as an item does.
    whole = sum((Fraction(one.points) for one in rubric.sections), ZERO)
    base = earned * whole / applying if applying else ZERO
    bonus = min(
        sum((item_points(i, answers.get(i.id, NOTHING)) for i in rubric.bonus), ZERO),
        Fraction(rubric.thresholds.bonus_max),
    )
    return Score(
        tuple(_section(rubric, one.id, one.points, exact[one.id]) for one in rubric.sections),
        hundredths(bonus),
        hundredths(base + bonus),
        tuple(veto.id for veto in rubric.vetoes if veto.id in vetoes),
    )


def _section(rubric: Rubric, name: str, full: Decimal, points: Fraction | None) -> SectionScore:
    least = full * rubric.thresholds.section_share
    if points is None:
        return SectionScore(name, Decimal(0), full, least, applies=False)
    return SectionScore(name, hundredths(points), full, least)


def judge(rubric: Rubric, scored: Score) -> Verdict:
    """Return what a score comes to: a veto wins over points, a low section over the total."""
    low = tuple(one.id for one in scored.sections if not one.reached)
    below = scored.total < rubric.thresholds.least
    passed = not (scored.vetoes or low or below)
    stars = [stars for stars, least in rubric.thresholds.levels if scored.total >= least]
    return Verdict(passed, max(stars, default=0) if passed else 0, scored.vetoes, low, below)


def missing(rubric: Rubric, answers: Answers, proven: Mapping[str, int]) -> list[tuple[str, str]]:
    """Return what keeps a self-score from being handed in: (item, `answer` or `evidence`).

    `proven` counts the uploads of each item. Bonus items are a choice; one that is claimed
    needs its evidence as well.
    """
    found = []
    for item in rubric.all_items():
        answer = answers.get(item.id, NOTHING)
        if not answer.given:
            found += [(item.id, "answer")] if item.section != BONUS else []
        elif item.uploads and item_points(item, answer) > 0 and not proven.get(item.id):
            found.append((item.id, "evidence"))
    return found
