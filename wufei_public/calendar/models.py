"""Days that differ from the week's rule."""

from datetime import date

from sqlalchemy import Date, String
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.infra.tables import Base


class CalendarDay(Base):
    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    works: Mapped[bool]
    name: Mapped[str] = mapped_column(String(40), default="")


class CalendarVersion(Base):
    """One row: changes with the calendar, so that a process knows when its copy is old."""

    __tablename__ = "calendar_version"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digest: Mapped[str] = mapped_column(String(64))
