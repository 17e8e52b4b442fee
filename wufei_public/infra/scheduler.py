"""Jobs: in a process of their own, once per period, by however many processes run.

Every process holds the same timetable in memory; the insert of `(job, slot)` decides
who runs. A slot that nobody ran, since no jobs process was up, is made up for at the next
start. Jobs with `every` look for work every few seconds and lease single rows
instead: they need no slot.
"""

import os
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask
from sqlalchemy import Float, String, Text, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.common.actor import SYSTEM
from wufei_public.common.clock import DISTRICT_ZONE
from wufei_public.infra.tables import Base, UtcDateTime
from wufei_public.infra.work import Work, house, work

log = structlog.get_logger()
OWNER = f"{socket.gethostname()}:{os.getpid()}"[:64]
LEASE = timedelta(minutes=15)
HEARTBEAT_SECONDS = 10
LATE = timedelta(minutes=5)  # a job may begin so much after its time
MISSED = timedelta(days=32)  # so far back a start looks for a slot that nobody ran
GIVE_WAY = 10  # of 19: a picture takes a tenth of a second of a processor


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


def _upsert(model: type[Base]) -> dict[str, Any]:
    return {"sqlite": sqlite.insert(model), "postgresql": postgresql.insert(model)}


_CLAIM = {
    # An INSERT's row count is kept only when asked; psycopg's is gone once it has closed.
    name: found.on_conflict_do_nothing().execution_options(preserve_rowcount=True)
    for name, found in _upsert(JobRun).items()
}
_BEAT = {
    name: found.on_conflict_do_update(index_elements=["name"], set_={"at": found.excluded.at})
    for name, found in _upsert(Heartbeat).items()
}


def slot_of(instant: datetime) -> str:
    """Return the period key of `instant`: the minute, in the district's time."""
    return instant.astimezone(DISTRICT_ZONE).strftime("%Y-%m-%dT%H:%M")


def due(cron: str, now: datetime, within: timedelta) -> datetime | None:
    """Return when `cron` was last due, None if not `within` the time before `now`.

    The slot of a run is when it was due: two processes, one of them late, name the same.
    """
    trigger = CronTrigger.from_crontab(cron, timezone=DISTRICT_ZONE)
    found = None
    following = trigger.get_next_fire_time(None, now - within)
    while following is not None and following <= now:
        found = following
        following = trigger.get_next_fire_time(None, found + timedelta(seconds=1))
    return found


def _claim(w: Work, job: Job, slot: str) -> bool:
    """Take `(job, slot)`: a new one, or one whose owner died."""
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
        return True
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
    return taken.rowcount == 1


def _finish(w: Work, job: Job, slot: str, state: str, outcome: str, seconds: float) -> None:
    w.session.execute(
        update(JobRun)
        .where(JobRun.job == job.name, JobRun.slot == slot, JobRun.owner == OWNER)
        .values(state=state, ended_at=w.now, outcome=outcome[:2000], seconds=seconds)
    )


def run_once(app: Flask, job: Job, slot: str) -> bool:
    """Run `job` for `slot` unless somebody did or does; say whether it ran here."""
    with app.app_context():
        if not work(SYSTEM, lambda w: _claim(w, job, slot)):
            return False
        began = time.monotonic()
        try:
            outcome, state = str(job.run(slot)), "done"
        except Exception as error:
            log.exception("job_failed", job=job.name, slot=slot)
            outcome, state = f"{type(error).__name__}: {error}", "failed"
        seconds = time.monotonic() - began
        work(SYSTEM, lambda w: _finish(w, job, slot, state, outcome, seconds))
        log.info("job", job=job.name, slot=slot, state=state, ms=round(seconds * 1000))
        return True


def tick(app: Flask, job: Job) -> None:
    """Run a job that leases its own rows; a fault is logged and the next tick tries again."""
    with app.app_context():
        try:
            done = job.run("")
        except Exception:
            log.exception("job_failed", job=job.name)
        else:
            if done:
                log.info("job", job=job.name, did=done)


def beat(app: Flask) -> None:
    """Write that the jobs process is alive."""
    with app.app_context():
        work(SYSTEM, _beat)


def _beat(w: Work) -> None:
    connection = w.session.connection()
    connection.execute(_BEAT[connection.dialect.name], {"name": "jobs", "at": w.now})


def last_beat(session: Any) -> datetime | None:
    """Return when a jobs process was last alive."""
    found: datetime | None = session.scalar(select(Heartbeat.at).where(Heartbeat.name == "jobs"))
    return found


def _add(scheduler: BaseScheduler, app: Flask, job: Job) -> None:
    if job.every:
        scheduler.add_job(
            lambda: tick(app, job),
            IntervalTrigger(seconds=job.every, timezone=DISTRICT_ZONE),
            id=job.name,
            coalesce=True,
            max_instances=1,
        )
        return
    scheduler.add_job(
        lambda: run_due(app, job, LATE),
        CronTrigger.from_crontab(job.cron, timezone=DISTRICT_ZONE),
        id=job.name,
        coalesce=True,
        max_instances=1,
        misfire_grace_time=int(LATE.total_seconds()) - 1,
    )
    scheduler.add_job(lambda: run_due(app, job, MISSED), id=f"{job.name} missed")


def run_due(app: Flask, job: Job, within: timedelta) -> bool:
    """Run `job` for its last slot `within` the time before now, unless that was done."""
    with app.app_context():
        at = due(job.cron, house().clock(), within)
    return at is not None and run_once(app, job, slot_of(at))


def run_jobs(app: Flask, jobs: Sequence[Job]) -> None:
    """Run the timetable until the process is told to stop; who waits for a page goes first."""
    if hasattr(os, "nice"):
        os.nice(GIVE_WAY)
    scheduler = BlockingScheduler(timezone=DISTRICT_ZONE)
    for job in jobs:
        _add(scheduler, app, job)
    scheduler.add_job(
        lambda: beat(app),
        IntervalTrigger(seconds=HEARTBEAT_SECONDS, timezone=DISTRICT_ZONE),
        id="beat",
        coalesce=True,
    )
    beat(app)
    try:
        scheduler.start()
    except SystemExit:
        scheduler.shutdown(wait=True)  # a job that has begun is finished
