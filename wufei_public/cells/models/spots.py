"""The yearly spot check: how it was drawn, and what was found at each unit."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.cells.models.rounds import among
from wufei_public.cells.rules.spots import Finding
from wufei_public.infra.tables import Base, UtcDateTime


class CellDraw(Base):
    """One year's draw: the seed by which it can be repeated, and from how many."""

    __tablename__ = "cell_draw"
    __table_args__ = (CheckConstraint("seed <> '' AND units > 0", name="draw_can_be_repeated"),)

    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    seed: Mapped[str] = mapped_column(String(40))
    units: Mapped[int] = mapped_column(Integer)
    drawn_at: Mapped[datetime] = mapped_column(UtcDateTime)
    drawn_by: Mapped[int] = mapped_column(ForeignKey("account.id"))


class CellSpotCheck(Base):
    """One unit of a draw."""

    __tablename__ = "cell_spot_check"
    __table_args__ = (
        CheckConstraint(among("finding", Finding), name="finding_known"),
        CheckConstraint(
            "(finding = '') = (checked_at IS NULL) AND (finding = '') = (checked_by IS NULL)"
            " AND (finding = '') = (text = '')",
            name="checked_has_words",
        ),
    )

    year: Mapped[int] = mapped_column(ForeignKey("cell_draw.year"), primary_key=True)
    certificate_id: Mapped[int] = mapped_column(
        ForeignKey("cell_certificate.id"), primary_key=True, index=True
    )
    finding: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
