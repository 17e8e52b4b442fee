"""What enterprises hand in and its answers, and every step of an entry."""

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

from wufei_public.infra.tables import Base, BigKey, Key, UtcDateTime
from wufei_public.redblack.models.listings import among
from wufei_public.redblack.rules.states import Outcome, Paper


class ListingPaper(Base):
    """A statement, an objection or a request for repair, and its answer.

    Who took part in what it is against stands beside it, so that the database itself refuses
    an answer by one of them.
    """

    __tablename__ = "listing_paper"
    __table_args__ = (
        CheckConstraint(among("kind", Paper), name="kind_known"),
        CheckConstraint(among("outcome", Outcome), name="outcome_known"),
        CheckConstraint(
            "(outcome = '') = (answered_at IS NULL) AND (outcome = '') = (answered_by IS NULL)"
            " AND (outcome = '') = (answer = '')",
            name="answer_whole",
        ),
        CheckConstraint("answered_by <> proposed_by", name="answered_by_another"),
        CheckConstraint(
            "kind <> 'objection' OR answered_by IS NULL"
            " OR answered_by NOT IN (coalesce(decided_by, 0), coalesce(approved_by, 0))",
            name="objection_answered_by_third",
        ),
        CheckConstraint("(kind = 'statement') = (answer_until IS NULL)", name="answer_has_clock"),
        Index(None, "listing_id", "id"),
        Index(
            "ix_listing_paper_unanswered",
            "answer_until",
            "id",
            sqlite_where=text("outcome = '' AND kind <> 'statement'"),
            postgresql_where=text("outcome = '' AND kind <> 'statement'"),
        ),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True)
    listing_id: Mapped[int] = mapped_column(BigKey, ForeignKey("listing.id"))
    kind: Mapped[str] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(Text)
    # As everyone may read it; the names of people hidden.
    public_words: Mapped[str] = mapped_column(Text)
    photos: Mapped[int] = mapped_column(Integer)
    account_id: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    proposed_by: Mapped[int] = mapped_column(BigKey)
    decided_by: Mapped[int | None] = mapped_column(BigKey)
    approved_by: Mapped[int | None] = mapped_column(BigKey)
    outcome: Mapped[str] = mapped_column(String(12))
    answer: Mapped[str] = mapped_column(Text)
    answered_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("account.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ListingPhoto(Base):
    """A photo of an entry's evidence that an official released for the public."""

    __tablename__ = "listing_photo"

    photo_id: Mapped[int] = mapped_column(BigKey, ForeignKey("photo.id"), primary_key=True)
    listing_id: Mapped[int] = mapped_column(BigKey, ForeignKey("listing.id"), index=True)
    released_by: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    released_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ListingEvent(Base):
    """One step of an entry; rows are only ever added."""

    __tablename__ = "listing_event"
    __table_args__ = (UniqueConstraint("listing_id", "number"),)

    id: Mapped[Key]
    listing_id: Mapped[int] = mapped_column(BigKey, ForeignKey("listing.id"))
    number: Mapped[int] = mapped_column(Integer)
    move: Mapped[str] = mapped_column(String(12))
    actor_kind: Mapped[str] = mapped_column(String(16))
    actor_id: Mapped[int | None] = mapped_column(BigKey)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    came_from: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(Text)
