"""Applications with their keys, and which case came from which of them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.infra.tables import Base, BigKey, Key, UtcDateTime


class Application(Base):
    """A program that may report; of its key only a digest (SHA-256) is kept, and the end."""

    __tablename__ = "open311_application"
    __table_args__ = (
        CheckConstraint("per_hour > 0", name="may_report"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    # Whom to call when it does harm: an office, an address, a number.
    contact: Mapped[str] = mapped_column(String(120))
    key_digest: Mapped[str] = mapped_column(String(64), unique=True)
    key_end: Mapped[str] = mapped_column(String(4))
    per_hour: Mapped[int] = mapped_column(Integer)
    # On trial: its requests get a token first, and their number once an official released them.
    on_trial: Mapped[bool]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("account.id"))


class OutsideRequest(Base):
    """The case that a request became."""

    __tablename__ = "open311_request"
    __table_args__ = (
        Index("ix_open311_request_application", "application_id", "report_id"),
        Index(
            "uq_open311_request_token",
            "token",
            unique=True,
            sqlite_where=text("token IS NOT NULL"),
            postgresql_where=text("token IS NOT NULL"),
        ),
    )

    report_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("report.id"), primary_key=True, autoincrement=False
    )
    application_id: Mapped[int] = mapped_column(BigKey, ForeignKey("open311_application.id"))
    token: Mapped[str | None] = mapped_column(String(32))
