"""Entries, and the ends of names by which they are found; impossible rows are impossible."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from wufei_public.common.suffixes import MOST
from wufei_public.infra.guards import STAYS, differs, guard, keep
from wufei_public.infra.tables import Base, BigKey, Key, UtcDateTime
from wufei_public.redblack.models.guards import TOOK_PART, no_attempt, no_party, uncorrected
from wufei_public.redblack.rules.clocks import LEAST_HEARING, SEVERITIES
from wufei_public.redblack.rules.errors import COLUMNS
from wufei_public.redblack.rules.facts import ListingFacts
from wufei_public.redblack.rules.states import OPEN, SHOWN, ListKind, Part, State, Way

# Compared by code points on every database, so that the ends of names form one span.
_PLAIN = String(MOST).with_variant(String(MOST, collation="C"), "postgresql")


def among(column: str, values: Iterable[str]) -> str:
    return f"{column} IN ({', '.join(sorted(repr(str(value)) for value in values))})"


# Written out, not bound: a partial index serves only a statement that repeats its words.
IS_SHOWN = among("state", SHOWN)
# The same rows as IS_SHOWN, as the public list asks for them.
IS_RUNNING = "published_at IS NOT NULL AND over_at IS NULL"
IS_OPEN = among("state", OPEN)
HAS_DOCUMENT = "document <> '' AND state <> 'dropped'"
_UNSERVED = among("state", {State.PROPOSED, State.DROPPED})
_UNDECIDED = among("state", {State.PROPOSED, State.SERVED, State.NOTICED, State.DROPPED})
_UNPUBLISHED = among(
    "state", {State.PROPOSED, State.SERVED, State.NOTICED, State.DECIDED, State.DROPPED}
)


class ListingParty(Base):
    """An official's part in an entry, beside that of who proposed it; rows are only ever added."""

    __tablename__ = "listing_party"
    __table_args__ = (CheckConstraint(among("part", Part), name="part_known"),)

    listing_id: Mapped[int] = mapped_column(BigKey, ForeignKey("listing.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"), primary_key=True)
    part: Mapped[str] = mapped_column(String(8), primary_key=True)


