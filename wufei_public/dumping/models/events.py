"""What happened to a case, and of which deadlines was told."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.dumping.models.conditions import IS_CHANGE, among, index
from wufei_public.dumping.rules.reminding import Level
from wufei_public.infra.tables import Base, BigKey, Key, UtcDateTime


class ReportEvent(Base):
    """One step of a case; rows are only ever added."""

    __tablename__ = "report_event"
    __table_args__ = (
        UniqueConstraint("report_id", "number"),
        # What changed lately, for other programs: submitting pays nothing for it.
        index("ix_report_event_changed", "at", "id", where=IS_CHANGE),
    )

    id: Mapped[Key]
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    number: Mapped[int] = mapped_column(Integer)
    move: Mapped[str] = mapped_column(String(16))
    actor_kind: Mapped[str] = mapped_column(String(16))
    actor_id: Mapped[int | None] = mapped_column(BigKey)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    # The states before and after; equal where only something was noted.
    came_from: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    public_text: Mapped[str] = mapped_column(Text)
    internal_text: Mapped[str] = mapped_column(Text)


class ReleaseReminder(Base):
    """Somebody was told that a case waits to be shown or not: once per deadline and level."""

    __tablename__ = "release_reminder"
    __table_args__ = (CheckConstraint(among("level", Level), name="level_known"),)

    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    level: Mapped[str] = mapped_column(String(8), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReportReminder(Base):
    """Somebody was told of a deadline: once per deadline and level."""

    __tablename__ = "report_reminder"
    __table_args__ = (
        CheckConstraint(among("level", Level), name="level_known"),
        UniqueConstraint("report_id", "due_at", "level"),
    )

    id: Mapped[Key]
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    level: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
