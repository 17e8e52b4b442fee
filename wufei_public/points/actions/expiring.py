"""Points that expire: told of before, then booked out once; nothing where no rule holds."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import insert, update

from wufei_public.common.clock import district_day
from wufei_public.infra.work import Work
from wufei_public.messages.actions.inbox import tell
from wufei_public.points.actions import ledger
from wufei_public.points.models import PointNotice
from wufei_public.points.queries import expiring as queries
from wufei_public.points.rules.expiring import (
    EXPIRIES,
    Expiry,
    expiry_on,
    gone_with,
    is_notice_time,
    last_end,
    next_end,
)

BATCH = 500
NOTICE = "points.expiring"


def announce(w: Work, *, after: int = 0, expiries: Sequence[Expiry] = EXPIRIES) -> Sequence[int]:
    """Tell a batch of accounts what they lose at the end of this month, each once.

    Return the accounts, none when there is none above `after`.
    """
    today = district_day(w.now)
    end, rule = next_end(today), expiry_on(today, expiries)
    until = gone_with(end, rule) if rule and is_notice_time(today, rule) else None
    rows = queries.untold(w.session, until, end, after, BATCH) if until else []
    for row in rows:
        told = {"account": row.account, "good_until": end, "points": row.points, "told_at": w.now}
        w.session.execute(insert(PointNotice), told)
        tell(w, row.account, NOTICE, {"points": row.points, "day": end.isoformat()})
    return [row.account for row in rows]


def expire(w: Work, *, after: int = 0, expiries: Sequence[Expiry] = EXPIRIES) -> Sequence[int]:
    """Book out what was good until the end of last month and was told of, a batch of accounts.

    Never more than was told, never what is spent by now. Return the accounts, none when
    there is none above `after`.
    """
    end = last_end(district_day(w.now))
    rule = expiry_on(end, expiries)
    until = gone_with(end, rule) if rule else None
    accounts = queries.told(w.session, end, after, BATCH) if until else []
    if not accounts or until is None:
        return []
    for row in queries.held(w.session, accounts, until, end):
        _take(w, row.account, min(row.told, row.left), end)
    done = update(PointNotice).where(
        PointNotice.account.in_(accounts), PointNotice.good_until == end
    )
    w.session.execute(done.values(expired_at=w.now))
    return accounts


def _take(w: Work, account: int, points: int, end: date) -> None:
    if points > 0:
        ledger.expire(w, account, end.isoformat(), points)
