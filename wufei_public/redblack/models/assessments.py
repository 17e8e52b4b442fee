"""Periods of assessment, scores with their evidence, and on what a proposal rests."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.infra.guards import guard, keep
from wufei_public.infra.tables import Base, BigKey, Key, ScoreColumn, UtcDateTime
from wufei_public.redblack.models.listings import Listing, among
from wufei_public.redblack.rules.assessing import stands
from wufei_public.redblack.rules.states import Basis, ListKind

# Written out, not bound: a partial index serves only a statement that repeats its words.
IS_UNCONFIRMED = "document = '' AND confirmed_by IS NULL"


class AssessmentPeriod(Base):
    """A half year or a year in which enterprises are assessed by one version of the criteria."""

    __tablename__ = "assessment_period"
    __table_args__ = (
        CheckConstraint("ends_on >= begins_on", name="days_in_order"),
        CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed_whole"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    begins_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    criteria: Mapped[str] = mapped_column(String(16))
    opened_by: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("account.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Assessment(Base):
    """What one enterprise was given in one period."""

    __tablename__ = "assessment"
    __table_args__ = (
        CheckConstraint(among("suggests", ["", *ListKind]), name="suggests_known"),
        CheckConstraint("total BETWEEN 0 AND 10000", name="total_bounded"),
        CheckConstraint("suggests = '' OR total IS NOT NULL", name="suggests_by_total"),
        UniqueConstraint("period_id", "organisation_id"),
        Index(None, "period_id", "changed_at", "id"),
        Index(None, "organisation_id", "id"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True)
    period_id: Mapped[int] = mapped_column(BigKey, ForeignKey("assessment_period.id"))
    organisation_id: Mapped[int] = mapped_column(BigKey, ForeignKey("organisation.id"))
    division: Mapped[str] = mapped_column(String(12))
    town: Mapped[str] = mapped_column(String(9))
    # None where no criterion applies.
    total: Mapped[Decimal | None] = mapped_column(ScoreColumn)
    suggests: Mapped[str] = mapped_column(String(8))
    photos: Mapped[int] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer)
    assessed_by: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AssessmentAssessor(Base):
    """Who gave or corrected the scores of an assessment."""

    __tablename__ = "assessment_assessor"

    assessment_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("assessment.id"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"), primary_key=True)


class AssessmentScore(Base):
    """The score of one criterion, and on what it rests; none where it does not apply."""

    __tablename__ = "assessment_score"
    __table_args__ = (
        CheckConstraint("score BETWEEN 0 AND 10000", name="score_bounded"),
        CheckConstraint("words <> ''", name="says_on_what"),
    )

    assessment_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("assessment.id"), primary_key=True
    )
    criterion: Mapped[str] = mapped_column(String(16), primary_key=True)
    score: Mapped[Decimal | None] = mapped_column(ScoreColumn)
    words: Mapped[str] = mapped_column(String(500))


class ListingBasis(Base):
    """On what a proposal rests: an assessment, or a recorded decision. Never on nothing."""

    __tablename__ = "listing_basis"
    __table_args__ = (
        CheckConstraint(among("basis", Basis), name="basis_known"),
        CheckConstraint(
            "(basis = 'assessment') = (assessment_id IS NOT NULL)", name="assessment_named"
        ),
        CheckConstraint(
            "basis <> 'decision' OR (document <> '' AND document_on IS NOT NULL AND ground <> '')",
            name="decision_recorded",
        ),
        Index(None, "assessment_id"),
    )

    listing_id: Mapped[int] = mapped_column(BigKey, ForeignKey("listing.id"), primary_key=True)
    basis: Mapped[str] = mapped_column(String(12))
    assessment_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("assessment.id"))
    document: Mapped[str] = mapped_column(String(80))
    document_on: Mapped[date | None] = mapped_column(Date)
    ground: Mapped[str] = mapped_column(String(200))


class CaseEvidence(Base):
    """A closed dumping case that names an enterprise; nothing of who reported it.

    It carries a proposal once a document or a second official confirms the name.
    """

    __tablename__ = "case_evidence"
    __table_args__ = (
        CheckConstraint("confirmed <> ''", name="says_how_confirmed"),
        CheckConstraint("(document = '') = (document_on IS NULL)", name="document_whole"),
        CheckConstraint("(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="confirmed_whole"),
        CheckConstraint("confirmed_by <> sent_by", name="confirmed_by_another"),
        UniqueConstraint("organisation_id", "report"),
        Index(
            "ix_case_evidence_waiting",
            "town",
            "id",
            sqlite_where=text(IS_UNCONFIRMED),
            postgresql_where=text(IS_UNCONFIRMED),
        ),
    )

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(BigKey, ForeignKey("organisation.id"))
    # The officials' number of the case: for its file, never for the public.
    report: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(16))
    division: Mapped[str | None] = mapped_column(String(12))
    closed_on: Mapped[date] = mapped_column(Date)
    # How the offender was found out and confirmed.
    confirmed: Mapped[str] = mapped_column(Text)
    sent_by: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Of the enterprise: whose officials may confirm.
    town: Mapped[str] = mapped_column(String(9))
    # A decision in which the offender is named.
    document: Mapped[str] = mapped_column(String(80))
    document_on: Mapped[date | None] = mapped_column(Date)
    confirmed_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("account.id"))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def stands(self) -> bool:
        return stands(self.document, self.confirmed_by)


keep(ListingBasis)
guard(
    ListingBasis,
    "listing_basis_is_of_its_own",
    "INSERT",
    "(NEW.assessment_id IS NOT NULL AND (NOT EXISTS (SELECT 1 FROM assessment"
    " JOIN assessment_period ON assessment_period.id = assessment.period_id"
    " WHERE assessment.id = NEW.assessment_id AND assessment_period.closed_at IS NOT NULL)"
    " OR EXISTS (SELECT 1 FROM listing_basis AS other"
    " JOIN listing ON listing.id = other.listing_id"
    " WHERE other.assessment_id = NEW.assessment_id AND (listing.state <> 'dropped'"
    " OR EXISTS (SELECT 1 FROM listing_paper WHERE listing_paper.listing_id = listing.id"
    " AND listing_paper.kind = 'objection' AND listing_paper.outcome = 'upheld')))))",
    "an assessment that is closed leads to one entry",
)
_FUTURE = "a document is not of a day that is still to come"
# The district's day begins eight hours before that of the database.
for _model, _name, _at in (
    (Listing, "listing_rests_on_a_past_document", "NEW.proposed_at"),
    (CaseEvidence, "case_evidence_has_a_past_document", "NEW.sent_at"),
):
    guard(_model, _name, "INSERT", f"(DAYS({_at}, NEW.document_on) > 0.34)", _FUTURE)
