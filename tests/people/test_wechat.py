"""Sign-in by WeChat against a server that speaks its protocol; tying, untying, merging."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.conftest import Clock
from tests.dumping import make as cases
from tests.people import make
from tests.wechat.server import APP_ID, SECRET, FakeWeChat, fake_wechat
from tests.wechat.site import joined
from wufei_public.dumping.models.reports import Report
from wufei_public.infra.web.session import COOKIE
from wufei_public.messages.queries import unread
from wufei_public.people.models import Account, Identity, SessionRow
from wufei_public.people.queries.sessions import load_session
from wufei_public.people.rules.accounts import State
from wufei_public.wechat import gateway

SAME = {"Sec-Fetch-Site": "same-origin", "User-Agent": make.DEVICE}


@pytest.fixture(scope="module")
def server() -> Iterator[FakeWeChat]:
    with fake_wechat() as running:
        yield running


@pytest.fixture
def weixin(app: Flask, server: FakeWeChat) -> FakeWeChat:
    return joined(app, server)


def begin(client: FlaskClient, wanted: str = "") -> dict[str, str]:
    """Press 用微信登录; return what WeChat is asked."""
    answer = client.post(
        "/people/wechat",
        data={"next": wanted, "consent": "true", "of_age": "true"},
        headers=SAME,
    )
    assert answer.status_code == 303
    parts = urlsplit(answer.location)
    assert parts.fragment == "wechat_redirect"
    return {name: values[0] for name, values in parse_qs(parts.query).items()}


def come_back(client: FlaskClient, code: str, state: str) -> TestResponse:
    return client.get("/people/wechat/back", query_string={"code": code, "state": state})


def enter(client: FlaskClient, weixin: FakeWeChat, openid: str = "o-1") -> TestResponse:
    asked = begin(client)
    return come_back(client, weixin.say_yes(openid), asked["state"])


def account_of(client: FlaskClient) -> int:
    cookie = client.get_cookie(COOKIE)
    facts = load_session(make.fresh(), cookie.value if cookie else "", make.now())
    assert facts is not None
    return facts.actor.id or 0


def test_wechat_is_asked_for_the_openid_only(client: FlaskClient, weixin: FakeWeChat) -> None:
    asked = begin(client)
    assert asked == {
        "appid": APP_ID,
        "redirect_uri": "http://localhost/people/wechat/back",
        "response_type": "code",
        "scope": "snsapi_base",
        "state": asked["state"],
    }
    assert len(asked["state"]) >= 24


def test_a_new_resident_comes_in_and_finds_the_same_account_again(
    app: Flask, weixin: FakeWeChat
) -> None:
    first, second = app.test_client(), app.test_client()
    assert enter(first, weixin).location == "/mine"
    assert enter(second, weixin).location == "/mine"
    assert account_of(first) == account_of(second)
    assert make.count(Account) == 1
    row = make.fresh().scalars(select(Identity)).one()
    assert b"o-1" not in row.sealed + row.subject
    assert "people:account:join" in make.audited()


def test_the_way_back_is_within_this_site(app: Flask, weixin: FakeWeChat) -> None:
    client = app.test_client()
    asked = begin(client, "/mine/messages")
    assert come_back(client, weixin.say_yes("o-1"), asked["state"]).location == "/mine/messages"
    asked = begin(client, "//evil.example/")
    assert come_back(client, weixin.say_yes("o-2"), asked["state"]).location != "//evil.example/"


def test_without_a_yes_to_the_privacy_text_nobody_is_sent(
    client: FlaskClient, weixin: FakeWeChat
) -> None:
    answer = client.post("/people/wechat", data={"next": "/mine/messages"}, headers=SAME)
    assert answer.status_code == 422
    assert "请先看看隐私说明" in answer.text
    assert 'value="/mine/messages"' in answer.text
    young = client.post("/people/wechat", data={"consent": "true"}, headers=SAME)
    assert (young.status_code, "满 14 岁才能自己登录" in young.text) == (422, True)


def test_no_link_and_no_form_of_another_site_makes_an_account(
    client: FlaskClient, weixin: FakeWeChat
) -> None:
    yes = {"consent": "true", "of_age": "true"}
    assert client.get("/people/wechat", query_string=yes).status_code == 405
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}):
        assert client.post("/people/wechat", data=yes, headers=headers).status_code == 403
    assert (client.get_cookie("wf_wechat"), weixin.asked) == (None, 0)


def test_a_foreign_or_missing_state_signs_nobody_in(app: Flask, weixin: FakeWeChat) -> None:
    client = app.test_client()
    begin(client)
    before = weixin.asked
    assert come_back(client, weixin.say_yes("o-1"), "planted").status_code == 422
    assert come_back(app.test_client(), weixin.say_yes("o-1"), "").status_code == 422
    assert weixin.asked == before
    assert make.count(SessionRow) == 0


def test_a_reloaded_way_back_asks_to_press_again(app: Flask, weixin: FakeWeChat) -> None:
    client = app.test_client()
    asked, code = begin(client), weixin.say_yes("o-1")
    assert come_back(client, code, asked["state"]).status_code == 303
    again = come_back(client, code, asked["state"])
    assert again.status_code == 422
    assert "微信登录没有成功，请再点一次" in again.text
    client.set_cookie("wf_wechat", f"{asked['state']}|", path="/people/wechat")
    assert come_back(client, code, asked["state"]).status_code == 422
    assert make.count(SessionRow) == 1


@pytest.mark.parametrize("mood", ["broken", "garbled", "silent"])
def test_when_wechat_is_ill_the_phone_is_offered(
    app: Flask, weixin: FakeWeChat, monkeypatch: pytest.MonkeyPatch, mood: str
) -> None:
    monkeypatch.setattr(gateway, "TIMEOUT_SECONDS", 0.3)
    client = app.test_client()
    weixin.mood = mood
    answer = enter(client, weixin)
    assert answer.status_code == 422
    assert "微信现在没有应答" in answer.text
    assert 'action="/people/sign-in"' in answer.text
    assert SECRET not in answer.text


def test_a_wrong_secret_is_the_sites_fault_not_the_residents(
    app: Flask, weixin: FakeWeChat
) -> None:
    home = app.extensions["house"]
    wrong = replace(home.settings, wechat_secret="other")
    app.extensions["house"] = replace(home, settings=wrong)
    assert "微信现在没有应答" in enter(app.test_client(), weixin).text


def test_without_an_official_account_it_is_not_offered(client: FlaskClient) -> None:
    assert client.post("/people/wechat", headers=SAME).status_code == 404
    assert "用微信登录" not in client.get("/people/sign-in").text


# ---- tie, untie, merge ----------------------------------------------------------


def by_phone(app: Flask, phone: str = make.PHONE) -> FlaskClient:
    client = app.test_client()
    client.set_cookie(COOKIE, make.resident(phone).token)
    return client


def test_wechat_is_tied_to_the_phones_account_and_opens_it(app: Flask, weixin: FakeWeChat) -> None:
    client = by_phone(app)
    assert "绑定微信" in client.get("/people/ways").text
    assert enter(client, weixin).location == "/people/ways"
    assert "已绑定微信" in client.get("/people/ways").text
    other = app.test_client()
    enter(other, weixin)
    assert account_of(other) == account_of(client)


def test_the_only_way_in_stays(app: Flask, weixin: FakeWeChat, clock: Clock) -> None:
    client = app.test_client()
    enter(client, weixin)
    refused = client.post("/people/ways/wechat/unlink", headers=SAME)
    assert refused.status_code == 409
    assert "先绑定手机号" in refused.text
    client.post("/people/ways/phone", data={"phone": make.PHONE}, headers=SAME)
    code = make.sent_codes()[-1]
    tied = client.post(
        "/people/ways/phone/code", data={"phone": make.PHONE, "code": code}, headers=SAME
    )
    assert tied.location == "/people/ways"
    assert client.post("/people/ways/wechat/unlink", headers=SAME).status_code == 303
    assert make.count(Identity) == 0
    clock.move(minutes=2)
    assert account_of(by_phone(app)) == account_of(client)


def test_a_wrong_code_ties_nothing_and_keeps_the_form(app: Flask, weixin: FakeWeChat) -> None:
    client = app.test_client()
    enter(client, weixin)
    client.post("/people/ways/phone", data={"phone": make.PHONE}, headers=SAME)
    code = make.sent_codes()[-1]
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    answer = client.post(
        "/people/ways/phone/code", data={"phone": make.PHONE, "code": wrong}, headers=SAME
    )
    assert answer.status_code == 422
    assert f'value="{make.PHONE}"' in answer.text


def merge_form(page: str) -> dict[str, str]:
    return {
        name: page.split(f'name="{name}" value="')[1].split('"', maxsplit=1)[0]
        for name in ("other", "until", "token")
    }


def test_two_accounts_become_one_with_all_that_is_theirs(
    app: Flask, weixin: FakeWeChat, clock: Clock
) -> None:
    cases.places()
    phone = by_phone(app)
    facts = load_session(make.fresh(), phone.get_cookie(COOKIE).value, make.now())  # type: ignore[union-attr]
    assert facts is not None
    receipt = cases.report(facts.actor)
    client = app.test_client()
    enter(client, weixin)
    mine = account_of(client)
    clock.move(minutes=2)
    client.post("/people/ways/phone", data={"phone": make.PHONE}, headers=SAME)
    page = client.post(
        "/people/ways/phone/code",
        data={"phone": make.PHONE, "code": make.sent_codes()[-1]},
        headers=SAME,
    ).text
    assert "您有两个账号" in page
    form = merge_form(page)
    assert client.post("/people/merge", data=form, headers=SAME).location == "/people/ways"
    report = make.fresh().scalars(select(Report).where(Report.code == receipt.code)).one()
    assert report.reporter_id == mine
    assert unread(make.fresh(), mine) == 1
    gone = make.fresh().get_one(Account, facts.actor.id)
    assert (gone.state, gone.phone_index) == (State.DISABLED, None)
    assert phone.get("/people/ways").status_code == 302  # its sessions have ended
    assert "已绑定" in client.get("/people/ways").text
    assert client.post("/people/merge", data=form, headers=SAME).location == "/people/ways"


def test_a_merge_needs_the_proof_of_just_now(app: Flask, weixin: FakeWeChat, clock: Clock) -> None:
    victim = by_phone(app)
    code = make.fresh().get_one(Account, account_of(victim)).code
    client = app.test_client()
    enter(client, weixin)
    forged = {"other": code, "until": str(2_000_000_000), "token": "00" * 32}
    assert client.post("/people/merge", data=forged, headers=SAME).status_code == 404
    assert client.post("/people/merge", data={}, headers=SAME).status_code == 404
    clock.move(minutes=2)
    client.post("/people/ways/phone", data={"phone": make.PHONE}, headers=SAME)
    page = client.post(
        "/people/ways/phone/code",
        data={"phone": make.PHONE, "code": make.sent_codes()[-1]},
        headers=SAME,
    ).text
    form = merge_form(page)
    stranger = app.test_client()
    enter(stranger, weixin, "o-2")
    assert stranger.post("/people/merge", data=form, headers=SAME).status_code == 404
    clock.move(minutes=11)
    assert client.post("/people/merge", data=form, headers=SAME).status_code == 404
    assert make.fresh().get_one(Account, account_of(client)).phone_index is None


def test_a_wechat_that_has_an_account_of_its_own_is_merged_when_asked(
    app: Flask, weixin: FakeWeChat
) -> None:
    enter(app.test_client(), weixin)
    client = by_phone(app)
    page = enter(client, weixin)
    assert page.status_code == 200
    assert "您有两个账号" in page.text
    client.post("/people/merge", data=merge_form(page.text), headers=SAME)
    again = app.test_client()
    enter(again, weixin)
    assert account_of(again) == account_of(client)


def test_two_numbers_are_two_accounts(app: Flask, weixin: FakeWeChat) -> None:
    first = by_phone(app)
    enter(first, weixin)
    second = by_phone(app, "13912345678")
    page = enter(second, weixin)
    refused = second.post("/people/merge", data=merge_form(page.text), headers=SAME)
    assert refused.status_code == 409
    assert "各有一个手机号" in refused.text
