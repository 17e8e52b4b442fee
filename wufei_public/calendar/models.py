"""Tables of the calendar: one row per known year, one per day that its notice names."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.infra.tables import Base, UtcDateTime


class HolidayYear(Base):
    """A year whose notice is known; `digest` is of its days, so that processes may keep them."""

    __tablename__ = "holiday_year"
    __table_args__ = (CheckConstraint("origin IN ('package', 'operator')", name="origin_known"),)

    year: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(String(60))
    verified: Mapped[bool]
    origin: Mapped[str] = mapped_column(String(16))
    digest: Mapped[str] = mapped_column(String(64))
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class HolidayDay(Base):
    """A day off, or a weekend day worked instead."""

    __tablename__ = "holiday_day"
    __table_args__ = (CheckConstraint("kind IN ('off', 'work')", name="kind_known"),)

    day: Mapped[date] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(SmallInteger, ForeignKey("holiday_year.year"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(60))
