"""Messages as rows, written with the change that causes them.

The jobs process delivers them, tries again with growing pauses and parks what cannot
be delivered (`dead`), until a person sends it again or lets it go (`dropped`).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.infra.tables import JSON, Base, Key, UtcDateTime
from wufei_public.infra.work import Work


class OutboxRow(Base):
    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sent', 'dead', 'dropped')", name="state_known"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_has_time"),
        # Only what still waits is looked for; the index stays small whatever was sent.
        Index(
            "ix_outbox_waiting",
            "next_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_outbox_dead",
            "id",
            sqlite_where=text("state = 'dead'"),
            postgresql_where=text("state = 'dead'"),
        ),
    )

    id: Mapped[Key]
    channel: Mapped[str] = mapped_column(String(16))
    recipient: Mapped[str] = mapped_column(String(200))
    template: Mapped[str] = mapped_column(String(64))
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    tries: Mapped[int] = mapped_column(Integer, default=0)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str] = mapped_column(Text, default="")


def queue(w: Work, *, channel: str, to: str, template: str, values: Mapping[str, object]) -> None:
    """Queue one message: `channel` such as sms, `to` a sealed number."""
    w.insert(
        OutboxRow,
        {
            "channel": channel,
            "recipient": to,
            "template": template,
            "values": dict(values),
            "created_at": w.now,
            "next_at": w.now,
            "state": "waiting",
            "tries": 0,
            "error": "",
        },
    )
