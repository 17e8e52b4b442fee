"""A week of an official's cases by town, and the places with repeated cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import cos, radians
from typing import Any

from sqlalchemy import ColumnElement, Row, case, func, select, text
from sqlalchemy.orm import Session

from wufei_public.common.actor import Actor
from wufei_public.dumping.models.conditions import IS_CHANGE
from wufei_public.dumping.models.events import ReportEvent
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries.desk import in_scope
from wufei_public.dumping.queries.figures import middle_of
from wufei_public.dumping.rules.states import OPEN, Move, State
from wufei_public.dumping.rules.weeks import MOST_SPOTS, SPOT_CASES, SPOT_DEGREES, Week

# What of a week is counted, beside what came in: a case twice closed counts twice.
STEPS = (Move.ACCEPT, Move.CLOSE, Move.CLOSE_UNCLEARED, Move.REFUSE, Move.REOPEN)
RECEIVED = "received"


def week_by_town(
    session: Session, actor: Actor, week: Week
) -> Mapping[str | None, Mapping[str, int]]:
    """Return what happened in the actor's cases in `week`, by town (None: place not known)."""
    received = select(Report.town, func.count()).where(
        Report.business_day.between(week.monday, week.sunday)
    )
    happened = (
        select(Report.town, ReportEvent.move, func.count())
        .join(ReportEvent, ReportEvent.report_id == Report.id)
        .where(
            text(IS_CHANGE),
            ReportEvent.at.between(week.start, week.end),
            ReportEvent.move.in_(STEPS),
        )
    )
    found: dict[str | None, dict[str, int]] = {}
    for town, number in session.execute(in_scope(received, actor).group_by(Report.town)):
        found.setdefault(town, {})[RECEIVED] = number
    grouped = in_scope(happened, actor).group_by(Report.town, ReportEvent.move)
    for town, move, number in session.execute(grouped):
        found.setdefault(town, {})[move] = number
    return found


def summed(by_town: Mapping[str | None, Mapping[str, int]]) -> Mapping[str, int]:
    """Return the sums over all towns."""
    return {
        name: sum(counts.get(name, 0) for counts in by_town.values()) for name in (RECEIVED, *STEPS)
    }


@dataclass(frozen=True, slots=True)
class Spot:
    """A place with repeated cases, and the newest of them."""

    cases: int
    open: int
    newest: Row[Any]


def hot_spots(session: Session, actor: Actor, since: date) -> Sequence[Spot]:
    """Return the places where the actor's cases repeat since a day, the most cases first.

    Merged reports are one case; what was no waste counts for nothing. Two statements.
    """
    across = SPOT_DEGREES / cos(radians(middle_of(session)))
    cells: list[ColumnElement[Any]] = [
        func.round(Report.lat / SPOT_DEGREES),
        func.round(Report.lon / across),
    ]
    number, newest = func.count(), func.max(Report.id)
    is_open = func.sum(case((Report.state.in_(sorted(OPEN)), 1), else_=0))
    grouped = (
        in_scope(select(number, is_open, newest), actor)
        .where(
            Report.business_day >= since,
            Report.lat.is_not(None),
            Report.merged_into.is_(None),
            Report.state != State.REFUSED,
        )
        .group_by(*cells)
        .having(number >= SPOT_CASES)
        .order_by(number.desc(), newest.desc())
        .limit(MOST_SPOTS)
    )
    rows = session.execute(grouped).all()
    columns = (
        Report.id, Report.code, Report.official_kind, Report.state, Report.division, Report.town,
        Report.spot, Report.submitted_at, Report.lat, Report.lon,
    )  # fmt: skip
    ids = [row[2] for row in rows]
    there = {one.id: one for one in session.execute(select(*columns).where(Report.id.in_(ids)))}
    return [Spot(cases, int(opened), there[last]) for cases, opened, last in rows]
