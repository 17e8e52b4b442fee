"""Indicator 50: accepted cases by the last lawful day of each, and which were done by then."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, or_, select
from sqlalchemy.orm import Session

from wufei_public.common.clock import day_end, day_start
from wufei_public.dumping.models.extensions import ReportExtension
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.rules.extending import Extension
from wufei_public.dumping.rules.states import State

PARTS = ("town", "department", "source")


@dataclass(frozen=True, slots=True)
class Closing:
    """How many accepted cases fell due in a span, how many were cleared in time; their digest."""

    due: int
    in_time: int
    uncleared: int
    digest: str
    # The same as if nobody had been given more time: by the first lawful day of each.
    due_without: int = 0
    in_time_without: int = 0
    # `(due, in_time)` by where it is, who handles it and through which door it came.
    parts: Mapping[str, Mapping[str, tuple[int, int]]] = field(default_factory=dict)
    # Counted apart: reports that rest in these cases, cases whose reporter took the words back,
    # and reports that were refused of which the answer was due in the span.
    apart: Mapping[str, int] = field(default_factory=dict)


def closing(session: Session, first: date, last: date) -> Closing:
    """Return the cases whose last lawful day lies from `first` to `last`.

    Refused cases have no such day, and a merged one counts as the case that goes on for it, whose
    day is the earliest of both.
    已办结·未清除, and what is open again, is not in time.
    """
    begin, end = day_start(first), day_end(last)
    # The first lawful day; of a heap that came to be due earlier than that, its day.
    first_day = case(
        (ReportExtension.legal_before < Report.legal_finish_due, ReportExtension.legal_before),
        else_=Report.legal_finish_due,
    )
    rows = session.execute(
        select(
            Report.code,
            Report.state,
            Report.legal_finish_due,
            Report.closed_at,
            first_day.label("without"),
            Report.id,
            Report.town,
            Report.department,
            Report.source,
            Report.withdrawn_at,
        )
        .outerjoin(
            ReportExtension,
            and_(
                ReportExtension.report_id == Report.id,
                ReportExtension.state == Extension.GRANTED,
            ),
        )
        .where(
            Report.accepted_at.is_not(None),
            Report.state != State.REFUSED,
            Report.merged_into.is_(None),  # counted once, as the case that goes on
            or_(Report.legal_finish_due.between(begin, end), first_day.between(begin, end)),
        )
        .order_by(Report.code)
    ).all()
    rows_with = [row for row in rows if begin <= row.legal_finish_due <= end]
    without = [row for row in rows if begin <= row.without <= end]
    return Closing(
        len(rows_with),
        sum(_in_time(row, row.legal_finish_due) for row in rows_with),
        sum(row.state == State.UNCLEARED for row in rows_with),
        _digest(rows_with),
        len(without),
        sum(_in_time(row, row.without) for row in without),
        {name: _by(rows_with, name) for name in PARTS},
        {
            "merged": _count(session, Report.merged_into.in_([row.id for row in rows_with])),
            "withdrawn": sum(row.withdrawn_at is not None for row in rows_with),
            "refused": _count(
                session, Report.state == State.REFUSED, Report.accept_due.between(begin, end)
            ),
        },
    )


def _by(rows: Sequence[Row[Any]], name: str) -> Mapping[str, tuple[int, int]]:
    """Return `(due, in_time)` by the column `name`, empty where a case has none."""
    found: dict[str, tuple[int, int]] = {}
    for row in rows:
        due, in_time = found.get(getattr(row, name) or "", (0, 0))
        done = _in_time(row, row.legal_finish_due)
        found[getattr(row, name) or ""] = due + 1, in_time + done
    return dict(sorted(found.items()))


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Report).where(*conditions)) or 0


def _in_time(row: Row[Any], due: datetime) -> bool:
    return row.state == State.CLOSED and row.closed_at is not None and row.closed_at <= due


def _digest(rows: Sequence[Row[Any]]) -> str:
    digest = hashlib.sha256()
    for row in rows:
        closed = row.closed_at.isoformat() if row.closed_at else ""
        digest.update(
            f"{row.code} {row.state} {row.legal_finish_due.isoformat()} {closed}\n".encode()
        )
    return digest.hexdigest()
