"""Which district day a check-in counts for, and how long a streak is."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from wufei_public.common.clock import district_day
from wufei_public.common.text import N_

# A phone may hold a check-in for so long without its day being doubted.
HOLDS = timedelta(hours=48)
WEEK = timedelta(days=7)
DAY = timedelta(days=1)
# Streaks of so many days are worth points (points/data/rules.csv: streak_7 …).
MILESTONES = (7, 14, 30)


class Origin(StrEnum):
    """How a check-in came to its day."""

    TODAY = "today"
    BACKDATED = "backdated"  # the day that the phone claimed, before the day it arrived
    LATE = "late"  # opened too long ago: counts for the day it arrived
    SECOND = "second"  # there was a back-dated one within a week: the day it arrived
    WRONG_CLOCK = "wrong_clock"  # a day outside the opening and the arrival: the day it arrived


WORDS: Mapping[Origin, str] = {
    Origin.BACKDATED: N_("没有信号时打的卡，算在当天。"),
    Origin.LATE: N_("离打开页面超过 48 小时了，算在收到的这一天。"),
    Origin.SECOND: N_("一周里只能补一天，这次算在收到的这一天。"),
    Origin.WRONG_CLOCK: N_("手机上的日期对不上，算在收到的这一天。"),
}


@dataclass(frozen=True, slots=True)
class Claim:
    """What is known of a check-in's time: the phone's day, the signed opening, the arrival."""

    day: date | None
    opened_at: datetime | None
    arrived_at: datetime


def decide(claim: Claim, backdated_on: Collection[date]) -> tuple[date, Origin]:
    """Return the day that a check-in counts for; `backdated_on` are arrivals of back-dated ones.

    Issue 6, point 3: the claimed day counts only between the signed opening of the page and
    the arrival, at most 48 hours apart, at most once a week.
    """
    today = district_day(claim.arrived_at)
    if claim.day is None or claim.day == today:
        return today, Origin.TODAY
    if claim.opened_at is None or not district_day(claim.opened_at) <= claim.day < today:
        return today, Origin.WRONG_CLOCK
    if claim.arrived_at - claim.opened_at > HOLDS:
        return today, Origin.LATE
    if any(today - WEEK < day <= today for day in backdated_on):
        return today, Origin.SECOND
    return claim.day, Origin.BACKDATED


def streak_at(day: date, known: Collection[date], before: Mapping[date, int]) -> int:
    """Return the streak of `day`, checked in now; `before` has the streaks of known days."""
    yesterday = day - DAY
    return before[yesterday] + 1 if yesterday in known else 1


def running_streak(today: date, last: date | None, streak: int) -> int:
    """Return the streak that runs today: over once a whole day was missed."""
    return streak if last is not None and last >= today - DAY else 0


def next_milestone(streak: int) -> int | None:
    """Return the next streak that is worth points, None after the last."""
    return next((days for days in MILESTONES if days > streak), None)


def reached(before: int, after: int) -> tuple[int, ...]:
    """Return the milestones that lie after `before`, up to `after`."""
    return tuple(days for days in MILESTONES if before < days <= after)
