"""Reads of the outbox and of a person's inbox."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import Row, func, or_, select, tuple_
from sqlalchemy.orm import Session

from wufei_public.infra.keys import Keys
from wufei_public.infra.outbox import OutboxRow
from wufei_public.messages.models import Message, MessageText
from wufei_public.people.queries.sealing import read_phone_address
from wufei_public.people.rules.phones import masked

PAGE = 20
LATE = timedelta(hours=1)
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


def dead(session: Session, before: int | None = None) -> Sequence[OutboxRow]:
    """Return messages that wait for a person, the newest first; one more than a page."""
    found = select(OutboxRow).where(OutboxRow.state == "dead")
    if before is not None:
        found = found.where(OutboxRow.id < before)
    return session.scalars(found.order_by(OutboxRow.id.desc()).limit(PAGE + 1)).all()


def dead_count(session: Session) -> int:
    """Return how many messages wait for a person."""
    return session.scalar(select(func.count()).where(OutboxRow.state == "dead")) or 0


def late(session: Session, now: datetime) -> int:
    """Return how many messages should have left an hour ago and still wait.

    What was never tried and has its hour before it only waits for the morning.
    """
    overdue = (
        OutboxRow.state == "waiting",
        OutboxRow.created_at < now - LATE,
        or_(OutboxRow.tries > 0, OutboxRow.next_at < now - LATE),
    )
    return session.scalar(select(func.count()).where(*overdue)) or 0


def masked_recipient(keys: Keys, row: OutboxRow) -> str:
    """Return the number as officials see it; nothing where it cannot be opened."""
    try:
        return masked(read_phone_address(keys, row.recipient))
    except (InvalidTag, ValueError):
        return ""


def texts(session: Session, templates: Collection[str]) -> Mapping[str, Sequence[MessageText]]:
    """Return the versions that were written for `templates`, the oldest first."""
    found: dict[str, list[MessageText]] = {}
    rows = session.scalars(
        select(MessageText)
        .where(MessageText.template.in_(templates))
        .order_by(MessageText.template, MessageText.number)
    )
    for row in rows:
        found.setdefault(row.template, []).append(row)
    return found


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
