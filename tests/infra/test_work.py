"""One transaction, repeated whole; exactly once by client key; writers take turns."""

import threading
from collections import Counter
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from wufei_public.common.actor import SYSTEM
from wufei_public.infra import replay
from wufei_public.infra.audit import AuditRow, record
from wufei_public.infra.buckets import BucketMark, mark
from wufei_public.infra.jobs import Job, JobRun, last_beat, run_once
from wufei_public.infra.outbox import OutboxRow, queue
from wufei_public.infra.scheduler import beat
from wufei_public.infra.work import Work, reading, work


class Serialization(Exception):  # noqa: N818
    sqlstate = "40001"


def test_do_is_repeated_whole_when_the_database_asks_for_it(app: Flask) -> None:
    calls = []

    def do(w: Work) -> int:
        calls.append(1)
        record(w, "test:try", "test/1")
        if len(calls) < 3:
            raise DBAPIError("select 1", {}, Serialization())
        return len(calls)

    assert work(SYSTEM, do) == 3
    assert reading().scalar(select(func.count()).select_from(AuditRow)) == 1


def test_any_other_fault_rolls_everything_back(app: Flask) -> None:
    def do(w: Work) -> None:
        record(w, "test:try", "test/1")
        queue(w, channel="inbox", to="x", template="t", values={"a": 1})
        mark(w, "reports", None, w.now.date())
        raise KeyError("stop")

    with pytest.raises(KeyError):
        work(SYSTEM, do)
    for table in (AuditRow, OutboxRow, BucketMark):
        assert reading().scalar(select(func.count()).select_from(table)) == 0


def test_parallel_writers_lose_nothing_and_one_key_counts_once(own_app: Flask) -> None:
    answers: list[object] = []
    start = threading.Barrier(16)

    def one(number: int) -> None:
        with own_app.app_context():
            start.wait()

            def do(w: Work) -> object:
                first = replay.claim(w, "test", "same-key", {"by": number})
                if first is None:
                    record(w, "test:first", f"test/{number}")
                    return {"by": number}
                return first

            answers.append(work(SYSTEM, do))

    threads = [threading.Thread(target=one, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 16
    assert len(Counter(map(str, answers))) == 1
    assert reading().scalar(select(func.count()).select_from(AuditRow)) == 1


def test_of_many_processes_one_runs_a_slot(own_app: Flask) -> None:
    ran = []
    job = Job("test", ran.append, cron="0 3 * * *")
    threads = [
        threading.Thread(target=run_once, args=(own_app, job, "2026-11-24T03:00")) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ran == ["2026-11-24T03:00"]


def test_a_failed_run_is_written_down_and_its_slot_taken_over(own_app: Flask) -> None:
    def fail(slot: str) -> None:
        raise ValueError("broken")

    assert run_once(own_app, Job("test", fail, cron="0 3 * * *"), "s")
    row = reading().execute(select(JobRun.state, JobRun.outcome)).one()
    assert row == ("failed", "ValueError: broken")


def test_the_jobs_process_is_seen_alive(own_app: Flask) -> None:
    assert last_beat(reading()) is None
    reading().rollback()  # a snapshot of before shows nothing new
    beat(own_app)
    beat(own_app)
    seen = last_beat(reading())
    assert seen is not None
    assert (datetime.now(UTC) - seen).total_seconds() < 60
