"""The jobs: run by name as the scheduler runs them, twice without harm."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.conftest import Clock
from tests.dumping import make
from wufei_public.dumping.actions import officer, reminding
from wufei_public.dumping.jobs import JOBS, forget_replays, remind, remind_of_release, resume_held
from wufei_public.infra.replay import KEEP, ReplayRow

pytestmark = pytest.mark.usefixtures("town")


def test_every_job_is_on_the_timetable(app: Flask) -> None:
    assert {job.name for job in JOBS} <= {job.name for job in app.extensions["jobs"]}
    assert [(job.name, bool(job.cron), job.every) for job in JOBS] == [
        ("dumping.resume_held", False, 60),
        ("dumping.tell_failed", False, 10),
        ("dumping.compare_proofs", False, 30),
        ("dumping.hand_over_left", False, 60),
        ("dumping.count", False, 30),
        ("dumping.forget_withdrawn", False, 60),
        ("dumping.remind", True, 0),
        ("dumping.remind_of_release", True, 0),
        ("dumping.week", True, 0),
        ("dumping.reduce", True, 0),
        ("dumping.mend_totals", True, 0),
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


def test_deadlines_are_said_before_to_who_has_the_case_and_after_to_who_watches(
    clock: Clock,
) -> None:
    for person in (
        make.TOWN_OFFICER, make.OTHER_OFFICER, make.DISTRICT_OFFICER, make.DEPARTMENT_OFFICER,
        make.OTHER_DEPARTMENT_OFFICER,
    ):  # fmt: skip
        make.account(person)
    receipt = make.assigned()
    assert remind("") == 0
    due = make.case(receipt).finish_due
    assert due is not None
    clock.now = due - timedelta(hours=25)
    assert remind("") == 0
    clock.now = due - timedelta(hours=15)
    assert remind("") == 1
    assert make.messages() == [(104, "dumping.due_soon")]
    assert remind("") == 0
    clock.now = due + timedelta(hours=1)
    assert remind("") == 3
    assert make.messages()[1:] == [(person, "dumping.overdue") for person in (104, 101, 103)]
    assert remind("") == 0


def test_a_new_clock_is_said_anew_and_a_standing_one_not_at_all(clock: Clock) -> None:
    make.account(make.TOWN_OFFICER)
    receipt = make.report()
    clock.now = make.case(receipt).accept_due - timedelta(hours=1)
    assert remind("") == 1
    make.asked(receipt)
    clock.move(hours=2)
    assert remind("") == 0
    waiting = make.report()
    make.do(make.TOWN_OFFICER, officer.accept, waiting.code)
    clock.now = make.case(waiting).due_at or clock.now
    assert remind("") == 1
    assert make.messages() == [(101, "dumping.due_soon")] * 2


def test_a_reminder_of_a_case_that_was_closed_meanwhile_is_none(clock: Clock) -> None:
    receipt = make.closed()
    clock.move(days=90)
    assert make.do(make.TOWN_OFFICER, reminding.remind, receipt.code) == 0


def test_who_decides_what_is_shown_is_reminded_too(clock: Clock) -> None:
    for person in (make.TOWN_OFFICER, make.OTHER_OFFICER, make.DISTRICT_OFFICER):
        make.account(person)
    receipt, shown = make.assigned(), make.released(make.assigned())
    due = make.case(receipt).release_due
    assert remind_of_release("") == 0
    clock.now = due - timedelta(hours=15)
    assert (remind_of_release(""), remind_of_release("")) == (1, 0)
    assert make.messages() == [(101, "dumping.release_soon")]
    clock.now = due + timedelta(hours=1)
    assert (remind_of_release(""), remind_of_release("")) == (2, 0)
    assert make.messages()[1:] == [(101, "dumping.release_over"), (103, "dumping.release_over")]
    assert make.case(shown).release == "released"
