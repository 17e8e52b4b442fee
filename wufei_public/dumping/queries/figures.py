"""Figures of cases by town, over open cases or the cases of a period; rough points of open ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select, text
from sqlalchemy.orm import Session

from wufei_public.common.clock import district_day
from wufei_public.common.geo import Point
from wufei_public.divisions.queries import directory
from wufei_public.dumping.models.conditions import IN_PHASE
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries.counts import all_of, shown_of, sums
from wufei_public.dumping.rules.figures import (
    GRID_DEGREES,
    Figures,
    Tally,
    cell_middle,
    degrees_across,
    period_start,
)
from wufei_public.dumping.rules.kinds import OFFICIAL
from wufei_public.dumping.rules.states import Phase

HAZARDOUS = [code for code, kind in OFFICIAL.items() if kind.hazardous]


def figures(session: Session, days: int | None, now: datetime) -> Figures:
    """Return the counts of open cases, or of all that were reported in the last `days` days."""
    phases = [Phase.OPEN] if days is None else list(Phase)
    since = None if days is None else district_day(period_start(days, now))
    names = [name for phase in phases for name in (shown_of(phase), all_of(phase))]
    rows = sums(session, names, since, "open_all > 0" if days is None else "")
    tallies = {row.place or None: _tally(row, phases) for row in rows}
    return Figures({town: tally for town, tally in tallies.items() if tally.all}, days)


def totals(session: Session) -> Tally:
    """Return how many cases there are by phase; withheld and unreleased ones count too."""
    rows = sums(session, [name for phase in Phase for name in (shown_of(phase), all_of(phase))])
    return sum((_tally(row, list(Phase)) for row in rows), Tally())


def _tally(row: Any, phases: Sequence[Phase]) -> Tally:
    shown = {phase: int(getattr(row, shown_of(phase))) for phase in phases}
    every = {phase: int(getattr(row, all_of(phase))) for phase in phases}
    return Tally(
        {phase: number for phase, number in shown.items() if number},
        {phase: number for phase, number in every.items() if number},
    )


@dataclass(frozen=True, slots=True)
class Cluster:
    """Open shown cases of one town around a rough point."""

    town: str
    point: Point
    hazardous: bool
    cases: int


def middle_of(session: Session) -> float:
    """Return the latitude around which the public grid is laid: that of the first town."""
    return next((town.centre.lat for town in directory(session).towns if town.centre), 0.0)


def clusters(session: Session) -> list[Cluster]:
    """Return the open shown cases by cells of a grid; no position leaves its cell."""
    across = degrees_across(middle_of(session))
    row, column = func.round(Report.lat / GRID_DEGREES), func.round(Report.lon / across)
    hazardous = case((Report.official_kind.in_(HAZARDOUS), 1), else_=0)
    cells: list[ColumnElement[Any]] = [hazardous, row, column]
    found = session.execute(
        select(Report.town, *cells, func.count())
        .where(text(IN_PHASE[Phase.OPEN]), Report.lat.is_not(None))
        .group_by(Report.town, *cells)
        .order_by(Report.town, *cells)
    )
    return [
        Cluster(town, cell_middle(y, x, across), bool(risky), number)
        for town, risky, y, x, number in found
    ]