class Listing(Base):
    """An entry of one list about one organisation, from its proposal to its end."""

    __tablename__ = "listing"
    __table_args__ = (
        CheckConstraint(among("kind", ListKind), name="kind_known"),
        CheckConstraint(among("state", State), name="state_known"),
        CheckConstraint(among("severity", ["", *SEVERITIES]), name="severity_known"),
        CheckConstraint("(kind = 'black') = (severity <> '')", name="black_has_severity"),
        CheckConstraint("months BETWEEN 1 AND 36", name="months_bounded"),
        CheckConstraint("facts <> '' AND ground <> ''", name="says_why"),
        # Service is a recorded act with its proof, or it is none.
        CheckConstraint(among("way", ["", *Way]), name="way_known"),
        CheckConstraint(
            "(way = '') = (served_at IS NULL) AND (way = '') = (served_by IS NULL)",
            name="service_whole",
        ),
        CheckConstraint("way IN ('', 'account') OR proofs > 0", name="service_has_proof"),
        CheckConstraint("way <> 'post' OR tracking <> ''", name="post_has_number"),
        CheckConstraint(
            f"kind = 'red' OR {_UNSERVED} OR served_at IS NOT NULL", name="black_was_served"
        ),
        CheckConstraint(f"{_UNSERVED} OR respond_until IS NOT NULL", name="had_time_to_answer"),
        CheckConstraint("respond_until > served_at", name="answers_after_service"),
        # Nobody acts on two sides.
        CheckConstraint(
            f"{_UNDECIDED} OR (decided_by IS NOT NULL AND decided_at IS NOT NULL)",
            name="decided_has_decider",
        ),
        CheckConstraint("decided_by <> proposed_by", name="decided_by_another"),
        CheckConstraint(
            "decided_at IS NULL OR decided_at > respond_until OR waived_from IS NOT NULL",
            name="decided_after_hearing",
        ),
        CheckConstraint(
            "approved_by <> proposed_by AND approved_by <> decided_by", name="approved_by_third"
        ),
        CheckConstraint(
            "(published_at IS NULL) = (approved_by IS NULL)"
            " AND (published_at IS NULL) = (ends_at IS NULL)",
            name="published_whole",
        ),
        CheckConstraint(
            f"({_UNPUBLISHED}) = (published_at IS NULL)", name="published_has_second_person"
        ),
        CheckConstraint("published_at IS NULL OR decided_by IS NOT NULL", name="published_decided"),
        CheckConstraint("holding >= 0", name="holding_counts"),
        CheckConstraint("published_at IS NULL OR holding = 0", name="objection_holds_publication"),
        CheckConstraint(
            "ends_at > published_at AND repair_from >= published_at AND repair_from <= ends_at",
            name="term_in_order",
        ),
        CheckConstraint(
            "kind = 'red' OR published_at IS NULL OR repair_from IS NOT NULL",
            name="black_can_be_repaired",
        ),
        CheckConstraint(
            "(state IN ('removed', 'ended')) = (over_at IS NOT NULL)", name="over_has_time"
        ),
        # The salt is what proves an entry's place in a snapshot: withheld once it is over.
        CheckConstraint(
            f"({IS_SHOWN}) = (salt IS NOT NULL) AND (salt IS NULL) = (record IS NULL)",
            name="salt_while_shown",
        ),
        # The public list, newest first, with each filter that it offers.
        *(
            Index(
                f"ix_listing_shown_{'_'.join(first) or 'newest'}",
                *first,
                "published_at",
                "id",
                sqlite_where=text(IS_RUNNING),
                postgresql_where=text(IS_RUNNING),
            )
            for first in (
                (),
                ("kind",),
                ("town",),
                ("town", "kind"),
                ("trade",),
                ("town", "trade"),
            )
        ),
        # For the job that writes down ends: in other words, or the list would be sorted by it.
        Index(
            "ix_listing_ends",
            "ends_at",
            sqlite_where=text(IS_SHOWN),
            postgresql_where=text(IS_SHOWN),
        ),
        Index(
            "ix_listing_open",
            "state",
            "changed_at",
            "id",
            sqlite_where=text(IS_OPEN),
            postgresql_where=text(IS_OPEN),
        ),
        Index(None, "state", "changed_at", "id"),
        Index(None, "organisation_id", "id"),
        # One decision leads to one entry; what came to nothing may be proposed again.
        Index(
            "uq_listing_document",
            "organisation_id",
            "kind",
            "document",
            unique=True,
            sqlite_where=text(HAS_DOCUMENT),
            postgresql_where=text(HAS_DOCUMENT),
        ),
        Index(
            "uq_listing_running",
            "organisation_id",
            "kind",
            unique=True,
            sqlite_where=text(IS_OPEN),
            postgresql_where=text(IS_OPEN),
        ),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True)
    organisation_id: Mapped[int] = mapped_column(BigKey, ForeignKey("organisation.id"))
    # As they were when it was proposed: a move of the organisation changes no decision.
    division: Mapped[str] = mapped_column(String(12))
    town: Mapped[str] = mapped_column(String(9))
    trade: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(8))
    severity: Mapped[str] = mapped_column(String(12))
    months: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(16))
    # The number of the newest event; who decides on an older one is told so.
    version: Mapped[int] = mapped_column(Integer)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    facts: Mapped[str] = mapped_column(Text)
    public_facts: Mapped[str] = mapped_column(Text)
    ground: Mapped[str] = mapped_column(String(200))
    measure: Mapped[str] = mapped_column(String(200))
    document: Mapped[str] = mapped_column(String(80))
    document_on: Mapped[date | None] = mapped_column(Date)
    # The public code of a closed dumping case that was sent as evidence.
    report: Mapped[str] = mapped_column(String(10))
    evidence: Mapped[int] = mapped_column(Integer)

    proposed_by: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    # The first, or another after the second person sent it back.
    round: Mapped[int] = mapped_column(Integer, default=1, server_default=text("1"))
    way: Mapped[str] = mapped_column(String(12))
    tracking: Mapped[str] = mapped_column(String(60))
    proofs: Mapped[int] = mapped_column(Integer)
    served_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("account.id"))
    served_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    respond_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # From when nothing more is waited for, as the enterprise said; a day to think it over first.
    waived_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decide_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # When the district heard that nobody decided in time: once.
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Objections without an answer that keep it from being published.
    holding: Mapped[int] = mapped_column(Integer)

    decided_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text)
    approved_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("account.id"))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    repair_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    over_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    # What was published, in the one form that is hashed.
    record: Mapped[str | None] = mapped_column(Text)

    # Who scored, proved or served; read where it is asked who may act.
    parties: Mapped[list[ListingParty]] = relationship()

    @property
    def known(self) -> ListingFacts:
        return ListingFacts(
            kind=ListKind(self.kind),
            state=State(self.state),
            division=self.division,
            proposed_by=self.proposed_by,
            proposed_at=self.proposed_at,
            decided_by=self.decided_by,
            approved_by=self.approved_by,
            parties=frozenset(one.account_id for one in self.parties),
            respond_until=self.respond_until,
            waived_from=self.waived_from,
            decide_until=self.decide_until,
            holding=self.holding,
            repair_from=self.repair_from,
            ends_at=self.ends_at,
        )


