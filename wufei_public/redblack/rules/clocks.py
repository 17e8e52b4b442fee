"""Clocks of due process and terms of publication: data with their source (`data/`)."""

import calendar
import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib import resources

from wufei_public.common.clock import day_end, day_start, district_day
from wufei_public.common.workdays import Holidays, add_workdays

MOST_RED_MONTHS = 12
# Days from service that the database itself wants before anything is decided: ten working days
# are never fewer, whatever the calendar makes of week-ends.
LEAST_HEARING = 10
# The same for a grade: five working days.
LEAST_GRADE_HEARING = 5
# The same for the public notice of a red entry: five working days.
LEAST_RED_NOTICE = 5
# And after the time to review a request for repair, until silence agrees: ten working days.
LEAST_REPAIR_SILENCE = 10
# And from the last failed service to an announcement: three working days.
LEAST_BEFORE_ANNOUNCEMENT = 3
# The same for a draft of a correction: three working days.
LEAST_DRAFT_HEARING = 3


@dataclass(frozen=True, slots=True)
class Clock:
    """So many working days or days, from where, compared with the source or not."""

    name: str
    amount: int
    unit: str
    source: str
    article: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Severity:
    """A degree of bad faith: how long it is published at least and at most."""

    code: str
    label: str
    least_months: int
    most_months: int
    source: str
    article: str
    verified: bool


def _rows(name: str) -> Iterator[dict[str, str]]:
    file = resources.files("wufei_public.redblack") / "data" / name
    return csv.DictReader(file.read_text(encoding="utf-8").splitlines())


def _source(row: dict[str, str]) -> tuple[str, str, bool]:
    return row["source"], row["article"], row["verified"] == "yes"


CLOCKS: Mapping[str, Clock] = {
    row["name"]: Clock(row["name"], int(row["amount"]), row["unit"], *_source(row))
    for row in _rows("clocks.csv")
}
SEVERITIES: Mapping[str, Severity] = {
    row["code"]: Severity(
        row["code"],
        row["label"],
        int(row["least_months"]),
        int(row["most_months"]),
        *_source(row),
    )
    for row in _rows("severities.csv")
}


def due_at(name: str, start: datetime, holidays: Holidays) -> datetime:
    """Return the instant (UTC) at which the clock `name` runs out: the end of its last day."""
    clock, day = CLOCKS[name], district_day(start)
    if clock.unit == "workday":
        return day_end(add_workdays(day, clock.amount, holidays).day)
    return day_end(day + timedelta(days=clock.amount))


def looked_back(now: datetime) -> datetime:
    """Return since when it matters who took away who speaks for an enterprise."""
    return now - timedelta(days=CLOCKS["look_back"].amount)


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later, the month's last where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def term_ends(published_at: datetime, months: int) -> datetime:
    """Return the instant at which a term of publication of so many months is over.

    It counts from the day of publication and ends as the same day begins: never a day longer.
    """
    return day_start(add_months(district_day(published_at), months))


def months_fit(severity: str, months: int) -> bool:
    """Say whether a black entry of `severity` may be published for so many months; '' is red."""
    if not severity:
        return 1 <= months <= MOST_RED_MONTHS
    found = SEVERITIES[severity]
    return max(1, found.least_months) <= months <= found.most_months
