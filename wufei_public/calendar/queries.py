"""Reads of the holiday calendar."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wufei_public.calendar.models import CalendarDay
from wufei_public.common.workdays import Holidays

# A few dozen rows a year, changed once a year: kept per process, checked by one cheap
# statement (row count and newest day) so that another process's change is seen at once.
_kept: dict[tuple[str, int, str], Holidays] = {}


def holidays(session: Session) -> Holidays:
    """Return the calendar as a plain value."""
    count, newest = session.execute(
        select(func.count(), func.max(CalendarDay.day)).select_from(CalendarDay)
    ).one()
    key = (str(session.get_bind().engine.url), count, str(newest))
    if key not in _kept:
        _kept.clear()
        rows = session.execute(select(CalendarDay.day, CalendarDay.works)).all()
        _kept[key] = Holidays(
            off=frozenset(row.day for row in rows if not row.works),
            made_up=frozenset(row.day for row in rows if row.works),
            years=frozenset(row.day.year for row in rows),
        )
    return _kept[key]
