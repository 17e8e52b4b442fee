"""After naming: a removal that a second person confirms, tasks with a deadline, replies."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.cells.models.certificates import CellCertificate
from wufei_public.cells.models.reviews import REVIEW, as_duty
from wufei_public.cells.models.rounds import among
from wufei_public.cells.rules.aftercare import Kind, Outcome, Removal
from wufei_public.infra.guards import guard
from wufei_public.infra.tables import Base, Key, UtcDateTime

ONE_PERSON = "a certificate is removed by two persons"


class CellRemoval(Base):
    """A removal (摘牌) that somebody proposed; it holds once a second person has confirmed it."""

    __tablename__ = "cell_removal"
    __table_args__ = (
        *as_duty(REVIEW, "proposed_by"),
        ForeignKeyConstraint(
            ["application_id", "decided_by", "duty"],
            ["cell_duty.application_id", "cell_duty.account_id", "cell_duty.duty"],
        ),
        CheckConstraint(among("outcome", Removal), name="outcome_known"),
        CheckConstraint("reason <> ''", name="removal_has_reason"),
        CheckConstraint("proposed_by <> decided_by", name="second_person"),
        CheckConstraint(
            "(outcome = '') = (decided_at IS NULL) AND (outcome = '') = (decided_by IS NULL)",
            name="decided_has_person",
        ),
        Index(
            "uq_cell_removal_open",
            "certificate_id",
            unique=True,
            sqlite_where=text("outcome = ''"),
            postgresql_where=text("outcome = ''"),
        ),
        Index(None, "certificate_id", "id"),
    )

    id: Mapped[Key]
    certificate_id: Mapped[int] = mapped_column(ForeignKey("cell_certificate.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("cell_application.id"))
    duty: Mapped[str] = mapped_column(String(12))
    proposed_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(String(12))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    words: Mapped[str] = mapped_column(Text)


# A removal is confirmed in the transaction, and so at the instant, in which it takes hold.
guard(
    CellCertificate,
    "cell_certificate_removed",
    "UPDATE",
    "(NEW.standing = 'revoked' AND OLD.standing <> 'revoked' AND NOT EXISTS (SELECT 1"
    " FROM cell_removal WHERE cell_removal.certificate_id = NEW.id"
    " AND cell_removal.outcome = 'confirmed' AND cell_removal.decided_at = NEW.standing_at))",
    ONE_PERSON,
)


class CellTask(Base):
    """What a named unit has to do by a day: mend what a spot check found, or be re-evaluated."""

    __tablename__ = "cell_task"
    __table_args__ = (
        CheckConstraint(among("kind", Kind), name="kind_known"),
        CheckConstraint(among("outcome", Outcome), name="outcome_known"),
        CheckConstraint("text <> ''", name="task_has_words"),
        CheckConstraint(
            "(reply = '') = (replied_at IS NULL) AND (reply = '') = (replied_by IS NULL)",
            name="reply_has_person",
        ),
        CheckConstraint(
            "(outcome = '') = (closed_at IS NULL) AND (outcome = '') = (closed_by IS NULL)"
            " AND (outcome = '') = (words = '')",
            name="closed_has_person_and_words",
        ),
        Index(
            "uq_cell_task_open",
            "certificate_id",
            "kind",
            unique=True,
            sqlite_where=text("outcome = ''"),
            postgresql_where=text("outcome = ''"),
        ),
        Index(None, "certificate_id", "id"),
        Index(
            "ix_cell_task_due",
            "due_at",
            sqlite_where=text("outcome = ''"),
            postgresql_where=text("outcome = ''"),
        ),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("cell_certificate.id"))
    kind: Mapped[str] = mapped_column(String(8))
    # The spot check that it comes from.
    year: Mapped[int | None] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(Text)
    set_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reply: Mapped[str] = mapped_column(Text)
    replied_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    replied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(8))
    words: Mapped[str] = mapped_column(Text)
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CellReply(Base):
    """What the unit says to the conclusion of an objection to it, once."""

    __tablename__ = "cell_reply"
    __table_args__ = (CheckConstraint("text <> ''", name="reply_has_words"),)

    objection_id: Mapped[int] = mapped_column(ForeignKey("cell_objection.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
