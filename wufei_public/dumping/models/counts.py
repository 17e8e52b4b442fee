"""Cases counted by place and day, and by place."""

from datetime import date

from sqlalchemy import (
    Date,
    Integer,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.dumping.models.conditions import index
from wufei_public.infra.tables import Base


class Counted:
    """The columns in which cases are counted: by phase, shown or not, and how rated."""

    open_shown: Mapped[int] = mapped_column(Integer)
    open_all: Mapped[int] = mapped_column(Integer)
    closed_shown: Mapped[int] = mapped_column(Integer)
    closed_all: Mapped[int] = mapped_column(Integer)
    uncleared_shown: Mapped[int] = mapped_column(Integer)
    uncleared_all: Mapped[int] = mapped_column(Integer)
    refused_shown: Mapped[int] = mapped_column(Integer)
    refused_all: Mapped[int] = mapped_column(Integer)
    # Results given, those of cases that were done again included, and what was said of them.
    results: Mapped[int] = mapped_column(Integer)
    satisfied: Mapped[int] = mapped_column(Integer)
    mostly: Mapped[int] = mapped_column(Integer)
    unsatisfied: Mapped[int] = mapped_column(Integer)


class ReportCount(Counted, Base):
    """How many cases of a place and a day there are, by phase, shown or not, and how rated.

    Recounted from the marks (`infra/buckets.py`); what is marked counts afresh until then.
    """

    __tablename__ = "report_count"
    __table_args__ = (
        index("ix_report_count_open", "day", "place", where="open_all > 0"),
        # Read by ranges of days: the rows themselves lie in that order.
        {"sqlite_with_rowid": False},
    )

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    # The town, or nothing for cases without one.
    place: Mapped[str] = mapped_column(String(12), primary_key=True)


class ReportTotal(Counted, Base):
    """The sum of a place's counts over all days, kept with them: years cost no more than a day."""

    __tablename__ = "report_total"

    # The town, or nothing for cases without one.
    place: Mapped[str] = mapped_column(String(12), primary_key=True)
