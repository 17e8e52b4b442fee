"""Organisations, their sites and who represents them; impossible rows are impossible."""

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
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.common.suffixes import MOST
from wufei_public.infra.sealed import indexed, not_under_a_key, sealed_for
from wufei_public.infra.tables import Base, BigKey, Key, UtcDateTime
from wufei_public.organisations.rules.facts import MembershipFacts, OrganisationFacts
from wufei_public.organisations.rules.kinds import PermitClass
from wufei_public.organisations.rules.memberships import Proof, State
from wufei_public.people.rules.codes import MOST_TRIES

# Compared by code points on every database, so that the ends of names form one span.
_PLAIN = String(MOST).with_variant(String(MOST, collation="C"), "postgresql")


def _among(column: str, values: Iterable[str]) -> str:
    return f"{column} IN ({', '.join(sorted(repr(str(value)) for value in values))})"


# Written out, not bound: a partial index serves only a statement that repeats its words.
IS_OPEN = "membership.state <> 'ended'"
WAITS = "membership.state IN ('disputed', 'pending')"
_UNPROVEN_END = "('refuse', 'withdraw')"


class Organisation(Base):
    """A school, hotel, enterprise, village committee…, by its unified social credit code."""

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("length(uscc) = 18", name="uscc_whole"),
        CheckConstraint(_among("permit_class", PermitClass), name="permit_known"),
        CheckConstraint("substr(division, 1, 9) = town", name="town_matches"),
        Index(None, "town", "kind", "id"),
        Index(None, "kind", "id"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True)
    uscc: Mapped[str] = mapped_column(String(18), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(16))
    # The town or street, or a village or community in it.
    division: Mapped[str] = mapped_column(String(12))
    town: Mapped[str] = mapped_column(String(9))
    address: Mapped[str] = mapped_column(String(120))
    permit_class: Mapped[str] = mapped_column(String(12))
    waste_related: Mapped[bool]
    # The number of a hazardous-waste operating licence, empty without one.
    hazardous_licence: Mapped[str] = mapped_column(String(40))
    # Who to call, for officials only: name and phone, sealed.
    contact_sealed: Mapped[bytes | None] = mapped_column(
        LargeBinary, info=sealed_for("organisations:contact")
    )
    # The official who wrote the contact down, on whose word a code to it proves somebody.
    contact_by: Mapped[int | None] = mapped_column(BigKey)
    version: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Struck off the companies' register; the card stays for what refers to it.
    ended_on: Mapped[date | None] = mapped_column(Date)

    @property
    def facts(self) -> OrganisationFacts:
        return OrganisationFacts(self.id, self.division)


class PermitSpan(Base):
    """Under which permit class the organisation stood from a day on, until the next such day.

    The card has the newest one; none before the first row.
    """

    __tablename__ = "organisation_permit"
    __table_args__ = (
        CheckConstraint(_among("permit_class", PermitClass), name="permit_known"),
        # The denominator of indicator 41.
        Index("ix_organisation_permit_holders", "permit_class", "waste_related", "since"),
    )

    organisation_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("organisation.id"), primary_key=True
    )
    since: Mapped[date] = mapped_column(Date, primary_key=True)
    permit_class: Mapped[str] = mapped_column(String(12))
    waste_related: Mapped[bool]


class FormerName(Base):
    """A name that the organisation had; `position` 0 is the latest."""

    __tablename__ = "organisation_former_name"

    organisation_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("organisation.id"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(80))


class NameEnd(Base):
    """One end of a present or former name, by which what it contains is found."""

    __tablename__ = "organisation_name_end"
    __table_args__ = (
        Index(None, "name_end", "organisation_id"),
        Index(None, "town", "name_end", "organisation_id"),
    )

    organisation_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("organisation.id"), primary_key=True
    )
    name_end: Mapped[str] = mapped_column(_PLAIN, primary_key=True)
    town: Mapped[str] = mapped_column(String(9))


