"""Reads of the outbox and of a person's inbox."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, tuple_
from sqlalchemy.orm import Session

from wufei_public.infra.keys import Keys
from wufei_public.infra.outbox import OutboxRow
from wufei_public.messages.models import Message

PAGE = 20
Position = tuple[datetime, int]


def is_anything_due(session: Session, channel: str, now: datetime) -> bool:
    """Say whether a message of `channel` waits to be sent: a read, so that idling locks nothing."""
    found = session.scalar(
        select(OutboxRow.id)
        .where(OutboxRow.state == "waiting", OutboxRow.next_at <= now, OutboxRow.channel == channel)
        .limit(1)
    )
    return found is not None


def inbox_page(
    session: Session, account: int, after: Position | None = None, limit: int = PAGE
) -> tuple[Sequence[Row[Any]], Position | None]:
    """Return messages of `account`, newest first, and the next page's position if there is one."""
    statement = select(
        Message.id, Message.template, Message.values, Message.at, Message.read_at
    ).where(Message.account == account)
    if after is not None:
        statement = statement.where(tuple_(Message.at, Message.id) < after)
    ordered = statement.order_by(Message.at.desc(), Message.id.desc())
    rows = session.execute(ordered.limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return rows[:limit], (last.at, last.id) if last else None


def unread(session: Session, account: int) -> int:
    """Return how many messages of `account` were not read yet."""
    counted = select(func.count()).where(Message.account == account, Message.read_at.is_(None))
    return session.scalar(counted) or 0


def export(session: Session, _keys: Keys, account: int) -> Sequence[Mapping[str, Any]]:
    """Return every message of `account`, to take away."""
    rows = session.scalars(
        select(Message)
        .where(Message.account == account)
        .order_by(Message.at.desc(), Message.id.desc())
    )
    return [
        {
            "template": row.template,
            "values": row.values,
            "at": row.at.isoformat(),
            "read_at": row.read_at.isoformat() if row.read_at else None,
        }
        for row in rows
    ]
