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

from wufei_public.infra.guards import STAYS, differs, guard, keep
from wufei_public.infra.tables import Base, BigKey, Key, UtcDateTime
from wufei_public.redblack.models.guards import TOOK_PART, no_party
from wufei_public.redblack.models.listings import among
from wufei_public.redblack.models.speaking import GUARDS
from wufei_public.redblack.models.standing import OF_PHOTOS
from wufei_public.redblack.models.telling import GUARDS as READ
from wufei_public.redblack.rules.states import CLAIMS, Outcome, Paper

# Written out, not bound: a partial index serves only a statement that repeats its words.
ANSWERED = ("outcome", "answer", "answered_by", "answered_at")
HAS_CLAIM = "claim <> ''"
IS_UNRECORDED = "recorded_at IS NULL"
IS_UNANSWERED = "outcome = '' AND kind <> 'statement'"


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
        CheckConstraint("reminded_at > answer_until", name="reminded_after_deadline"),
        Index(None, "listing_id", "id"),
        # An objection holds for one thing once in a round, whoever hands it in; a letter apart.
        Index(
            "uq_listing_paper_claim",
            "listing_id",
            "round",
            "claim",
            "letter",
            unique=True,
            sqlite_where=text(HAS_CLAIM),
            postgresql_where=text(HAS_CLAIM),
        ),
        Index(
            "ix_listing_paper_unrecorded",
            "public_from",
            "listing_id",
            sqlite_where=text(IS_UNRECORDED),
            postgresql_where=text(IS_UNRECORDED),
        ),
        Index(
            "ix_listing_paper_unanswered",
            "answer_until",
            "id",
            sqlite_where=text(IS_UNANSWERED),
            postgresql_where=text(IS_UNANSWERED),
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
    # Who represents the enterprise, or the official who entered its letter.
    account_id: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    letter: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # From when everyone may read it, while the entry is shown: when the clock is over, or earlier
    # when somebody read it. None of what is not for everyone, and of what was public before.
    public_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # When a record of the entry first said it; until then a job looks.
    recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # 1 of an objection that came before publication and holds it until it is answered, else 0.
    holds: Mapped[int] = mapped_column(Integer, default=1, server_default=text("1"))
    # What an objection is against, in which round, and for what it holds (`showing.claim_of`).
    against: Mapped[str] = mapped_column(String(12), default="", server_default=text("''"))
    round: Mapped[int] = mapped_column(Integer, default=1, server_default=text("1"))
    claim: Mapped[str] = mapped_column(String(12), default="", server_default=text("''"))
    # When others heard that it is overdue: once.
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    proposed_by: Mapped[int] = mapped_column(BigKey)
    decided_by: Mapped[int | None] = mapped_column(BigKey)
    approved_by: Mapped[int | None] = mapped_column(BigKey)
    outcome: Mapped[str] = mapped_column(String(12))
    answer: Mapped[str] = mapped_column(Text)
    # The same as everyone may read it; the names of people hidden.
    public_answer: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    answered_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("account.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # From when everyone may read the answer: when another than who wrote it read it for names.
    answer_from: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ListingPhoto(Base):
    """A photo of an entry's evidence that an official released for the public."""

    __tablename__ = "listing_photo"

    photo_id: Mapped[int] = mapped_column(BigKey, ForeignKey("photo.id"), primary_key=True)
    listing_id: Mapped[int] = mapped_column(BigKey, ForeignKey("listing.id"), index=True)
    released_by: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    released_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ListingProof(Base):
    """A photo that proves the service of a notice: none is deleted while it proves something."""

    __tablename__ = "listing_proof"

    photo_id: Mapped[int] = mapped_column(BigKey, ForeignKey("photo.id"), primary_key=True)
    listing_id: Mapped[int] = mapped_column(BigKey, ForeignKey("listing.id"), index=True)


class ListingAttempt(Base):
    """A service that failed: when, how, why, with its proof; rows are only ever added."""

    __tablename__ = "listing_attempt"
    __table_args__ = (
        CheckConstraint("way IN ('hand', 'post')", name="way_can_fail"),
        CheckConstraint("way <> 'post' OR tracking <> ''", name="post_has_number"),
        CheckConstraint("words <> ''", name="says_why"),
        CheckConstraint("photos > 0", name="has_proof"),
        CheckConstraint("tried_at <= noted_at", name="tried_before_noted"),
        Index(None, "listing_id", "id"),
    )

    id: Mapped[Key]
    listing_id: Mapped[int] = mapped_column(BigKey, ForeignKey("listing.id"))
    # In which round of the proposal: what was sent back is served anew.
    round: Mapped[int] = mapped_column(Integer)
    way: Mapped[str] = mapped_column(String(12))
    tried_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tracking: Mapped[str] = mapped_column(String(60))
    words: Mapped[str] = mapped_column(Text)
    photos: Mapped[int] = mapped_column(Integer)
    noted_by: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)


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


guard(
    ListingPaper,
    "listing_paper_answered_by_no_party",
    "UPDATE",
    no_party("answered_by", "listing_id"),
    TOOK_PART,
)
guard(
    ListingPaper,
    "listing_paper_stays",
    "UPDATE",
    differs(("listing_id", "kind", "words", "at", "holds", "letter", "against", "round", "claim")),
    STAYS,
)
guard(
    ListingPaper,
    "listing_paper_holds_for_something",
    "INSERT",
    f"(NOT ({among('NEW.claim', ['', *CLAIMS])})"
    " OR (NEW.kind = 'objection' AND NEW.holds = 1) <> (NEW.claim <> ''))",
    "an objection holds for one thing, and once",
)
guard(
    ListingPaper,
    "listing_paper_begins_unanswered",
    "INSERT",
    "(NEW.outcome <> '' OR NEW.answer_from IS NOT NULL)",
    "what is handed in begins without an answer",
)
guard(
    ListingPaper,
    "listing_paper_stays_as_answered",
    "UPDATE",
    f"(OLD.outcome <> '' AND {differs(ANSWERED)})",
    STAYS,
)
guard(
    ListingPhoto,
    "listing_photo_chosen_before",
    "INSERT",
    "EXISTS (SELECT 1 FROM listing WHERE listing.id = NEW.listing_id"
    " AND listing.published_at IS NOT NULL)",
    "what the second person did not see is not added",
)
guard(
    ListingPaper,
    "listing_paper_names_its_parties",
    "UPDATE",
    differs(("proposed_by", "decided_by", "approved_by")),
    STAYS,
)
guard(ListingProof, "listing_proof_stays", "UPDATE", differs(("photo_id", "listing_id")), STAYS)
guard(ListingPhoto, "listing_photo_stays", "UPDATE", differs(("photo_id", "listing_id")), STAYS)
keep(ListingAttempt)
guard(
    ListingAttempt,
    "listing_attempt_on_another_day",
    "INSERT",
    "EXISTS (SELECT 1 FROM listing_attempt AS other WHERE other.listing_id = NEW.listing_id"
    " AND other.round = NEW.round AND DAY(other.tried_at) = DAY(NEW.tried_at))",
    "what is tried again is tried on another day",
)
guard(ListingPaper, "listing_paper_is_kept", "DELETE", "1 = 1", STAYS)
guard(
    ListingPaper,
    "listing_paper_answered_by_another",
    "UPDATE",
    "(NEW.answered_by IS NOT NULL AND NEW.answered_by = NEW.account_id)",
    TOOK_PART,
)
guard(
    ListingProof,
    "listing_proof_is_kept",
    "DELETE",
    "EXISTS (SELECT 1 FROM listing WHERE listing.id = OLD.listing_id"
    " AND listing.published_at IS NOT NULL)",
    STAYS,
)
for _one in (*GUARDS, *READ):
    guard(ListingPaper, *_one)
for _one in OF_PHOTOS:
    guard(ListingPhoto, *_one)
# Who did a step may be cut loose from it, when the account ends.
keep(ListingEvent, "actor_id")
