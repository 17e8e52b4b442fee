"""A run of the aggregation: claimed by one process, counted step by step, shown all at once."""

import secrets
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import String, delete, insert, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from wufei_public.common.codes import new_code
from wufei_public.common.errors import Conflict, WrongState
from wufei_public.common.text import N_
from wufei_public.indicators.actions import rolling
from wufei_public.indicators.actions.computing import compute
from wufei_public.indicators.actions.values import district
from wufei_public.indicators.models.runs import Bucket, Frozen, Run, Staged, Taken, Timetable
from wufei_public.indicators.queries import runs
from wufei_public.indicators.queries.measures import COUNTED
from wufei_public.indicators.queries.runs import Key
from wufei_public.indicators.rules.measures import MEASURES, altered, by_month
from wufei_public.indicators.rules.periods import Kind, Period
from wufei_public.indicators.rules.runs import (
    AT_ONCE,
    LEASE,
    MOST_CHANGES,
    Point,
    RunState,
    Waiting,
    Why,
    months_to_freeze,
    why_now,
)
from wufei_public.infra import audit
from wufei_public.infra.buckets import BucketChange, hand_on_all
from wufei_public.infra.work import Work
from wufei_public.messages.actions.inbox import tell
from wufei_public.people.queries.accounts import holders
from wufei_public.people.rules.roles import Role

_INSERT: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_SHORT = 200
START: Key = ("", "", date.min)
Passed = Callable[[Point], None]


# ---- asked for, claimed ------------------------------------------------------------


def ask(w: Work, *, whole: bool = False) -> Run:
    """Ask for a run now; Conflict where one is asked for already."""
    if runs.current(w.session, RunState.ASKED) is not None:
        raise Conflict("run_asked", N_("已经有人点过开始了，马上就算。"))
    row = row_of(w, Why.HAND, RunState.ASKED) | {"whole": whole, "asked_by": w.actor.id}
    made = Run(**row)
    w.session.add(made)
    w.session.flush()
    audit.record(w, "indicators:run:ask", f"indicators-run/{made.code}", after={"whole": whole})
    return made


def set_freeze_day(w: Work, *, day: int) -> None:
    """State on which day of a month the month before is frozen."""
    before = {"day": runs.freeze_day(w.session)}
    w.insert(Timetable, {"freeze_day": day, "set_by": w.actor.id, "set_at": w.now})
    target = "indicators-timetable/freeze"
    audit.record(w, "indicators:timetable:set", target, before=before, after={"day": day})


def waiting(w: Work) -> Waiting:
    """Return what there is to do by the clock."""
    day, last = runs.freeze_day(w.session), runs.last_frozen(w.session)
    return Waiting(months_to_freeze(last, day, w.now), runs.has_changes(w.session))


def claim(w: Work) -> str | None:
    """Begin the run that is due, and take its changes on; None if none is, or another runs.

    Whoever held a run and has not been heard of for LEASE has lost it, with all it counted.
    """
    running = runs.current(w.session, RunState.RUNNING, locked=True)
    if running is not None:
        if running.lease_until is not None and running.lease_until > w.now:
            return None
        _lose(w, running)
    asked = runs.current(w.session, RunState.ASKED, locked=True)
    found = _started(w, asked) if asked is not None else _by_the_clock(w)
    if found is None:
        return None
    _take(w, found)
    return found.code


def _lose(w: Work, row: Run) -> None:
    row.state, row.ended_at = RunState.LOST, w.now
    _clear(w, row)
    w.session.flush()


def _clear(w: Work, row: Run) -> None:
    for table in (Taken, Staged):
        w.session.execute(delete(table).where(table.run_id == row.id))


def row_of(w: Work, why: Why, state: RunState) -> dict[str, Any]:
    """Return the columns of a new run that has done nothing yet."""
    nothing = {"total": 0, "counted": 0, "rows": 0, "values": 0, "outcome": "", "asked_by": None}
    code = new_code(secrets.token_bytes)
    return nothing | {"code": code, "why": why, "state": state, "whole": False, "asked_at": w.now}


def _started(w: Work, row: Run) -> Run:
    row.state, row.started_at, row.lease_until = RunState.RUNNING, w.now, w.now + LEASE
    w.session.flush()
    return row


def _by_the_clock(w: Work) -> Run | None:
    last = runs.last(w.session)
    why = why_now(waiting(w), last, w.now)
    if why is None:
        return None
    # The very first run counts what was there before anything was handed on.
    began = {"whole": last is None, "started_at": w.now, "lease_until": w.now + LEASE}
    row = row_of(w, why, RunState.RUNNING) | began
    connection = w.session.connection()
    made = _INSERT[connection.dialect.name](Run).on_conflict_do_nothing()
    done = connection.execute(made.execution_options(preserve_rowcount=True), row)
    return runs.run(w.session, row["code"]) if done.rowcount == 1 else None


def _take(w: Work, row: Run) -> None:
    if row.whole:
        _change_everything(w)
    wanted = runs.changes(MOST_CHANGES).subquery()
    taken = select(literal(row.id), *wanted.c)
    columns = ["run_id", "change_id", "measure", "place", "day"]
    w.session.execute(insert(Taken).from_select(columns, taken))
    row.total = runs.count_taken(w.session, row.id)


def _change_everything(w: Work) -> None:
    for name, counted in COUNTED.items():
        hand_on_all(w, name, counted.all_buckets())
        first = MEASURES[name].series[0]
        # What is kept of rows that are gone is counted anew too.
        kept = select(Bucket.place, Bucket.starts_on)
        hand_on_all(w, name, kept.where(Bucket.series == first, Bucket.kind == Kind.DAY))


