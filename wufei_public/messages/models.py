"""What a person finds under 消息, written with the change that it tells of; how it reads."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.infra.tables import JSON, Base, BigKey, Key, UtcDateTime
from wufei_public.messages.rules import MOST_TITLE, MOST_WORDS


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


class MessageText(Base):
    """How messages of a template read from `written_at` on; without one, as the package has it."""

    __tablename__ = "message_text"
    __table_args__ = (UniqueConstraint("template", "number"),)

    id: Mapped[Key]
    template: Mapped[str] = mapped_column(String(64))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(MOST_TITLE))
    words: Mapped[str] = mapped_column(String(MOST_WORDS))
    title_en: Mapped[str] = mapped_column(String(MOST_TITLE * 2))
    words_en: Mapped[str] = mapped_column(String(MOST_WORDS * 2))
    written_by: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Unwilling(Base):
    """Who takes no letters through WeChat: of a template, or of any (an empty one), since when."""

    __tablename__ = "message_unwilling"

    account: Mapped[int] = mapped_column(
        BigKey, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    template: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
