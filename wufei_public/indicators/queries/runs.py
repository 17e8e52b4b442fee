"""Runs, what they have taken on, and what is frozen."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import takewhile
from typing import Any

from sqlalchemy import Row, Select, Subquery, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.indicators.models.runs import Bucket, Frozen, Run, Staged, Taken, Timetable
from wufei_public.indicators.rules.measures import MEASURES
from wufei_public.indicators.rules.periods import Kind, Period, read_period
from wufei_public.indicators.rules.runs import FREEZE_DAY, Last, RunState
from wufei_public.infra.buckets import BucketChange

Key = tuple[str, str, date]


def run(session: Session, code: str, *, locked: bool = False) -> Run:
    """Return the run with this code, locked for a change if asked; NotFound without one."""
    wanted = select(Run).where(Run.code == code)
    found = session.scalar(wanted.with_for_update() if locked else wanted)
    if found is None:
        raise NotFound("no_run", N_("没有这次运行。"))
    return found


def history(session: Session, limit: int = 50) -> Sequence[Run]:
    """Return the newest runs, the newest first."""
    return session.scalars(select(Run).order_by(Run.id.desc()).limit(limit)).all()


def current(session: Session, state: RunState, *, locked: bool = False) -> Run | None:
    """Return the run that is asked for, or the one that runs; there is one at most."""
    wanted = select(Run).where(Run.state == state)
    return session.scalar(wanted.with_for_update() if locked else wanted)


def last(session: Session) -> Last | None:
    """Return the newest run that began."""
    wanted = select(Run.started_at, Run.state).where(Run.started_at.is_not(None))
    row = session.execute(wanted.order_by(Run.id.desc()).limit(1)).one_or_none()
    return Last(row.started_at, RunState(row.state)) if row and row.started_at else None


def in_a_row(session: Session, run_id: int, state: RunState, most: int = 9) -> int:
    """Return how many runs just before this one ended in `state`, `most` at the most.

    Runs that ended otherwise than by their own doing or failing are passed over.
    """
    ends = {RunState.DONE, state}
    wanted = select(Run.state).where(Run.id < run_id, Run.state.in_(ends))
    found = session.scalars(wanted.order_by(Run.id.desc()).limit(most))
    return len(list(takewhile(lambda one: one == state, found)))


def has_changes(session: Session) -> bool:
    """Say whether anything that is counted here has changed: a read, so idling locks nothing."""
    wanted = select(BucketChange.id).where(BucketChange.measure.in_(MEASURES)).limit(1)
    return session.scalar(wanted) is not None


def changes(limit: int) -> Select[Any]:
    """Return the oldest changes with their numbers."""
    columns = (BucketChange.id, BucketChange.measure, BucketChange.place, BucketChange.day)
    wanted = select(*columns).where(BucketChange.measure.in_(MEASURES))
    return wanted.order_by(BucketChange.id).limit(limit)


def count_taken(session: Session, run_id: int) -> int:
    """Return how many places and days a run has taken on."""
    return session.scalar(select(func.count()).select_from(_taken(run_id).subquery())) or 0


def _taken(run_id: int) -> Select[Any]:
    columns = (Taken.measure, Taken.place, Taken.day)
    return select(*columns).where(Taken.run_id == run_id).distinct()


def taken(session: Session, run_id: int) -> Sequence[Row[Any]]:
    """Return every (measure, place, day) that a run has taken on."""
    return session.execute(_taken(run_id)).all()


def taken_after(session: Session, run_id: int, after: Key, limit: int) -> Sequence[Row[Any]]:
    """Return the next (measure, place, day) of a run after the key `after`."""
    key = (Taken.measure, Taken.place, Taken.day)
    later = or_(
        Taken.measure > after[0],
        and_(Taken.measure == after[0], tuple_(Taken.place, Taken.day) > (after[1], after[2])),
    )
    return session.execute(_taken(run_id).where(later).order_by(*key).limit(limit)).all()


def places_between(run_id: int, measure: str, first: Row[Any], until: Row[Any]) -> Subquery:
    """Return the places and days of one measure that a run took on, from one to another."""
    key = tuple_(Taken.place, Taken.day)
    wanted = select(Taken.place, Taken.day).where(
        Taken.run_id == run_id,
        Taken.measure == measure,
        key >= tuple_(first.place, first.day),
        key <= tuple_(until.place, until.day),
    )
    return wanted.distinct().subquery("places")


def staged(run_id: int) -> Select[Any]:
    """Return what a run has counted."""
    columns = (Staged.series, Staged.place, Staged.day, Staged.figure)
    return select(*columns).where(Staged.run_id == run_id)


def frozen(session: Session) -> Sequence[Period]:
    """Return the months that are frozen, the oldest first."""
    found = session.scalars(select(Frozen.period).order_by(Frozen.period))
    return [read_period(key) for key in found]


def last_frozen(session: Session) -> Period | None:
    """Return the month that was frozen last."""
    found = session.scalar(select(func.max(Frozen.period)))
    return read_period(found) if found else None


def freeze_day(session: Session) -> int:
    """Return on which day of a month the month before is frozen."""
    wanted = select(Timetable.freeze_day).order_by(Timetable.id.desc()).limit(1)
    return session.scalar(wanted) or FREEZE_DAY


# ---- what the buckets hold --------------------------------------------------------


def figures(
    session: Session, series: str, kind: Kind, places: Sequence[str], span: tuple[date, date]
) -> Mapping[tuple[str, date], int]:
    """Return what a series came to in places and periods that begin in a span of days."""
    wanted = select(Bucket.place, Bucket.starts_on, Bucket.figure).where(
        Bucket.series == series,
        Bucket.kind == kind,
        Bucket.place.in_(places),
        Bucket.starts_on.between(*span),
    )
    return {(row.place, row.starts_on): row.figure for row in session.execute(wanted)}


def whole(session: Session) -> Mapping[tuple[str, str, str, date], int]:
    """Return every bucket that holds something, for a comparison."""
    columns = (Bucket.series, Bucket.kind, Bucket.place, Bucket.starts_on, Bucket.figure)
    rows = session.execute(select(*columns).where(Bucket.figure != 0))
    return {(row.series, row.kind, row.place, row.starts_on): row.figure for row in rows}
