"""Indicator 50: accepted cases by the last lawful day of each, and which were done by then."""

import hashlib
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from wufei_public.common.clock import day_end, day_start
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.rules.states import State


@dataclass(frozen=True, slots=True)
class Closing:
    """How many accepted cases fell due in a span, how many were cleared in time; their digest."""

    due: int
    in_time: int
    uncleared: int
    digest: str


def closing(session: Session, first: date, last: date) -> Closing:
    """Return the cases whose last lawful day lies from `first` to `last`.

    Refused cases have no such day, and a merged one counts as the case that goes on for it.
    已办结·未清除, and what is open again, is not in time.
    """
    rows = session.execute(
        select(Report.code, Report.state, Report.legal_finish_due, Report.closed_at)
        .where(
            Report.accepted_at.is_not(None),
            Report.state != State.REFUSED,
            Report.merged_into.is_(None),  # counted once, as the case that goes on
            Report.legal_finish_due.between(day_start(first), day_end(last)),
        )
        .order_by(Report.code)
    ).all()
    digest, in_time, uncleared = hashlib.sha256(), 0, 0
    for row in rows:
        closed = row.closed_at.isoformat() if row.closed_at else ""
        digest.update(
            f"{row.code} {row.state} {row.legal_finish_due.isoformat()} {closed}\n".encode()
        )
        done = row.closed_at is not None and row.closed_at <= row.legal_finish_due
        in_time += done and row.state == State.CLOSED
        uncleared += row.state == State.UNCLEARED
    return Closing(len(rows), in_time, uncleared, digest.hexdigest())
