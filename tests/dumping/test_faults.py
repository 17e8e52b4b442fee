"""Many at once, and the plug pulled: on a database that really commits, with real processes."""

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.databases import Databases
from tests.dev.test_serving import ROOT, free_port, until
from tests.dumping import awards as given
from tests.dumping import make
from tests.dumping.phones import Phone
from wufei_public.app import create_app
from wufei_public.common.actor import ANONYMOUS
from wufei_public.common.errors import DomainError
from wufei_public.config import settings_from
from wufei_public.dumping.actions import knocking, officer
from wufei_public.dumping.actions.submit import submit
from wufei_public.dumping.models.awards import AwardEntry
from wufei_public.dumping.models.events import ReportEvent
from wufei_public.dumping.models.photos import ReportPhoto
from wufei_public.dumping.models.reports import Report
from wufei_public.infra.audit import AuditRow
from wufei_public.infra.db import db
from wufei_public.infra.work import house, work
from wufei_public.media.models import Photo


def at_once(app: Flask, calls: list[Callable[[], Any]]) -> list[Any]:
    """Run `calls` in as many threads at the same moment; a refusal is returned as its code."""
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        with app.app_context():
            barrier.wait(30)
            try:
                return call()
            except DomainError as error:
                return error.code

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def count(model: Any) -> int:
    with Session(db.engine) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def site(own_app: Flask) -> Flask:
    make.places()
    return own_app


# ---- many at once -------------------------------------------------------------------


def test_one_key_from_32_threads_is_one_report_and_one_receipt(site: Flask) -> None:
    body = {"client_key": "k" * 24, "kind": "build", "photo": [make.photo_token()]}

    def send(number: int) -> tuple[int, str]:
        # One device each: the limit per device is below 32.
        device = {"User-Agent": f"phone {number}"}
        answer = site.test_client().post("/api/v1/dumping/reports", json=body, headers=device)
        return answer.status_code, answer.get_data(as_text=True)

    answers = at_once(site, [partial(send, number) for number in range(32)])
    assert len(answers) == 32
    assert len(set(answers)) == 1, Counter(answers)
    assert answers[0][0] == 201
    assert [count(model) for model in (Report, ReportEvent, ReportPhoto)] == [1, 1, 1]
    with Session(db.engine) as session:
        submits = select(AuditRow.id).where(AuditRow.action == "dumping:case:submit")
        assert len(session.scalars(submits).all()) == 1


def test_parallel_wrong_pins_are_all_counted(site: Flask) -> None:
    receipt = make.report()
    wrong = f"{(int(receipt.pin) + 1) % 10**6:06d}"

    def guess() -> Any:
        return work(
            ANONYMOUS,
            lambda w: knocking.try_pin(w, code=receipt.code, pin=wrong, address="192.0.2.1"),
        )

    assert Counter(at_once(site, [guess] * 16)) == {None: 5, "pin_locked": 11}


def test_of_two_officials_at_once_one_wins_and_the_other_is_told(site: Flask) -> None:
    def accept(code: str) -> Any:
        return make.do(make.TOWN_OFFICER, officer.accept, code, version=1).state

    def refuse(code: str) -> Any:
        values = {"ground": "not_here", "text": "不在本区。", "version": 1}
        return make.do(make.DISTRICT_OFFICER, officer.refuse, code, **values).state

    for _ in range(5):
        receipt = make.report()
        results = at_once(
            site,
            [lambda: accept(receipt.code), lambda: refuse(receipt.code)],  # noqa: B023
        )
        row = make.case(receipt)
        assert sorted(results) == sorted(["case_changed", row.state])
        assert (row.version, len(make.moves(receipt))) == (2, 2)


def test_a_photo_sent_with_two_reports_at_once_goes_to_one(site: Flask) -> None:
    for seed in range(4):
        token = make.photo_token(seed)

        def send() -> Any:
            return work(ANONYMOUS, lambda w: submit(w, make.draft(photo=[token])))  # noqa: B023

        results = at_once(site, [send] * 4)
        assert results.count("photo_gone") == 3
        assert count(Report) == count(ReportPhoto) == seed + 1


def test_many_reports_at_once_all_stand(site: Flask) -> None:
    def send() -> str:
        return make.report().code

    codes = at_once(site, [send] * 32)
    assert len(set(codes)) == count(Report) == count(ReportEvent) == 32


# ---- the plug pulled ------------------------------------------------------------------


