"""My data: a copy, taking the consent back, ending the account; the number with a reason."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.conftest import Clock
from tests.dumping import make as cases
from tests.people import make
from tests.people.entering import SAME, signed_in
from wufei_public.common.actor import Actor
from wufei_public.dumping.actions.reporter import answer
from wufei_public.dumping.models.events import ReportEvent
from wufei_public.dumping.models.reports import Report
from wufei_public.infra.web.session import COOKIE
from wufei_public.infra.web.shell import belongings, offers
from wufei_public.infra.work import work
from wufei_public.media.models import Photo
from wufei_public.messages.models import Message
from wufei_public.people.models import Account, ConsentRow, Identity, SessionRow
from wufei_public.people.queries.sessions import load_session
from wufei_public.people.rules.accounts import State
from wufei_public.people.rules.consent import VERSION
from wufei_public.people.rules.roles import Role

Own = tuple[FlaskClient, Actor, str]
WORDS = "我家门口，电话 13912345678，三车碎砖"


@pytest.fixture
def own(app: Flask, clock: Clock) -> Own:
    """Return a resident's browser, the resident, and the code of the resident's report."""
    cases.places()
    token = make.resident().token
    facts = load_session(make.fresh(), token, clock.now)
    assert facts is not None
    client = app.test_client()
    client.set_cookie(COOKIE, token)
    receipt = cases.report(
        facts.actor, words=WORDS, phone="13712345678", spot="王五家",
        photo=[cases.photo_token(lat=34.7, lon=112.8)],
    )  # fmt: skip
    cases.asked(receipt)
    said = {"code": receipt.code, "secret": receipt.secret, "text": "我叫张三。"}
    work(facts.actor, lambda w: answer(w, **said))
    return client, facts.actor, receipt.code


def report_of(code: str) -> Report:
    return make.fresh().scalars(select(Report).where(Report.code == code)).one()


FEATURES = [
    "我的打卡",
    "我的积分",
    "我的举报",
    "我的单位",
    "参加的培训",
    "无废细胞的异议和申诉",
    "交给红黑榜的材料和报错",
    "消息",
]


def test_the_copy_holds_everything_of_every_feature(own: Own) -> None:
    client, _actor, code = own
    answer = client.get("/mine/data.json")
    assert "no-store" in answer.headers["Cache-Control"]
    copy = json.loads(answer.text)
    assert list(copy) == FEATURES
    (report,) = copy["我的举报"]
    assert (report["code"], report["words"], report["phone"]) == (code, WORDS, "13712345678")
    assert [message["template"] for message in copy["消息"]] == ["dumping.ask", "dumping.submit"]


def test_a_copy_holds_nothing_of_a_stranger(app: Flask, own: Own) -> None:
    stranger = app.test_client()
    stranger.set_cookie(COOKIE, make.resident("13512345678").token)
    copy = json.loads(stranger.get("/mine/data.json").text)
    assert copy == {**{key: [] for key in FEATURES}, "我的积分": [{"balance": 0}]}
    assert app.test_client().get("/mine/data.json").status_code == 302


def test_erasing_ends_the_person_and_leaves_the_case(own: Own, app: Flask) -> None:
    client, actor, code = own
    asked = client.post("/mine/data/erase", headers=SAME)
    assert asked.status_code == 422
    assert "要注销，请先勾上这一项" in asked.text
    assert client.post("/mine/data/erase", data={"sure": "1"}, headers=SAME).status_code == 303
    report = report_of(code)
    assert (report.reporter_id, report.contact_sealed) == (None, None)
    assert "13912345678" not in report.words
    assert "三车碎砖" in report.words
    events = make.fresh().execute(
        select(ReportEvent.internal_text, ReportEvent.actor_id).where(
            ReportEvent.report_id == report.id, ReportEvent.actor_kind != "staff"
        )
    )
    assert set(events.tuples()) == {("", None)}
    assert make.fresh().execute(select(Photo.lat, Photo.taken_at)).tuples().all() == [(None, None)]
    account = make.fresh().get_one(Account, actor.id)
    assert (account.state, account.phone_cipher, account.phone_index) == (
        State.DISABLED,
        None,
        None,
    )
    assert make.count(Message) == make.count(Identity) == make.count(ConsentRow) == 0
    assert make.count(SessionRow, SessionRow.ended_at.is_(None)) == 0
    assert client.get("/mine/data").status_code == 302
    assert "people:account:erase" in make.audited()


def test_the_same_number_may_begin_anew(own: Own, clock: Clock) -> None:
    client, actor, _code = own
    client.post("/mine/data/erase", data={"sure": "1"}, headers=SAME)
    clock.move(minutes=2)
    assert make.resident().account != actor.id


def test_consent_is_written_with_its_version_and_taken_back(own: Own, clock: Clock) -> None:
    client, actor, _code = own
    row = make.fresh().scalars(select(ConsentRow)).one()
    assert (row.account, row.version, row.withdrawn_at) == (actor.id, VERSION, None)
    clock.move(minutes=2)
    assert client.post("/mine/data/withdraw", headers=SAME).status_code == 303
    assert client.get("/mine/data").status_code == 302
    assert make.fresh().scalars(select(ConsentRow)).one().withdrawn_at == clock.now
    clock.move(minutes=2)
    make.resident()
    assert make.fresh().scalars(select(ConsentRow)).one().withdrawn_at is None


def test_signing_in_needs_a_yes_and_an_age_and_keeps_the_number(client: FlaskClient) -> None:
    answer = client.post("/people/sign-in", data={"phone": make.PHONE}, headers=SAME)
    assert answer.status_code == 422
    assert "请先看看隐私说明" in answer.text
    assert f'value="{make.PHONE}"' in answer.text
    yes = {"phone": make.PHONE, "consent": "true"}
    young = client.post("/people/sign-in", data=yes, headers=SAME)
    assert (young.status_code, "满 14 岁才能自己登录" in young.text) == (422, True)
    assert make.sent_codes() == []


def test_every_feature_with_residents_rows_says_what_becomes_of_them(app: Flask) -> None:
    with app.test_request_context():
        assert len(belongings()) == sum(offer.belongings is not None for offer in offers())
        assert len(belongings()) == len(FEATURES)


def test_an_official_sees_the_number_only_with_a_reason_that_stays(
    app: Flask, own: Own, clock: Clock
) -> None:
    _client, _actor, code = own
    desk = signed_in(app, clock, "zhen.ban", Role.TOWN_OFFICER)
    assert "13712345678" not in desk.get(f"/staff/cases/{code}").text
    assert "137****5678" in desk.get(f"/staff/cases/{code}").text
    refused = desk.post(f"/staff/cases/{code}/contact", data={"text": ""}, headers=SAME)
    assert refused.status_code == 422
    assert "13712345678" not in refused.text
    shown = desk.post(f"/staff/cases/{code}/contact", data={"text": "问路"}, headers=SAME)
    assert "13712345678" in shown.text
    event = make.fresh().scalars(select(ReportEvent).order_by(ReportEvent.id.desc())).first()
    assert event is not None
    assert (event.move, event.internal_text, event.public_text) == ("contact", "问路", "")
    assert "dumping:contact:open" in make.audited(f"dumping/{code}")


def test_an_official_of_another_town_gets_no_number(
    app: Flask, own: Own, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    _client, _actor, code = own
    monkeypatch.setitem(make.SCOPES, Role.TOWN_OFFICER, {"division": make.OTHER_TOWN})
    other = signed_in(app, clock, "wai.zhen", Role.TOWN_OFFICER)
    answer = other.post(f"/staff/cases/{code}/contact", data={"text": "好奇"}, headers=SAME)
    assert answer.status_code == 404
    assert "13712345678" not in answer.text
