import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import select

from tests.conftest import Clock
from tests.people import make
from wufei_public.common.actor import SYSTEM
from wufei_public.config import Mode
from wufei_public.infra.keyring import of_master
from wufei_public.infra.keys import Keys
from wufei_public.infra.outbox import OutboxRow, queue
from wufei_public.infra.work import House, house, work
from wufei_public.messages.actions import delivery as actions
from wufei_public.messages.gateway import sms_gateway
from wufei_public.messages.jobs import deliver_sms
from wufei_public.messages.rules import LEASE, PAUSES, Undelivered
from wufei_public.people.queries.sealing import phone_address

URGENT = "people.code"  # whatever the hour at which the tests run


@dataclass
class Radio:
    """A gateway that keeps what it is given, and fails as often as it is told."""

    failures: list[Undelivered] = field(default_factory=list)
    sent: list[tuple[str, str, Mapping[str, Any]]] = field(default_factory=list)

    def send(self, phone: str, template: str, values: Mapping[str, Any]) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append((phone, template, values))


def tell(phone: str = make.PHONE, template: str = "t", **values: object) -> None:
    work(
        SYSTEM,
        lambda w: queue(
            w, channel="sms", to=phone_address(w.keys, phone), template=template, values=values
        ),
    )


def deliver(radio: Radio) -> int:
    """Do what the job does, by another gateway."""
    parcels = work(SYSTEM, actions.lease_sms)
    for parcel in parcels:
        failure = actions.send(radio, parcel, make.now())
        if failure is None:
            work(SYSTEM, lambda w, parcel=parcel: actions.write_sent(w, parcel=parcel))
        else:
            work(
                SYSTEM,
                lambda w, parcel=parcel, failure=failure: actions.write_failure(
                    w, parcel=parcel, failure=failure
                ),
            )
    return len(parcels)


def rows() -> list[tuple[str, int, str]]:
    found = make.fresh().execute(
        select(OutboxRow.state, OutboxRow.tries, OutboxRow.error).order_by(OutboxRow.id)
    )
    return [tuple(row) for row in found]


in_app = pytest.mark.usefixtures("app")


@in_app
def test_a_message_is_sent_once_and_forgotten() -> None:
    tell(a=1)
    radio = Radio()
    assert (deliver(radio), deliver(radio)) == (1, 0)
    assert radio.sent == [(make.PHONE, "t", {"a": 1})]
    row = make.fresh().scalars(select(OutboxRow)).one()
    assert (row.state, row.recipient, row.values) == ("sent", "", {})
    assert row.sent_at == make.now()


@in_app
def test_a_failure_is_tried_again_after_a_pause(clock: Clock) -> None:
    tell()
    radio = Radio([Undelivered("busy")])
    deliver(radio)
    assert rows() == [("waiting", 1, "busy")]
    clock.move(seconds=PAUSES[0].total_seconds() - 1)
    assert deliver(radio) == 0
    clock.move(seconds=1)
    assert deliver(radio) == 1
    assert rows() == [("sent", 2, "")]


@in_app
def test_what_fails_to_the_end_waits_for_a_person_with_all_it_needs(clock: Clock) -> None:
    tell(a=1)
    radio = Radio([Undelivered("down")] * 20)
    for _ in range(20):
        deliver(radio)
        clock.move(days=1)
    assert rows() == [("dead", len(PAUSES) + 1, "down")]
    row = make.fresh().scalars(select(OutboxRow)).one()
    assert (row.values, row.recipient != "") == ({"a": 1}, True)


@in_app
def test_what_the_gateway_will_never_take_is_dead_at_once() -> None:
    tell()
    deliver(Radio([Undelivered("no such number", again=False)]))
    assert rows() == [("dead", 1, "no such number")]


@in_app
def test_an_expired_code_is_not_sent(clock: Clock) -> None:
    make.ask()
    clock.move(minutes=10)
    radio = Radio()
    deliver(radio)
    assert (radio.sent, rows()) == ([], [("dead", 1, "expired")])


