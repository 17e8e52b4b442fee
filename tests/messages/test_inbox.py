"""消息: told with the change, read by seeing, nobody else's."""

from collections import defaultdict
from collections.abc import Mapping

from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Clock
from tests.dumping import make as cases
from tests.people import make as people
from wufei_public.common.actor import Actor
from wufei_public.dumping.actions import officer
from wufei_public.infra.web.session import COOKIE
from wufei_public.infra.web.shell import offers
from wufei_public.infra.work import reading, work
from wufei_public.messages.actions.inbox import mark_read, tell
from wufei_public.messages.queries import PAGE, inbox_page, unread
from wufei_public.people.queries.sessions import load_session


def resident(phone: str = people.PHONE) -> tuple[Actor, str]:
    """Sign a resident in; return who it is and the cookie's token."""
    token = people.resident(phone).token
    facts = load_session(people.fresh(), token, people.now())
    assert facts is not None
    return facts.actor, token


def browser(app: Flask, token: str) -> FlaskClient:
    client = app.test_client()
    client.set_cookie(COOKIE, token)
    return client


def test_the_reporter_hears_of_each_step_and_reading_is_seeing(app: Flask, clock: Clock) -> None:
    cases.places()
    actor, token = resident()
    receipt = cases.report(actor)
    clock.move(minutes=1)
    cases.do(cases.TOWN_OFFICER, officer.accept, receipt.code)
    assert unread(people.fresh(), actor.id or 0) == 2
    client = browser(app, token)
    assert "有 2 条新的" in client.get("/mine").text
    page = client.get("/mine/messages").text
    assert page.index("您的举报已受理") < page.index("收到您的举报了")
    assert f"/mine/reports/{receipt.code}" in page
    assert page.count("wf-chip--doing") == 2
    assert unread(people.fresh(), actor.id or 0) == 0
    assert "wf-chip--doing" not in client.get("/mine/messages").text


def test_a_stranger_reads_and_marks_nothing(app: Flask) -> None:
    cases.places()
    actor, _token = resident()
    cases.report(actor)
    other, token = resident("13912345678")
    assert "收到您的举报了" not in browser(app, token).get("/mine/messages").text
    ids = [row.id for row in inbox_page(reading(), actor.id or 0)[0]]
    assert work(other, lambda w: mark_read(w, ids)) == 0
    assert unread(people.fresh(), actor.id or 0) == 1
    assert app.test_client().get("/mine/messages").status_code == 302


def test_a_crew_member_hears_of_the_case_that_came(app: Flask) -> None:
    cases.places()
    cases.account(cases.CREW)
    receipt = cases.report()
    cases.do(cases.TOWN_OFFICER, officer.accept, receipt.code)
    cases.do(cases.TOWN_OFFICER, officer.assign, receipt.code, crew=cases.CREW.id)
    rows, _more = inbox_page(people.fresh(), cases.CREW.id or 0)
    assert [(row.template, row.values) for row in rows] == [
        ("dumping.yours", {"code": receipt.code})
    ]


def test_pages_follow_each_other_without_gap_or_repeat(app: Flask) -> None:
    actor, _token = resident()
    for number in range(2 * PAGE + 1):
        work(actor, lambda w, n=number: tell(w, actor.id or 0, "dumping.close", {"code": n}))
    seen, position = [], None
    while True:
        rows, position = inbox_page(people.fresh(), actor.id or 0, position)
        seen += [row.values["code"] for row in rows]
        if position is None:
            break
    assert seen == list(reversed(range(2 * PAGE + 1)))


def test_a_message_of_a_feature_that_is_gone_is_left_out(app: Flask) -> None:
    actor, token = resident()
    work(actor, lambda w: tell(w, actor.id or 0, "gone.away", {}))
    assert "还没有消息" in browser(app, token).get("/mine/messages").text


def test_every_message_of_every_feature_can_be_read(app: Flask) -> None:
    with app.test_request_context():
        for offer in offers():
            for name, kind in offer.messages.items():
                assert name.partition(".")[0]
                facts: Mapping[str, str] = defaultdict(lambda: "2B2B")
                assert "2B2B" in kind.text % facts
                assert kind.leads_to(facts).startswith("/")
