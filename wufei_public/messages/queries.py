"""Reads of messages."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from wufei_public.infra.outbox import OutboxRow


def due(session: Session, now: datetime, limit: int = 20) -> Sequence[int]:
    """Return the ids of messages to a phone that are due."""
    return session.scalars(
        select(OutboxRow.id)
        .where(OutboxRow.state == "waiting", OutboxRow.next_at <= now, OutboxRow.channel == "sms")
        .order_by(OutboxRow.next_at)
        .limit(limit)
    ).all()


def inbox(session: Session, account_id: int, limit: int = 50) -> Sequence[Row[Any]]:
    """Return the messages of a resident's inbox, newest first."""
    return session.execute(
        select(OutboxRow.id, OutboxRow.template, OutboxRow.values, OutboxRow.created_at)
        .where(OutboxRow.channel == "inbox", OutboxRow.recipient == str(account_id))
        .order_by(OutboxRow.id.desc())
        .limit(limit)
    ).all()
