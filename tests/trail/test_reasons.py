"""Reasons in the trail: sealed per record, read by the auditor, gone with the person."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from tests.conftest import Clock
from tests.dumping import make as cases
from tests.dumping.make import TOWN_OFFICER
from tests.people import make
from tests.people.entering import SAME, signed_in
from tests.rotating import rotate
from tests.trail.test_trail import record, verify
from wufei_public.common.actor import SYSTEM, Actor
from wufei_public.dumping.actions import evidence, withdrawing
from wufei_public.infra import audit, resealing
from wufei_public.infra.audit import AuditKey, AuditRow
from wufei_public.infra.keyring import SEALING, number_of
from wufei_public.infra.web.session import COOKIE
from wufei_public.infra.work import house, reading, work
from wufei_public.people.models import Account
from wufei_public.people.queries.sessions import load_session
from wufei_public.people.rules.roles import Role
from wufei_public.trail import jobs

NAMING = "核实张三丰家门口的照片"
OTHER = "投诉人来电"


@pytest.fixture
def auditor(app: Flask, clock: Clock) -> FlaskClient:
    cases.places()
    return signed_in(app, clock, "audit.zhao", Role.AUDITOR)


def stored() -> list[str]:
    return list(make.fresh().scalars(select(AuditRow.reason).where(AuditRow.reason != "")))


def shown(auditor: FlaskClient) -> str:
    return auditor.get("/staff/audit").text + auditor.get("/staff/audit.csv").text


def test_the_table_holds_no_words(app: Flask) -> None:
    record("a", target="dumping/1", reason=NAMING)
    (kept,) = stored()
    assert kept.startswith("sealed 1 ")
    assert "张三丰" not in kept


def test_the_auditor_reads_them_on_the_page_and_in_the_export(auditor: FlaskClient) -> None:
    record("a", target="dumping/1", reason=NAMING)
    record("a", target="dumping/2", reason=OTHER)
    assert shown(auditor).count(NAMING) == shown(auditor).count(OTHER) == 2
    assert NAMING in auditor.get("/staff/audit?target=dumping/1").text
    assert NAMING not in auditor.get("/staff/audit?target=dumping/2").text


def test_a_reason_moved_to_another_row_does_not_open(auditor: FlaskClient) -> None:
    record("a", target="dumping/1", reason=NAMING)
    record("a", target="dumping/2", reason=OTHER)
    moved = update(AuditRow).where(AuditRow.target == "dumping/2").values(reason=stored()[0])
    work(SYSTEM, lambda w: w.session.execute(moved))
    assert shown(auditor).count(NAMING) == 2


def test_rows_from_before_are_read_as_they_are(auditor: FlaskClient) -> None:
    record("a", target="dumping/1", reason=NAMING)
    work(SYSTEM, lambda w: w.session.execute(update(AuditRow).values(reason="老记录")))
    assert "老记录" in shown(auditor)


@pytest.fixture
def resident(app: Flask, clock: Clock) -> tuple[FlaskClient, Actor, str]:
    """Give a resident's browser, the resident, and a report about which officials wrote reasons."""
    cases.places()
    token = make.resident().token
    facts = load_session(make.fresh(), token, clock.now)
    assert facts is not None
    client = app.test_client()
    client.set_cookie(COOKIE, token)
    receipt = cases.report(
        facts.actor, kind="danger", phone=cases.PHONE, photo=[cases.photo_token(1)]
    )
    cases.develop()
    (photo,) = cases.photo_ids(receipt)
    for open_it, more in (
        (evidence.open_contact, {}),
        (evidence.open_words, {}),
        (evidence.open_original, {"photo_id": photo}),
    ):
        cases.do(TOWN_OFFICER, open_it, receipt.code, reason=NAMING, **more)
    code = make.fresh().scalar(select(Account.code).where(Account.id == facts.actor.id))
    record("people:account:disable", target=f"people/{code}", reason=NAMING)
    record("checkins:nickname:blank", target=f"checkins/{facts.actor.id}", reason=NAMING)
    return client, facts.actor, receipt.code


def end_account(own: tuple[FlaskClient, Actor, str]) -> None:
    done = own[0].post("/mine/data/erase", data={"sure": "1"}, headers=SAME)
    assert done.status_code == 303


def test_with_the_person_every_reason_about_them_goes_and_the_chain_holds(
    app: Flask, auditor: FlaskClient, resident: tuple[FlaskClient, Actor, str]
) -> None:
    record("a", target="dumping/other", reason=OTHER)
    jobs.seal("")
    assert shown(auditor).count(NAMING) == 10
    end_account(resident)
    jobs.seal("")
    assert NAMING not in shown(auditor)
    assert "已随本人的资料删除" in auditor.get("/staff/audit").text
    assert "(forgotten)" in auditor.get("/staff/audit.csv").text
    assert OTHER in shown(auditor)
    assert verify(app)[0] == 0


def test_with_words_that_are_taken_back_of_a_case_that_is_over_its_reasons_go(
    auditor: FlaskClient,
) -> None:
    receipt = cases.closed(phone=cases.PHONE)
    cases.do(TOWN_OFFICER, evidence.open_contact, receipt.code, reason=NAMING)
    assert NAMING in shown(auditor)
    assert work(SYSTEM, lambda w: withdrawing.withdraw_again(w, code=receipt.code))
    assert NAMING not in shown(auditor)


def test_what_is_said_later_is_read_and_brings_nothing_back(
    auditor: FlaskClient, resident: tuple[FlaskClient, Actor, str]
) -> None:
    end_account(resident)
    record("a", target=f"dumping/{resident[2]}", reason=OTHER)
    assert (shown(auditor).count(NAMING), shown(auditor).count(OTHER)) == (0, 2)


def test_a_rotation_reseals_the_keys_and_leaves_the_rows(
    app: Flask, auditor: FlaskClient, clock: Clock
) -> None:
    record("a", target="dumping/1", reason=NAMING)
    jobs.seal("")
    was = stored()
    rotate(SEALING, clock)
    resealing.renew(house(), SEALING)
    assert {number_of(one) for one in reading().scalars(select(AuditKey.sealed))} == {2}
    assert (stored(), verify(app)[0]) == (was, 0)
    assert NAMING in shown(auditor)


def test_nothing_forgets_what_was_not_asked(app: Flask) -> None:
    record("a", target="dumping/1", reason=NAMING)
    work(SYSTEM, lambda w: audit.forget(w, []))
    (kept,) = stored()
    assert audit.opened(reading(), house().keys, [("dumping/1", kept)]) == [NAMING]
