"""Writes of the holiday calendar."""

import hashlib

from sqlalchemy import delete, extract, insert, select

from wufei_public.calendar import rules
from wufei_public.calendar.models import CalendarDay, CalendarVersion
from wufei_public.infra.audit import record
from wufei_public.infra.work import Work


def load_days(w: Work, text: str) -> int:
    """Replace the years that CSV `text` lists; the same list again changes nothing."""
    days = rules.read_days(text.splitlines())
    rows = {item.day: {"day": item.day, "works": item.works, "name": item.name} for item in days}
    years = sorted({day.year for day in rows})
    before = {
        row.day: {"day": row.day, "works": row.works, "name": row.name}
        for row in w.session.execute(
            select(CalendarDay.day, CalendarDay.works, CalendarDay.name).where(
                extract("year", CalendarDay.day).in_(years)
            )
        )
    }
    if before == rows:
        return 0
    w.session.execute(delete(CalendarDay).where(extract("year", CalendarDay.day).in_(years)))
    w.session.execute(insert(CalendarDay), list(rows.values()))
    _stamp(w)
    record(w, "calendar:load", "calendar", after={"years": years, "days": len(rows)})
    return len(rows)


def _stamp(w: Work) -> None:
    rows = w.session.execute(
        select(CalendarDay.day, CalendarDay.works).order_by(CalendarDay.day)
    ).all()
    digest = hashlib.sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()
    w.session.execute(delete(CalendarVersion))
    w.session.execute(insert(CalendarVersion), {"id": 1, "digest": digest})