class ListingNameEnd(Base):
    """One end of a listed organisation's names, while it is listed: the public search."""

    __tablename__ = "listing_name_end"
    __table_args__ = (
        Index(None, "name_end", "listing_id"),
        Index(None, "town", "name_end", "listing_id"),
        Index(None, "kind", "name_end", "listing_id"),
        Index(None, "trade", "name_end", "listing_id"),
        Index(None, "town", "trade", "name_end", "listing_id"),
    )

    listing_id: Mapped[int] = mapped_column(BigKey, ForeignKey("listing.id"), primary_key=True)
    name_end: Mapped[str] = mapped_column(_PLAIN, primary_key=True)
    town: Mapped[str] = mapped_column(String(9))
    kind: Mapped[str] = mapped_column(String(8))
    trade: Mapped[str] = mapped_column(String(16))


guard(
    Listing,
    "listing_signed_by_no_party",
    "UPDATE",
    f"({no_party('decided_by', 'id')} OR {no_party('approved_by', 'id')})",
    TOOK_PART,
)
guard(
    Listing,
    "listing_announced_after_attempts",
    "UPDATE",
    "(NEW.way = 'announcement' AND OLD.way <> 'announcement' AND"
    f" ({no_attempt('hand')} OR {no_attempt('post')}))",
    "an announcement comes after what was tried",
)
guard(
    Listing,
    "listing_corrected_by_a_report",
    "UPDATE",
    " OR ".join(uncorrected(field, column) for field, column in COLUMNS.items()),
    "what is said of an enterprise changes by a report and two persons",
)
guard(
    Listing,
    "listing_end_is_never_later",
    "UPDATE",
    "(OLD.ends_at IS NOT NULL AND (NEW.ends_at IS NULL OR NEW.ends_at > OLD.ends_at))",
    "the end of an entry is never later",
)
guard(
    Listing,
    "listing_waits_for_answers",
    "UPDATE",
    "(OLD.published_at IS NULL AND NEW.published_at IS NOT NULL AND EXISTS (SELECT 1"
    " FROM listing_paper WHERE listing_paper.listing_id = NEW.id"
    " AND listing_paper.kind = 'objection' AND listing_paper.outcome = ''"
    " AND listing_paper.holds = 1))",
    "an objection without an answer holds the publication",
)
guard(
    Listing,
    "listing_dropped_by_an_objection",
    "UPDATE",
    "(OLD.published_at IS NULL AND NEW.published_at IS NOT NULL AND EXISTS (SELECT 1"
    " FROM listing_paper WHERE listing_paper.listing_id = NEW.id"
    " AND listing_paper.kind = 'objection' AND listing_paper.outcome = 'upheld'))",
    "what an objection was right about is not published",
)
guard(
    Listing,
    "listing_is_about_one",
    "UPDATE",
    "(NEW.kind IS DISTINCT FROM OLD.kind OR NEW.proposed_by IS DISTINCT FROM OLD.proposed_by"
    " OR NEW.organisation_id IS DISTINCT FROM OLD.organisation_id"
    " OR NEW.months IS DISTINCT FROM OLD.months"
    " OR (OLD.state <> 'proposed' AND NEW.state <> 'proposed'"
    " AND (NEW.way IS DISTINCT FROM OLD.way OR NEW.served_at IS DISTINCT FROM OLD.served_at"
    " OR NEW.respond_until IS DISTINCT FROM OLD.respond_until)))",
    "what was proposed and served stays",
)
guard(
    Listing,
    "listing_says_what_was_proposed",
    "UPDATE",
    "(NEW.facts IS DISTINCT FROM OLD.facts OR NEW.severity IS DISTINCT FROM OLD.severity"
    " OR (OLD.published_at IS NOT NULL"
    " AND (NEW.published_at IS DISTINCT FROM OLD.published_at"
    " OR NEW.approved_by IS DISTINCT FROM OLD.approved_by"
    " OR NEW.decided_by IS DISTINCT FROM OLD.decided_by"
    " OR NEW.repair_from > OLD.repair_from)))",
    "what was proposed and signed stays",
)
guard(
    Listing,
    "listing_is_over_for_good",
    "UPDATE",
    "(NEW.state IS DISTINCT FROM OLD.state AND OLD.state IN ('dropped', 'ended', 'removed'))",
    "what is over comes back as another proposal",
)
guard(
    Listing,
    "listing_begins_as_a_proposal",
    "INSERT",
    "(NEW.state <> 'proposed' OR NEW.published_at IS NOT NULL OR NEW.way <> '')",
    "an entry begins as a proposal",
)
guard(
    Listing,
    "listing_keeps_its_number",
    "UPDATE",
    f"({differs(('code', 'report', 'document_on'))} OR (NEW.round IS DISTINCT FROM OLD.round"
    " AND NOT (OLD.state = 'decided' AND NEW.state = 'proposed')))",
    "what was proposed and served stays",
)
guard(Listing, "listing_is_kept", "DELETE", "1 = 1", STAYS)
guard(
    Listing,
    "listing_received_by_its_own",
    "UPDATE",
    "(NEW.way = 'account' AND OLD.way <> 'account' AND NOT EXISTS (SELECT 1 FROM membership"
    " WHERE membership.organisation_id = NEW.organisation_id"
    " AND membership.account_id = NEW.served_by"
    " AND membership.state IN ('handing_over', 'proven')))",
    "only who represents the enterprise receives in its account",
)
guard(
    Listing,
    "listing_published_with_proof",
    "UPDATE",
    "(OLD.published_at IS NULL AND NEW.published_at IS NOT NULL AND NEW.kind = 'black'"
    " AND NOT EXISTS (SELECT 1 FROM listing_proof WHERE listing_proof.listing_id = NEW.id)"
    " AND NOT (NEW.way = 'account' AND EXISTS (SELECT 1 FROM listing_party"
    " WHERE listing_party.listing_id = NEW.id AND listing_party.part = 'vouch')))",
    "a service without its proof publishes nothing",
)
guard(
    Listing,
    "listing_hearing_is_long_enough",
    "UPDATE",
    "(NEW.kind = 'black' AND NEW.served_at IS NOT NULL"
    " AND NEW.respond_until IS DISTINCT FROM OLD.respond_until"
    f" AND DAYS(NEW.served_at, NEW.respond_until) < {LEAST_HEARING})",
    "the time to answer is too short",
)
guard(
    Listing,
    "listing_waiver_is_thought_over",
    "UPDATE",
    "(NEW.waived_from IS NOT NULL AND NEW.waived_from IS DISTINCT FROM OLD.waived_from"
    " AND DAYS(NEW.changed_at, NEW.waived_from) < 1)",
    "a waiver counts after a day at the earliest",
)
guard(
    Listing,
    "listing_decided_after_waiver",
    "UPDATE",
    "(NEW.decided_at IS NOT NULL AND NEW.decided_at IS DISTINCT FROM OLD.decided_at"
    " AND NEW.decided_at <= NEW.respond_until"
    " AND (NEW.waived_from IS NULL OR NEW.decided_at < NEW.waived_from))",
    "nothing is decided before it was heard",
)
guard(
    Listing,
    "listing_term_is_what_was_proposed",
    "UPDATE",
    "(NEW.ends_at IS NOT NULL AND NEW.ends_at IS DISTINCT FROM OLD.ends_at"
    " AND DAYS(NEW.published_at, NEW.ends_at) > 31 * NEW.months)",
    "an entry ends with the months that were proposed",
)
guard(
    ListingParty,
    "listing_party_signed_nothing",
    "INSERT",
    "EXISTS (SELECT 1 FROM listing WHERE listing.id = NEW.listing_id"
    " AND (listing.decided_by = NEW.account_id OR listing.approved_by = NEW.account_id"
    " OR (listing.proposed_by = NEW.account_id AND NEW.part = 'vouch')))",
    TOOK_PART,
)
keep(ListingParty)
