"""Where a series will stand by the end of a target year, if it goes on as it did.

A straight line through the published values, with the interval of a new value (Student's t).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import sqrt

from wufei_public.surveys.rules.special import t_quantile

LEAST = 4
_UPPER = 0.975
_DAYS = 365.25


@dataclass(frozen=True, slots=True)
class Forecast:
    """The expected figure at the end of a year, and between which it lies 95 times of 100."""

    year: int
    figure: float
    low: float
    high: float
    values: int


def forecast(
    values: Sequence[tuple[date, Decimal]], year: int, bounds: tuple[float, float] | None = None
) -> Forecast | None:
    """Return the forecast for the end of `year`; None from fewer values than LEAST.

    `bounds` are the least and the most that the unit can be.
    """
    if len(values) < LEAST or len({day for day, _figure in values}) < LEAST:
        return None
    begin = min(day for day, _figure in values)
    points = [((day - begin).days / _DAYS, float(figure)) for day, figure in values]
    at = (date(year, 12, 31) - begin).days / _DAYS
    count = len(points)
    mean_x, mean_y = (sum(point[axis] for point in points) / count for axis in (0, 1))
    spread = sum((x - mean_x) ** 2 for x, _y in points)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
    rest = sum((y - mean_y - slope * (x - mean_x)) ** 2 for x, y in points)
    error = sqrt(rest / (count - 2) * (1 + 1 / count + (at - mean_x) ** 2 / spread))
    figure, reach = mean_y + slope * (at - mean_x), t_quantile(_UPPER, count - 2) * error
    least, most = bounds or (figure - reach, figure + reach)
    found = [min(most, max(least, one)) for one in (figure, figure - reach, figure + reach)]
    return Forecast(year, found[0], found[1], found[2], count)
