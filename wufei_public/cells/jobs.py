"""What the jobs process does for cells."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from wufei_public.cells.actions import clockwork
from wufei_public.cells.actions.clockwork import every
from wufei_public.cells.queries import applications as queries
from wufei_public.cells.rules.reminding import SOON
from wufei_public.cells.rules.stages import ENDS
from wufei_public.common.actor import SYSTEM
from wufei_public.infra.jobs import Job
from wufei_public.infra.work import Work, house, reading, work

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def end_overdue(_slot: str) -> int:
    """End what ends by itself: notices, lapsed corrections, refusals nobody appealed against."""
    codes = queries.overdue(reading(), list(ENDS), house().clock())
    ended = sum(work(SYSTEM, _one(clockwork.end_one, code)) for code in codes)
    drafts = queries.drafts(reading(), LONG_AGO, house().clock())
    return ended + sum(work(SYSTEM, _one(clockwork.lapse_draft, row.code)) for row in drafts)


def _one(do: Callable[..., bool], code: str) -> Callable[[Work], bool]:
    return partial(do, code=code)


def remind(_slot: str) -> int:
    """Remind of deadlines, near and past."""
    now = house().clock()
    rows = every(lambda after: queries.drafts(reading(), now, now + SOON, after))
    drafts = sum(
        work(SYSTEM, partial(clockwork.closing_soon, codes=[r.code], closes_at=r.closes_at))
        for r in rows
    )
    return drafts + work(SYSTEM, clockwork.remind)


JOBS = (
    Job("cells.end_overdue", end_overdue, every=60),
    Job("cells.remind", remind, cron="0 8 * * *"),
)
