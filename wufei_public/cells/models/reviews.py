"""Who had which part in a review, what experts gave, objections and who decided on them.

`cell_duty` is what makes an independent decision more than a promise: a person has one
duty in an application, reviewer or independent. Sheets, opinions and objections point at
it with the duty that they need, so the database refuses an objection that is decided by
somebody who reviewed, and a reviewer who decided on an objection.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.cells.models.rounds import among
from wufei_public.infra.guards import STAYS, differs, guard, keep
from wufei_public.infra.sealed import sealed_for
from wufei_public.infra.tables import JSON, Base, Key, ScoreColumn, UtcDateTime

REVIEW, INDEPENDENT = "review", "independent"
STEPS = ("town", "sector", "propose", "confirm", "inspect", "refuse", "moderate")
ABOUT = ("notice", "refusal", "removal")
OUTCOMES = ("upheld", "rejected")


def as_duty(duty: str, account: str) -> tuple[ForeignKeyConstraint, CheckConstraint]:
    """Return what ties the account in a row to its one duty in the application."""
    return (
        ForeignKeyConstraint(
            ["application_id", account, "duty"],
            ["cell_duty.application_id", "cell_duty.account_id", "cell_duty.duty"],
        ),
        CheckConstraint(f"duty = '{duty}'", name=f"duty_is_{duty}"),
    )


class CellDuty(Base):
    """The one duty that a person has in one application."""

    __tablename__ = "cell_duty"
    __table_args__ = (
        UniqueConstraint("application_id", "account_id", "duty"),
        CheckConstraint(among("duty", [REVIEW, INDEPENDENT]), name="duty_known"),
    )

    application_id: Mapped[int] = mapped_column(ForeignKey("cell_application.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    duty: Mapped[str] = mapped_column(String(12))


class CellOpinion(Base):
    """What somebody with a part in the review decided at one step; rows are only ever added."""

    __tablename__ = "cell_opinion"
    __table_args__ = (
        *as_duty(REVIEW, "account_id"),
        CheckConstraint(among("step", STEPS), name="step_known"),
        Index(None, "application_id", "id"),
    )

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(ForeignKey("cell_application.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    duty: Mapped[str] = mapped_column(String(12))
    step: Mapped[str] = mapped_column(String(12))
    verdict: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


keep(CellOpinion)


class CellBallot(Base):
    """How a collective decision was voted on; rows are only ever added."""

    __tablename__ = "cell_ballot"
    __table_args__ = (
        CheckConstraint("against >= 0 AND abstained >= 0", name="votes_are_counts"),
        CheckConstraint("in_favour > against + abstained", name="vote_is_carried"),
    )

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(ForeignKey("cell_application.id"), index=True)
    document: Mapped[str] = mapped_column(String(60))
    in_favour: Mapped[int] = mapped_column(Integer)
    against: Mapped[int] = mapped_column(Integer)
    abstained: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


keep(CellBallot)


class CellExpert(Base):
    """Where an expert belongs, so that nobody of the same unit or town is ever offered."""

    __tablename__ = "cell_expert"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    town: Mapped[str | None] = mapped_column(String(9))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    # Kinds that the expert scores; empty is all.
    kinds: Mapped[list[str]] = mapped_column(JSON)
    about: Mapped[str] = mapped_column(String(80))


class CellSheet(Base):
    """One expert's place on the panel of one evaluation."""

    __tablename__ = "cell_sheet"
    __table_args__ = (
        *as_duty(REVIEW, "expert_id"),
        UniqueConstraint("application_id", "evaluation", "expert_id"),
        CheckConstraint("(scored_at IS NULL) = (total IS NULL)", name="scored_has_total"),
        CheckConstraint("(scored_at IS NULL) = (result IS NULL)", name="scored_has_result"),
        CheckConstraint("(recused_at IS NULL) = (recusal = '')", name="recused_has_reason"),
        # Nobody scores before saying that nothing stands against it, nor after saying so.
        CheckConstraint(
            "scored_at IS NULL OR (declared_at IS NOT NULL AND recused_at IS NULL)",
            name="scored_has_declaration",
        ),
        Index(
            "ix_cell_sheet_waiting",
            "expert_id",
            "due_at",
            sqlite_where=text("scored_at IS NULL AND recused_at IS NULL"),
            postgresql_where=text("scored_at IS NULL AND recused_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(ForeignKey("cell_application.id"))
    evaluation: Mapped[int] = mapped_column(Integer)
    expert_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    duty: Mapped[str] = mapped_column(String(12))
    assigned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    declared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recusal: Mapped[str] = mapped_column(Text)
    visited_on: Mapped[datetime | None] = mapped_column(UtcDateTime)
    scored_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    total: Mapped[Decimal | None] = mapped_column(ScoreColumn)
    # Sections, bonus and the vetoes that this expert says hold.
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    vetoes: Mapped[list[str]] = mapped_column(JSON)
    words: Mapped[str] = mapped_column(Text)


class CellMark(Base):
    """What an expert gave for one item."""

    __tablename__ = "cell_mark"
    __table_args__ = (
        CheckConstraint("NOT na OR (step IS NULL AND value IS NULL)", name="na_stands_alone"),
        CheckConstraint("step IS NULL OR value IS NULL", name="one_answer"),
    )

    sheet_id: Mapped[int] = mapped_column(ForeignKey("cell_sheet.id"), primary_key=True)
    item: Mapped[str] = mapped_column(String(40), primary_key=True)
    step: Mapped[int | None] = mapped_column(Integer)
    value: Mapped[Decimal | None] = mapped_column(ScoreColumn)
    na: Mapped[bool]
    note: Mapped[str] = mapped_column(Text)


class CellSheetChange(Base):
    """A score that was changed in the moderated discussion: before, after, why."""

    __tablename__ = "cell_sheet_change"
    __table_args__ = (CheckConstraint("reason <> ''", name="change_has_reason"),)

    id: Mapped[Key]
    sheet_id: Mapped[int] = mapped_column(ForeignKey("cell_sheet.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    item: Mapped[str] = mapped_column(String(40))
    before: Mapped[Decimal] = mapped_column(ScoreColumn)
    after: Mapped[Decimal] = mapped_column(ScoreColumn)
    reason: Mapped[str] = mapped_column(Text)


keep(CellSheetChange)
# A sheet that is in stays; after a discussion its figures follow a change that was written first.
_LIMBER = frozenset({"total", "result", "vetoes"})
_WRITTEN = (
    "NOT EXISTS (SELECT 1 FROM cell_sheet_change WHERE cell_sheet_change.sheet_id = OLD.id"
    " AND cell_sheet_change.before = OLD.total AND cell_sheet_change.after = NEW.total)"
)
_FIXED = differs(one.name for one in CellSheet.__table__.columns if one.name not in _LIMBER)
guard(
    CellSheet,
    "cell_sheet_stays",
    "UPDATE",
    f"(OLD.scored_at IS NOT NULL AND ({_FIXED} OR ({differs(sorted(_LIMBER))} AND {_WRITTEN})))",
    STAYS,
)
guard(CellSheet, "cell_sheet_is_kept", "DELETE", "(OLD.scored_at IS NOT NULL)", STAYS)
# The row is that of a sheet that is in, and no change of this item was written.
_IN = (
    "EXISTS (SELECT 1 FROM cell_sheet WHERE cell_sheet.id = {row}.sheet_id"
    " AND cell_sheet.scored_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM cell_sheet_change"
    " WHERE cell_sheet_change.sheet_id = {row}.sheet_id AND cell_sheet_change.item = {row}.item))"
)
for _name, _change, _row in (
    ("added", "INSERT", "NEW"), ("stays", "UPDATE", "OLD"), ("is_kept", "DELETE", "OLD"),
):  # fmt: skip
    guard(CellMark, f"cell_mark_{_name}", _change, _IN.format(row=_row), STAYS)
guard(CellMark, "cell_mark_in_place", "UPDATE", differs(["sheet_id", "item"]), STAYS)


class CellObjection(Base):
    """An objection to a notice, or an appeal against a refusal or a removal."""

    __tablename__ = "cell_objection"
    __table_args__ = (
        *as_duty(INDEPENDENT, "handler_id"),
        CheckConstraint(among("about", ABOUT), name="about_known"),
        CheckConstraint(among("outcome", ["", *OUTCOMES]), name="outcome_known"),
        CheckConstraint(
            "(outcome = '') = (decided_at IS NULL) AND (outcome = '') = (answer = '')"
            " AND (outcome = '') = (handler_id IS NULL)",
            name="decided_has_handler_and_answer",
        ),
        CheckConstraint("about = 'notice' OR by IS NOT NULL", name="appeal_is_the_units"),
        CheckConstraint("by <> handler_id", name="nobody_decides_on_the_own"),
        Index(
            "ix_cell_objection_open",
            "application_id",
            "due_at",
            sqlite_where=text("outcome = ''"),
            postgresql_where=text("outcome = ''"),
        ),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("cell_application.id"))
    about: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)
    contact_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info=sealed_for("phone"))
    by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    duty: Mapped[str] = mapped_column(String(12))
    outcome: Mapped[str] = mapped_column(String(8))
    answer: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


# What was objected stays, and so does the answer once it is given; whose account it is, and the
# contact, may change (erasure, another account of the same person, keys).
_SAID = ("id", "code", "application_id", "about", "text", "received_at", "due_at", "duty")
_ANSWERED = ("handler_id", "outcome", "answer", "decided_at")
guard(
    CellObjection,
    "cell_objection_stays",
    "UPDATE",
    f"({differs(_SAID)} OR (OLD.outcome <> '' AND {differs(_ANSWERED)}))",
    STAYS,
)
guard(CellObjection, "cell_objection_is_kept", "DELETE", "1 = 1", STAYS)
