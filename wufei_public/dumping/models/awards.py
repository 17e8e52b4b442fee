"""Awards for reports: versions of the grades, who proposed and approved, what was paid.

No table here knows the reporter: an award hangs on a case, its money on a code of which only a
keyed hash is kept.
"""

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

from wufei_public.dumping.models.conditions import among
from wufei_public.dumping.rules.awards import LIVE, MOST_YUAN, EntryKind, Method, State
from wufei_public.infra.guards import differs, guard, keep
from wufei_public.infra.sealed import indexed
from wufei_public.infra.tables import Base, BigKey, Key, UtcDateTime

_LIVE = among("state", LIVE)


class AwardScheme(Base):
    """A version of the grades, in force from a day until the next one starts."""

    __tablename__ = "award_scheme"
    __table_args__ = (CheckConstraint("claim_days BETWEEN 7 AND 365", name="claim_days_sane"),)

    id: Mapped[Key]
    starts_on: Mapped[date] = mapped_column(Date, index=True)
    # The document and the clause, and whether somebody compared it.
    source: Mapped[str] = mapped_column(String(200))
    verified: Mapped[bool]
    claim_days: Mapped[int] = mapped_column(Integer)
    # For whom there is something, and where to fetch it; everybody reads both.
    conditions: Mapped[str] = mapped_column(Text)
    counter: Mapped[str] = mapped_column(Text)
    made_by: Mapped[int] = mapped_column(BigKey)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AwardGrade(Base):
    """A grade of one version: what it gives at least and at most, in whole yuan."""

    __tablename__ = "award_grade"
    __table_args__ = (
        CheckConstraint(
            f"lowest >= 1 AND lowest <= highest AND highest <= {MOST_YUAN}", name="amounts_sane"
        ),
        UniqueConstraint("scheme_id", "position"),
        UniqueConstraint("scheme_id", "name"),
    )

    id: Mapped[Key]
    scheme_id: Mapped[int] = mapped_column(ForeignKey("award_scheme.id"))
    position: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(60))
    lowest: Mapped[int] = mapped_column(Integer)
    highest: Mapped[int] = mapped_column(Integer)


class ReportAward(Base):
    """What one case's reporter shall get: proposed by one person, decided by another."""

    __tablename__ = "report_award"
    __table_args__ = (
        CheckConstraint(among("state", State), name="state_known"),
        CheckConstraint(f"amount BETWEEN 1 AND {MOST_YUAN}", name="amount_sane"),
        CheckConstraint(
            "(state = 'proposed') = (decided_by IS NULL)"
            " AND (decided_by IS NULL) = (decided_at IS NULL)",
            name="decided_by_somebody",
        ),
        CheckConstraint("decided_by <> proposed_by", name="decided_by_another"),
        CheckConstraint(
            "(state IN ('proposed', 'declined')) = (claim_until IS NULL)", name="approved_has_end"
        ),
        # A code is good while the money waits, and no longer.
        CheckConstraint("claim_hash IS NULL OR state = 'approved'", name="claim_waits"),
        Index(
            "uq_report_award_live",
            "report_id",
            unique=True,
            sqlite_where=text(_LIVE),
            postgresql_where=text(_LIVE),
        ),
        Index(
            "uq_report_award_claim",
            "claim_hash",
            unique=True,
            sqlite_where=text("claim_hash IS NOT NULL"),
            postgresql_where=text("claim_hash IS NOT NULL"),
        ),
        Index(None, "report_id", "id"),
        Index(None, "state", "id"),
    )

    id: Mapped[Key]
    # What the ledger calls it; it says nothing of the case.
    code: Mapped[str] = mapped_column(String(10), unique=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    grade_id: Mapped[int] = mapped_column(ForeignKey("award_grade.id"))
    amount: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(8))
    proposed_by: Mapped[int] = mapped_column(BigKey)
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(BigKey)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Why it was declined or revoked.
    answer: Mapped[str] = mapped_column(Text)
    claim_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    claim_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), info=indexed("claim"))
    claim_drawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AwardEntry(Base):
    """A booking of the ledger: payouts and what takes them back, in turns; only ever added."""

    __tablename__ = "award_entry"
    __table_args__ = (
        CheckConstraint(among("kind", EntryKind), name="kind_known"),
        CheckConstraint(among("method", Method), name="method_known"),
        CheckConstraint(
            "(kind = 'payout') = (number - 2 * (number / 2) = 1)"
            " AND (kind = 'payout') = (amount > 0) AND amount <> 0 AND number >= 1",
            name="booked_in_turns",
        ),
        CheckConstraint("kind = 'payout' OR reason <> ''", name="taken_back_for_a_reason"),
        UniqueConstraint("award_id", "number"),
        Index(None, "day", "id"),
    )

    id: Mapped[Key]
    award_id: Mapped[int] = mapped_column(ForeignKey("report_award.id"))
    number: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(8))
    amount: Mapped[int] = mapped_column(Integer)
    method: Mapped[str] = mapped_column(String(8))
    # The number of the office's own paper.
    voucher: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(Text)
    booked_by: Mapped[int] = mapped_column(BigKey)
    booked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    day: Mapped[date] = mapped_column(Date)


