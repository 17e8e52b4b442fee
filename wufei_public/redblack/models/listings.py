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
from wufei_public.infra.guards import guard, keep
from wufei_public.infra.sealed import not_under_a_key
from wufei_public.infra.tables import Base, BigKey, Key, UtcDateTime
from wufei_public.redblack.models.process import OF_ENTRIES, OF_PARTIES
from wufei_public.redblack.models.standing import OF_NAME_ENDS, OF_STANDING
from wufei_public.redblack.rules.clocks import SEVERITIES
from wufei_public.redblack.rules.facts import ListingFacts
from wufei_public.redblack.rules.states import ADVERSE, OPEN, SHOWN, ListKind, Part, State, Way

# Compared by code points on every database, so that the ends of names form one span.
_PLAIN = String(MOST).with_variant(String(MOST, collation="C"), "postgresql")


def among(column: str, values: Iterable[str]) -> str:
    return f"{column} IN ({', '.join(sorted(repr(str(value)) for value in values))})"


# Written out, not bound: a partial index serves only a statement that repeats its words.
IS_SHOWN = among("state", SHOWN)
# The same rows as IS_SHOWN, as the public list asks for them.
IS_RUNNING = "published_at IS NOT NULL AND over_at IS NULL"
# And as those are asked for whose term is over.
IS_SALTED = "salt IS NOT NULL"
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
        # For who asks what is over: in other words, or the list would be sorted by it, and words
        # that no other index answers.
        Index(
            "ix_listing_ends",
            "ends_at",
            sqlite_where=text(IS_SALTED),
            postgresql_where=text(IS_SALTED),
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
    # Until when reports hold the decision of a red one; None for objections: until the answer.
    held_until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    decided_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text)
    approved_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("account.id"))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    repair_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    over_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Who took it down before its end, and why.
    over_by: Mapped[int | None] = mapped_column(BigKey)
    over_reason: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    salt: Mapped[bytes | None] = mapped_column(
        LargeBinary(16), info=not_under_a_key("a salt: chance")
    )
    # What was published, in the one form that is hashed.
    record: Mapped[str | None] = mapped_column(Text)
    # Its hash with the salt, by which it stands in the snapshots.
    leaf: Mapped[bytes | None] = mapped_column(
        LargeBinary(32), info=not_under_a_key("a salted hash, open to all")
    )

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
            adverse=frozenset(one.account_id for one in self.parties if one.part in ADVERSE),
            respond_until=self.respond_until,
            waived_from=self.waived_from,
            decide_until=self.decide_until,
            holding=self.holding,
            held_until=self.held_until,
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


for one in OF_ENTRIES + OF_STANDING:
    guard(Listing, *one)
for one in OF_NAME_ENDS:
    guard(ListingNameEnd, *one)
for one in OF_PARTIES:
    guard(ListingParty, *one)
keep(ListingParty)
