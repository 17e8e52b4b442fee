"""Reads of the ledger."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.infra.tables import BigKey
from wufei_public.points.models import PointAccount, PointEntry
from wufei_public.points.rules.worth import REVERSE, Book

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


def earned(session: Session, entry_id: int) -> Row[Any]:
    """Return a booking that somebody earned, and whether it was taken back; NotFound."""
    back = aliased(PointEntry)
    taken = and_(
        back.account == PointEntry.account, back.rule == REVERSE, back.ref == str(entry_id)
    )
    row = session.execute(
        select(
            PointEntry.id,
            PointEntry.rule,
            PointEntry.amount,
            PointEntry.day,
            select(back.id).where(taken).exists().label("reversed"),
        ).where(PointEntry.id == entry_id, PointEntry.book == Book.EARNED.value)
    ).one_or_none()
    if row is None:
        raise NotFound("no_such_entry", N_("没有这笔积分。"))
    return row


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
