"""Reads of points that expire: what is left of the oldest, by account."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, select
from sqlalchemy.orm import Session

from wufei_public.points.models import PointAccount, PointEntry, PointNotice


def _left(until: date) -> ColumnElement[int]:
    """Return what is left of the points up to a day: the oldest are used first."""
    counts = (PointEntry.amount < 0) | (PointEntry.day <= until)
    return func.coalesce(func.sum(case((counts, PointEntry.amount), else_=0)), 0)


def left_of(session: Session, account: int, until: date) -> int:
    """Return how many of an account's points up to a day are left."""
    found = session.scalar(select(_left(until)).where(PointEntry.account == account))
    return max(0, found or 0)


def untold(
    session: Session, until: date, end: date, after: int, limit: int
) -> Sequence[Row[tuple[int, int]]]:
    """Return accounts above `after` with what they lose at `end`, of which they were not told."""
    told = select(PointNotice.account).where(PointNotice.good_until == end)
    left = _left(until)
    return session.execute(
        select(PointEntry.account, left.label("points"))
        .where(PointEntry.account > after, PointEntry.account.not_in(told))
        .group_by(PointEntry.account)
        .having(left > 0)
        .order_by(PointEntry.account)
        .limit(limit)
    ).all()


def told(session: Session, end: date, after: int, limit: int) -> Sequence[int]:
    """Return accounts above `after` that were told of `end` and lost nothing by it yet."""
    return session.scalars(
        select(PointNotice.account)
        .where(
            PointNotice.good_until == end,
            PointNotice.account > after,
            PointNotice.expired_at.is_(None),
        )
        .order_by(PointNotice.account)
        .limit(limit)
    ).all()


def held(session: Session, accounts: Collection[int], until: date, end: date) -> list[Any]:
    """Return account, what it was told and what is left, each account locked until the end.

    Locked before it is summed: what is spent meanwhile waits, and is never taken twice.
    """
    session.execute(
        select(PointAccount.account)
        .where(PointAccount.account.in_(accounts))
        .order_by(PointAccount.account)
        .with_for_update()
    ).all()
    notice = and_(PointNotice.account == PointEntry.account, PointNotice.good_until == end)
    rows = session.execute(
        select(PointEntry.account, PointNotice.points.label("told"), _left(until).label("left"))
        .join(PointNotice, notice)
        .where(PointEntry.account.in_(accounts))
        .group_by(PointEntry.account, PointNotice.points)
        .order_by(PointEntry.account)
    )
    return list(rows)
