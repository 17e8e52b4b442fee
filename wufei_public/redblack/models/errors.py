"""Errors that somebody found in a published entry, and their answers."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.infra.guards import STAYS, differs, guard
from wufei_public.infra.tables import Base, BigKey, Key, UtcDateTime
from wufei_public.redblack.models.guards import TOOK_PART, no_party
from wufei_public.redblack.models.listings import among
from wufei_public.redblack.rules.errors import Field
from wufei_public.redblack.rules.states import Outcome

IS_WAITING = "outcome = ''"


class ListingError(Base):
    """One report: the field, what is wrong, who is to answer until when; no name of who reports."""

    __tablename__ = "listing_error"
    __table_args__ = (
        CheckConstraint(among("field", Field), name="field_known"),
        CheckConstraint(among("outcome", Outcome), name="outcome_known"),
        CheckConstraint("words <> ''", name="says_what"),
        CheckConstraint(
            "(outcome = '') = (answered_at IS NULL) AND (outcome = '') = (answered_by IS NULL)"
            " AND (outcome = '') = (answer = '')",
            name="answer_whole",
        ),
        CheckConstraint(
            "answered_by IS NULL OR answered_by NOT IN"
            " (proposed_by, coalesce(decided_by, 0), coalesce(approved_by, 0))",
            name="answered_by_another",
        ),
        CheckConstraint("reminded_at > answer_until", name="reminded_after_deadline"),
        Index(None, "listing_id", "id"),
        Index(None, "account_id", "id"),
        Index(
            "ix_listing_error_waiting",
            "handler_id",
            "answer_until",
            "id",
            sqlite_where=text(IS_WAITING),
            postgresql_where=text(IS_WAITING),
        ),
    )

    id: Mapped[Key]
    # What whoever reported it keeps, to look for the answer.
    code: Mapped[str] = mapped_column(String(10), unique=True)
    listing_id: Mapped[int] = mapped_column(BigKey, ForeignKey("listing.id"))
    field: Mapped[str] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(Text)
    # None for a guest.
    account_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    # None where no official without part in the entry was there.
    handler_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("account.id"))
    answer_until: Mapped[datetime] = mapped_column(UtcDateTime)
    # When others heard that it is overdue: once.
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    proposed_by: Mapped[int] = mapped_column(BigKey)
    decided_by: Mapped[int | None] = mapped_column(BigKey)
    approved_by: Mapped[int | None] = mapped_column(BigKey)
    outcome: Mapped[str] = mapped_column(String(12))
    answer: Mapped[str] = mapped_column(Text)
    answered_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("account.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # 1 where a named person says it of a red entry on public notice: holds the decision until it
    # is answered, and no longer than its time to answer.
    holds: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    # What is to stand in the entry, by whom; a second person lets it stand there.
    correction: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    drafted_by: Mapped[int | None] = mapped_column(BigKey)
    drafted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    drafted_words: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    # Which paper of the enterprise it is about, where it is about what it says.
    paper: Mapped[str] = mapped_column(String(10), default="", server_default=text("''"))
    # What stood there until then.
    replaced: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))


guard(
    ListingError,
    "listing_error_begins_unanswered",
    "INSERT",
    "(NEW.outcome <> '' OR NEW.correction <> '')",
    "what is reported begins without an answer",
)
guard(
    ListingError,
    "listing_error_stays_as_answered",
    "UPDATE",
    "(NEW.listing_id IS DISTINCT FROM OLD.listing_id OR NEW.field IS DISTINCT FROM OLD.field"
    " OR NEW.words IS DISTINCT FROM OLD.words"
    f" OR (OLD.outcome <> '' AND {differs(('outcome', 'correction', 'answered_by'))})"
    " OR (OLD.replaced <> '' AND NEW.replaced IS DISTINCT FROM OLD.replaced))",
    STAYS,
)
guard(ListingError, "listing_error_is_kept", "DELETE", "1 = 1", STAYS)
# Whoever drafts a correction does not let it stand; without a second person nothing changes.
guard(
    ListingError,
    "listing_error_corrected_by_two",
    "UPDATE",
    "(NEW.outcome = 'upheld' AND NEW.correction <> ''"
    " AND (NEW.drafted_by IS NULL OR NEW.drafted_by = NEW.answered_by))",
    "a correction takes two persons",
)
guard(
    ListingError,
    "listing_error_answered_by_no_party",
    "UPDATE",
    no_party("answered_by", "listing_id"),
    TOOK_PART,
)
guard(
    ListingError,
    "listing_error_holds_once",
    "INSERT",
    "(NEW.holds = 1 AND (NEW.account_id IS NULL OR EXISTS (SELECT 1 FROM listing_error AS other"
    " WHERE other.listing_id = NEW.listing_id AND other.account_id = NEW.account_id"
    " AND other.holds = 1)))",
    "a report holds by name and once",
)
guard(
    ListingError,
    "listing_error_holds_as_reported",
    "UPDATE",
    differs(("holds", "answer_until", "at")),
    STAYS,
)
