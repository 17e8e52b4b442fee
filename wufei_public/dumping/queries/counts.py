"""Counts of cases by place: kept ones by day, and those of what changed since, counted afresh.

One statement reads both, so that a case that moves meanwhile is counted once. What is kept
is a row per place and day, however many cases there are, and their sum by place.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Date,
    Row,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    func,
    select,
    text,
    union_all,
)
from sqlalchemy.orm import Session

from wufei_public.dumping.models.counts import ReportCount, ReportTotal
from wufei_public.dumping.models.opinions import ReportRating
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.rules.ratings import Rating, Satisfaction
from wufei_public.dumping.rules.states import OPEN, WITH_RESULT, Phase, State
from wufei_public.infra.buckets import marked

MEASURE = "reports"
STATES_OF: Mapping[Phase, Sequence[State]] = {
    phase: sorted(OPEN) if phase is Phase.OPEN else [State(phase)] for phase in Phase
}


def shown_of(phase: Phase) -> str:
    """Return the column of the shown cases of a phase."""
    return f"{phase}_shown"


def all_of(phase: Phase) -> str:
    """Return the column of all cases of a phase."""
    return f"{phase}_all"


def _one_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def _rated(rating: Rating) -> ColumnElement[int]:
    return (
        select(func.count())
        .where(ReportRating.report_id == Report.id, ReportRating.rating == rating)
        .scalar_subquery()
    )


def _columns() -> dict[str, ColumnElement[int]]:
    """Return what one case adds to each column of its place and day."""
    found: dict[str, ColumnElement[int]] = {}
    for phase, states in STATES_OF.items():
        here = Report.state.in_(states)
        found[shown_of(phase)] = _one_if(and_(here, Report.release == "released"))
        found[all_of(phase)] = _one_if(here)
    found["results"] = Report.reopened + _one_if(Report.state.in_(sorted(WITH_RESULT)))
    return found | {str(rating): _rated(rating) for rating in Rating}


COLUMNS = _columns()
_SINCE: BindParameter[date] = bindparam("since", type_=Date)


def afresh(
    places: Any, names: Sequence[str], since: ColumnElement[date] | None = None
) -> list[Select[Any]]:
    """Return what each case in `places` (place, day) adds to the columns `names`.

    Two statements, since nothing equals NULL: cases with a town, and those without one.
    """
    values = [COLUMNS[name].label(name) for name in names]
    found = []
    for here in (Report.town == places.c.place, and_(Report.town.is_(None), places.c.place == "")):
        joined = and_(here, Report.business_day == places.c.day)
        statement = select(places.c.place, places.c.day, *values).select_from(places)
        statement = statement.join(Report, joined)
        found.append(statement if since is None else statement.where(places.c.day >= since))
    return found


def _parts(names: Sequence[str], kept_where: str, *, dated: bool) -> CompoundSelect[Any]:
    """Return all that is kept, less what is kept of marked places and days, and those afresh."""
    kept = [getattr(ReportCount, name) for name in names]
    places, since = marked(MEASURE), _SINCE if dated else None
    # Open cases are found by their own index, a period by its days; for all there are totals.
    by_day = bool(dated or kept_where)
    whole = (
        select(ReportCount.place, *(func.sum(column).label(column.key) for column in kept))
        if by_day
        else select(ReportTotal.place, *(getattr(ReportTotal, name) for name in names))
    )
    late = (
        select(ReportCount.place, *(-column for column in kept))
        .select_from(places)
        .join(
            ReportCount,
            and_(ReportCount.place == places.c.place, ReportCount.day == places.c.day),
        )
    )
    parts = [whole, late]
    if since is not None:
        parts = [part.where(ReportCount.day >= since) for part in parts]
    if kept_where:
        parts = [part.where(text(kept_where)) for part in parts]
    fresh = [
        select(part.c.place, *(part.c[name] for name in names))
        for part in (one.subquery() for one in afresh(places, names, since))
    ]
    summed = parts[0].group_by(ReportCount.place) if by_day else parts[0]
    return union_all(summed, parts[1], *fresh)


@cache
def _summed(names: tuple[str, ...], kept_where: str, *, dated: bool) -> Select[Any]:
    """Return the kept statement: to make it anew costs as much as to run it."""
    parts = _parts(names, kept_where, dated=dated).subquery()
    summed = (func.sum(parts.c[name]).label(name) for name in names)
    return select(parts.c.place, *summed).group_by(parts.c.place)


def sums(
    session: Session, names: Sequence[str], since: date | None = None, kept_where: str = ""
) -> Sequence[Row[Any]]:
    """Return `(place, sums…)` of the columns `names`, over cases reported since a day.

    `kept_where` leaves out kept rows that hold nothing of the columns.
    """
    statement = _summed(tuple(names), kept_where, dated=since is not None)
    values = {} if since is None else {"since": since}
    return session.connection().execute(statement, values).all()


def satisfaction(session: Session) -> Satisfaction:
    """Return how all results were rated; a row per place and day is read."""
    rows = sums(session, ["results", *Rating])
    rated = {rating: sum(int(getattr(row, rating)) for row in rows) for rating in Rating}
    return Satisfaction(sum(int(row.results) for row in rows), rated)


def of_buckets(places: Subquery) -> Select[Any]:
    """Return place, day and the kept counts of each of `places` (place, day), nought if none."""
    phases = [func.coalesce(getattr(ReportCount, all_of(phase)), 0) for phase in Phase]
    closed = func.coalesce(getattr(ReportCount, all_of(Phase.CLOSED)), 0)
    here = and_(ReportCount.place == places.c.place, ReportCount.day == places.c.day)
    found = select(
        places.c.place,
        places.c.day,
        sum(phases[1:], phases[0]).label("reports"),
        closed.label("reports_closed"),
    )
    return found.select_from(places).outerjoin(ReportCount, here)


def all_buckets() -> Select[Any]:
    """Return place, day and the kept counts of every place and day that has any."""
    phases = [getattr(ReportCount, all_of(phase)) for phase in Phase]
    return select(
        ReportCount.place,
        ReportCount.day,
        sum(phases[1:], phases[0]).label("reports"),
        getattr(ReportCount, all_of(Phase.CLOSED)).label("reports_closed"),
    )


def accounts(first: date, last: date) -> Select[tuple[int | None]]:
    """Return the accounts that reported in a span of days, however often."""
    known = Report.reporter_id.is_not(None)
    return select(Report.reporter_id).where(known, Report.business_day.between(first, last))
