"""How the sample was drawn and weighted, gathered by cells of respondents who are alike.

A cell holds those with the same margins, groups, stratum, cluster and weight of the
drawing: they share one final weight, and tables need only counts by cell.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

from wufei_public.surveys.rules.sample import Margin, Sample, numbered
from wufei_public.surveys.rules.variance import Stratum, Taylor
from wufei_public.surveys.rules.weights import EXACT, TRIM, Raking, kish_effect, rake


@dataclass(frozen=True, slots=True)
class Cells:
    """By cell: how many respondents, their weight, stratum and cluster, their groups."""

    counts: Sequence[int]
    weights: Sequence[float]
    strata: Sequence[int]
    clusters: Sequence[int] | None
    groups: Mapping[str, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Weights:
    """What the weights are like; `effective_n` answers of equal weight would say as much."""

    least: float
    most: float
    design_effect: float
    effective_n: float
    trimmed: int


@dataclass(frozen=True, slots=True)
class Design:
    """A weighted sample, ready for estimates; `cell_of` gives each respondent's cell."""

    size: int
    population: float
    cell_of: Sequence[int]
    cells: Cells
    strata: int
    units: int
    levels: Mapping[str, tuple[str, ...]]
    taylor: Taylor
    raking: Raking
    weights: Weights

    @property
    def df(self) -> int:
        return self.units - self.strata


def weigh(sample: Sample, margins: Sequence[Margin], bound: float = TRIM) -> Design:
    """Return `sample` raked to `margins`, no weight above `bound` times that of the drawing."""
    first, cell_of = _first_of_cells(sample)
    counts = Counter(cell_of)
    population = margins[0].total
    scale = population / sum(sample.base)
    base = [sample.base[i] * scale for i in first]
    raking, factors = _rake(sample, first, counts, base, margins, bound)
    weights = [b * f for b, f in zip(base, factors, strict=True)]
    cells = Cells(
        [counts[cell] for cell in range(len(first))],
        weights,
        [sample.strata.of[i] for i in first],
        [sample.clusters[i] for i in first] if sample.clusters else None,
        {name: [codes.of[i] for i in first] for name, codes in sample.groups.items()},
    )
    units = _units(cells)
    strata = [
        Stratum(units[h], sample.frame_sizes[h] if sample.frame_sizes else inf)
        for h in range(len(units))
    ]
    return Design(
        sample.size,
        population,
        cell_of,
        cells,
        len(units),
        sum(units.values()),
        {name: codes.levels for name, codes in sample.groups.items()},
        Taylor(
            cells.counts,
            weights,
            base,
            cells.strata,
            cells.clusters,
            strata,
            _columns(cells, margins),
        ),
        raking,
        _summary(cells, factors, bound),
    )


def _first_of_cells(sample: Sample) -> tuple[list[int], list[int]]:
    """Return the first respondent of each cell, and each respondent's cell."""
    columns = [codes.of for codes in sample.groups.values()]
    columns += [sample.strata.of, sample.clusters or [0] * sample.size]
    cell_of = numbered(zip(*columns, sample.base, strict=True))
    first: dict[int, int] = {}
    for respondent, cell in enumerate(cell_of):
        first.setdefault(cell, respondent)
    return list(first.values()), cell_of


def _rake(
    sample: Sample,
    first: Sequence[int],
    counts: Mapping[int, int],
    base: Sequence[float],
    margins: Sequence[Margin],
    bound: float,
) -> tuple[Raking, list[float]]:
    """Rake what is alike in the margins as one; return also the factor of each cell."""
    columns = [sample.groups[margin.variable].of for margin in margins]
    alike = [tuple(column[i] for column in columns) for i in first]
    totals: dict[tuple[int, ...], float] = defaultdict(float)
    for cell, key in enumerate(alike):
        totals[key] += base[cell] * counts[cell]
    raking = rake(list(totals), list(totals.values()), margins, bound)
    by_key = dict(zip(totals, raking.factors, strict=True))
    return raking, [by_key[key] for key in alike]


def _units(cells: Cells) -> Counter[int]:
    """Return by stratum the number of units drawn: clusters, or persons without clusters."""
    if cells.clusters:
        pairs = set(zip(cells.strata, cells.clusters, strict=True))
        return Counter(stratum for stratum, _ in pairs)
    units: Counter[int] = Counter()
    for stratum, count in zip(cells.strata, cells.counts, strict=True):
        units[stratum] += count
    return units


def _columns(cells: Cells, margins: Sequence[Margin]) -> list[tuple[int, ...]]:
    """Return by cell the columns of the calibration model that are 1.

    The first margin has a column per level; the others leave out their first level,
    which the columns before imply.
    """
    starts, width = [], 0
    for place, margin in enumerate(margins):
        starts.append(width - (place > 0))
        width += len(margin.levels) - (place > 0)
    codes = [cells.groups[margin.variable] for margin in margins]
    return [
        tuple(
            start + code
            for place, (start, code) in enumerate(zip(starts, row, strict=True))
            if place == 0 or code > 0
        )
        for row in zip(*codes, strict=True)
    ]


def _summary(cells: Cells, factors: Sequence[float], bound: float) -> Weights:
    alike: Counter[float] = Counter()
    trimmed = 0
    for count, weight, factor in zip(cells.counts, cells.weights, factors, strict=True):
        alike[weight] += count
        trimmed += count * (factor >= bound * (1 - EXACT))
    effect = kish_effect(alike)
    return Weights(min(alike), max(alike), effect, sum(cells.counts) / effect, trimmed)
