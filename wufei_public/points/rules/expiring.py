"""When points expire, if the district says so: a dated rule of data (`data/expiry.csv`).

Points of a month are good until the end of a later month; the oldest are used first. Whoever
loses some is told before, and nothing that was not told of is taken.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from wufei_public.points.rules.worth import DATA

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Expiry:
    """From `since` on points live `keep_months`, their own month not counted; told days before."""

    since: date
    keep_months: int
    notice_days: int


def read_expiries(text: str) -> Sequence[Expiry]:
    """Return the rows of expiry.csv, the newest first; ValueError for one that no one could meet.

    A notice comes at most 28 days before, since what expires is looked at once a month.
    """
    rows = [
        Expiry(date.fromisoformat(row["since"]), int(row["keep_months"]), int(row["notice_days"]))
        for row in csv.DictReader(text.splitlines())
    ]
    if any(row.keep_months < 1 or not 1 <= row.notice_days <= 28 for row in rows):  # noqa: PLR2004
        raise ValueError("points live a month at least, and are told of 1 to 28 days before")
    return sorted(rows, key=lambda row: row.since, reverse=True)


EXPIRIES = read_expiries((DATA / "expiry.csv").read_text(encoding="utf-8"))


def expiry_on(day: date, expiries: Sequence[Expiry]) -> Expiry | None:
    """Return the rule that holds on `day`, None where points do not expire."""
    return next((row for row in expiries if row.since <= day), None)


def next_end(today: date) -> date:
    """Return the last day of the month of `today`: points that expire are good until its end."""
    following = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    return following - _DAY


def last_end(today: date) -> date:
    """Return the last day of the month before."""
    return today.replace(day=1) - _DAY


def gone_with(end: date, expiry: Expiry) -> date | None:
    """Return up to which day points are of no more use after `end`; None where that is none.

    What was there before the rule lives as if it had come on the rule's first day: nobody loses
    anything by what was not said yet.
    """
    months = end.year * 12 + end.month - 1 - expiry.keep_months
    last = next_end(date(months // 12, months % 12 + 1, 1))
    return last if last >= expiry.since else None


def is_notice_time(today: date, expiry: Expiry) -> bool:
    """Say whether what is good until the end of this month is told of by now."""
    return next_end(today) - today < timedelta(days=expiry.notice_days)
