"""Released cases for other programs, by when they were reported: GeoReport, feeds, open data."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select, text
from sqlalchemy.orm import Session

from wufei_public.dumping.models.conditions import IS_CHANGE, IS_OPEN, IS_OVER, IS_RELEASED
from wufei_public.dumping.models.events import ReportEvent
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries.cases import Rows
from wufei_public.dumping.queries.public import WHOLE
from wufei_public.dumping.rules.release import Release


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which released cases: of these numbers, or of a span, of kinds, over or not."""

    codes: Collection[str] | None = None
    start: datetime | None = None
    end: datetime | None = None
    kinds: Collection[str] = ()
    over: bool | None = None


def released(wanted: Wanted) -> Select[Any]:
    """Return the statement of the released cases that are `wanted`, the newest report first.

    Each with the instant of its last event: one row of an index per case.
    """
    statement = select(*WHOLE).where(text(IS_RELEASED), *_which(wanted))
    return statement.order_by(Report.submitted_at.desc(), Report.id.desc())


def _which(wanted: Wanted) -> list[ColumnElement[bool]]:
    if wanted.codes is not None:
        return [Report.public_code.in_(wanted.codes)]
    found: list[ColumnElement[bool]] = []
    if wanted.start is not None:
        found.append(Report.submitted_at >= wanted.start)
    if wanted.end is not None:
        found.append(Report.submitted_at <= wanted.end)
    if wanted.kinds:
        found.append(Report.official_kind.in_(wanted.kinds))
    if wanted.over is not None:
        found.append(text(IS_OVER if wanted.over else IS_OPEN))  # type: ignore[arg-type]
    return found


def page(session: Session, wanted: Wanted, number: int, size: int) -> tuple[Rows, bool]:
    """Return the page `number` (from 1) of `size` cases, and whether there is a further one."""
    rows = session.execute(released(wanted).offset((number - 1) * size).limit(size + 1)).all()
    return rows[:size], len(rows) > size


def changes(
    session: Session, start: datetime, end: datetime, moves: Collection[str], number: int, size: int
) -> tuple[Rows, bool]:
    """Return a page of what everyone may see to have changed in a span, the oldest first."""
    statement = (
        select(
            Report.public_code,
            ReportEvent.number,
            ReportEvent.move,
            ReportEvent.state,
            ReportEvent.at,
            ReportEvent.public_text,
        )
        .join(Report, Report.id == ReportEvent.report_id)
        .where(
            text(IS_CHANGE),
            ReportEvent.at.between(start, end),
            ReportEvent.move.in_(moves),
            Report.release == Release.RELEASED,
        )
        .order_by(ReportEvent.at, ReportEvent.id)
    )
    rows = session.execute(statement.offset((number - 1) * size).limit(size + 1)).all()
    return rows[:size], len(rows) > size


def events_of(session: Session, ids: Collection[int]) -> Mapping[int, Rows]:
    """Return every event of each of these cases, oldest first, in one statement."""
    found: dict[int, list[Row[Any]]] = {}
    statement = select(
        ReportEvent.report_id, ReportEvent.move, ReportEvent.at, ReportEvent.public_text
    )
    statement = statement.where(ReportEvent.report_id.in_(ids)).order_by(ReportEvent.number)
    for row in session.execute(statement):
        found.setdefault(row.report_id, []).append(row)
    return found
