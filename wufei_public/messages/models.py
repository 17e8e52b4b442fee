"""What a person finds under 消息, written with the change that it tells of: nothing to deliver."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.infra.tables import JSON, Base, Key, UtcDateTime


class Message(Base):
    """A template with its values; the sentence is made in the reader's language when it is read."""

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_newest", "account", "at", "id"),
        Index(
            "ix_message_unread",
            "account",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    account: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    template: Mapped[str] = mapped_column(String(64))
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
