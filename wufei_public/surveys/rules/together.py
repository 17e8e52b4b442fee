"""The mean of figures from independent surveys, such as indicator 53 of its four groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt

from wufei_public.surveys.rules.estimates import LEVEL
from wufei_public.surveys.rules.intervals import Interval, wald


@dataclass(frozen=True, slots=True)
class Part:
    """One survey's share with its error, degrees of freedom, answers, and weight in the mean."""

    value: float
    error: float | None
    df: float
    n: int
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Mean:
    """The mean, its standard error and interval (None where a part has no error), all answers."""

    value: float
    error: float | None
    interval: Interval | None
    n: int


def mean_of(parts: Sequence[Part], level: float = LEVEL) -> Mean:
    """Return the weighted mean of independent shares, its interval within 0 and 1.

    Variances add by the squares of the weights; degrees of freedom after Satterthwaite (1946).
    """
    whole = sum(part.weight for part in parts)
    value = sum(part.weight * part.value for part in parts) / whole
    n = sum(part.n for part in parts)
    known = [
        (part.weight / whole * part.error, part.df) for part in parts if part.error is not None
    ]
    if len(known) < len(parts):
        return Mean(value, None, None, n)
    variance = sum(error**2 for error, _ in known)
    if variance == 0:
        return Mean(value, 0.0, (value, value), n)
    below = sum(error**4 / df for error, df in known if error > 0)
    error, df = sqrt(variance), variance**2 / below if below else inf
    low, high = wald(value, error, df, level)
    return Mean(value, error, (max(0.0, low), min(1.0, high)), n)
