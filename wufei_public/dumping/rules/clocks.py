"""Clocks of a case: local promises in working days, legal maxima in days beside them.

Every number is data with its source (`data/clocks.csv`); each deadline is computed once,
when its clock starts, and kept with the case. RUNNING says which of them runs in which
state; the database holds the running one (`due_at`) to that table.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from importlib import resources

from wufei_public.common.clock import day_end, district_day
from wufei_public.common.workdays import DueDay, Holidays, add_workdays, workdays_between
from wufei_public.dumping.rules.states import State

SOON = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock: so many working days or days, from where, compared with the source or not."""

    name: str
    label: str
    amount: int
    unit: str
    source: str
    article: str
    verified: bool


CLOCKS: Mapping[str, Clock] = {
    row["name"]: Clock(
        row["name"],
        row["label"],
        int(row["amount"]),
        row["unit"],
        row["source"],
        row["article"],
        row["verified"] == "yes",
    )
    for row in csv.DictReader(
        (resources.files("wufei_public.dumping") / "data" / "clocks.csv")
        .read_text(encoding="utf-8")
        .splitlines()
    )
}

# The deadline that runs in each state. While the reporter is asked the others stand.
RUNNING: Mapping[State, str] = {
    State.SUBMITTED: "accept_due",
    State.ACCEPTED: "transfer_due",
    State.ASSIGNED: "finish_due",
    State.ASKED_SUBMITTED: "held_until",
    State.ASKED_ACCEPTED: "held_until",
    State.ASKED_ASSIGNED: "held_until",
    State.DISPUTED: "transfer_due",
    State.OBJECTED: "review_due",
}
# What stands while the reporter is asked, and moves by the time that this took.
STANDING: Mapping[State, tuple[str, ...]] = {
    State.ASKED_SUBMITTED: ("accept_due",),
    State.ASKED_ACCEPTED: ("transfer_due", "finish_due"),
    State.ASKED_ASSIGNED: ("finish_due",),
}


class Urgency(StrEnum):
    """How near a deadline is."""

    NONE = "none"
    LATER = "later"
    SOON = "soon"
    TODAY = "today"
    OVER = "over"


def deadline(name: str, start: datetime, holidays: Holidays) -> DueDay:
    """Return the last day of the clock `name` that starts at the instant `start`."""
    clock, day = CLOCKS[name], district_day(start)
    if clock.unit == "workday":
        return add_workdays(day, clock.amount, holidays)
    return DueDay(day + timedelta(days=clock.amount), certain=True)


def due_at(name: str, start: datetime, holidays: Holidays) -> datetime:
    """Return the instant (UTC) at which the clock `name` runs out: the end of its last day."""
    return day_end(deadline(name, start, holidays).day)


def is_uncertain(due: datetime | None, now: datetime, holidays: Holidays) -> bool:
    """Say whether a holiday that nobody has loaded may lie between `now` and `due`."""
    if due is None or due < now:
        return False
    first, last = district_day(now), district_day(due)
    return not all(
        holidays.knows(first + timedelta(days=n)) for n in range((last - first).days + 1)
    )


def after_hold(due: datetime, asked_at: datetime, now: datetime, holidays: Holidays) -> datetime:
    """Return `due` moved by the working days between asking the reporter and `now`.

    The clock stands while the reporter is asked, so the promise neither shrinks nor grows.
    """
    waited = max(0, workdays_between(district_day(asked_at), district_day(now), holidays).days)
    return day_end(add_workdays(district_day(due), waited, holidays).day)


def redo_due(finish: datetime | None, now: datetime, holidays: Holidays) -> datetime:
    """Return by when a case that is done again is to be finished: never sooner than promised."""
    again = due_at("redo", now, holidays)
    return again if finish is None else max(finish, again)


def earliest(one: datetime | None, two: datetime | None) -> datetime | None:
    """Return the earlier of two deadlines; that of the first where the second has none."""
    return min(one, two) if one is not None and two is not None else one


def urgency(due: datetime | None, now: datetime) -> Urgency:
    """Return how near `due` is."""
    if due is None:
        return Urgency.NONE
    if due < now:
        return Urgency.OVER
    if district_day(due) == district_day(now):
        return Urgency.TODAY
    return Urgency.SOON if due - now <= SOON else Urgency.LATER


def days_left(due: datetime, now: datetime) -> int:
    """Return whole calendar days until `due`'s day; negative when it is past."""
    return (district_day(due) - district_day(now)).days
