"""Whose decision was overruled, and which towns have checked a joint application.

With `cell_duty` it says who may still decide: nobody proposes, confirms or names without a
duty in the review, and nobody decides again whose decision was overruled.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.certificates import CellCertificate
from wufei_public.cells.models.reviews import REVIEW, as_duty
from wufei_public.infra.guards import guard
from wufei_public.infra.tables import Base, UtcDateTime

NO_DUTY = "only who has a duty in the review, and was not overruled, decides"


class CellOverruled(Base):
    """Somebody whose decision an objection or an appeal took back."""

    __tablename__ = "cell_overruled"

    application_id: Mapped[int] = mapped_column(ForeignKey("cell_application.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class CellTownCheck(Base):
    """A town that has to check a joint application of units in several; one row for each."""

    __tablename__ = "cell_town_check"
    __table_args__ = (
        *as_duty(REVIEW, "checked_by"),
        CheckConstraint("(checked_at IS NULL) = (checked_by IS NULL)", name="checked_has_person"),
        Index(None, "town", "application_id"),
    )

    application_id: Mapped[int] = mapped_column(ForeignKey("cell_application.id"), primary_key=True)
    submission: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    town: Mapped[str] = mapped_column(String(9), primary_key=True)
    duty: Mapped[str] = mapped_column(String(12))
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    text: Mapped[str] = mapped_column(Text)


# The account in a column has no duty in the review, or was overruled.
_UNFIT = (
    "(NOT EXISTS (SELECT 1 FROM cell_duty WHERE application_id = NEW.{key}"
    " AND account_id = NEW.{column} AND duty = 'review')"
    " OR EXISTS (SELECT 1 FROM cell_overruled WHERE application_id = NEW.{key}"
    " AND account_id = NEW.{column}))"
)

for _column in ("proposed_by", "confirmed_by"):
    guard(
        CellApplication,
        f"cell_application_{_column}",
        "UPDATE",
        f"(NEW.{_column} IS NOT NULL AND NEW.{_column} IS DISTINCT FROM OLD.{_column}"
        f" AND {_UNFIT.format(key='id', column=_column)})",
        NO_DUTY,
    )
guard(
    CellCertificate,
    "cell_certificate_named_by",
    "INSERT",
    _UNFIT.format(key="application_id", column="named_by"),
    NO_DUTY,
)