# ---- counted, out of sight ---------------------------------------------------------


def _held(w: Work, code: str) -> Run:
    """Return the run, the lease renewed; WrongState if another process has taken over."""
    row = runs.run(w.session, code, locked=True)
    if row.state != RunState.RUNNING:
        raise WrongState("run_lost", N_("这次运行已由别的进程接手。"))
    row.lease_until = w.now + LEASE
    return row


def stage(w: Work, *, code: str, after: Key) -> Key | None:
    """Count the next places and days; return where to go on, None at the end."""
    row = _held(w, code)
    found = runs.taken_after(w.session, row.id, after, AT_ONCE)
    for name, group in groupby(found, key=lambda one: one.measure):
        some = list(group)
        if name in COUNTED:
            _stage(w, row.id, name, runs.places_between(row.id, name, some[0], some[-1]))
    row.counted += len(found)
    last = found[-1] if found else None
    return (last.measure, last.place, last.day) if last is not None else None


def _stage(w: Work, run_id: int, name: str, places: Any) -> None:
    fresh = COUNTED[name].of_buckets(places).subquery("fresh")
    columns = ["run_id", "series", "place", "day", "figure"]
    for series in MEASURES[name].series:
        rows = select(
            literal(run_id), literal(series, String), fresh.c.place, fresh.c.day, fresh.c[series]
        )
        w.session.execute(insert(Staged).from_select(columns, rows))


# ---- shown, all at once ------------------------------------------------------------


def apply(w: Work, *, code: str, passed: Passed = lambda _point: None) -> Run:
    """Put everything that the run has counted in its place, in this one transaction."""
    row, began = _held(w, code), time.monotonic()
    touched = _touched(w, row.id)
    row.rows = _write_days(w, row.id)
    passed(Point.DAYS)
    home = district(w)
    row.rows += _roll(w, touched, home)
    passed(Point.MONTHS)
    row.rows += _roll_longer(w, touched, home)
    passed(Point.YEARS)
    row.values = _draft(w, row, touched)
    passed(Point.VALUES)
    _forget(w, row)
    passed(Point.FORGOTTEN)
    row.state, row.ended_at = RunState.DONE, w.now
    before = (w.now - (row.started_at or w.now)).total_seconds()
    row.seconds = before + time.monotonic() - began
    return row


Touched = Mapping[str, Mapping[date, frozenset[str]]]


def _touched(w: Work, run_id: int) -> Touched:
    found: dict[str, list[tuple[str, date]]] = defaultdict(list)
    for one in runs.taken(w.session, run_id):
        found[one.measure].append((one.place, one.day))
    return {name: by_month(buckets) for name, buckets in found.items()}


def _write_days(w: Work, run_id: int) -> int:
    one = runs.staged(run_id).subquery()
    kind = literal(str(Kind.DAY), String)
    # An upsert of a SELECT needs a WHERE on SQLite.
    rows = select(one.c.series, kind, one.c.place, one.c.day, one.c.figure)
    return rolling.write(w, rows.where(one.c.series != ""))


def _roll(w: Work, touched: Touched, home: str) -> int:
    rows = 0
    for name, months in touched.items():
        series = MEASURES[name].series
        for month, places in months.items() if series else ():
            rows += rolling.roll_month(w, series, month, places)
            rows += rolling.roll_district(w, series, month, home)
    return rows


def _roll_longer(w: Work, touched: Touched, home: str) -> int:
    rows = 0
    for name, months in touched.items():
        series = MEASURES[name].series
        for month, places in months.items() if series else ():
            rows += rolling.roll_longer(w, series, month, places, home)
    return rows


def _draft(w: Work, row: Run, touched: Touched) -> int:
    """Draft the values of months that freeze now, and anew those that a late row alters."""
    run = f"indicators {row.code}"
    found = 0
    for period, names in _to_correct(w, touched).items():
        found += compute(w, period=period, run=run, only=names)
    for period in waiting(w).months:
        found += compute(w, period=period, run=run)
        w.session.add(Frozen(period=period.key, frozen_at=w.now, run_id=row.id))
    return found


def _to_correct(w: Work, touched: Touched) -> Mapping[Period, Collection[str]]:
    frozen = runs.frozen(w.session)
    found: dict[Period, set[str]] = defaultdict(set)
    for name, months in touched.items():
        for month in months if MEASURES[name].values else ():
            for period in altered(MEASURES[name], month, frozen):
                found[period].update(MEASURES[name].values)
    return found


def _forget(w: Work, row: Run) -> None:
    gone = select(Taken.change_id).where(Taken.run_id == row.id)
    w.session.execute(delete(BucketChange).where(BucketChange.id.in_(gone)))
    _clear(w, row)


def fail(w: Work, *, code: str, reason: str) -> None:
    """Note that a run failed, and tell the first time in a row who can do something about it."""
    row = runs.run(w.session, code, locked=True)
    if row.state != RunState.RUNNING:
        return
    row.state, row.ended_at, row.outcome = RunState.FAILED, w.now, reason[:_SHORT]
    row.seconds = (w.now - (row.started_at or w.now)).total_seconds()
    _clear(w, row)
    if runs.failed_before(w.session, row.id):
        return
    for account in _watchers(w):
        tell(w, account, "indicators.run_failed", {"run": row.code, "reason": row.outcome})


def _watchers(w: Work) -> Sequence[int]:
    roles = (Role.SYSTEM_ADMIN, Role.DISTRICT_OFFICER)
    return sorted({person.id for role in roles for person in holders(w.session, role)})
