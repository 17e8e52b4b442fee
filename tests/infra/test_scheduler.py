"""A job runs once per period, whoever wakes, dies or was asleep at its time."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from apscheduler.schedulers.blocking import BlockingScheduler
from flask import Flask
from sqlalchemy import Executable, insert, select, update

from tests.conftest import NOW, Clock
from tests.lines import written_by
from wufei_public.common.actor import SYSTEM
from wufei_public.infra import jobs, scheduler
from wufei_public.infra.jobs import LEASE, OWNER, Job, JobRun, _claim, last_beat, run_once
from wufei_public.infra.scheduler import LATE, due, run_due, tick
from wufei_public.infra.work import House, Work, house, reading, work

# 03:17 in the district, which is the evening before in UTC.
DUE = datetime(2026, 11, 23, 19, 17, tzinfo=UTC)
NIGHTLY = "17 3 * * *"


def job(run: Callable[[str], object], cron: str = NIGHTLY) -> Job:
    return Job("test.job", run, cron=cron)


def write(statement: Executable) -> None:
    def do(w: Work) -> None:
        w.session.execute(statement)

    work(SYSTEM, do)


def runs() -> list[dict[str, Any]]:
    reading().rollback()
    columns = (JobRun.slot, JobRun.owner, JobRun.state, JobRun.outcome, JobRun.lease_until)
    found = reading().execute(select(*columns))
    return [dict(row._mapping) for row in found]


@pytest.fixture
def slept(own_app: Flask, clock: Clock) -> Clock:
    """Give the application a clock that stands at ten in the morning."""
    home: House = own_app.extensions["house"]
    own_app.extensions["house"] = replace(home, clock=clock)
    return clock


@pytest.mark.parametrize(
    ("now", "within", "found"),
    [
        (DUE, LATE, DUE),
        (DUE + timedelta(seconds=59), LATE, DUE),
        (DUE + timedelta(minutes=4), LATE, DUE),
        (DUE + timedelta(minutes=6), LATE, None),
        (DUE - timedelta(seconds=1), LATE, None),
        (NOW, timedelta(days=1), DUE),
        (NOW + timedelta(days=3), timedelta(days=30), DUE + timedelta(days=3)),
    ],
)
def test_the_slot_of_a_run_is_when_it_was_due(
    now: datetime, within: timedelta, found: datetime | None
) -> None:
    assert due(NIGHTLY, now, within) == found


def test_a_process_that_wakes_a_minute_late_names_the_same_slot(
    own_app: Flask, slept: Clock
) -> None:
    ran: list[str] = []
    slept.now = DUE
    assert run_due(own_app, job(ran.append), LATE)
    slept.move(seconds=75)
    assert not run_due(own_app, job(ran.append), LATE)
    assert ran == ["2026-11-24T03:17"]


def test_a_run_that_died_is_taken_over_after_its_lease_and_a_done_one_never(
    own_app: Flask, slept: Clock
) -> None:
    row = {"job": "test.job", "slot": "s", "owner": "elsewhere:1", "state": "running",
           "started_at": NOW, "lease_until": NOW + LEASE, "outcome": ""}  # fmt: skip
    write(insert(JobRun).values(row))
    ran: list[str] = []
    assert not run_once(own_app, job(ran.append), "s")
    slept.move(minutes=16)
    assert run_once(own_app, job(ran.append), "s")
    slept.move(days=1)
    assert not run_once(own_app, job(ran.append), "s")
    assert ran == ["s"]
    assert [(run["owner"], run["state"]) for run in runs()] == [(OWNER, "done")]


def test_a_run_that_takes_long_keeps_its_lease(
    own_app: Flask, slept: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "RENEW", 0.05)

    def last(slot: str) -> str:
        slept.move(minutes=2)
        end = time.monotonic() + 5
        while time.monotonic() < end and runs()[0]["lease_until"] != slept.now + LEASE:
            time.sleep(0.02)
        slept.move(minutes=2)  # longer than a lease since it began
        return str(work(SYSTEM, lambda w: _claim(w, job(str), slot)))

    assert run_once(own_app, job(last), "s")
    assert [(run["state"], run["outcome"]) for run in runs()] == [("done", "None")]


def test_a_run_taken_over_in_the_same_process_is_not_finished_by_the_first(
    own_app: Flask, slept: Clock
) -> None:
    def lose(slot: str) -> str:
        slept.move(minutes=16)
        assert work(SYSTEM, lambda w: _claim(w, job(str), slot)) == slept.now
        return "late"

    assert run_once(own_app, job(lose), "s")
    assert [(run["state"], run["outcome"]) for run in runs()] == [("running", "")]


def test_a_taken_over_run_is_not_finished_by_its_first_owner(own_app: Flask, slept: Clock) -> None:
    def lose(slot: str) -> str:
        write(update(JobRun).values(owner="elsewhere:2"))
        return "late"

    assert run_once(own_app, job(lose), "s")
    assert [(run["owner"], run["state"], run["outcome"]) for run in runs()] == [
        ("elsewhere:2", "running", "")
    ]


def test_a_failure_is_told_in_the_row_and_may_be_tried_again_by_hand(
    own_app: Flask, slept: Clock
) -> None:
    def fail(slot: str) -> None:
        raise ValueError("broken")

    assert run_once(own_app, job(fail), "s")
    assert [(run["state"], run["outcome"]) for run in runs()] == [("failed", "ValueError: broken")]
    assert not run_once(own_app, job(str), "s")
    slept.move(minutes=16)
    assert run_once(own_app, job(str), "s")
    assert [(run["state"], run["outcome"]) for run in runs()] == [("done", "s")]


def test_every_run_writes_a_line_with_its_name_and_its_time(own_app: Flask) -> None:
    with written_by(jobs, scheduler) as lines:
        assert run_once(own_app, job(str), "s")
        tick(own_app, Job("test.tick", lambda _slot: 3, every=1))
    told = [line for line in lines if line["event"] == "job"]
    assert [line["job"] for line in told] == ["test.job", "test.tick"]
    assert all(len(line["id"]) == 16 and line["ms"] >= 0 for line in told)
    assert told[0]["id"] != told[1]["id"]


def test_a_tick_that_fails_leaves_the_next_one_alone(own_app: Flask) -> None:
    done: list[int] = []

    def work_or_fail(slot: str) -> int:
        done.append(1)
        if len(done) == 1:
            raise OSError("once")
        return 1

    for _ in range(2):
        tick(own_app, Job("test.tick", work_or_fail, every=1))
    assert len(done) == 2
    assert runs() == []


class Timetable(BlockingScheduler):
    """The timetable, which the test can stop."""

    made: "list[Timetable]" = []  # noqa: RUF012  the one that run_jobs makes

    def __init__(self, *words: Any, **options: Any) -> None:
        super().__init__(*words, **options)
        self.made.append(self)


def test_a_start_makes_up_for_the_slot_that_nobody_ran_once(
    own_app: Flask, slept: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "BlockingScheduler", Timetable)
    ran: list[str] = []
    ticked = threading.Event()
    jobs = [job(ran.append), Job("test.tick", lambda _slot: ticked.set(), every=0.1)]
    for _ in range(2):
        ticked.clear()
        thread = threading.Thread(target=scheduler.run_jobs, args=(own_app, jobs))
        thread.start()
        assert ticked.wait(10)
        time.sleep(0.3)
        Timetable.made.pop().shutdown(wait=True)
        thread.join(10)
    assert ran == ["2026-11-24T03:17"]
    assert last_beat(reading()) == NOW


def test_a_run_that_was_killed_is_made_up_for_without_another_start(
    own_app: Flask, slept: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "BlockingScheduler", Timetable)
    monkeypatch.setattr(scheduler, "LOOK_BACK", 0.1)
    row = {"job": "test.job", "slot": "2026-11-24T03:17", "owner": "elsewhere:1",
           "state": "running", "started_at": NOW, "lease_until": slept.now + LEASE,
           "outcome": ""}  # fmt: skip
    write(insert(JobRun).values(row))
    ran = threading.Event()
    jobs = [job(lambda _slot: ran.set())]
    thread = threading.Thread(target=scheduler.run_jobs, args=(own_app, jobs))
    thread.start()
    assert not ran.wait(0.5)
    slept.move(minutes=16)
    assert ran.wait(10)
    Timetable.made.pop().shutdown(wait=True)
    thread.join(10)


def test_of_several_processes_one_runs_a_period(own_app: Flask) -> None:
    settings = house().settings
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("WUFEI_")},
        "WUFEI_VAR": str(settings.var),
        "WUFEI_DATABASE": settings.database,
        "FLASK_APP": "wsgi",
    }
    command = [sys.executable, "-m", "flask", "jobs", "once", "photos.sweep", "--period", "2026-10"]
    started = [
        subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    said = sorted(process.communicate(timeout=60)[0].strip() for process in started)
    assert said == ["done", "was done already", "was done already"]
    assert [(run["slot"], run["state"]) for run in runs()] == [("2026-10", "done")]
