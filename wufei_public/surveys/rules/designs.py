"""How the sample was drawn and weighted, gathered by cells of respondents who are alike.

A cell holds those with the same margins, groups, stratum and cluster: raking multiplies
their weights of the drawing by one factor. Where these weights are equal within every cell,
tables need only counts by cell; else sums of weights and of their squares (`own`).
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
    """By cell: how many respondents, the sums of their weights and of the squares, where they lie.

    `factors` is what raking multiplies the weights of the drawing by.
    """

    counts: Sequence[int]
    sums: Sequence[float]
    squares: Sequence[float]
    factors: Sequence[float]
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
    """A weighted sample, ready for estimates; `cell_of` gives each respondent's cell.

    `own` are the weights of the drawing where they differ within a cell, scaled to the
    population; None where they do not.
    """

    size: int
    population: float
    cell_of: Sequence[int]
    own: Sequence[float] | None
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

    def person_weights(self) -> list[float]:
        """Return each respondent's final weight."""
        cells = self.cells
        if self.own is None:
            equal = [total / n for total, n in zip(cells.sums, cells.counts, strict=True)]
            return [equal[cell] for cell in self.cell_of]
        return [b * cells.factors[cell] for b, cell in zip(self.own, self.cell_of, strict=True)]


def weigh(sample: Sample, margins: Sequence[Margin], bound: float = TRIM) -> Design:
    """Return `sample` raked to `margins`, no weight above `bound` times that of the drawing."""
    first, cell_of = _first_of_cells(sample)
    population = margins[0].total
    scale = population / sum(sample.base)
    base = [b * scale for b in sample.base]
    drawn = _drawing(cell_of, base, len(first))
    raking, factors = _rake(sample, first, [one.real for one in drawn.sums], margins, bound)
    cells = _cells(sample, first, drawn, factors)
    units = _units(cells)
    strata = [
        Stratum(units[h], sample.frame_sizes[h] if sample.frame_sizes else inf)
        for h in range(len(units))
    ]
    return Design(
        sample.size,
        population,
        cell_of,
        None if drawn.equal else base,
        cells,
        len(units),
        sum(units.values()),
        {name: codes.levels for name, codes in sample.groups.items()},
        Taylor(
            cells.sums,
            cells.squares,
            factors,
            cells.strata,
            cells.clusters,
            strata,
            _columns(cells, margins),
        ),
        raking,
        _summary(cells, drawn, factors, bound),
    )


@dataclass(frozen=True, slots=True)
class _Drawing:
    """By cell: how many, the sums of their weights of the drawing (real) and squares (imaginary).

    `least` and `most` are the smallest and the largest of a cell.
    """

    counts: Sequence[int]
    sums: Sequence[complex]
    least: Sequence[float]
    most: Sequence[float]

    @property
    def equal(self) -> bool:
        """Say whether the weights are equal within every cell."""
        return self.least == self.most


def _drawing(cell_of: Sequence[int], base: Sequence[float], cells: int) -> _Drawing:
    sums, least, most = [0j] * cells, [inf] * cells, [0.0] * cells
    for cell, b in zip(cell_of, base, strict=True):
        sums[cell] += complex(b, b * b)
        least[cell] = min(least[cell], b)
        most[cell] = max(most[cell], b)
    counts = Counter(cell_of)
    return _Drawing([counts[cell] for cell in range(cells)], sums, least, most)


def _cells(
    sample: Sample, first: Sequence[int], drawn: _Drawing, factors: Sequence[float]
) -> Cells:
    pairs = list(zip(drawn.sums, factors, strict=True))
    return Cells(
        drawn.counts,
        [one.real * factor for one, factor in pairs],
        [one.imag * factor * factor for one, factor in pairs],
        factors,
        [sample.strata.of[i] for i in first],
        [sample.clusters[i] for i in first] if sample.clusters else None,
        {name: [codes.of[i] for i in first] for name, codes in sample.groups.items()},
    )


def _first_of_cells(sample: Sample) -> tuple[list[int], list[int]]:
    """Return the first respondent of each cell, and each respondent's cell."""
    columns = [codes.of for codes in sample.groups.values()]
    columns += [sample.strata.of, sample.clusters or [0] * sample.size]
    cell_of = numbered(zip(*columns, strict=True))
    first: dict[int, int] = {}
    for respondent, cell in enumerate(cell_of):
        first.setdefault(cell, respondent)
    return list(first.values()), cell_of


def _rake(
    sample: Sample,
    first: Sequence[int],
    base: Sequence[float],
    margins: Sequence[Margin],
    bound: float,
) -> tuple[Raking, list[float]]:
    """Rake what is alike in the margins as one; return also the factor of each cell."""
    columns = [sample.groups[margin.variable].of for margin in margins]
    alike = [tuple(column[i] for column in columns) for i in first]
    totals: dict[tuple[int, ...], float] = defaultdict(float)
    for cell, key in enumerate(alike):
        totals[key] += base[cell]
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


def _summary(cells: Cells, drawn: _Drawing, factors: Sequence[float], bound: float) -> Weights:
    trimmed = sum(
        count
        for count, factor in zip(cells.counts, factors, strict=True)
        if factor >= bound * (1 - EXACT)
    )
    n = sum(cells.counts)
    effect = kish_effect(n, sum(cells.sums), sum(cells.squares))
    return Weights(
        min(b * factor for b, factor in zip(drawn.least, factors, strict=True)),
        max(b * factor for b, factor in zip(drawn.most, factors, strict=True)),
        effect,
        n / effect,
        trimmed,
    )
