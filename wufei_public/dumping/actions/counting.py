"""Recounts the places and days that changed (system)."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, union_all, update
from sqlalchemy.dialects import postgresql, sqlite

from wufei_public.dumping.models.counts import ReportCount, ReportTotal
from wufei_public.dumping.queries.counts import COLUMNS, MEASURE, afresh
from wufei_public.infra import buckets
from wufei_public.infra.work import Work

AT_ONCE = 300
_NEW_TOTAL = {
    "sqlite": sqlite.insert(ReportTotal).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(ReportTotal).on_conflict_do_nothing(),
}


def recount(w: Work, limit: int = AT_ONCE) -> int:
    """Count anew what up to `limit` marks name, and forget the marks; return how many.

    First the marks, then the cases: whoever marks later finds the mark still there.
    """
    read = buckets.marks(w, MEASURE, limit)
    if not read:
        return 0
    places = sorted({(row.place, row.day) for row in read})
    old = or_(*(and_(ReportCount.place == place, ReportCount.day == day) for place, day in places))
    before = _taken(w, old)
    ids = [row.id for row in read]
    names = list(COLUMNS)
    for statement in afresh(buckets.marked_by(ids), names):
        part = statement.subquery()
        counted = select(
            part.c.place, part.c.day, *(func.sum(part.c[name]) for name in names)
        ).group_by(part.c.place, part.c.day)
        w.session.execute(insert(ReportCount).from_select(["place", "day", *names], counted))
    _add(w, before, _sums(w, old))
    buckets.forget(w, ids)
    buckets.hand_on(w, MEASURE, places)
    return len(read)


def _taken(w: Work, which: ColumnElement[bool]) -> Mapping[str, Sequence[int]]:
    """Delete the kept counts of `which` places and days; return their sums by place.

    What another counter has deleted meanwhile is not counted by this one too.
    """
    columns = [getattr(ReportCount, name) for name in COLUMNS]
    gone = w.session.execute(
        delete(ReportCount).where(which).returning(ReportCount.place, *columns),
        execution_options={"synchronize_session": False},
    )
    sums: dict[str, list[int]] = {}
    for place, *values in gone:
        old = sums.get(place, [0] * len(values))
        sums[place] = [kept + int(value) for kept, value in zip(old, values, strict=True)]
    return sums


def _sums(w: Work, which: ColumnElement[bool]) -> Mapping[str, Sequence[int]]:
    """Return the kept counts of `which` places and days, by place."""
    sums = (func.sum(getattr(ReportCount, name)) for name in COLUMNS)
    found = w.session.execute(
        select(ReportCount.place, *sums).where(which).group_by(ReportCount.place)
    )
    return {place: [int(value) for value in values] for place, *values in found}


def _add(w: Work, before: Mapping[str, Sequence[int]], after: Mapping[str, Sequence[int]]) -> None:
    """Move each place's total by what its counts have moved; others may move it meanwhile."""
    nothing = [0] * len(COLUMNS)
    connection = w.session.connection()
    new = _NEW_TOTAL[connection.dialect.name]
    for place in sorted({*before, *after}):
        old, now = before.get(place, nothing), after.get(place, nothing)
        moved = {
            name: getattr(ReportTotal, name) + (later - earlier)
            for name, earlier, later in zip(COLUMNS, old, now, strict=True)
            if later != earlier
        }
        if moved:
            connection.execute(new, {"place": place} | dict.fromkeys(COLUMNS, 0))
            connection.execute(update(ReportTotal).filter_by(place=place).values(moved))


def mend_totals(w: Work) -> Sequence[str]:
    """Set right the totals that are not the sum of their days; return of which places.

    None should ever be: what moves the one moves the other. One statement compares them, and
    what it found is added, so that a recount meanwhile is neither lost nor counted twice.
    """
    names = list(COLUMNS)
    days = select(ReportCount.place, *(getattr(ReportCount, name) for name in names))
    totals = select(ReportTotal.place, *(-getattr(ReportTotal, name) for name in names))
    both = union_all(days, totals).subquery()
    sums = [func.sum(both.c[name]).label(name) for name in names]
    wrong = or_(*(func.sum(both.c[name]) != 0 for name in names))
    found = w.session.execute(select(both.c.place, *sums).group_by(both.c.place).having(wrong))
    off = {row.place: [int(value) for value in row[1:]] for row in found}
    _add(w, {}, off)
    return sorted(off)
