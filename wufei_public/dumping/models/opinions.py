"""What others say of a case: they saw it too, and whether the result is good."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.dumping.models.conditions import among, index
from wufei_public.dumping.rules.ratings import Rating
from wufei_public.infra.tables import Base, BigKey, Key, UtcDateTime


class ReportConfirmation(Base):
    """Somebody saw the same heap: with an account they follow the case from then on."""

    __tablename__ = "report_confirmation"
    __table_args__ = (
        Index(
            "uq_report_confirmation_once",
            "report_id",
            "account",
            unique=True,
            sqlite_where=text("account IS NOT NULL"),
            postgresql_where=text("account IS NOT NULL"),
        ),
        Index("ix_report_confirmation_report", "report_id"),
        index("ix_report_confirmation_account", "account", where="account IS NOT NULL"),
    )

    id: Mapped[Key]
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    account: Mapped[int | None] = mapped_column(BigKey)
    # For who handles the case; the public reads no word of it.
    words: Mapped[str] = mapped_column(Text)
    photos: Mapped[int] = mapped_column(Integer)
    # The merged case with which it came here, and goes again.
    came_with: Mapped[int | None] = mapped_column(BigKey)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReportRating(Base):
    """What the reporter said of one result; the words with it are the event's."""

    __tablename__ = "report_rating"
    __table_args__ = (
        CheckConstraint(among("rating", Rating), name="rating_known"),
        UniqueConstraint("report_id", "round"),
    )

    id: Mapped[Key]
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    round: Mapped[int] = mapped_column(Integer)
    rating: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReportVote(Base):
    """What somebody else said of one result: whose own report was merged, or who saw the heap."""

    __tablename__ = "report_vote"
    __table_args__ = (
        CheckConstraint(among("rating", Rating), name="rating_known"),
        CheckConstraint("(merged_id IS NULL) <> (confirmation_id IS NULL)", name="one_voter"),
        UniqueConstraint("report_id", "round", "merged_id"),
        UniqueConstraint("report_id", "round", "confirmation_id"),
    )

    id: Mapped[Key]
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    round: Mapped[int] = mapped_column(Integer)
    merged_id: Mapped[int | None] = mapped_column(ForeignKey("report.id"))
    confirmation_id: Mapped[int | None] = mapped_column(
        ForeignKey("report_confirmation.id", ondelete="CASCADE")
    )
    rating: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
