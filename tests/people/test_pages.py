"""Pages on which residents and staff sign in, set up and see their devices."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pyotp import TOTP
from sqlalchemy import select

from tests.conftest import Clock
from tests.people import make
from tests.people.entering import cookie, enter, post, signed_in
from wufei_public.infra.web.session import COOKIE
from wufei_public.infra.work import house
from wufei_public.people.models import SessionRow
from wufei_public.people.queries.sealing import totp_secret
from wufei_public.people.rules.roles import Role

FOREIGN = {"Sec-Fetch-Site": "cross-site", "User-Agent": make.DEVICE}


# Residents


def test_a_resident_signs_in_by_phone_and_code(client: FlaskClient) -> None:
    assert "日志" in client.get("/people/sign-in").text  # says where the code of a trial is
    asked = post(client, "/people/sign-in", phone="138 1234 5678", next="/notices")
    assert (asked.status_code, 'value="13812345678"' in asked.text) == (200, True)
    done = post(
        client,
        "/people/sign-in/code",
        phone=make.PHONE,
        code=make.sent_codes()[0],
        next="/notices",
    )
    assert (done.status_code, done.location) == (303, "/notices")
    assert make.who(cookie(client)) is not None
    assert client.get("/people/sessions").status_code == 200


def test_the_cookie_is_for_this_site_and_no_script(client: FlaskClient) -> None:
    post(client, "/people/sign-in", phone=make.PHONE)
    done = post(client, "/people/sign-in/code", phone=make.PHONE, code=make.sent_codes()[0])
    words = done.headers["Set-Cookie"]
    assert "HttpOnly" in words
    assert "SameSite=Lax" in words
    assert "Secure" not in words  # plain HTTP in a trial


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_signing_in_never_leads_elsewhere(client: FlaskClient, wanted: str) -> None:
    post(client, "/people/sign-in", phone=make.PHONE, next=wanted)
    done = post(
        client, "/people/sign-in/code", phone=make.PHONE, code=make.sent_codes()[0], next=wanted
    )
    assert done.location == "/mine"


def test_a_wrong_number_keeps_what_was_typed(client: FlaskClient) -> None:
    answer = post(client, "/people/sign-in", phone="12345", next="/mine")
    assert answer.status_code == 422
    assert 'value="12345"' in answer.text
    assert "请填 11 位的手机号" in answer.text


def test_a_wrong_code_is_said_at_its_field(client: FlaskClient) -> None:
    post(client, "/people/sign-in", phone=make.PHONE)
    answer = post(client, "/people/sign-in/code", phone=make.PHONE, code="x")
    assert answer.status_code == 422
    assert 'id="e-code"' in answer.text
    assert cookie(client) == ""


def test_a_code_that_stays_in_the_log_is_not_said_to_be_sent(client: FlaskClient) -> None:
    page = post(client, "/people/sign-in", phone=make.PHONE).text
    assert "验证码不会发到手机上" in page
    assert f"{make.PHONE} 的验证码已生成，" in page
    assert "已发到" not in page


def test_asking_too_soon_says_when_to_come_back(client: FlaskClient) -> None:
    post(client, "/people/sign-in", phone=make.PHONE)
    answer = post(client, "/people/sign-in", phone=make.PHONE)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert "请过 60 秒再要" in answer.text
    assert 'name="code"' in answer.text  # the code that was sent can still be typed


def test_a_known_and_an_unknown_phone_get_the_same_pages(
    client: FlaskClient, app: Flask, clock: Clock
) -> None:
    make.resident()
    clock.move(minutes=5)
    pages = []
    for phone in (make.PHONE, "13900000000"):
        answers = [
            post(app.test_client(), "/people/sign-in", phone=phone),
            post(app.test_client(), "/people/sign-in/code", phone=phone, code="x"),
            post(app.test_client(), "/people/sign-in", phone=phone),
        ]
        pages.append([(one.status_code, one.text.replace(phone, "PHONE")) for one in answers])
    assert pages[0] == pages[1]


@pytest.mark.parametrize(
    "path", ["/people/sign-in", "/people/sign-in/code", "/staff/sign-in", "/staff/setup/x"]
)
def test_a_foreign_page_signs_nobody_in(client: FlaskClient, path: str) -> None:
    form = {"phone": make.PHONE, "code": "1", "user_name": "a", "password": "b"}
    assert client.post(path, data=form, headers=FOREIGN).status_code == 403
    assert client.post(path, data=form).status_code == 403
    assert make.count(SessionRow) == 0


def test_signing_in_replaces_the_browsers_session(client: FlaskClient, clock: Clock) -> None:
    planted = "A" * 43
    client.set_cookie(COOKIE, planted)
    post(client, "/people/sign-in", phone=make.PHONE)
    post(client, "/people/sign-in/code", phone=make.PHONE, code=make.sent_codes()[0])
    first = cookie(client)
    clock.move(minutes=2)
    post(client, "/people/sign-in", phone=make.PHONE)
    post(client, "/people/sign-in/code", phone=make.PHONE, code=make.sent_codes()[1])
    assert len({planted, first, cookie(client)}) == 3
    assert (make.who(first), make.who(planted)) == (None, None)


def test_signing_out_ends_the_session_and_takes_the_cookie(client: FlaskClient) -> None:
    client.set_cookie(COOKIE, make.resident().token)
    token = cookie(client)
    assert post(client, "/people/sign-out").status_code == 303
    assert cookie(client) == ""
    assert make.who(token) is None


def test_a_resident_sees_and_ends_own_devices_only(
    app: Flask, client: FlaskClient, clock: Clock
) -> None:
    mine = make.resident().token
    clock.move(minutes=2)
    other = make.resident().token
    stranger = make.resident("13900000000").token
    codes = {token: make.who(token).code for token in (mine, other, stranger)}  # type: ignore[union-attr]
    client.set_cookie(COOKIE, mine)
    page = client.get("/people/sessions").text
    assert ["微信 · Android" in page, codes[other] in page, codes[stranger] in page] == [
        True,
        True,
        False,
    ]
    assert post(client, f"/people/sessions/{codes[stranger]}/end").status_code == 404
    assert post(client, f"/people/sessions/{codes[other]}/end").status_code == 303
    assert (make.who(other), make.who(stranger) is not None) == (None, True)
    out = post(client, f"/people/sessions/{codes[mine]}/end")
    assert (out.location, cookie(client)) == ("/", "")


# Staff


def test_staff_sign_in_and_reach_their_home(app: Flask, clock: Clock) -> None:
    make.places()
    client = app.test_client()
    done = enter(client, make.member("zhang.li", Role.TOWN_OFFICER), clock)
    assert (done.status_code, done.location) == (303, "/staff")
    page = client.get("/staff").text
    assert "我的登录" in page
    assert "工作人员账号" not in page


def test_a_guest_comes_back_to_the_page_that_was_asked_for(app: Flask, clock: Clock) -> None:
    client = app.test_client()
    sent = client.get("/staff/sessions?x=1")
    assert sent.status_code == 302
    assert "next=/staff/sessions?x%3D1" in sent.location
    assert 'value="/staff/sessions?x=1"' in client.get(sent.location).text


def test_a_failed_sign_in_keeps_the_name_but_never_the_password(client: FlaskClient) -> None:
    answer = post(
        client, "/staff/sign-in", user_name="zhang.li", password="my secret", code="000000"
    )
    assert answer.status_code == 422
    assert 'value="zhang.li"' in answer.text
    assert "my secret" not in answer.text
    assert "用户名、密码或动态码不对" in answer.text


def test_a_locked_name_is_told_for_how_long(client: FlaskClient) -> None:
    for _ in range(5):
        post(client, "/staff/sign-in", user_name="nobody", password="x", code="1")
    answer = post(client, "/staff/sign-in", user_name="nobody", password="x", code="1")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3600")
    assert "请过 60 分钟再试" in answer.text


def test_use_moves_the_idle_end_and_writes_at_most_once_a_minute(app: Flask, clock: Clock) -> None:
    client = signed_in(app, clock, "zhang.li")

    def seen() -> object:
        return make.fresh().scalars(select(SessionRow.seen_at)).one()

    clock.move(seconds=59)
    before = seen()
    client.get("/staff/sessions")
    assert seen() == before
    clock.move(seconds=1)
    client.get("/staff/sessions")
    assert seen() == clock.now
    clock.move(minutes=29)
    assert client.get("/staff/sessions").status_code == 200
    clock.move(minutes=30)
    assert client.get("/staff/sessions").status_code == 302


def test_set_up_by_link_through_the_page(app: Flask, client: FlaskClient, clock: Clock) -> None:
    _code, token = make.invited("li.si")
    page = client.get(f"/staff/setup/{token}")
    secret = totp_secret(house().keys, token)
    assert 'src="data:image/svg+xml' in page.text
    assert " ".join(re.findall("....", secret)) in page.text
    assert "no-store" in page.headers["Cache-Control"]
    assert page.text == client.get(f"/staff/setup/{token}").text
    done = post(
        client,
        f"/staff/setup/{token}",
        password=make.PASSWORD,
        again=make.PASSWORD,
        code=TOTP(secret).at(clock.now),
    )
    assert (done.status_code, done.location) == (303, "/staff/sign-in?ready=1")
    assert "设置好了" in client.get(done.location).text
    assert client.get(f"/staff/setup/{token}").status_code == 404
    assert post(client, f"/staff/setup/{token}", password="x").status_code == 404


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"password": "short", "again": "short"}, "password"),
        ({"password": "li.si li.si li.si", "again": "li.si li.si li.si"}, "password"),
        ({"password": make.PASSWORD, "again": "another"}, "again"),
        ({"password": make.PASSWORD, "again": make.PASSWORD, "code": "12345"}, "code"),
    ],
)
def test_a_faulty_set_up_says_where(client: FlaskClient, form: dict[str, str], field: str) -> None:
    _code, token = make.invited("li.si")
    answer = post(client, f"/staff/setup/{token}", **({"code": "000000"} | form))
    assert answer.status_code == 422
    assert f'id="e-{field}"' in answer.text
    assert "密码请再填一遍" in answer.text
    assert make.PASSWORD not in answer.text
    assert client.get(f"/staff/setup/{token}").status_code == 200


# /api/v1/me


def test_me_says_who_asks(app: Flask, client: FlaskClient, clock: Clock) -> None:
    assert client.get("/api/v1/me").get_json() == {"kind": "anonymous", "name": "", "roles": []}
    make.places()
    officer = signed_in(app, clock, "zhang.li", Role.TOWN_OFFICER)
    assert officer.get("/api/v1/me").get_json() == {
        "kind": "staff",
        "name": "zhang.li 的姓名",
        "roles": [{"role": "town_officer", "division": make.TOWN, "department": None}],
    }
