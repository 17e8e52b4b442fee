"""Periods that a value stands for: a day, a month, a quarter, a year."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_

_MONTHS_OF_QUARTER = 3
_WRITTEN = re.compile(r"(20\d\d)(?:-(?:Q([1-4])|(\d\d)(?:-(\d\d))?))?")


class Kind(StrEnum):
    """How long a period is."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Period:
    """A period by its key (2026, 2026-Q3, 2026-10, 2026-10-05) with its days."""

    key: str
    kind: Kind
    first: date
    last: date


def read_period(key: str) -> Period:
    """Return the period that `key` names; Invalid for anything else."""
    found = _WRITTEN.fullmatch(key.strip().upper())
    try:
        if found:
            return _period(found[0], *found.groups())
    except ValueError:  # month 13, 31 April
        pass
    sentence = N_("期间要写成 2026、2026-Q3、2026-10 或 2026-10-05。")
    raise Invalid("bad_period", sentence, [FieldError("period", sentence)])


def _period(key: str, year: str, quarter: str | None, month: str | None, day: str | None) -> Period:
    if day and month:
        here = date(int(year), int(month), int(day))
        return Period(key, Kind.DAY, here, here)
    if month:
        return month_of(date(int(year), int(month), 1))
    if quarter:
        begin = (int(quarter) - 1) * _MONTHS_OF_QUARTER + 1
        first, end = date(int(year), begin, 1), date(int(year), begin + 2, 1)
        return Period(key, Kind.QUARTER, first, month_of(end).last)
    return Period(key, Kind.YEAR, date(int(year), 1, 1), date(int(year), 12, 31))


def month_of(day: date) -> Period:
    """Return the month that `day` lies in."""
    last = day.replace(day=monthrange(day.year, day.month)[1])
    return Period(f"{day:%Y-%m}", Kind.MONTH, day.replace(day=1), last)


def month_before(day: date) -> Period:
    """Return the month that had ended on `day`."""
    return month_of(day.replace(day=1) - timedelta(days=1))
