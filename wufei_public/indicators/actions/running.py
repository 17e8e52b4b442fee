"""A run of the aggregation: counted step by step out of sight, shown all at once."""

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import String, delete, insert, literal, select

from wufei_public.common.errors import WrongState
from wufei_public.common.text import N_
from wufei_public.indicators.actions import alerting, rebuilding, rolling
from wufei_public.indicators.actions.claiming import clear, waiting
from wufei_public.indicators.actions.computing import compute
from wufei_public.indicators.actions.values import district
from wufei_public.indicators.models.runs import Frozen, Run, Staged, Taken
from wufei_public.indicators.queries import runs
from wufei_public.indicators.queries.measures import COUNTED
from wufei_public.indicators.queries.runs import Key
from wufei_public.indicators.rules.measures import MEASURES, altered, by_month
from wufei_public.indicators.rules.periods import Kind, Period
from wufei_public.indicators.rules.runs import (
    AT_ONCE,
    LEASE,
    Point,
    RunState,
)
from wufei_public.infra.buckets import BucketChange
from wufei_public.infra.work import Work

_SHORT = 200
START: Key = ("", "", date.min)
Passed = Callable[[Point], None]


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
    row.rows = _rebuild(w, row, passed) if row.whole else _put(w, row.id, touched, passed)
    row.values = _draft(w, row, touched)
    passed(Point.VALUES)
    _forget(w, row)
    passed(Point.FORGOTTEN)
    row.state, row.ended_at = RunState.DONE, w.now
    before = (w.now - (row.started_at or w.now)).total_seconds()
    row.seconds = before + time.monotonic() - began
    return row


def _rebuild(w: Work, row: Run, passed: Passed) -> int:
    # Forgotten before it is counted: what changes from here on stays for the next run.
    gone = delete(BucketChange).where(BucketChange.measure.in_(MEASURES))
    row.total = row.counted = w.session.connection().execute(gone).rowcount
    rows, series = 0, [name for measure in COUNTED for name in MEASURES[measure].series]
    for name, counted in COUNTED.items():
        rows += rebuilding.rebuild_days(w, MEASURES[name].series, counted.all_buckets())
    passed(Point.DAYS)
    rows += rebuilding.rebuild_months(w, series, district(w))
    passed(Point.MONTHS)
    rows += rebuilding.rebuild_longer(w, series)
    passed(Point.YEARS)
    return rows


def _put(w: Work, run_id: int, touched: "Touched", passed: Passed) -> int:
    rows, home = _write_days(w, run_id), district(w)
    passed(Point.DAYS)
    rows += _roll(w, touched, home)
    passed(Point.MONTHS)
    rows += _roll_longer(w, touched, home)
    passed(Point.YEARS)
    return rows


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
    for period, names in _to_correct(w, row, touched).items():
        found += compute(w, period=period, run=run, only=names)
    for period in waiting(w).months:
        found += compute(w, period=period, run=run)
        w.session.add(Frozen(period=period.key, frozen_at=w.now, run_id=row.id))
    return found


def _to_correct(w: Work, row: Run, touched: Touched) -> Mapping[Period, Collection[str]]:
    frozen = runs.frozen(w.session)
    if row.whole:
        return dict.fromkeys(frozen, ())  # all of their values
    found: dict[Period, set[str]] = defaultdict(set)
    for name, months in touched.items():
        for month in months if MEASURES[name].values else ():
            for period in altered(MEASURES[name], month, frozen):
                found[period].update(MEASURES[name].values)
    return found


def _forget(w: Work, row: Run) -> None:
    gone = select(Taken.change_id).where(Taken.run_id == row.id)
    w.session.execute(delete(BucketChange).where(BucketChange.id.in_(gone)))
    clear(w, row)


def fail(w: Work, *, code: str, reason: str) -> None:
    """Note that a run failed, and tell the first time in a row who can do something about it."""
    row = runs.run(w.session, code, locked=True)
    if row.state != RunState.RUNNING:
        return
    row.state, row.ended_at, row.outcome = RunState.FAILED, w.now, reason[:_SHORT]
    row.seconds = (w.now - (row.started_at or w.now)).total_seconds()
    clear(w, row)
    alerting.failed(w, row)
