"""Drafts of corrections: who wrote and who ended each, and how the enterprise heard of it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.infra.guards import STAYS, differs, guard
from wufei_public.infra.tables import Base, BigKey, Key, UtcDateTime
from wufei_public.redblack.models.errors import ListingError
from wufei_public.redblack.models.guards import proved_by_the_other_side
from wufei_public.redblack.models.listings import among
from wufei_public.redblack.rules.clocks import LEAST_DRAFT_HEARING, LEAST_HEARING
from wufei_public.redblack.rules.corrections import Weight
from wufei_public.redblack.rules.errors import COLUMNS
from wufei_public.redblack.rules.states import DraftEnd, Way

# Written out, not bound: a partial index serves only a statement that repeats its words.
IS_OPEN = "outcome = ''"
_WRITTEN = (
    "error_id", "listing_id", "correction", "drafted_by", "drafted_at", "hears", "weight",
)  # fmt: skip
_SERVICE = ("way", "tracking", "proofs", "served_by", "served_at", "heard_until")


class ListingDraft(Base):
    """One draft of what is to stand in an entry; it is served like a notice, and kept."""

    __tablename__ = "listing_draft"
    __table_args__ = (
        CheckConstraint(among("way", ["", *Way]), name="way_known"),
        CheckConstraint(among("outcome", DraftEnd), name="outcome_known"),
        CheckConstraint("correction <> ''", name="says_what"),
        CheckConstraint(
            "(way = '') = (served_at IS NULL) AND (way = '') = (served_by IS NULL)"
            " AND (way = '') = (heard_until IS NULL)",
            name="service_whole",
        ),
        CheckConstraint("way IN ('', 'account') OR proofs > 0", name="service_has_proof"),
        CheckConstraint("way <> 'post' OR tracking <> ''", name="post_has_number"),
        CheckConstraint(
            "(outcome = '') = (ended_at IS NULL) AND (outcome = '') = (ended_by IS NULL)",
            name="end_whole",
        ),
        # Neither who drafted it nor who says that the enterprise has it lets it stand.
        CheckConstraint("ended_by <> drafted_by", name="ended_by_another"),
        CheckConstraint("outcome <> 'stood' OR ended_by <> served_by", name="stands_by_another"),
        Index(
            "uq_listing_draft_open",
            "error_id",
            unique=True,
            sqlite_where=text(IS_OPEN),
            postgresql_where=text(IS_OPEN),
        ),
        Index(None, "listing_id", "id"),
    )

    id: Mapped[Key]
    error_id: Mapped[int] = mapped_column(BigKey, ForeignKey("listing_error.id"))
    listing_id: Mapped[int] = mapped_column(BigKey, ForeignKey("listing.id"))
    correction: Mapped[str] = mapped_column(Text)
    drafted_by: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    drafted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # 1 where the enterprise is heard before it stands, else 0.
    hears: Mapped[int] = mapped_column(Integer)
    # How much it changes (`rules.corrections`): so long is it heard, by so many decided.
    weight: Mapped[str] = mapped_column(
        String(8), default=Weight.CHANGES, server_default=text("'changes'")
    )
    # Who decided on what changes more than a mend may, before another lets it stand.
    decided_by: Mapped[int | None] = mapped_column(BigKey)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    way: Mapped[str] = mapped_column(String(12))
    tracking: Mapped[str] = mapped_column(String(60))
    proofs: Mapped[int] = mapped_column(Integer)
    served_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("account.id"))
    served_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    heard_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(12))
    ended_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("account.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


guard(
    ListingDraft,
    "listing_draft_begins_open",
    "INSERT",
    "(NEW.outcome <> '' OR NEW.way <> '' OR NEW.decided_by IS NOT NULL)",
    "a draft begins without service and end",
)
guard(
    ListingDraft,
    "listing_draft_stays",
    "UPDATE",
    f"({differs(_WRITTEN)}"
    f" OR (OLD.way <> '' AND {differs(_SERVICE)})"
    f" OR (OLD.decided_by IS NOT NULL AND {differs(('decided_by', 'decided_at'))})"
    f" OR (OLD.outcome <> '' AND {differs(('outcome', 'ended_by', 'ended_at', 'way'))}))",
    STAYS,
)
guard(ListingDraft, "listing_draft_is_kept", "DELETE", "1 = 1", STAYS)
guard(
    ListingDraft,
    "listing_draft_stands_when_heard",
    "UPDATE",
    "(NEW.outcome = 'stood' AND OLD.outcome = '' AND NEW.hears = 1"
    " AND (NEW.heard_until IS NULL OR NEW.ended_at <= NEW.heard_until))",
    "a correction waits until the enterprise was heard",
)
guard(
    ListingDraft,
    "listing_draft_hearing_is_long_enough",
    "UPDATE",
    "(NEW.heard_until IS DISTINCT FROM OLD.heard_until"
    f" AND DAYS(NEW.served_at, NEW.heard_until) < CASE NEW.weight WHEN 'changes'"
    f" THEN {LEAST_HEARING} ELSE {LEAST_DRAFT_HEARING} END)",
    "the time to answer is too short",
)
guard(
    ListingDraft,
    "listing_draft_received_by_its_own",
    "UPDATE",
    "(NEW.way = 'account' AND OLD.way <> 'account' AND NOT EXISTS (SELECT 1 FROM membership"
    " JOIN listing ON listing.organisation_id = membership.organisation_id"
    " WHERE listing.id = NEW.listing_id AND membership.account_id = NEW.served_by"
    " AND membership.state IN ('handing_over', 'proven')))",
    "only who represents the enterprise receives in its account",
)
# What is on notice is noticed anew, decided and approved after it.
_PUBLIC = (
    "EXISTS (SELECT 1 FROM listing WHERE listing.id = NEW.listing_id"
    " AND listing.published_at IS NOT NULL)"
)
# What is longer than what stood there mends nothing, and who hides a name makes nothing shorter.
_LONGER = " OR ".join(
    f"(listing_error.field = '{field}' AND (LENGTH(NEW.correction) > LENGTH(listing.{column})"
    f" OR (NEW.weight = 'hides' AND LENGTH(NEW.correction) <> LENGTH(listing.{column}))"
    " OR (NEW.weight = 'mends' AND NEW.hears = 0 AND listing.kind = 'black')))"
    for field, column in COLUMNS.items()
)
guard(
    ListingDraft,
    "listing_draft_changes_as_it_says",
    "INSERT",
    "(NEW.weight NOT IN ('hides', 'mends', 'changes')"  # noqa: S608  no words of a person
    f" OR (NEW.weight = 'changes' AND NEW.hears = 0 AND {_PUBLIC})"
    " OR (NEW.weight <> 'changes' AND EXISTS (SELECT 1 FROM listing_error"
    " JOIN listing ON listing.id = listing_error.listing_id"
    f" WHERE listing_error.id = NEW.error_id AND ({_LONGER}))))",
    "what may be another offence is heard and decided like a proposal",
)
_DECIDED = (
    "(NEW.decided_by IS NOT NULL AND NEW.decided_by NOT IN"
    " (NEW.drafted_by, NEW.ended_by, coalesce(NEW.served_by, 0))"
    " AND NEW.decided_at > NEW.heard_until)"
)
guard(
    ListingDraft,
    "listing_draft_changes_by_three",
    "UPDATE",
    f"(NEW.outcome = 'stood' AND OLD.outcome = '' AND NEW.weight = 'changes' AND {_PUBLIC}"
    f" AND (NEW.heard_until IS NULL OR NOT {_DECIDED}))",
    "what may be another offence is heard and decided like a proposal",
)
_PLANTED = proved_by_the_other_side(
    "NEW.served_by", "NEW.listing_id", "NEW.served_at", "NEW.drafted_by"
)
guard(
    ListingDraft,
    "listing_draft_received_by_nobody_planted",
    "UPDATE",
    f"(NEW.way = 'account' AND OLD.way <> 'account' AND {_PLANTED})",
    "nobody receives for an enterprise whom the other side proved",
)
# Whoever answered what the enterprise says against a correction does not let it stand.
guard(
    ListingDraft,
    "listing_draft_stands_by_no_judge",
    "UPDATE",
    "(NEW.outcome = 'stood' AND OLD.outcome = '' AND EXISTS (SELECT 1 FROM listing_paper"
    " WHERE listing_paper.listing_id = NEW.listing_id AND listing_paper.kind = 'objection'"
    " AND listing_paper.at >= NEW.drafted_at"
    " AND listing_paper.answered_by IN (NEW.ended_by, coalesce(NEW.decided_by, 0))))",
    "who took part decides and answers nothing",
)
guard(
    ListingError,
    "listing_error_corrected_by_its_draft",
    "UPDATE",
    "(NEW.outcome = 'upheld' AND OLD.outcome = '' AND NEW.correction <> '' AND NOT EXISTS"
    " (SELECT 1 FROM listing_draft WHERE listing_draft.error_id = NEW.id"
    " AND listing_draft.outcome = 'stood' AND listing_draft.correction = NEW.correction"
    " AND listing_draft.drafted_by = NEW.drafted_by AND listing_draft.ended_by = NEW.answered_by))",
    "a correction is a draft that stood",
)
