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
from typing import NamedTuple

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


class Score(NamedTuple):
    """Of one cell: the sum of weight × z over its respondents, and of its squares."""

    cell: int
    total: float
    squares: float


class Taylor:
    """The design, prepared for variances of any estimate."""

    def __init__(
        self,
        counts: Sequence[int],
        weights: Sequence[float],
        base: Sequence[float],
        strata: Sequence[int],
        clusters: Sequence[int] | None,
        drawn: Sequence[Stratum],
        columns: Sequence[tuple[int, ...]],
    ) -> None:
        self._columns = columns
        self._ratios = [b / w for b, w in zip(base, weights, strict=True)]
        self._clustered = clusters is not None
        self._unit_of = clusters if clusters is not None else range(len(counts))
        self._drawn = drawn
        self._factors = [stratum.factor for stratum in drawn]
        width = 1 + max(max(row) for row in columns)
        self._lower = factorise(_moments(columns, base, counts, width))
        self._gather(counts, weights, strata)
        self._spread = self._spread_of_units(counts, width)

    @property
    def whole(self) -> bool:
        """Return whether everybody was drawn, so that nothing is left to chance."""
        return not any(self._factors)

    def _gather(
        self, counts: Sequence[int], weights: Sequence[float], strata: Sequence[int]
    ) -> None:
        """Sum the weights in each column of the model, by unit and by stratum."""
        self._stratum_of: dict[int, int] = {}
        units: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
        self._whole: list[dict[int, float]] = [defaultdict(float) for _ in self._drawn]
        for cell, unit in enumerate(self._unit_of):
            self._stratum_of[unit] = strata[cell]
            # Without clusters a unit is a person, and the cell stands for `count` alike.
            members = counts[cell] if self._clustered else 1
            for column in self._columns[cell]:
                units[unit][column] += members * weights[cell]
                self._whole[strata[cell]][column] += counts[cell] * weights[cell]
        self._units = {unit: list(sums.items()) for unit, sums in units.items()}

    def _spread_of_units(self, counts: Sequence[int], width: int) -> list[list[float]]:
        """Return MM, the weighted spread of the model's columns over the units."""
        spread = [[0.0] * width for _ in range(width)]
        for unit, sums in self._units.items():
            factor = self._factors[self._stratum_of[unit]]
            alike = factor * (1 if self._clustered else counts[unit])
            for i, one in sums:
                row = spread[i]
                for j, other in sums:
                    row[j] += alike * one * other
        for stratum, whole in enumerate(self._whole):
            share = self._factors[stratum] / self._drawn[stratum].drawn
            for i, one in whole.items():
                row = spread[i]
                for j, other in whole.items():
                    row[j] -= share * one * other
        return spread

    def variance(self, scores: Iterable[Score]) -> float:
        """Return the variance of the estimate whose linearised values are `scores`."""
        units: dict[int, float] = defaultdict(float)
        right = [0.0] * len(self._lower)
        own = 0.0
        for cell, total, squares in scores:
            unit = self._unit_of[cell]
            units[unit] += total
            own += self._factors[self._stratum_of[unit]] * squares
            part = total * self._ratios[cell]
            for column in self._columns[cell]:
                right[column] += part
        raw, cross = self._between(units, own)
        slopes = solve(self._lower, right)
        explained = sum(b * c for b, c in zip(slopes, cross, strict=True))
        value = raw - 2 * explained + quadratic(slopes, self._spread)
        return value if value > _NOISE * abs(raw) else 0.0

    def _between(self, units: dict[int, float], own: float) -> tuple[float, list[float]]:
        """Return UU and UM: of the scores with themselves, and with the model's columns."""
        raw = 0.0 if self._clustered else own
        cross = [0.0] * len(self._lower)
        sums: dict[int, float] = defaultdict(float)
        for unit, total in units.items():
            stratum = self._stratum_of[unit]
            sums[stratum] += total
            scaled = self._factors[stratum] * total
            if self._clustered:
                raw += scaled * total
            for column, weight in self._units[unit]:
                cross[column] += scaled * weight
        for stratum, total in sums.items():
            scaled = self._factors[stratum] * total / self._drawn[stratum].drawn
            raw -= scaled * total
            for column, weight in self._whole[stratum].items():
                cross[column] -= scaled * weight
        return raw, cross


def _moments(
    columns: Sequence[tuple[int, ...]], base: Sequence[float], counts: Sequence[int], width: int
) -> list[list[float]]:
    moments = [[0.0] * width for _ in range(width)]
    for row, weight, count in zip(columns, base, counts, strict=True):
        for i in row:
            for j in row:
                moments[i][j] += weight * count
    return moments
