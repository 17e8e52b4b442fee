"""What a job is, and one run of it: once per slot, by however many processes.

The insert of `(job, slot)` decides who runs. The timetable is in `infra/scheduler.py`, apart from
this: a web process names its jobs and never keeps their time.
"""

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from flask import Flask
from sqlalchemy import Float, String, Text, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.common.actor import SYSTEM
from wufei_public.common.clock import DISTRICT_ZONE
from wufei_public.infra.metrics import count_job
from wufei_public.infra.tables import Base, UtcDateTime
from wufei_public.infra.work import Work, work

log = structlog.get_logger()
OWNER = f"{socket.gethostname()}:{os.getpid()}"[:64]
# Whoever runs a job renews its lease; of a process that was killed the job is free after this.
LEASE = timedelta(minutes=3)
RENEW = LEASE.total_seconds() / 4
_TURNS: dict[str, threading.Lock] = {}
STALE = timedelta(seconds=60)  # a jobs process that was silent so long is none


class JobRun(Base):
    __tablename__ = "job_run"

    job: Mapped[str] = mapped_column(String(64), primary_key=True)
    slot: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lease_until: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seconds: Mapped[float | None] = mapped_column(Float)
    outcome: Mapped[str] = mapped_column(Text, default="")


class Heartbeat(Base):
    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class Job:
    """One job: `run(slot)` returns what it did; either `cron` or `every` seconds."""

    name: str
    run: Callable[[str], object]
    cron: str = ""
    every: float = 0


def last_beat(session: Any) -> datetime | None:
    """Return when a jobs process was last alive."""
    found: datetime | None = session.scalar(select(Heartbeat.at).where(Heartbeat.name == "jobs"))
    return found


def failed_since(session: Any, since: datetime) -> int:
    """Return how many runs failed since an instant."""
    wanted = (JobRun.state == "failed", JobRun.started_at >= since)
    return session.scalar(select(func.count()).select_from(JobRun).where(*wanted)) or 0


def upserts(model: type[Base]) -> dict[str, Any]:
    return {"sqlite": sqlite.insert(model), "postgresql": postgresql.insert(model)}


_CLAIM = {
    # An INSERT's row count is kept only when asked; psycopg's is gone once it has closed.
    name: found.on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    for name, found in upserts(JobRun).items()
}


def slot_of(instant: datetime) -> str:
    """Return the period key of `instant`: the minute, in the district's time."""
    return instant.astimezone(DISTRICT_ZONE).strftime("%Y-%m-%dT%H:%M")


def run_id() -> str:
    """Return a new name of a run, by which its lines in the log belong together."""
    return secrets.token_hex(8)


def ms_since(began: float) -> int:
    """Return the milliseconds since the monotonic instant `began`."""
    return round((time.monotonic() - began) * 1000)


def _claim(w: Work, job: Job, slot: str) -> datetime | None:
    """Take `(job, slot)`, a new one or one whose owner died; return since when, None if not."""
    row = {
        "job": job.name,
        "slot": slot,
        "owner": OWNER,
        "state": "running",
        "started_at": w.now,
        "lease_until": w.now + LEASE,
        "outcome": "",
    }
    connection = w.session.connection()
    if connection.execute(_CLAIM[connection.dialect.name], row).rowcount == 1:
        return w.now
    taken = connection.execute(
        update(JobRun)
        .where(
            JobRun.job == job.name,
            JobRun.slot == slot,
            JobRun.state != "done",
            JobRun.lease_until < w.now,
        )
        .values(owner=OWNER, state="running", started_at=w.now, lease_until=w.now + LEASE)
    )
    return w.now if taken.rowcount == 1 else None


def _set(w: Work, job: Job, slot: str, since: datetime, **values: Any) -> None:
    """Change the row of the run that began at `since`, unless somebody has taken it over."""
    mine = (JobRun.owner == OWNER, JobRun.started_at == since, JobRun.state == "running")
    w.session.execute(
        update(JobRun).where(JobRun.job == job.name, JobRun.slot == slot, *mine).values(values)
    )


@contextmanager
def _renewed(app: Flask, job: Job, slot: str, since: datetime) -> Iterator[None]:
    """Keep the lease of a run while it lasts, however long it takes."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(RENEW):
            with app.app_context():
                try:
                    work(SYSTEM, lambda w: _set(w, job, slot, since, lease_until=w.now + LEASE))
                except Exception:  # the next turn tries again, and the run itself goes on
                    log.exception("lease_not_renewed", job=job.name, slot=slot)

    keeper = threading.Thread(target=renew, name=f"lease {job.name}", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


def run_once(app: Flask, job: Job, slot: str) -> bool:
    """Run `job` for `slot` unless somebody did or does; say whether it ran here.

    Within a process a job runs once at a time, however long it takes.
    """
    turn = _TURNS.setdefault(job.name, threading.Lock())
    if not turn.acquire(blocking=False):
        return False
    try:
        return _run(app, job, slot)
    finally:
        turn.release()


def _run(app: Flask, job: Job, slot: str) -> bool:
    with app.app_context():
        since = work(SYSTEM, lambda w: _claim(w, job, slot))
        if since is None:
            return False
        began, run = time.monotonic(), run_id()
        try:
            with _renewed(app, job, slot, since):
                outcome, state = str(job.run(slot)), "done"
        except Exception as error:
            log.exception("job_failed", job=job.name, id=run, slot=slot)
            outcome, state = f"{type(error).__name__}: {error}", "failed"
        seconds = time.monotonic() - began
        ended = {"state": state, "outcome": outcome[:2000], "seconds": seconds}
        work(SYSTEM, lambda w: _set(w, job, slot, since, ended_at=w.now, **ended))
        count_job(app, job.name, state, seconds)
        log.info("job", job=job.name, id=run, slot=slot, state=state, ms=ms_since(began))
        return True
