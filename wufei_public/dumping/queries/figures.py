"""Counts of cases by town: from indexes alone, over open cases or the cases of a period."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import cos, radians
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select, text
from sqlalchemy.orm import Session

from wufei_public.common.geo import Point
from wufei_public.divisions.queries import directory
from wufei_public.divisions.rules.levels import TOWN_RANK
from wufei_public.dumping.models import IS_OPEN, IS_OVER, IS_RELEASED, Report
from wufei_public.dumping.rules.figures import GRID_METRES, Figures, Tally, period_start, phase_of
from wufei_public.dumping.rules.kinds import OFFICIAL
from wufei_public.dumping.rules.states import OPEN, WORKFLOW, Phase

Counted = dict[str | None, dict[Phase, int]]
HAZARDOUS = [code for code, kind in OFFICIAL.items() if kind.hazardous]
_STEP = GRID_METRES / 111_195


def figures(session: Session, days: int | None, now: datetime) -> Figures:
    """Return the counts of open cases, or of all that were reported in the last `days` days."""
    since = None if days is None else period_start(days, now)
    shown, every = _shown(session, since), _all(session, since)
    return Figures(
        {town: Tally(shown.get(town, {}), every.get(town, {})) for town in {*shown, *every}}, days
    )


def _towns(session: Session) -> list[str]:
    """Return every town, also those no longer in use, which old cases still name."""
    places = directory(session).places.values()
    return [place.code for place in places if place.rank == TOWN_RANK]


def _shown(session: Session, since: datetime | None) -> Counted:
    """Count by `ix_report_public_figures`: one range of it per town and state."""
    states = OPEN if since is None else OPEN | WORKFLOW.finals
    statement = _counted(IS_RELEASED, since).where(
        Report.town.in_(_towns(session)), Report.state.in_(sorted(states))
    )
    return _by_phase(session, [statement])


def _all(session: Session, since: datetime | None) -> Counted:
    """Count open cases by the queue's index, finished ones by range of theirs."""
    statements = [_counted(IS_OPEN, since)]
    if since is not None:
        finals = Report.state.in_(sorted(WORKFLOW.finals))
        over = _counted(IS_OVER, since).where(finals)
        statements += [over.where(Report.town.in_(_towns(session)))]
        statements += [over.where(Report.town.is_(None))]
    return _by_phase(session, statements)


def _counted(where: str, since: datetime | None) -> Select[Any]:
    statement = select(Report.town, Report.state, func.count()).where(text(where))
    if since is not None:
        statement = statement.where(Report.submitted_at >= since)
    return statement.group_by(Report.town, Report.state)


def _by_phase(session: Session, statements: Sequence[Select[Any]]) -> Counted:
    found: Counted = defaultdict(lambda: defaultdict(int))
    for statement in statements:
        for town, state, number in session.execute(statement):
            found[town][phase_of(state)] += number
    return found


@dataclass(frozen=True, slots=True)
class Cluster:
    """Open shown cases of one town around a rough point."""

    town: str
    point: Point
    hazardous: bool
    cases: int


def clusters(session: Session) -> list[Cluster]:
    """Return the open shown cases by cells of a grid; no position leaves its cell."""
    place = directory(session).towns
    middle = next((town.centre.lat for town in place if town.centre), 0.0)
    across = _STEP / cos(radians(middle))
    row, column = func.round(Report.lat / _STEP), func.round(Report.lon / across)
    hazardous = case((Report.official_kind.in_(HAZARDOUS), 1), else_=0)
    cells: list[ColumnElement[Any]] = [hazardous, row, column]
    found = session.execute(
        select(Report.town, *cells, func.count())
        .where(text(IS_RELEASED), Report.town.in_(_towns(session)), Report.state.in_(sorted(OPEN)))
        .where(Report.lat.is_not(None))
        .group_by(Report.town, *cells)
        .order_by(Report.town, *cells)
    )
    return [
        Cluster(town, Point(round(y * _STEP, 4), round(x * across, 4)), bool(risky), number)
        for town, risky, y, x, number in found
    ]