keep(AwardScheme)
keep(AwardGrade)
keep(AwardEntry)
keep(
    ReportAward,
    "state", "decided_by", "decided_at", "answer", "claim_until", "claim_hash", "claim_drawn_at",
)  # fmt: skip
guard(
    ReportAward,
    "report_award_within_grade",
    "INSERT",
    "NOT EXISTS (SELECT 1 FROM award_grade g WHERE g.id = NEW.grade_id"
    " AND NEW.amount >= g.lowest AND NEW.amount <= g.highest)",
    "an award is within its grade",
)
guard(
    ReportAward,
    "report_award_begins_proposed",
    "INSERT",
    "NEW.state <> 'proposed'",
    "an award begins with a proposal",
)
guard(
    ReportAward,
    "report_award_decided_once",
    "UPDATE",
    f"(OLD.decided_by IS NOT NULL AND {differs(('decided_by', 'decided_at'))})",
    "an award is decided once",
)
guard(
    ReportAward,
    "report_award_paid_by_entry",
    "UPDATE",
    "(NEW.state IS DISTINCT FROM OLD.state AND (NEW.state = 'paid') <>"
    " (COALESCE((SELECT SUM(e.amount) FROM award_entry e WHERE e.award_id = NEW.id), 0) > 0))",
    "an award is paid as its ledger says",
)
guard(
    AwardEntry,
    "award_entry_is_the_amount",
    "INSERT",
    "NOT EXISTS (SELECT 1 FROM report_award a WHERE a.id = NEW.award_id"
    " AND a.amount = abs(NEW.amount) AND a.state = CASE NEW.kind WHEN 'payout'"
    " THEN 'approved' ELSE 'paid' END)",
    "what is booked is the award that waits for it",
)
guard(
    AwardEntry,
    "award_entry_by_another",
    "INSERT",
    "(NEW.kind = 'payout' AND EXISTS (SELECT 1 FROM report_award a WHERE a.id = NEW.award_id"
    " AND (a.proposed_by = NEW.booked_by OR a.decided_by = NEW.booked_by)))"
    " OR (NEW.kind = 'reversal' AND EXISTS (SELECT 1 FROM award_entry e"
    " WHERE e.award_id = NEW.award_id AND e.number = NEW.number - 1"
    " AND e.booked_by = NEW.booked_by))",
    "who proposed, who approved and who pays are three people",
)
guard(
    AwardEntry,
    "award_entry_in_order",
    "INSERT",
    "NEW.number <> 1 + (SELECT COUNT(*) FROM award_entry e WHERE e.award_id = NEW.award_id)",
    "entries follow one another",
)
