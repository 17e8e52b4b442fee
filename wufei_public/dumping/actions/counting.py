"""Recounts the places and days that changed (system)."""

from sqlalchemy import and_, delete, func, insert, or_, select

from wufei_public.dumping.models import ReportCount
from wufei_public.dumping.queries.counts import COLUMNS, MEASURE, afresh
from wufei_public.infra import buckets
from wufei_public.infra.work import Work

AT_ONCE = 300


def recount(w: Work, limit: int = AT_ONCE) -> int:
    """Count anew what up to `limit` marks name, and forget the marks; return how many.

    First the marks, then the cases: whoever marks later finds the mark still there.
    """
    read = buckets.marks(w, MEASURE, limit)
    if not read:
        return 0
    places = sorted({(row.place, row.day) for row in read})
    old = or_(*(and_(ReportCount.place == place, ReportCount.day == day) for place, day in places))
    w.session.execute(delete(ReportCount).where(old))
    ids = [row.id for row in read]
    names = list(COLUMNS)
    for statement in afresh(buckets.marked_by(ids), names):
        part = statement.subquery()
        counted = select(
            part.c.place, part.c.day, *(func.sum(part.c[name]) for name in names)
        ).group_by(part.c.place, part.c.day)
        w.session.execute(insert(ReportCount).from_select(["place", "day", *names], counted))
    buckets.forget(w, ids)
    buckets.hand_on(w, MEASURE, places)
    return len(read)
