"""Replay, audit, outbox and marks as rows; turns across processes; limits per person."""

import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from tests.conftest import NOW, Clock
from tests.reasons import said
from wufei_public.common.actor import SYSTEM, Actor, ActorKind
from wufei_public.common.errors import TooMany
from wufei_public.infra import replay
from wufei_public.infra.audit import AuditRow, record
from wufei_public.infra.buckets import BucketMark, mark
from wufei_public.infra.outbox import OutboxRow, queue
from wufei_public.infra.turns import FileTurns, FreeTurns, turns_for
from wufei_public.infra.web.limits import limit
from wufei_public.infra.work import Work, reading, work


def claim(key: str, answer: str, scope: str = "test") -> dict[str, object] | None:
    return work(SYSTEM, lambda w: replay.claim(w, scope, key, {"code": answer}))


def test_the_first_answer_is_everybodys(app: Flask) -> None:
    assert claim("k", "A") is None
    assert claim("k", "B") == {"code": "A"}
    assert claim("k", "C", scope="other") is None
    assert claim("k2", "D") is None


def test_a_key_of_a_failed_try_is_free_again(app: Flask) -> None:
    def fail(w: Work) -> None:
        replay.claim(w, "test", "k", {"code": "A"})
        raise ValueError("later fault")

    with pytest.raises(ValueError, match="later"):
        work(SYSTEM, fail)
    assert claim("k", "B") is None


def test_keys_are_forgotten_when_their_time_is_over_and_not_before(
    app: Flask, clock: Clock
) -> None:
    claim("k", "A")
    clock.move(days=59)
    assert work(SYSTEM, replay.forget_old) == 0
    assert claim("k", "B") == {"code": "A"}
    clock.move(days=2)
    assert work(SYSTEM, replay.forget_old) == 1
    assert claim("k", "B") is None


def test_an_audit_row_says_who_when_what_and_why(app: Flask) -> None:
    officer = Actor(kind=ActorKind.STAFF, id=7)
    work(officer, lambda w: record(
        w, "report:clear", "dumping/K3M7", before={"state": "a"}, after={"state": "b"}, reason="清"
    ))  # fmt: skip
    row = reading().scalars(select(AuditRow)).one()
    assert (row.at, row.actor_kind, row.actor_id) == (NOW, ActorKind.STAFF, 7)
    assert (row.action, row.target, said(row)) == ("report:clear", "dumping/K3M7", "清")
    assert (row.before, row.after, row.request_id) == ({"state": "a"}, {"state": "b"}, "")


def test_a_queued_message_waits_from_now_on(app: Flask) -> None:
    work(SYSTEM, lambda w: queue(w, channel="sms", to="x", template="code", values={"n": 1}))
    row = reading().scalars(select(OutboxRow)).one()
    assert (row.state, row.tries, row.created_at, row.next_at) == ("waiting", 0, NOW, NOW)
    assert (row.channel, row.recipient, row.template, row.values) == ("sms", "x", "code", {"n": 1})


@pytest.mark.parametrize(("state", "sent_at"), [("sent", None), ("waiting", NOW), ("lost", None)])
def test_an_impossible_message_is_refused_by_the_database(
    app: Flask, state: str, sent_at: object
) -> None:
    row = {"channel": "sms", "recipient": "x", "template": "t", "values": {}, "created_at": NOW,
           "next_at": NOW, "state": state, "sent_at": sent_at, "tries": 0, "error": ""}  # fmt: skip

    def write(w: Work) -> None:
        w.session.execute(insert(OutboxRow), row)

    with pytest.raises(IntegrityError):
        work(SYSTEM, write)


def test_every_write_leaves_a_mark_of_its_own(app: Flask) -> None:
    day = date(2026, 11, 24)
    for place in ("410307", "410307", None):
        work(SYSTEM, lambda w, place=place: mark(w, "reports", place, day))
    found = reading().execute(select(BucketMark.place, BucketMark.day).order_by(BucketMark.id))
    assert [tuple(row) for row in found] == [("410307", day), ("410307", day), ("", day)]


HOLD = """
import sys, time
from pathlib import Path
from wufei_public.infra.turns import FileTurns
with FileTurns(Path(sys.argv[1])).taken():
    print("mine", flush=True)
    time.sleep(60)
"""


def test_a_turn_is_one_processes_and_comes_back_when_it_dies(tmp_path: Path) -> None:
    path = tmp_path / "db.turn"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "mine\n"
    got = threading.Event()

    def take() -> None:
        with FileTurns(path).taken():
            got.set()

    waiter = threading.Thread(target=take)
    waiter.start()
    assert not got.wait(0.3)
    holder.kill()
    holder.wait()
    holder.stdout.close()
    assert got.wait(5)
    waiter.join()


def test_threads_of_one_process_take_turns_and_a_fault_gives_it_back(tmp_path: Path) -> None:
    turns = FileTurns(tmp_path / "db.turn")
    inside, most = [0], [0]

    def take() -> None:
        for _ in range(20):
            with turns.taken():
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                time.sleep(0.0005)
                inside[0] -= 1

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]
    with pytest.raises(KeyError), turns.taken():
        raise KeyError
    with turns.taken():
        pass


def test_only_sqlite_needs_turns(tmp_path: Path) -> None:
    assert isinstance(turns_for(f"sqlite:///{tmp_path}/x.sqlite3"), FileTurns)
    assert isinstance(turns_for("postgresql+psycopg://localhost/x"), FreeTurns)


def hits(app: Flask, name: str, most: int, **environ: str) -> int:
    """Return how often `name` is allowed to one device before it is refused."""
    for number in range(most):
        base = {"REMOTE_ADDR": environ.get("address", "192.0.2.1")}
        agent = {"User-Agent": environ.get("agent", "phone")}
        with app.test_request_context("/", environ_base=base, headers=agent):
            try:
                limit(name)
            except TooMany:
                return number
    return most


def test_a_device_is_limited_and_its_neighbour_behind_the_same_address_is_not(
    app: Flask, client: FlaskClient
) -> None:
    assert hits(app, "sign_in", 30) == 20
    assert hits(app, "sign_in", 30) == 0
    assert hits(app, "sign_in", 5, agent="another phone") == 5
    assert hits(app, "sign_in", 5, address="192.0.2.2") == 5
    assert hits(app, "secret", 5) == 5