@in_app
def test_a_code_whose_carrier_died_is_taken_over_after_the_lease(clock: Clock) -> None:
    tell(template=URGENT)
    work(SYSTEM, actions.lease_sms)  # and then the process is killed
    radio = Radio()
    assert deliver(radio) == 0
    clock.move(seconds=LEASE.total_seconds())
    assert deliver(radio) == 1
    assert rows() == [("sent", 2, "")]


@in_app
def test_what_may_have_left_when_its_carrier_died_waits_for_a_person(clock: Clock) -> None:
    tell()
    work(SYSTEM, actions.lease_sms)  # and then the process is killed, before or after it sent
    clock.move(seconds=LEASE.total_seconds())
    assert deliver(Radio()) == 0
    assert rows() == [("dead", 1, "outcome unknown: its process ended")]


@in_app
def test_a_late_carrier_does_not_undo_what_another_wrote(clock: Clock) -> None:
    tell(template=URGENT)
    late = work(SYSTEM, actions.lease_sms)[0]
    clock.move(seconds=LEASE.total_seconds())
    deliver(Radio())
    work(
        SYSTEM,
        lambda w: actions.write_failure(w, parcel=late, failure=Undelivered("too late")),
    )
    assert rows() == [("sent", 2, "")]


@in_app
def test_one_that_cannot_be_opened_does_not_stop_the_others() -> None:
    home: House = current_app.extensions["house"]
    tell("13900000000")
    current_app.extensions["house"] = replace(home, keys=Keys(lambda: of_master(b"x" * 32)))
    tell("13700000000")
    radio = Radio()
    assert deliver(radio) == 1
    assert [phone for phone, *_ in radio.sent] == ["13700000000"]
    assert rows() == [("dead", 1, "sealed under another key"), ("sent", 1, "")]


@in_app
def test_the_inbox_is_left_to_others() -> None:
    work(SYSTEM, lambda w: queue(w, channel="inbox", to="1", template="t", values={}))
    assert deliver(Radio()) == 0
    assert rows() == [("waiting", 0, "")]


@in_app
def test_the_job_writes_the_code_to_the_log_of_a_trial(capsys: pytest.CaptureFixture[str]) -> None:
    code = make.ask()
    assert (deliver_sms(""), deliver_sms("")) == (1, 0)
    assert json.loads(capsys.readouterr().err) == {
        "event": "sms",
        "to": "138****5678",
        "template": "people.code",
        "words": f"您的验证码是 {code}，10 分钟内有效。不要告诉别人。",
    }


@in_app
@pytest.mark.parametrize(
    ("mode", "told"), [(Mode.TRIAL, True), (Mode.DEMO, True), (Mode.PRODUCTION, False)]
)
def test_only_a_trial_writes_words_to_the_log(
    capsys: pytest.CaptureFixture[str], mode: Mode, *, told: bool
) -> None:
    gateway = sms_gateway(replace(house().settings, mode=mode))
    gateway.send(make.PHONE, "people.code", {"code": "123456", "minutes": 10})
    written = capsys.readouterr().err
    assert ["123456" in written, "138****5678" in written] == [told, True]


@in_app
def test_idling_is_one_read() -> None:
    make.fresh()
    with make.statements() as seen:
        deliver_sms("")
    assert len(seen) == 1


def test_many_processes_send_each_message_once(own_app: Flask) -> None:
    for number in range(25):
        tell(f"139000000{number:02}", URGENT)
    radio, start = Radio(), threading.Barrier(4)

    def run() -> None:
        with own_app.app_context():
            start.wait()
            while deliver(radio):
                pass

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(phone for phone, *_ in radio.sent) == [f"139000000{n:02}" for n in range(25)]
    assert make.count(OutboxRow, OutboxRow.state == "sent") == 25
