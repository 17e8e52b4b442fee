"""Marks of what changed: one row per write, read by the aggregation.

Plain rows, never `ON CONFLICT DO NOTHING`: that loses an update that commits while
the aggregator is counting.
"""

from datetime import date

from sqlalchemy import Date, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.infra.tables import Base, Key
from wufei_public.infra.work import Work


class BucketMark(Base):
    __tablename__ = "bucket_mark"
    __table_args__ = (Index(None, "measure", "place", "day"),)

    id: Mapped[Key]
    measure: Mapped[str] = mapped_column(String(32))
    place: Mapped[str] = mapped_column(String(12))
    day: Mapped[date] = mapped_column(Date)


def mark(w: Work, measure: str, place: str | None, day: date) -> None:
    """Mark that a row of `measure` in `place` on the business day `day` changed."""
    w.insert(BucketMark, {"measure": measure, "place": place or "", "day": day})