class Server:
    """A real `flask serve` on a free port of loopback, with a folder and database of its own."""

    def __init__(self, folder: Path, database: str) -> None:
        self.port = free_port()
        self.log = folder / "server.log"
        self.settings = {
            "WUFEI_VAR": str(folder / "var"),
            "WUFEI_DATABASE": database,
            "WUFEI_DISTRICT": make.DISTRICT,
            "WUFEI_PORT": str(self.port),
            "WUFEI_LOG_LEVEL": "warning",
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *words: str) -> None:
        own = {name: value for name, value in os.environ.items() if not name.startswith("WUFEI_")}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "flask", "--app", "wsgi", "serve", "--no-jobs", *words],
                cwd=ROOT,
                env=own | self.settings,
                start_new_session=True,
                stdout=log,
                stderr=log,
            )
        assert until(Phone(self.port).reaches, 60), self.log.read_text()

    def kill(self) -> None:
        """Pull the plug: the parent and every child, without a word."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@pytest.fixture
def server(tmp_path: Path, databases: Databases) -> Iterator[Server]:
    with databases.empty() as url:
        found = Server(tmp_path, url)
        try:
            yield found
        finally:
            found.kill()


def send_until_the_plug_is_pulled(server: Server, phones: list[Phone], after: int) -> None:
    """Let eight phones at a time send; kill the server once `after` of them have a receipt."""

    def send(phone: Phone) -> None:
        phone.try_to_send()
        if sum(each.receipt is not None for each in phones) >= after:
            server.kill()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send, phones))


def stored(server: Server) -> dict[str, tuple[int, int, int]]:
    """Return of every case its photos as counted, as rows, as files; the files are read."""
    app = create_app(settings_from(server.settings), testing=True)
    with app.app_context(), Session(db.engine) as session:
        found = {}
        for report in session.scalars(select(Report)):
            rows = session.execute(
                select(Photo.quarantine_name, Photo.owner)
                .join(ReportPhoto, ReportPhoto.photo_id == Photo.id)
                .where(ReportPhoto.report_id == report.id)
            ).all()
            files = [row for row in rows if house().store.read(row.quarantine_name)]
            owned = [row for row in rows if row.owner == f"dumping/{report.code}"]
            found[report.code] = (report.photos, len(owned), len(files))
        claimed = select(func.count()).where(Photo.owner.is_not(None)).select_from(Photo)
        assert session.scalar(claimed) == len(found)
        assert session.scalar(select(func.count()).select_from(ReportEvent)) == len(found)
        session.rollback()
        db.engine.dispose()
    return found


def check_after_the_plug(server: Server, after: int, *, retries: int) -> None:
    phones = [Phone(server.port, number) for number in range(200)]
    send_until_the_plug_is_pulled(server, phones, after)
    acknowledged = [phone for phone in phones if phone.receipt]
    assert after <= len(acknowledged) < 200
    found = stored(server)
    assert {phone.code for phone in acknowledged} <= set(found)
    assert set(found.values()) == {(1, 1, 1)}
    server.start()
    assert phones[0].get("/api/v1/dumping/reports")["reports"] == []
    for phone in acknowledged[-retries:]:
        assert len(phone.own()["photos"]) == 1
    send_again(phones[:retries] + phones[-retries:])
    assert set(stored(server)) == set(found) | {phone.code for phone in phones if phone.receipt}


def send_again(phones: list[Phone]) -> None:
    """Let phones send once more, as they do: one report each, and the receipt of before."""
    before = {phone.number: phone.receipt for phone in phones if phone.receipt}
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(Phone.send, phones))
    after = {phone.number: phone.receipt for phone in phones}
    assert {number: after[number] for number in before} == before
    assert len({phone.code for phone in phones}) == len(after)


def test_no_acknowledged_report_is_lost_when_the_plug_is_pulled(server: Server) -> None:
    server.start("--prepare")
    check_after_the_plug(server, 60, retries=20)


@pytest.mark.long
@pytest.mark.parametrize("after", [1, 20, 90, 150, 190])
def test_the_plug_pulled_at_other_moments(server: Server, after: int) -> None:
    server.start("--prepare")
    check_after_the_plug(server, after, retries=100)


# ---- one award, many tills ----------------------------------------------------------


def test_one_code_at_eight_tills_at_once_is_paid_once(site: Flask) -> None:
    given.in_force()
    receipt = make.closed()
    given.approved(receipt)
    claim = given.drawn(receipt)
    tills = [given.CASHIER, given.OTHER_CASHIER] * 4
    answers = at_once(site, [partial(given.pay, claim, actor) for actor in tills])
    assert sorted(answers) == sorted([given.code_of(receipt)] + ["no_claim"] * 7)
    assert count(AwardEntry) == 1
