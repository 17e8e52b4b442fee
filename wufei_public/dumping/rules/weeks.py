"""Weeks of the digest, and what makes a place a hot spot."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from wufei_public.common.clock import day_end, day_start, district_day
from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_

# A place of so many reports within so many days is looked at as a place, not case by case.
SPOT_CASES, SPOT_DAYS, MOST_SPOTS = 3, 180, 20
# Cells of about 220 m: a heap is rarely reported from farther off.
SPOT_DEGREES = 0.002


@dataclass(frozen=True, slots=True)
class Week:
    """A week of the district, Monday to Sunday (ISO 8601)."""

    monday: date

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    @property
    def name(self) -> str:
        """Return the week as it stands in an address: 2026-W48."""
        year, week, _day = self.monday.isocalendar()
        return f"{year}-W{week:02d}"

    @property
    def start(self) -> datetime:
        return day_start(self.monday)

    @property
    def end(self) -> datetime:
        return day_end(self.sunday)


def last_week(now: datetime) -> Week:
    """Return the last whole week before `now`."""
    today = district_day(now)
    return Week(today - timedelta(days=today.weekday() + 7))


def week_named(name: str) -> Week:
    """Return the week `2026-W48`; NotFound for what is none."""
    year, mark, week = name.partition("-W")
    try:
        if mark and year.isascii() and week.isascii():
            return Week(date.fromisocalendar(int(year), int(week), 1))
    except ValueError:
        pass
    raise NotFound("no_week", N_("没有这一周。"))
