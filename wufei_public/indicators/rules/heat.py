"""A table of places and months, each cell with a shade: the darker, the more."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from wufei_public.indicators.rules.periods import month_before, month_of

MONTHS, SHADES = 12, 4


@dataclass(frozen=True, slots=True)
class Line:
    """One place: its figure of each month (None where it is hidden), the shades, the sum shown."""

    place: str
    figures: tuple[int | None, ...]
    shades: tuple[int, ...]
    whole: int

    @property
    def is_whole(self) -> bool:
        """Say whether nothing of it is hidden, so that the sum may be shown."""
        return None not in self.figures


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
    figures: Mapping[tuple[str, date], int],
    places: Sequence[str],
    months: Sequence[date],
    hidden: Collection[tuple[str, date]] = (),
) -> list[Line]:
    """Return a line for each place; shades are quarters of the greatest cell shown, 0 for none."""
    shown = {key: figure for key, figure in figures.items() if key not in hidden}
    most = max(shown.values(), default=0)
    found = []
    for place in places:
        keys = [(place, month) for month in months]
        row = tuple(None if key in hidden else shown.get(key, 0) for key in keys)
        shades = tuple(_shade(figure or 0, most) for figure in row)
        found.append(Line(place, row, shades, sum(figure or 0 for figure in row)))
    return found


def _shade(figure: int, most: int) -> int:
    return -(-figure * SHADES // most) if figure > 0 and most else 0
