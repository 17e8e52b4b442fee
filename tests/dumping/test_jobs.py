"""The jobs: run by name as the scheduler runs them, twice without harm."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.conftest import Clock
from tests.dumping import make
from wufei_public.dumping.jobs import JOBS, forget_replays, resume_held
from wufei_public.infra.replay import KEEP, ReplayRow

pytestmark = pytest.mark.usefixtures("town")


def test_every_job_is_on_the_timetable(app: Flask) -> None:
    assert {job.name for job in JOBS} <= {job.name for job in app.extensions["jobs"]}
    assert [(job.name, bool(job.cron), job.every) for job in JOBS] == [
        ("dumping.resume_held", False, 60),
        ("dumping.tell_failed", False, 10),
        ("dumping.hand_over_left", False, 60),
        ("dumping.count", False, 30),
        ("dumping.reduce", True, 0),
        ("replay.forget", True, 0),
    ]


def test_every_job_runs_on_an_empty_site() -> None:
    assert [job.run("") for job in JOBS] == [0] * len(JOBS)


def test_resume_takes_each_case_once_and_leaves_the_answered(clock: Clock) -> None:
    held = [make.asked(make.report()) for _ in range(3)]
    later = make.asked(make.accepted())
    clock.move(days=6)
    fresh = make.asked(make.report())
    clock.move(days=2)
    assert resume_held("") == 4
    assert [make.case(one).state for one in held] == ["submitted"] * 3
    assert make.case(later).state == "accepted"
    assert make.case(fresh).state == "asked_submitted"
    assert resume_held("") == 0
    assert all(make.moves(one).count("resume") == 1 for one in held)


def test_client_keys_are_forgotten_after_their_time(session: Session, clock: Clock) -> None:
    def kept() -> int:
        return session.scalar(select(func.count()).select_from(ReplayRow)) or 0

    first = make.report(client_key="k" * 24)
    clock.now += KEEP
    assert make.report(client_key="k" * 24) == first
    clock.now += timedelta(seconds=1)
    make.report()
    assert forget_replays("") == 1
    assert kept() == 1
    assert make.report(client_key="k" * 24) != first
