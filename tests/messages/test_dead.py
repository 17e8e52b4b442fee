"""What could not be delivered: seen by the system administrator, sent again or let go."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.conftest import Clock
from tests.dumping import make as cases
from tests.messages.test_delivery import Radio, deliver, rows, tell
from tests.people import make
from tests.reasons import said
from wufei_public.common.actor import Actor, ActorKind, Grant
from wufei_public.infra.audit import AuditRow
from wufei_public.infra.outbox import OutboxRow
from wufei_public.messages.queries import late
from wufei_public.messages.rules import UNKNOWN, Undelivered
from wufei_public.people.rules.roles import Role

SYSTEM = Actor(ActorKind.STAFF, 301, "系统管理", (Grant(Role.SYSTEM_ADMIN),))
PAGE = "/staff/messages/dead"


@pytest.fixture
def admin(app: Flask) -> FlaskClient:
    return cases.browser(app, cases.account(SYSTEM))


def failed(reason: str, template: str = "t") -> int:
    """Let a message fail for good; return its number."""
    tell(code="123456", template=template)
    deliver(Radio([Undelivered(reason, again=False)]))
    return make.fresh().scalars(select(OutboxRow.id).order_by(OutboxRow.id.desc())).first() or 0


def trail() -> list[tuple[str, str, str]]:
    found = make.fresh().scalars(select(AuditRow).where(AuditRow.action.startswith("messages:")))
    return [(row.action, row.target, said(row) or "") for row in found]


def test_one_whose_outcome_is_unknown_is_sent_again_by_a_person(admin: FlaskClient) -> None:
    number = failed(f"{UNKNOWN}: TimeoutError")
    assert "没送出去的消息" in admin.get("/staff").text
    page = admin.get(PAGE).text
    assert "138****5678" in page
    assert "对方可能收到两条" in page
    assert "123456" not in page
    assert make.PHONE not in page
    answer = admin.post(f"{PAGE}/{number}/repeat", data={"reason": "居民说没收到"})
    assert answer.status_code == 303
    radio = Radio()
    assert deliver(radio) == 1
    assert [phone for phone, *_ in radio.sent] == [make.PHONE]
    assert rows() == [("sent", 1, "")]
    assert trail() == [("messages:dead:repeat", f"messages/{number}", "居民说没收到")]
    again = admin.post(f"{PAGE}/{number}/repeat", data={"reason": "再来一次"})
    assert again.status_code == 409


def test_one_that_is_let_go_forgets_what_it_held(admin: FlaskClient) -> None:
    number = failed("isv.MOBILE_NUMBER_ILLEGAL")
    refused = admin.post(f"{PAGE}/{number}/drop", data={"reason": ""})
    assert refused.status_code == 422
    assert 'id="e-reason"' in refused.text
    assert admin.post(f"{PAGE}/{number}/drop", data={"reason": "号码不对"}).status_code == 303
    row = make.fresh().scalars(select(OutboxRow)).one()
    assert (row.state, row.recipient, row.values) == ("dropped", "", {})
    assert "没有没送出去的消息" in admin.get(PAGE).text
    assert trail() == [("messages:dead:drop", f"messages/{number}", "号码不对")]


def test_one_that_is_of_no_use_can_only_be_let_go(admin: FlaskClient) -> None:
    number = failed("expired")
    assert "再发一次" not in admin.get(PAGE).text
    answer = admin.post(f"{PAGE}/{number}/repeat", data={"reason": "试试"})
    assert answer.status_code == 409
    assert "只能放弃" in answer.text
    assert admin.post(f"{PAGE}/99/drop", data={"reason": "没有它"}).status_code == 404


def test_what_waits_for_long_is_told(admin: FlaskClient, clock: Clock) -> None:
    tell()
    assert "等了一个多小时" not in admin.get(PAGE).text
    clock.move(minutes=25)
    admin.get(PAGE)
    clock.move(minutes=25)
    admin.get(PAGE)
    clock.move(minutes=25)
    assert "等了一个多小时" in admin.get(PAGE).text


def test_others_see_and_decide_nothing(app: Flask) -> None:
    number = failed("down")
    for actor in (cases.DISTRICT_OFFICER, cases.AUDITOR, cases.RESIDENT):
        browser = cases.browser(app, cases.account(actor))
        assert browser.get(PAGE).status_code == 403
        assert browser.post(f"{PAGE}/{number}/drop", data={"reason": "x"}).status_code == 403
    assert rows() == [("dead", 1, "down")]


# ---- when not to disturb ---------------------------------------------------------


@pytest.mark.usefixtures("app")
def test_nobody_is_woken_but_for_a_code(clock: Clock) -> None:
    clock.move(hours=13)  # 23:00 in the district
    tell()
    tell(template="people.code")
    radio = Radio()
    deliver(radio)
    assert [template for _phone, template, _values in radio.sent] == ["people.code"]
    assert rows() == [("waiting", 0, ""), ("sent", 1, "")]
    clock.move(hours=7, minutes=59)
    assert deliver(radio) == 0
    clock.move(minutes=1)
    assert deliver(radio) == 1


@pytest.mark.usefixtures("app")
def test_one_person_hears_so_often_in_a_day_and_others_do_not_wait(clock: Clock) -> None:
    for _ in range(6):
        tell()
    tell("13900000000")
    radio = Radio()
    while deliver(radio):
        pass
    assert [phone for phone, *_ in radio.sent] == [make.PHONE] * 5 + ["13900000000"]
    clock.move(hours=21)  # 07:00 of the next day
    assert deliver(radio) == 1


@pytest.mark.usefixtures("app")
def test_what_waits_for_the_morning_is_not_late(clock: Clock) -> None:
    clock.move(hours=13)  # 23:00 in the district
    tell()
    deliver(Radio())
    clock.move(hours=7)
    assert (rows(), late(make.fresh(), clock())) == ([("waiting", 0, "")], 0)
    clock.move(hours=3)  # two hours after its own, and no process has taken it
    assert late(make.fresh(), clock()) == 1
    deliver(Radio([Undelivered("busy")]))
    assert late(make.fresh(), clock()) == 1
