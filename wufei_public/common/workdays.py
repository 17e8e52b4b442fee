"""Working days, given the official holiday calendar: pure arithmetic on days."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Holidays:
    """The State Council's yearly notices: days off, make-up working days, years known."""

    off: AbstractSet[date] = frozenset()
    made_up: AbstractSet[date] = frozenset()
    years: AbstractSet[int] = frozenset()

    def is_workday(self, day: date) -> bool:
        """Say whether offices work on `day`; weekends decide where no notice is known."""
        if day in self.made_up:
            return True
        return day not in self.off and day.weekday() < _SATURDAY


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day counted in working days; not `certain` when it crosses a year without a notice."""

    day: date
    certain: bool


def add_workdays(start: date, count: int, holidays: Holidays) -> Deadline:
    """Return the last of `count` working days after `start` (the day itself is not counted).

    Civil Code art. 201: a period begins on the day after. `count` 0 gives `start`.
    """
    if count < 0:
        raise ValueError("a period is not negative")
    day, certain = start, True
    while count:
        day += timedelta(days=1)
        certain = certain and day.year in holidays.years
        count -= holidays.is_workday(day)
    return Deadline(day, certain)


def workdays_between(start: date, end: date, holidays: Holidays) -> int:
    """Return how many working days lie after `start` up to and with `end`; negative backwards."""
    if end < start:
        return -workdays_between(end, start, holidays)
    days = ((start + timedelta(days=n)) for n in range(1, (end - start).days + 1))
    return sum(holidays.is_workday(day) for day in days)
