"""The timetable of the jobs, in a process of their own.

Every process holds the same timetable in memory; `run_once` sees to it that one of them runs. A
slot that nobody ran, since no jobs process was up, is made up for at the next start. Jobs with
`every` look for work every few seconds and lease single rows instead: they need no slot.
"""

import os
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask

from wufei_public.common.actor import SYSTEM
from wufei_public.common.clock import DISTRICT_ZONE
from wufei_public.infra.jobs import Heartbeat, Job, ms_since, run_id, run_once, slot_of, upserts
from wufei_public.infra.work import Work, house, work

log = structlog.get_logger()
HEARTBEAT_SECONDS = 10
LATE = timedelta(minutes=5)  # a job may begin so much after its time
MISSED = timedelta(days=32)  # so far back a start looks for a slot that nobody ran
LOOK_BACK = 600  # seconds
GIVE_WAY = 10  # of 19: a picture takes a tenth of a second of a processor


_BEAT = {
    name: found.on_conflict_do_update(index_elements=["name"], set_={"at": found.excluded.at})
    for name, found in upserts(Heartbeat).items()
}


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


def tick(app: Flask, job: Job) -> None:
    """Run a job that leases its own rows; a fault is logged and the next tick tries again."""
    began, run = time.monotonic(), run_id()
    with app.app_context():
        try:
            done = job.run("")
        except Exception:
            log.exception("job_failed", job=job.name, id=run)
        else:
            if done:
                log.info("job", job=job.name, id=run, did=done, ms=ms_since(began))


def beat(app: Flask) -> None:
    """Write that the jobs process is alive."""
    with app.app_context():
        work(SYSTEM, _beat)


def _beat(w: Work) -> None:
    connection = w.session.connection()
    connection.execute(_BEAT[connection.dialect.name], {"name": "jobs", "at": w.now})


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
    # At the start and ever again: a run that was killed, or failed, is made up for once its lease
    # is over, whoever held it.
    scheduler.add_job(
        lambda: run_due(app, job, MISSED),
        IntervalTrigger(seconds=LOOK_BACK, timezone=DISTRICT_ZONE),
        next_run_time=datetime.now(DISTRICT_ZONE),  # noqa: TID251  the scheduler's own clock
        id=f"{job.name} missed",
        coalesce=True,
        max_instances=1,
    )


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
