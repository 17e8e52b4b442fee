"""Reads of the calendar.

The holidays are kept per process under the digests of their years, which each call
reads first (a handful of rows). They are read back in one statement with the days, so
that what is kept always belongs to the digests that it is kept under.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from wufei_public.calendar.models import HolidayDay, HolidayYear
from wufei_public.calendar.rules import DayRow, Kind, YearRow
from wufei_public.common.workdays import Holidays

Version = tuple[tuple[int, str], ...]


# Read at every call, so kept, and run past the ORM.
_YEARS = select(HolidayYear.year, HolidayYear.digest).order_by(HolidayYear.year)

_kept: dict[str, tuple[Version, Holidays]] = {}


def holidays(session: Session) -> Holidays:
    """Return the days off, the weekend days worked instead, and the known years."""
    version = _version(session.connection().execute(_YEARS).all())
    kept = _kept.get("holidays")
    if kept is None or kept[0] != version:
        kept = _kept["holidays"] = _read(session)
    return kept[1]


def _read(session: Session) -> tuple[Version, Holidays]:
    rows = session.execute(
        select(HolidayYear.year, HolidayYear.digest, HolidayDay.day, HolidayDay.kind)
        .join(HolidayDay, HolidayDay.year == HolidayYear.year)
        .order_by(HolidayYear.year)
    ).all()
    found = Holidays(
        off=frozenset(row.day for row in rows if row.kind == Kind.OFF),
        worked=frozenset(row.day for row in rows if row.kind == Kind.WORK),
        years=frozenset(row.year for row in rows),
    )
    return _version(rows), found


def _version(rows: Sequence[Row[Any]]) -> Version:
    return tuple(dict.fromkeys((row.year, row.digest) for row in rows))


def years(session: Session) -> Sequence[Row[Any]]:
    """Return the known years, the newest first, with how many days each moves."""
    counted = func.count(HolidayDay.day).label("days")
    return session.execute(
        select(HolidayYear, counted)
        .outerjoin(HolidayDay, HolidayDay.year == HolidayYear.year)
        .group_by(HolidayYear.year)
        .order_by(HolidayYear.year.desc())
    ).all()


def notice(session: Session, year: int) -> YearRow | None:
    """Return the notice of `year` as it is loaded, None if it is not known."""
    head = session.get(HolidayYear, year)
    if head is None:
        return None
    rows = session.scalars(
        select(HolidayDay).where(HolidayDay.year == year).order_by(HolidayDay.day)
    )
    days = tuple(DayRow(row.day, Kind(row.kind), row.name) for row in rows)
    return YearRow(year, head.source, head.verified, days)


def unknown_years(session: Session, today: date) -> Sequence[int]:
    """Return those of this and the next year whose notice is not loaded."""
    known = holidays(session).years
    return [year for year in (today.year, today.year + 1) if year not in known]
