"""A case, its photos and its events; impossible rows are impossible."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    Float,
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

from wufei_public.dumping.rules.facts import ReportFacts
from wufei_public.dumping.rules.states import Release, State
from wufei_public.infra.tables import Base, BigKey, Key, UtcDateTime

_STATES = ", ".join(f"'{state}'" for state in State)
_RELEASES = ", ".join(f"'{release}'" for release in Release)


class Report(Base):
    __tablename__ = "report"
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="state_known"),
        CheckConstraint(f"release IN ({_RELEASES})", name="release_known"),
        CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL AND outcome <> '' AND proof <> '')",
            name="closed_has_outcome_and_proof",
        ),
        CheckConstraint("(state = 'refused') = (refuse_ground <> '')", name="refused_has_ground"),
        CheckConstraint(
            "state NOT IN ('assigned', 'asked_late') OR department IS NOT NULL"
            " OR crew_id IS NOT NULL",
            name="assigned_has_handler",
        ),
        CheckConstraint(
            "(release = 'released') = (released_at IS NOT NULL AND release_token IS NOT NULL)",
            name="released_has_time",
        ),
        CheckConstraint(
            "(release = 'withheld') = (withhold_reason <> '')", name="withheld_has_reason"
        ),
        CheckConstraint(
            "(state IN ('asked_early', 'asked_late')) = (held_until IS NOT NULL)",
            name="asked_has_end",
        ),
        CheckConstraint("held_until IS NULL OR hold_used", name="hold_is_counted"),
        CheckConstraint(
            "(state IN ('closed', 'refused')) = (due_at IS NULL)", name="open_has_deadline"
        ),
        CheckConstraint("(lat IS NULL) = (lon IS NULL)", name="position_is_a_pair"),
        CheckConstraint("division IS NULL OR substr(division, 1, 9) = town", name="town_matches"),
        # The public list: newest first, with each filter that it offers.
        Index(
            "ix_report_public",
            "released_at",
            "id",
            sqlite_where=text("release = 'released'"),
            postgresql_where=text("release = 'released'"),
        ),
        Index(
            "ix_report_public_town",
            "town",
            "released_at",
            "id",
            sqlite_where=text("release = 'released'"),
            postgresql_where=text("release = 'released'"),
        ),
        Index(
            "ix_report_public_kind",
            "official_kind",
            "released_at",
            "id",
            sqlite_where=text("release = 'released'"),
            postgresql_where=text("release = 'released'"),
        ),
        # The queue: open cases by what is due first; closed ones leave these indexes.
        Index(
            "ix_report_queue",
            "town",
            "due_at",
            "id",
            sqlite_where=text("state NOT IN ('closed', 'refused')"),
            postgresql_where=text("state NOT IN ('closed', 'refused')"),
        ),
        Index(
            "ix_report_queue_all",
            "due_at",
            "id",
            sqlite_where=text("state NOT IN ('closed', 'refused')"),
            postgresql_where=text("state NOT IN ('closed', 'refused')"),
        ),
        Index("ix_report_department", "department", "due_at", "id"),
        Index("ix_report_crew", "crew_id", "due_at", "id"),
        Index("ix_report_reporter", "reporter_id", "id"),
        Index("ix_report_done", "town", "submitted_at", "id"),
        Index(
            "ix_report_held",
            "held_until",
            sqlite_where=text("held_until IS NOT NULL"),
            postgresql_where=text("held_until IS NOT NULL"),
        ),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True)
    state: Mapped[str] = mapped_column(String(12))
    release: Mapped[str] = mapped_column(String(12))
    version: Mapped[int] = mapped_column(Integer)

    plain_kind: Mapped[str] = mapped_column(String(16))
    official_kind: Mapped[str] = mapped_column(String(16))

    # The village, community or town; None waits in 待定位置.
    division: Mapped[str | None] = mapped_column(String(12))
    town: Mapped[str | None] = mapped_column(String(9))
    lat: Mapped[float | None] = mapped_column(Float)
    lon: Mapped[float | None] = mapped_column(Float)
    accuracy: Mapped[float | None] = mapped_column(Float)
    position_source: Mapped[str] = mapped_column(String(8))
    spot: Mapped[str] = mapped_column(String(80))

    words: Mapped[str] = mapped_column(Text)
    public_words: Mapped[str] = mapped_column(Text)
    contact_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    reporter_id: Mapped[int | None] = mapped_column(BigKey)
    # What the receipt's secret and PIN are derived from; neither is stored.
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    pin_failures: Mapped[int] = mapped_column(Integer)
    pin_locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    photos: Mapped[int] = mapped_column(Integer)

    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    business_day: Mapped[date] = mapped_column(Date)
    # Deadlines are computed once, when their clock starts. `due_at` is the one that runs.
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accept_due: Mapped[datetime] = mapped_column(UtcDateTime)
    legal_accept_due: Mapped[datetime] = mapped_column(UtcDateTime)
    release_due: Mapped[datetime] = mapped_column(UtcDateTime)
    finish_due: Mapped[datetime | None] = mapped_column(UtcDateTime)
    legal_finish_due: Mapped[datetime | None] = mapped_column(UtcDateTime)
    accepted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    held_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hold_used: Mapped[bool]

    department: Mapped[str | None] = mapped_column(ForeignKey("department.code"))
    crew_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    returns: Mapped[int] = mapped_column(Integer)

    outcome: Mapped[str] = mapped_column(Text)
    proof: Mapped[str] = mapped_column(String(8))
    proof_lat: Mapped[float | None] = mapped_column(Float)
    proof_lon: Mapped[float | None] = mapped_column(Float)
    refuse_ground: Mapped[str] = mapped_column(String(16))
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Part of the public photos' address: random per release, gone when withheld.
    release_token: Mapped[str | None] = mapped_column(String(32), unique=True)
    withhold_reason: Mapped[str] = mapped_column(String(16))

    @property
    def facts(self) -> ReportFacts:
        return ReportFacts(
            state=State(self.state),
            release=Release(self.release),
            division=self.division,
            department=self.department,
            crew_id=self.crew_id,
            reporter_id=self.reporter_id,
        )


class ReportEvent(Base):
    """One step of a case; rows are only ever added."""

    __tablename__ = "report_event"
    __table_args__ = (UniqueConstraint("report_id", "number"),)

    id: Mapped[Key]
    report_id: Mapped[int] = mapped_column(ForeignKey("report.id"))
    number: Mapped[int] = mapped_column(Integer)
    move: Mapped[str] = mapped_column(String(16))
    actor_kind: Mapped[str] = mapped_column(String(16))
    actor_id: Mapped[int | None] = mapped_column(BigKey)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(12))
    public_text: Mapped[str] = mapped_column(Text)
    internal_text: Mapped[str] = mapped_column(Text)
