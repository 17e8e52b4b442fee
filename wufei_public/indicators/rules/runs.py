"""Runs of the aggregation: when one is due, who may go on, and where a kill is tried."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from wufei_public.common.clock import DISTRICT_ZONE
from wufei_public.common.text import N_
from wufei_public.indicators.rules.periods import Period, month_before, month_of

# A holder says so often that it lives; a dead one is replaced within a minute.
LEASE = timedelta(seconds=40)
LOOK_SECONDS = 15
EVERY, AFTER_FAILURE = timedelta(hours=1), timedelta(minutes=10)
FREEZE_DAY, FREEZE_TIME = 2, time(2, 30)
# So many changes at most in one run, so many places and days in one step.
MOST_CHANGES, AT_ONCE = 200_000, 500


class RunState(StrEnum):
    """Where a run stands."""

    ASKED = "asked"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    LOST = "lost"


class Why(StrEnum):
    """What set a run going."""

    CLOCK = "clock"
    FREEZE = "freeze"
    HAND = "hand"


class Point(StrEnum):
    """Every step after which a worker may be killed; the fault test kills after each of them."""

    CLAIMED = "claimed"
    STAGED = "staged"
    DAYS = "days"
    MONTHS = "months"
    YEARS = "years"
    VALUES = "values"
    FORGOTTEN = "forgotten"
    ENDED = "ended"


STATE_LABELS = {
    RunState.ASKED: N_("等着开始"),
    RunState.RUNNING: N_("正在算"),
    RunState.DONE: N_("算完了"),
    RunState.FAILED: N_("出错了"),
    RunState.LOST: N_("中断，已由别的进程重来"),
}
STATE_CHIPS = {
    RunState.ASKED: "soon",
    RunState.RUNNING: "doing",
    RunState.DONE: "done",
    RunState.FAILED: "bad",
    RunState.LOST: "none",
}
WHY_LABELS = {
    Why.CLOCK: N_("每小时，有变动就算"),
    Why.FREEZE: N_("月度定数"),
    Why.HAND: N_("有人点了开始"),
}


@dataclass(frozen=True, slots=True)
class Last:
    """What is known of the newest run that began: when, and what came of it."""

    started_at: datetime
    state: RunState


@dataclass(frozen=True, slots=True)
class Waiting:
    """What there may be to do: months to freeze, changes to count."""

    months: tuple[Period, ...] = ()
    changed: bool = False


def why_now(waiting: Waiting, last: Last | None, now: datetime) -> Why | None:
    """Say why a run is due; a lost one is made up for at once, a failed one after a pause."""
    if last is not None and last.state is RunState.FAILED:
        due = now - last.started_at >= AFTER_FAILURE
    elif last is None or last.state is RunState.LOST:
        due = True
    else:
        due = bool(waiting.months) or now - last.started_at >= EVERY
    if not due:
        return None
    if waiting.months:
        return Why.FREEZE
    return Why.CLOCK if waiting.changed else None


def freezes_at(month: Period, day: int) -> datetime:
    """Return when `month` is frozen: on a day of the month after it, early in the morning."""
    following = month.last + timedelta(days=1)
    return datetime.combine(following.replace(day=day), FREEZE_TIME, DISTRICT_ZONE)


def months_to_freeze(last_frozen: Period | None, day: int, now: datetime) -> tuple[Period, ...]:
    """Return the months whose day has come, oldest first; the very first time only the last."""
    month = month_before(now.astimezone(DISTRICT_ZONE).date())
    if freezes_at(month, day) > now:
        month = month_before(month.first)
    found: list[Period] = []
    while last_frozen is None or month.first > last_frozen.first:
        found.append(month)
        if last_frozen is None:
            break
        month = month_before(month.first)
    return tuple(reversed(found))


def next_freeze(day: int, now: datetime) -> tuple[Period, datetime]:
    """Return the month that is frozen next, and when."""
    today: date = now.astimezone(DISTRICT_ZONE).date()
    month = month_before(today)
    if freezes_at(month, day) <= now:
        month = month_of(today)
    return month, freezes_at(month, day)
