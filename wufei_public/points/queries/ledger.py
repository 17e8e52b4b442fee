"""Reads of the ledger."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, func, select
from sqlalchemy.orm import Session

from wufei_public.infra.tables import BigKey
from wufei_public.points.models import PointAccount, PointEntry

MOST_SHOWN = 50

_BALANCE = select(PointAccount.balance).where(
    PointAccount.account == bindparam("account", type_=BigKey)
)


def balance(session: Session, account: int) -> int:
    """Return what a resident has."""
    return session.connection().execute(_BALANCE, {"account": account}).scalar() or 0


def entries(session: Session, account: int, limit: int = MOST_SHOWN) -> Sequence[Row[Any]]:
    """Return a resident's bookings, newest first."""
    return session.execute(
        select(
            PointEntry.id,
            PointEntry.book,
            PointEntry.rule,
            PointEntry.ref,
            PointEntry.amount,
            PointEntry.day,
            PointEntry.booked_at,
            PointEntry.reason,
        )
        .where(PointEntry.account == account)
        .order_by(PointEntry.id.desc())
        .limit(limit)
    ).all()


def wrong_balances(session: Session) -> Sequence[Row[Any]]:
    """Return account, kept balance and sum of the entries wherever the two differ."""
    sums = (
        select(PointEntry.account, func.sum(PointEntry.amount).label("total"))
        .group_by(PointEntry.account)
        .subquery()
    )
    total = func.coalesce(sums.c.total, 0)
    with_account = (
        select(PointAccount.account, PointAccount.balance, total.label("total"))
        .outerjoin(sums, sums.c.account == PointAccount.account)
        .where(PointAccount.balance != total)
    )
    without = (
        select(sums.c.account, PointAccount.balance, sums.c.total)
        .outerjoin(PointAccount, PointAccount.account == sums.c.account)
        .where(PointAccount.account.is_(None))
    )
    return [*session.execute(with_account).all(), *session.execute(without).all()]
