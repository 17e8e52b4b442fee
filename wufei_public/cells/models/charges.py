"""A finding that would bar a unit for years: charged, heard, decided by a second person."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.reviews import REVIEW, as_duty
from wufei_public.cells.models.rounds import among
from wufei_public.cells.rules.aftercare import Removal
from wufei_public.cells.rules.stages import BARRING
from wufei_public.infra.guards import guard
from wufei_public.infra.tables import Base, Key, UtcDateTime

UNHEARD = "what bars a unit is found by two persons after a hearing"


class CellCharge(Base):
    """What one person holds against an application; it bars once a second one has confirmed it."""

    __tablename__ = "cell_charge"
    __table_args__ = (
        *as_duty(REVIEW, "made_by"),
        ForeignKeyConstraint(
            ["application_id", "decided_by", "duty"],
            ["cell_duty.application_id", "cell_duty.account_id", "cell_duty.duty"],
        ),
        CheckConstraint(among("ground", BARRING), name="ground_bars"),
        CheckConstraint(among("outcome", Removal), name="outcome_known"),
        CheckConstraint("reason <> ''", name="charge_has_reason"),
        CheckConstraint("made_by <> decided_by", name="second_person"),
        CheckConstraint(
            "(answer = '') = (answered_at IS NULL) AND (answer = '') = (answered_by IS NULL)",
            name="answer_has_person",
        ),
        CheckConstraint(
            "(outcome = '') = (decided_at IS NULL) AND (outcome = '') = (decided_by IS NULL)",
            name="decided_has_person",
        ),
        # The unit was heard: it has answered, or its time to answer is over.
        CheckConstraint(
            "outcome <> 'confirmed' OR answered_at IS NOT NULL OR decided_at > due_at",
            name="confirmed_after_hearing",
        ),
        Index(
            "uq_cell_charge_open",
            "application_id",
            unique=True,
            sqlite_where=text("outcome = ''"),
            postgresql_where=text("outcome = ''"),
        ),
        Index(None, "application_id", "id"),
    )

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(ForeignKey("cell_application.id"))
    duty: Mapped[str] = mapped_column(String(12))
    ground: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text)
    made_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answer: Mapped[str] = mapped_column(Text)
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(12))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    words: Mapped[str] = mapped_column(Text)


_CONFIRMED = (
    "EXISTS (SELECT 1 FROM cell_charge WHERE cell_charge.application_id = NEW.id"
    " AND cell_charge.ground = NEW.refuse_ground AND cell_charge.outcome = 'confirmed')"
)
guard(
    CellApplication,
    "cell_application_barred",
    "UPDATE",
    f"({among('NEW.refuse_ground', BARRING)} AND NEW.refuse_ground <> OLD.refuse_ground"
    f" AND NOT {_CONFIRMED})",
    UNHEARD,
)
