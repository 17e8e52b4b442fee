"""Buckets: what a series came to in a place and a period; runs that bring them up to date."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.indicators.rules.periods import Kind
from wufei_public.indicators.rules.runs import RunState, Why
from wufei_public.infra.tables import Base, BigKey, Key, UtcDateTime


def _among(column: str, values: Iterable[str]) -> str:
    return f"{column} IN ({', '.join(sorted(repr(str(value)) for value in values))})"


class Bucket(Base):
    """What a series came to in one place and period; nothing stands there for nothing."""

    __tablename__ = "indicator_bucket"
    __table_args__ = (
        CheckConstraint(_among("kind", Kind), name="kind_known"),
        # Read by place and time: the rows themselves lie in that order.
        {"sqlite_with_rowid": False},
    )

    series: Mapped[str] = mapped_column(String(24), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    # Village, town or district; nothing where the place is not known.
    place: Mapped[str] = mapped_column(String(12), primary_key=True)
    starts_on: Mapped[date] = mapped_column(Date, primary_key=True)
    figure: Mapped[int] = mapped_column(BigInteger)


class Run(Base):
    """One run of the aggregation: why, how far, what came of it. Two never run at a time."""

    __tablename__ = "indicator_run"
    __table_args__ = (
        CheckConstraint(_among("state", RunState), name="state_known"),
        CheckConstraint(_among("why", Why), name="why_known"),
        CheckConstraint("(why = 'hand') = (asked_by IS NOT NULL)", name="asked_by_somebody"),
        # The lease: one run at most is asked for, and one at most runs.
        Index(
            "uq_indicator_run_current",
            "state",
            unique=True,
            sqlite_where=text("state IN ('asked', 'running')"),
            postgresql_where=text("state IN ('asked', 'running')"),
        ),
    )

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(10), unique=True)
    why: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(8))
    # Of everything, not only of what changed.
    whole: Mapped[bool]
    asked_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("account.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seconds: Mapped[float | None] = mapped_column(Float)
    # Places and days that changed, and how many of them are counted.
    total: Mapped[int] = mapped_column(Integer)
    counted: Mapped[int] = mapped_column(Integer)
    # Rows of days, months, quarters and years that it wrote; values that it drafted.
    rows: Mapped[int] = mapped_column(Integer)
    values: Mapped[int] = mapped_column(Integer)
    outcome: Mapped[str] = mapped_column(Text)


class Taken(Base):
    """A change that a run works off; forgotten with the run, done or lost."""

    __tablename__ = "indicator_taken"
    __table_args__ = (Index(None, "run_id", "measure", "place", "day"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("indicator_run.id"), primary_key=True)
    change_id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    measure: Mapped[str] = mapped_column(String(32))
    place: Mapped[str] = mapped_column(String(12))
    day: Mapped[date] = mapped_column(Date)


class Staged(Base):
    """A figure that a run has counted and nobody sees until the run ends."""

    __tablename__ = "indicator_staged"
    __table_args__ = ({"sqlite_with_rowid": False},)

    run_id: Mapped[int] = mapped_column(ForeignKey("indicator_run.id"), primary_key=True)
    series: Mapped[str] = mapped_column(String(24), primary_key=True)
    place: Mapped[str] = mapped_column(String(12), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    figure: Mapped[int] = mapped_column(BigInteger)


class Frozen(Base):
    """A month whose figures were drafted on the stated day; what comes later corrects them."""

    __tablename__ = "indicator_frozen"

    period: Mapped[str] = mapped_column(String(10), primary_key=True)
    frozen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    run_id: Mapped[int] = mapped_column(ForeignKey("indicator_run.id"))


class Timetable(Base):
    """On which day of a month the one before is frozen; the last row counts."""

    __tablename__ = "indicator_timetable"
    __table_args__ = (CheckConstraint("freeze_day BETWEEN 1 AND 28", name="day_of_every_month"),)

    id: Mapped[Key]
    freeze_day: Mapped[int] = mapped_column(Integer)
    set_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("account.id"))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
