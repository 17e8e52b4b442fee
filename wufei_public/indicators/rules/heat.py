"""A table of places and months, each cell with a shade: the darker, the more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from wufei_public.indicators.rules.periods import month_before, month_of

MONTHS, SHADES = 12, 4


@dataclass(frozen=True, slots=True)
class Line:
    """One place: its figure of each month, the shade of each, and their sum."""

    place: str
    figures: tuple[int, ...]
    shades: tuple[int, ...]
    whole: int


def months_until(today: date, count: int = MONTHS) -> list[date]:
    """Return the first days of the last `count` months, the oldest first, this one too."""
    found = [today.replace(day=1)]
    while len(found) < count:
        found.append(month_before(found[-1]).first)
    return list(reversed(found))


def span_of(months: Sequence[date]) -> tuple[date, date]:
    """Return the first and the last day of the months."""
    return months[0], month_of(months[-1]).last


def lines(
    figures: Mapping[tuple[str, date], int], places: Sequence[str], months: Sequence[date]
) -> list[Line]:
    """Return a line for each place; shades are quarters of the greatest cell, 0 for nothing."""
    most = max(figures.values(), default=0)
    found = []
    for place in places:
        row = tuple(figures.get((place, month), 0) for month in months)
        shades = tuple(_shade(figure, most) for figure in row)
        found.append(Line(place, row, shades, sum(row)))
    return found


def _shade(figure: int, most: int) -> int:
    return -(-figure * SHADES // most) if figure > 0 and most else 0
