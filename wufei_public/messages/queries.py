"""Reads of the outbox."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from wufei_public.infra.outbox import OutboxRow


def is_anything_due(session: Session, channel: str, now: datetime) -> bool:
    """Say whether a message of `channel` waits to be sent: a read, so that idling locks nothing."""
    found = session.scalar(
        select(OutboxRow.id)
        .where(OutboxRow.state == "waiting", OutboxRow.next_at <= now, OutboxRow.channel == channel)
        .limit(1)
    )
    return found is not None
