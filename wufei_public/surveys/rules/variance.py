"""Variance of weighted estimates by Taylor linearisation, for raked weights.

An estimate's linearised value z of each respondent is replaced by what the margins do not
explain of it: e = z - x'b, with b from a regression weighted by the drawing (Deville and
Särndal 1992; `calibrate` in R's survey). The variance is that of the totals of w e over
the units first drawn, within strata, with the finite population correction:

    V = Σh (1 - nh/Nh) nh/(nh-1) Σk (Ehk - mean of Eh)²

Since e is linear in z, V = UU - 2 b'UM + b'MM b, where MM depends on the design alone and
UU and UM are sums over the respondents whom the estimate is about. So a table by group
costs one pass over the sample and not one for each group.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isinf

from wufei_public.surveys.rules.linear import factorise, quadratic, solve

# What is left of a variance by rounding alone.
_NOISE = 1e-13


@dataclass(frozen=True, slots=True)
class Stratum:
    """How many units were drawn from how many (`inf`: so many that it does not matter)."""

    drawn: int
    of: float

    @property
    def factor(self) -> float:
        """Return (1 - n/N) n/(n-1): 0 where all were drawn."""
        left = 1.0 if isinf(self.of) else 1.0 - self.drawn / self.of
        return left * self.drawn / (self.drawn - 1) if left > 0 else 0.0


# Of one cell, over its respondents: its number; the sums of w z, of (w z)² and of w (w z).
# A plain tuple: there are a million of them in a large survey.
Score = tuple[int, float, float, float]


class Taylor:
    """The design, prepared for variances of any estimate."""

    def __init__(
        self,
        sums: Sequence[float],
        squares: Sequence[float],
        factors: Sequence[float],
        strata: Sequence[int],
        clusters: Sequence[int] | None,
        drawn: Sequence[Stratum],
        columns: Sequence[tuple[int, ...]],
    ) -> None:
        self._columns = columns
        # Cells alike in the margins are one row of the model, with one factor.
        rows = dict(zip(columns, factors, strict=True))
        number = {row: place for place, row in enumerate(rows)}
        self._rows = list(rows.items())
        self._row_of = [number[row] for row in columns]
        self._strata = strata
        self._clusters = clusters
        self._drawn = drawn
        self._factors = [stratum.factor for stratum in drawn]
        width = 1 + max(max(row) for row in columns)
        base = [total / factor for total, factor in zip(sums, factors, strict=True)]
        self._lower = factorise(_moments(columns, base, width))
        self._gather(sums)
        self._spread = self._spread_of_units(squares, width)

    @property
    def whole(self) -> bool:
        """Return whether everybody was drawn, so that nothing is left to chance."""
        return not any(self._factors)

    def _gather(self, sums: Sequence[float]) -> None:
        """Sum the weights in each column of the model, by cluster and by stratum."""
        self._stratum_of: dict[int, int] = {}
        units: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
        self._whole: list[dict[int, float]] = [defaultdict(float) for _ in self._drawn]
        for cell, total in enumerate(sums):
            for column in self._columns[cell]:
                self._whole[self._strata[cell]][column] += total
            if self._clusters is not None:
                unit = self._clusters[cell]
                self._stratum_of[unit] = self._strata[cell]
                for column in self._columns[cell]:
                    units[unit][column] += total
        self._units = {unit: list(found.items()) for unit, found in units.items()}

    def _spread_of_units(self, squares: Sequence[float], width: int) -> list[list[float]]:
        """Return MM, the weighted spread of the model's columns over the units."""
        spread = [[0.0] * width for _ in range(width)]
        if self._clusters is None:
            self._spread_of_persons(spread, squares)
        for unit, found in self._units.items():
            factor = self._factors[self._stratum_of[unit]]
            for i, one in found:
                row = spread[i]
                for j, other in found:
                    row[j] += factor * one * other
        for stratum, whole in enumerate(self._whole):
            share = self._factors[stratum] / self._drawn[stratum].drawn
            for i, one in whole.items():
                row = spread[i]
                for j, other in whole.items():
                    row[j] -= share * one * other
        return spread

    def _spread_of_persons(self, spread: list[list[float]], squares: Sequence[float]) -> None:
        """Add what persons contribute where they are the units: those of a cell lie alike."""
        for cell, columns in enumerate(self._columns):
            part = self._factors[self._strata[cell]] * squares[cell]
            for i in columns:
                row = spread[i]
                for j in columns:
                    row[j] += part

    def variance(self, found: Sequence[Score]) -> float:
        """Return the variance of the estimate whose linearised values are `found`.

        Where the units are clusters, of each score only the cell and the total are asked.
        """
        row_of, totals = self._row_of, [0.0] * len(self._rows)
        for cell, total, _, _ in found:
            totals[row_of[cell]] += total
        right = [0.0] * len(self._lower)
        for (row, factor), total in zip(self._rows, totals, strict=True):
            for column in row:
                right[column] += total / factor
        raw, cross = self._of_persons(found) if self._clusters is None else self._of_clusters(found)
        slopes = solve(self._lower, right)
        explained = sum(b * c for b, c in zip(slopes, cross, strict=True))
        value = raw - 2 * explained + quadratic(slopes, self._spread)
        return value if value > _NOISE * abs(raw) else 0.0

    def _of_persons(self, scores: Iterable[Score]) -> tuple[float, list[float]]:
        """Return UU and UM where each person is a unit: the scores with themselves, the model."""
        raw, cross = 0.0, [0.0] * len(self._lower)
        sums: dict[int, float] = defaultdict(float)
        for cell, total, squares, products in scores:
            stratum = self._strata[cell]
            factor = self._factors[stratum]
            sums[stratum] += total
            raw += factor * squares
            for column in self._columns[cell]:
                cross[column] += factor * products
        return raw + self._less_means(sums, cross), cross

    def _of_clusters(self, scores: Iterable[Score]) -> tuple[float, list[float]]:
        """Return UU and UM where the units are clusters."""
        raw, cross = 0.0, [0.0] * len(self._lower)
        clusters = self._clusters or ()
        units: dict[int, float] = defaultdict(float)
        for cell, total, _, _ in scores:
            units[clusters[cell]] += total
        sums: dict[int, float] = defaultdict(float)
        for unit, total in units.items():
            stratum = self._stratum_of[unit]
            sums[stratum] += total
            scaled = self._factors[stratum] * total
            raw += scaled * total
            for column, weight in self._units[unit]:
                cross[column] += scaled * weight
        return raw + self._less_means(sums, cross), cross

    def _less_means(self, sums: dict[int, float], cross: list[float]) -> float:
        """Take the strata's means out of `cross`; return what to add to UU for them."""
        raw = 0.0
        for stratum, total in sums.items():
            scaled = self._factors[stratum] * total / self._drawn[stratum].drawn
            raw -= scaled * total
            for column, weight in self._whole[stratum].items():
                cross[column] -= scaled * weight
        return raw


def _moments(
    columns: Sequence[tuple[int, ...]], base: Sequence[float], width: int
) -> list[list[float]]:
    moments = [[0.0] * width for _ in range(width)]
    for row, weight in zip(columns, base, strict=True):
        for i in row:
            for j in row:
                moments[i][j] += weight
    return moments
