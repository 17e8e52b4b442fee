"""Working days and deadlines, given the holidays.

A deadline of n working days does not count the day on which it starts and ends with
the n-th working day after it (Civil Code 民法典 art. 201 and 203). Days off and the
weekend days worked instead come from the yearly notice of the State Council's office;
a year without its notice is reckoned by weekends alone and said to be uncertain.
"""

from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)
_SATURDAY = 5
# The notice for a year settles the last days of December before it: for 2019 it made
# Monday 2018-12-31 a day off and Saturday 2018-12-29 a working day.
BELONGS_TO_NEXT_YEAR = (12, 29)


@dataclass(frozen=True, slots=True)
class Holidays:
    """Days off, weekend days worked instead, and the years whose notice is known."""

    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()

    def knows(self, day: date) -> bool:
        """Say whether every notice that may touch `day` is known."""
        if day.year not in self.years:
            return False
        return (day.month, day.day) < BELONGS_TO_NEXT_YEAR or day.year + 1 in self.years

    def is_workday(self, day: date) -> bool:
        """Say whether `day` is worked; outside the known years weekends alone decide."""
        if day in self.worked:
            return True
        return day.weekday() < _SATURDAY and day not in self.off


@dataclass(frozen=True, slots=True)
class DueDay:
    """The last day of a deadline; `certain` is false where a holiday may still move it."""

    day: date
    certain: bool


@dataclass(frozen=True, slots=True)
class DayCount:
    """A number of working days; `certain` is false where a holiday may still change it."""

    days: int
    certain: bool


def add_workdays(start: date, n: int, holidays: Holidays) -> DueDay:
    """Return the n-th working day after `start`, which is itself not counted (art. 201).

    With n = 0 it is `start`. A negative n raises ValueError.
    """
    if n < 0:
        raise ValueError("a deadline lies ahead: n must not be negative")
    day, certain = start, True
    while n:
        day += _DAY
        certain = certain and holidays.knows(day)
        n -= holidays.is_workday(day)
    return DueDay(day, certain)


def workdays_between(start: date, end: date, holidays: Holidays) -> DayCount:
    """Return the working days after `start` up to and with `end`; negative if `end` is earlier.

    So the days left are between today and the due day, the days overdue are between
    the due day and today, and `add_workdays` is the inverse.
    """
    if end < start:
        back = workdays_between(end, start, holidays)
        return DayCount(-back.days, back.certain)
    passed = [start + _DAY * step for step in range(1, (end - start).days + 1)]
    return DayCount(
        sum(holidays.is_workday(day) for day in passed),
        all(holidays.knows(day) for day in passed),
    )