class Site(Base):
    """A place of an organisation: campus, branch, shop."""

    __tablename__ = "site"
    __table_args__ = (
        CheckConstraint("substr(division, 1, 9) = town", name="town_matches"),
        Index(None, "organisation_id", "id"),
        Index(None, "town", "id"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True)
    organisation_id: Mapped[int] = mapped_column(BigKey, ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(String(120))
    division: Mapped[str] = mapped_column(String(12))
    town: Mapped[str] = mapped_column(String(9))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Membership(Base):
    """A resident's account that speaks for an organisation, or asks to."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint(_among("state", State), name="state_known"),
        CheckConstraint(_among("proof", ["", *Proof]), name="proof_known"),
        # Nobody represents without a proof that somebody else accepted.
        CheckConstraint(
            "state = 'pending' OR proof <> ''"
            f" OR (state = 'ended' AND end_move IN {_UNPROVEN_END})",
            name="proven_has_proof",
        ),
        CheckConstraint("(proof = '') = (proven_by IS NULL)", name="proof_has_decider"),
        CheckConstraint("(proof = '') = (proven_at IS NULL)", name="proof_has_time"),
        CheckConstraint("proven_by <> account_id", name="proven_by_another"),
        CheckConstraint(
            "(state = 'ended') = (ended_at IS NOT NULL) AND (state = 'ended') = (end_move <> '')",
            name="ended_has_time",
        ),
        Index(
            "uq_membership_open",
            "organisation_id",
            "account_id",
            unique=True,
            sqlite_where=text("state <> 'ended'"),
            postgresql_where=text("state <> 'ended'"),
        ),
        Index(None, "account_id", "id"),
        Index(None, "organisation_id", "id"),
        Index(
            "ix_membership_waiting",
            "applied_at",
            "id",
            sqlite_where=text("state IN ('disputed', 'pending')"),
            postgresql_where=text("state IN ('disputed', 'pending')"),
        ),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True)
    organisation_id: Mapped[int] = mapped_column(BigKey, ForeignKey("organisation.id"))
    account_id: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    state: Mapped[str] = mapped_column(String(12))
    # The number of the newest event; who decides on an older one is told so.
    version: Mapped[int] = mapped_column(Integer)
    # The applicant's name and duty, sealed: for who decides and nobody else.
    applicant_sealed: Mapped[bytes | None] = mapped_column(
        LargeBinary, info=sealed_for("organisations:applicant")
    )
    letters: Mapped[int] = mapped_column(Integer)
    proof: Mapped[str] = mapped_column(String(8))
    proven_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("account.id"))
    proven_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    applied_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_move: Mapped[str] = mapped_column(String(12))

    def facts(self, organisation: OrganisationFacts) -> MembershipFacts:
        return MembershipFacts(State(self.state), self.account_id, organisation)


class MembershipCode(Base):
    """The newest code that was sent to the registered contact for an application."""

    __tablename__ = "membership_code"
    __table_args__ = (CheckConstraint(f"tries BETWEEN 0 AND {MOST_TRIES}", name="tries_few"),)

    membership_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("membership.id"), primary_key=True
    )
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), info=indexed("organisations:code"))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(Integer)


class MembershipEvent(Base):
    """One step of a membership; rows are only ever added."""

    __tablename__ = "membership_event"
    __table_args__ = (UniqueConstraint("membership_id", "number"),)

    id: Mapped[Key]
    membership_id: Mapped[int] = mapped_column(BigKey, ForeignKey("membership.id"))
    number: Mapped[int] = mapped_column(Integer)
    move: Mapped[str] = mapped_column(String(12))
    actor_kind: Mapped[str] = mapped_column(String(16))
    actor_id: Mapped[int | None] = mapped_column(BigKey)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(Text)


class RegisterImport(Base):
    """A sheet that waits for its uploader's yes; it is kept for some days."""

    __tablename__ = "organisation_import"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True)
    account_id: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    name: Mapped[str] = mapped_column(String(80))
    data: Mapped[bytes] = mapped_column(
        LargeBinary, info=not_under_a_key("as it was uploaded, for some days")
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # How many cards it has changed; 0 until it was applied.
    applied: Mapped[int] = mapped_column(Integer)
