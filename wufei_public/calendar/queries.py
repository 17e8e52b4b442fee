"""Reads of the holiday calendar."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from wufei_public.calendar.models import CalendarDay, CalendarVersion
from wufei_public.common.workdays import Holidays

# A few dozen rows a year, changed once a year: kept per process under their digest.
_kept: dict[str, Holidays] = {}


def version(session: Session) -> str:
    """Return the digest of the calendar, empty before the first load."""
    found = select(CalendarVersion.digest).where(CalendarVersion.id == 1)
    return session.scalar(found) or ""


def holidays(session: Session) -> Holidays:
    """Return the calendar as a plain value."""
    digest = version(session)
    if digest not in _kept:
        rows = session.execute(select(CalendarDay.day, CalendarDay.works)).all()
        _kept.clear()
        _kept[digest] = Holidays(
            off=frozenset(row.day for row in rows if not row.works),
            worked=frozenset(row.day for row in rows if row.works),
            years=frozenset(row.day.year for row in rows),
        )
    return _kept[digest]
