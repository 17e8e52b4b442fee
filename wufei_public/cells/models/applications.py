"""An application, what the unit wrote, and its events; impossible rows are impossible."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
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

from wufei_public.cells.models.rounds import among
from wufei_public.cells.rules.clocks import RUNNING
from wufei_public.cells.rules.kinds import KINDS
from wufei_public.cells.rules.stages import EDITABLE, ON_NOTICE, Ground, State
from wufei_public.infra.guards import keep
from wufei_public.infra.tables import JSON, Base, BigKey, Key, ScoreColumn, UtcDateTime

_BEFORE_SUBMISSION = EDITABLE | {State.WITHDRAWN}
_DECIDED = ON_NOTICE | {State.CLEARED, State.NAMED}
IS_ON_NOTICE = among("state", ON_NOTICE)
_REFUSED = {State.REFUSED, State.APPEALED, State.DISMISSED}


class CellApplication(Base):
    """One unit's application in one round."""

    __tablename__ = "cell_application"
    __table_args__ = (
        CheckConstraint(among("state", State), name="state_known"),
        CheckConstraint(among("kind", KINDS), name="kind_known"),
        CheckConstraint(among("refuse_ground", ["", *Ground]), name="ground_known"),
        CheckConstraint(
            f"{among('state', _BEFORE_SUBMISSION)}"
            " OR (submitted_at IS NOT NULL AND commitment <> '' AND committed_at IS NOT NULL)",
            name="submitted_has_commitment",
        ),
        CheckConstraint(
            f"({among('state', RUNNING)}) = (due_at IS NOT NULL)", name="running_has_due_date"
        ),
        CheckConstraint(
            "(total IS NULL) = (median IS NULL) AND (total IS NULL) = (spread IS NULL)"
            " AND (total IS NULL) = (stars IS NULL)",
            name="result_is_whole",
        ),
        CheckConstraint(
            f"NOT {among('state', _DECIDED)} OR (proposed_by IS NOT NULL"
            " AND confirmed_by IS NOT NULL AND document <> '' AND stars > 0"
            " AND notice_from IS NOT NULL AND notice_until IS NOT NULL)",
            name="noticed_has_decision",
        ),
        # Nobody decides alone.
        CheckConstraint("proposed_by <> confirmed_by", name="second_person"),
        CheckConstraint(
            f"({among('state', _REFUSED)}) = (refuse_ground <> '')", name="refused_has_ground"
        ),
        CheckConstraint("(state = 'held') = (held_at IS NOT NULL)", name="held_has_time"),
        CheckConstraint("substr(division, 1, 9) = town", name="town_matches"),
        Index(
            "ix_cell_application_due",
            "due_at",
            sqlite_where=text("due_at IS NOT NULL"),
            postgresql_where=text("due_at IS NOT NULL"),
        ),
        Index(
            "ix_cell_application_notice",
            "notice_until",
            "id",
            sqlite_where=text(IS_ON_NOTICE),
            postgresql_where=text(IS_ON_NOTICE),
        ),
        Index("ix_cell_application_town", "town", "state", "id"),
        Index("ix_cell_application_department", "department", "state", "id"),
        Index("ix_cell_application_state", "state", "id"),
        # As the ranking is read: the highest total, and of equal ones who handed in first.
        # It is read backwards, all columns one way.
        Index("ix_cell_application_rank", "round_id", "total", "earliness", "id"),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("cell_round.id"))
    kind: Mapped[str] = mapped_column(String(16))
    # The version that it began with.
    rubric_id: Mapped[int] = mapped_column(ForeignKey("cell_rubric.id"))
    state: Mapped[str] = mapped_column(String(16))
    # The number of the newest event; who decides on an older one is told so.
    version: Mapped[int] = mapped_column(Integer)
    # As it stands on the certificate; the first site decides where it lies.
    unit: Mapped[str] = mapped_column(String(100))
    division: Mapped[str] = mapped_column(String(12))
    town: Mapped[str] = mapped_column(String(9))
    department: Mapped[str] = mapped_column(ForeignKey("department.code"))
    applicant_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    # What the public reads of the unit.
    story: Mapped[str] = mapped_column(Text)

    commitment: Mapped[str] = mapped_column(String(12))
    committed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Microseconds before 1970: the higher, the earlier it was handed in, which ranks equal totals.
    earliness: Mapped[int | None] = mapped_column(BigInteger)
    submissions: Mapped[int] = mapped_column(Integer)
    self_total: Mapped[Decimal | None] = mapped_column(ScoreColumn)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    # Which evaluation by experts is the last; its result.
    evaluation: Mapped[int] = mapped_column(Integer)
    total: Mapped[Decimal | None] = mapped_column(ScoreColumn)
    median: Mapped[Decimal | None] = mapped_column(ScoreColumn)
    spread: Mapped[Decimal | None] = mapped_column(ScoreColumn)
    stars: Mapped[int | None] = mapped_column(Integer)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)

    document: Mapped[str] = mapped_column(String(60))
    minutes: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    refuse_ground: Mapped[str] = mapped_column(String(16))
    refuse_reason: Mapped[str] = mapped_column(Text)
    notice_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    notice_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    held_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CellSite(Base):
    """A site that an application speaks for; several of them, or of several units, are joint."""

    __tablename__ = "cell_site"
    __table_args__ = (UniqueConstraint("application_id", "organisation_id", "site_id"),)

    application_id: Mapped[int] = mapped_column(ForeignKey("cell_application.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    # NULL where a unit is its one place.
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    division: Mapped[str] = mapped_column(String(12))


class CellAnswer(Base):
    """What the unit answered to one item; saved as it is typed, on whichever device."""

    __tablename__ = "cell_answer"
    __table_args__ = (
        CheckConstraint("NOT na OR (step IS NULL AND value IS NULL)", name="na_stands_alone"),
        CheckConstraint("step IS NULL OR value IS NULL", name="one_answer"),
    )

    application_id: Mapped[int] = mapped_column(ForeignKey("cell_application.id"), primary_key=True)
    item: Mapped[str] = mapped_column(String(40), primary_key=True)
    step: Mapped[int | None] = mapped_column(Integer)
    value: Mapped[Decimal | None] = mapped_column(ScoreColumn)
    na: Mapped[bool]
    note: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CellEvidence(Base):
    """A photo that proves an item: the unit's, or taken on a visit by the expert of a sheet."""

    __tablename__ = "cell_evidence"
    __table_args__ = (Index(None, "application_id", "item"),)

    photo_id: Mapped[int] = mapped_column(ForeignKey("photo.id"), primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("cell_application.id"))
    item: Mapped[str] = mapped_column(String(40))
    sheet_id: Mapped[int | None] = mapped_column(ForeignKey("cell_sheet.id"))
    # What the unit took away stays for the submissions in which it stood.
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CellPaper(Base):
    """A PDF that proves an item, kept as long as the submissions in which it stood."""

    __tablename__ = "cell_paper"
    __table_args__ = (Index(None, "application_id", "item"),)

    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"), primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("cell_application.id"))
    item: Mapped[str] = mapped_column(String(40))
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CellSubmission(Base):
    """What was handed in, whole, each time; rows are only ever added."""

    __tablename__ = "cell_submission"

    application_id: Mapped[int] = mapped_column(ForeignKey("cell_application.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    total: Mapped[Decimal] = mapped_column(ScoreColumn)
    # The version of the commitment that was signed with it.
    commitment: Mapped[str] = mapped_column(String(12), server_default=text("''"))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)


# Who handed it in may become another account of the same person.
keep(CellSubmission, "by")


class CellRemark(Base):
    """What the town or the sector wants put right, per item; '' is about the whole."""

    __tablename__ = "cell_remark"
    __table_args__ = (Index(None, "application_id", "submission"),)

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(ForeignKey("cell_application.id"))
    submission: Mapped[int] = mapped_column(Integer)
    item: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class CellEvent(Base):
    """One step of an application or its certificate; rows are only ever added."""

    __tablename__ = "cell_event"
    __table_args__ = (UniqueConstraint("application_id", "number"),)

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(ForeignKey("cell_application.id"))
    number: Mapped[int] = mapped_column(Integer)
    move: Mapped[str] = mapped_column(String(16))
    actor_kind: Mapped[str] = mapped_column(String(16))
    actor_id: Mapped[int | None] = mapped_column(BigKey)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    came_from: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    # For the unit; what is for officers only stands beside it.
    unit_text: Mapped[str] = mapped_column(Text)
    internal_text: Mapped[str] = mapped_column(Text)


keep(CellEvent)
