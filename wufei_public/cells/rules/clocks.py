"""Deadlines of an application: data with its source, each computed once when it starts."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib import resources

from wufei_public.cells.rules.stages import State
from wufei_public.common.clock import day_end, district_day
from wufei_public.common.workdays import Holidays, add_workdays, workdays_between


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock: so many working days, days or years, and whether the source was compared."""

    name: str
    amount: int
    unit: str
    source: str
    verified: bool


def table(name: str) -> list[dict[str, str]]:
    """Return the rows of one of the feature's data files."""
    file = resources.files("wufei_public.cells") / "data" / name
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))


CLOCKS: Mapping[str, Clock] = {
    row["name"]: Clock(
        row["name"], int(row["amount"]), row["unit"], row["source"], row["verified"] == "yes"
    )
    for row in table("clocks.csv")
}
# The deadline that starts when a state is entered; the others run by a date of their own.
RUNNING: Mapping[State, str] = {
    State.SUBMITTED: "town_check",
    State.RETURNED: "resubmit",
    State.SECTOR: "sector",
    State.EXPERTS: "scoring",
    State.SCORED: "decide",
    State.PROPOSED: "confirm",
    State.CLEARED: "name",
    State.RECTIFYING: "rectify",
    State.REINSPECTING: "reinspect",
    State.NOTICED: "notice",
    State.HELD: "objection",
    State.REFUSED: "appeal_within",
    State.APPEALED: "appeal_answer",
}


def last_day(name: str, start: date, holidays: Holidays) -> date:
    """Return the last day of the clock `name` that starts on the day `start`."""
    clock = CLOCKS[name]
    if clock.unit == "workday":
        return add_workdays(start, clock.amount, holidays).day
    if clock.unit == "day":
        return start + timedelta(days=clock.amount)
    return years_after(start, clock.amount)


def years_after(start: date, years: int) -> date:
    """Return the last day of `years` years from `start`: the day before its anniversary."""
    try:
        anniversary = start.replace(year=start.year + years)
    except ValueError:  # 29 February
        anniversary = date(start.year + years, 3, 1)
    return anniversary - timedelta(days=1)


def due_at(name: str, start: datetime, holidays: Holidays) -> datetime:
    """Return the instant (UTC) at which the clock `name` runs out: the end of its last day."""
    return day_end(last_day(name, district_day(start), holidays))


def after_hold(until: datetime, held_at: datetime, now: datetime, holidays: Holidays) -> datetime:
    """Return the end of a public notice that stood still from `held_at` to `now`.

    It ends as many working days after `now` as were left when the first objection came, but
    not before a whole one (`notice_rest`): nobody reads a notice that begins again for minutes.
    """
    left = max(
        CLOCKS["notice_rest"].amount,
        workdays_between(district_day(held_at), district_day(until), holidays).days,
    )
    return day_end(add_workdays(district_day(now), left, holidays).day)
