"""Shares, means and top-two-box shares with their errors, for all and by group.

An estimate is about those who answered the question; who did not is counted beside it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from wufei_public.common.suppression import Hidden, protect
from wufei_public.surveys.rules.designs import Design
from wufei_public.surveys.rules.intervals import Interval, Method, share_interval, wald
from wufei_public.surveys.rules.sample import Kind, Question
from wufei_public.surveys.rules.tallies import Answers, Gathering, Tally
from wufei_public.surveys.rules.variance import Score
from wufei_public.surveys.rules.weights import kish_effect

LEVEL = 0.95
FLOOR = 30
# What rounding may leave of a sum of squares where all said the same.
_NOISE = 1e-12


class Measure(StrEnum):
    """What is estimated of a question."""

    SHARE = "share"
    MEAN = "mean"
    TOP_TWO = "top_two"
    AVERAGE = "average"
    MEDIAN = "median"


# Of answers that are numbers: no shares.
OF_NUMBERS = frozenset({Measure.AVERAGE, Measure.MEDIAN})
# What an answer of 0 to 5 counts in a measure: itself, or 1 for the upper two of five.
VALUES = {
    Measure.SHARE: (0, 1, 2, 3, 4, 5),
    Measure.MEAN: (0, 1, 2, 3, 4, 5),
    Measure.TOP_TWO: (0, 0, 0, 0, 1, 1),
}
MEASURES = {Kind.SHARE: (Measure.SHARE,), Kind.SCALE: (Measure.MEAN, Measure.TOP_TWO)}


@dataclass(frozen=True, slots=True)
class Options:
    """How wide intervals are and how they are made, and below how many answers none is shown."""

    level: float = LEVEL
    method: Method = Method.LOGIT
    floor: int = FLOOR
    by: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Estimate:
    """A weighted figure, its standard error and interval.

    `design_effect` compares its variance with that of as many answers drawn one by one.
    Without degrees of freedom (all answers from one unit) error and interval are unknown.
    """

    unweighted: float
    value: float
    error: float | None
    interval: Interval | None
    method: Method | None
    df: int
    design_effect: float | None
    effective_n: float | None


@dataclass(frozen=True, slots=True)
class Figure:
    """What is said of a group: how many answered or not, and the estimate unless hidden."""

    n: int | None
    missing: int | None
    estimate: Estimate | None
    hidden: Hidden | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """One measure of one question, for all and for the levels of each group."""

    column: str
    measure: Measure
    missing_share: float
    all: Figure
    by: Mapping[str, Mapping[str, Figure]]


def estimate(design: Design, questions: Iterable[Question], options: Options) -> list[Result]:
    """Return every measure of `questions`, hidden where it rests on too few answers."""
    gathering = Gathering(design)
    results = []
    for question in questions:
        answers = gathering.gather(question.answers)
        results += [
            _result(design, question.column, measure, gathering, answers, options)
            for measure in MEASURES[question.kind]
        ]
    return results


def _result(
    design: Design,
    column: str,
    measure: Measure,
    gathering: Gathering,
    answers: Answers,
    options: Options,
) -> Result:
    tallies, silent = gathering.tallies(VALUES[measure], answers)
    lost = sum(weight for _, weight in silent.values())
    everybody = _figures(
        design, measure, {0: tallies}, {0: sum(n for n, _ in silent.values())}, options
    )
    by = {}
    for name in options.by:
        codes = design.cells.groups[name]
        split: dict[int, list[Tally]] = {number: [] for number in range(len(design.levels[name]))}
        for tally in tallies:
            split[codes[tally[0]]].append(tally)
        quiet: Counter[int] = Counter()
        for cell, part in silent.items():
            quiet[codes[cell]] += part[0]
        figures = _figures(design, measure, split, quiet, options)
        by[name] = {level: figures[number] for number, level in enumerate(design.levels[name])}
    return Result(column, measure, lost / design.population, everybody[0], by)


def _figures(
    design: Design,
    measure: Measure,
    split: Mapping[int, Sequence[Tally]],
    silent: Mapping[int, int],
    options: Options,
) -> dict[int, Figure]:
    """Return the figure of each group; the groups are one table with its total."""
    counts = {number: sum(tally.n for tally in tallies) for number, tallies in split.items()}
    sizes = {number: n + silent.get(number, 0) for number, n in counts.items()}
    hidden = protect(counts, options.floor, sizes)
    figures = {}
    for number, tallies in split.items():
        why = hidden.get(number)
        if why is not None:
            figures[number] = Figure(None, None, None, why)
        elif not tallies:
            figures[number] = Figure(0, silent.get(number, 0), None)
        else:
            figure = estimate_of(design, measure, tallies, options)
            figures[number] = Figure(counts[number], silent.get(number, 0), figure)
    return figures


def estimate_of(
    design: Design, measure: Measure, tallies: Sequence[Tally], options: Options
) -> Estimate:
    """Estimate the measure among the respondents of `tallies`."""
    n, plain_sum, population, weighted_sum, squares = 0, 0.0, 0.0, 0.0, 0.0
    # Unpacked: by name each of a million fields costs what the whole tuple does.
    for _, count, plain, w, wv, wvv, _, _, _ in tallies:
        n += count
        plain_sum += plain
        population += w
        weighted_sum += wv
        squares += wvv
    value, unweighted = weighted_sum / population, plain_sum / n
    df = _df(design, tallies)
    if df < 1:
        return Estimate(unweighted, value, None, None, None, df, None, None)
    of_persons = design.cells.clusters is None
    variance = design.taylor.variance(_scores(tallies, value, population, of_persons=of_persons))
    error = sqrt(variance)
    # The weighted sum of squares about the mean; what rounding leaves of none is none.
    spread = squares - value * weighted_sum
    simple = spread / population / (n - 1) if spread > _NOISE * squares else 0.0
    effect = variance / simple if simple > 0 else None
    interval, method = _interval(design, measure, tallies, value, error, df, options)
    effective = n / effect if effect else None
    return Estimate(unweighted, value, error, interval, method, df, effect, effective)


def _scores(
    tallies: Sequence[Tally], value: float, population: float, *, of_persons: bool
) -> list[Score]:
    """Return the linearised values by cell; squares and products only where persons are units."""
    if not of_persons:
        return [
            (cell, (wv - value * w) / population, 0.0, 0.0)
            for cell, _, _, w, wv, _, _, _, _ in tallies
        ]
    square = population**2
    return [
        (
            cell,
            (wv - value * w) / population,
            (svv - value * (2 * sv - value * s)) / square,
            (sv - value * s) / population,
        )
        for cell, _, _, w, wv, _, s, sv, svv in tallies
    ]


def _df(design: Design, tallies: Sequence[Tally]) -> int:
    """Return the units less the strata among those who answered, as R's `degf` does."""
    cells = design.cells
    there = [tally[0] for tally in tallies]
    strata = len(set(map(cells.strata.__getitem__, there)))
    if cells.clusters is None:
        return sum(tally[1] for tally in tallies) - strata
    return len(set(map(cells.clusters.__getitem__, there))) - strata


def _interval(
    design: Design,
    measure: Measure,
    tallies: Sequence[Tally],
    value: float,
    error: float,
    df: int,
    options: Options,
) -> tuple[Interval, Method]:
    if design.taylor.whole:
        return (value, value), Method.EXACT
    if measure in {Measure.MEAN, Measure.AVERAGE}:
        return wald(value, error, df, options.level), Method.WALD
    kish_n = _kish_n(tallies) if value <= 0 or value >= 1 else 0.0
    n = sum(tally.n for tally in tallies)
    return share_interval(value, error, n, df, options.level, method=options.method, kish_n=kish_n)


def _kish_n(tallies: Sequence[Tally]) -> float:
    """Return how many answers of equal weight these would be worth."""
    n = sum(tally.n for tally in tallies)
    total, squares = sum(tally.w for tally in tallies), sum(tally.s for tally in tallies)
    return n / kish_effect(n, total, squares)
