"""Who may run: a run is asked for or due, claimed by one process, and lost with its lease."""

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, insert, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from wufei_public.common.codes import new_code
from wufei_public.common.errors import Conflict
from wufei_public.common.text import N_
from wufei_public.indicators.actions import alerting
from wufei_public.indicators.models.runs import Run, Staged, Taken, Timetable
from wufei_public.indicators.queries import runs
from wufei_public.indicators.rules.runs import (
    LEASE,
    MOST_CHANGES,
    RunState,
    Waiting,
    Why,
    months_to_freeze,
    why_now,
)
from wufei_public.infra import audit
from wufei_public.infra.work import Work

_INSERT: Mapping[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


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
    if running is not None and running.lease_until is not None and running.lease_until > w.now:
        return None
    found = _next(w, running)
    if found is None:
        return None
    _take(w, found)
    return found.code


def _next(w: Work, lost: Run | None) -> Run | None:
    """Begin anew what was lost, else what somebody asked for, else what is due by the clock."""
    if lost is not None:
        _lose(w, lost)
        same = {"whole": lost.whole, "asked_by": lost.asked_by}
        return _begun(w, Why(lost.why), same)
    asked = runs.current(w.session, RunState.ASKED, locked=True)
    if asked is not None:
        return _started(w, asked)
    last = runs.last(w.session)
    why = why_now(waiting(w), last, w.now)
    # The very first run counts what was there before anything was handed on.
    return _begun(w, why, {"whole": last is None}) if why is not None else None


def _lose(w: Work, row: Run) -> None:
    row.state, row.ended_at = RunState.LOST, w.now
    clear(w, row)
    alerting.lost(w, row)
    w.session.flush()


def clear(w: Work, row: Run) -> None:
    """Forget what a run has taken on and counted out of sight."""
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


def _begun(w: Work, why: Why, more: Mapping[str, Any]) -> Run | None:
    """Write a run that runs; None where another process was quicker."""
    began = {"started_at": w.now, "lease_until": w.now + LEASE, **more}
    row = row_of(w, why, RunState.RUNNING) | began
    connection = w.session.connection()
    made = _INSERT[connection.dialect.name](Run).on_conflict_do_nothing()
    done = connection.execute(made.execution_options(preserve_rowcount=True), row)
    return runs.run(w.session, row["code"]) if done.rowcount == 1 else None


def _take(w: Work, row: Run) -> None:
    if row.whole:
        return  # it counts everything, whatever changed
    wanted = runs.changes(MOST_CHANGES).subquery()
    taken = select(literal(row.id), *wanted.c)
    columns = ["run_id", "change_id", "measure", "place", "day"]
    w.session.execute(insert(Taken).from_select(columns, taken))
    row.total = runs.count_taken(w.session, row.id)
