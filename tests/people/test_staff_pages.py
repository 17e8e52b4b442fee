"""Pages of the administrators: accounts, roles, what each of them reaches."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.conftest import Clock
from tests.people import make
from tests.people.entering import cookie, post, signed_in
from wufei_public.infra.web.session import COOKIE
from wufei_public.people.models import Account, GrantRow
from wufei_public.people.queries.accounts import roles_of
from wufei_public.people.rules.accounts import State
from wufei_public.people.rules.roles import Role


@pytest.fixture
def system(app: Flask, clock: Clock) -> FlaskClient:
    make.places()
    return signed_in(app, clock, "admin.xi", Role.SYSTEM_ADMIN)


@pytest.fixture
def security(app: Flask, clock: Clock) -> FlaskClient:
    make.places()
    return signed_in(app, clock, "guard.an", Role.SECURITY_ADMIN)


def test_the_system_administrator_makes_an_account(system: FlaskClient, app: Flask) -> None:
    assert "新建账号" in system.get("/staff/accounts").text
    assert system.get("/staff/accounts/new").status_code == 200
    answer = post(system, "/staff/accounts/new", user_name="Li.Si", display_name="李四")
    link = re.search(r'value="http://localhost(/staff/setup/[^"]+)"', answer.text)
    assert link is not None
    assert "no-store" in answer.headers["Cache-Control"]
    assert app.test_client().get(link[1]).status_code == 200
    listed = system.get("/staff/accounts?q=li.").text
    assert ["李四" in listed, "等本人设置" in listed, 'translate="no">admin.xi' in listed] == [
        True,
        True,
        False,
    ]


def test_a_taken_user_name_keeps_the_form(system: FlaskClient) -> None:
    answer = post(system, "/staff/accounts/new", user_name="admin.xi", display_name="李四")
    assert answer.status_code == 422
    assert "已经有人用这个用户名" in answer.text
    assert 'value="李四"' in answer.text


def test_the_security_administrator_grants_and_ends_a_role(security: FlaskClient) -> None:
    person = make.member("zhang.li")
    page = security.get(f"/staff/accounts/{person.code}").text
    assert ["授予角色" in page, "停用账号" in page, "重设登录" in page] == [True, False, False]
    done = post(
        security,
        f"/staff/accounts/{person.code}/roles",
        role=Role.TOWN_OFFICER,
        division=make.TOWN,
    )
    assert (done.status_code, done.location) == (303, f"/staff/accounts/{person.code}")
    held = roles_of(make.fresh(), [person.id])[person.id][0]
    page = security.get(done.location).text
    assert "<b>镇办人员</b> · " in page
    post(security, f"/staff/accounts/{person.code}/roles/{held.code}/end")
    assert roles_of(make.fresh(), [person.id])[person.id] == []


@pytest.mark.parametrize(
    ("form", "status", "words"),
    [
        ({"role": "town_officer"}, 422, "这个角色要选一个镇或街道"),
        ({"role": "king"}, 422, "请从列出的里面选一个"),
        ({"role": "town_officer", "division": make.TOWN}, 409, "这个账号已经有这个角色"),
        ({"role": "auditor"}, 409, "三种管理员不能由同一个账号兼任"),
    ],
)
def test_a_grant_that_cannot_be_is_explained(
    security: FlaskClient, form: dict[str, str], status: int, words: str
) -> None:
    person = make.member("zhang.li", Role.TOWN_OFFICER)
    answer = post(security, f"/staff/accounts/{person.code}/roles", **form)
    assert (answer.status_code, words in answer.text) == (status, True)
    assert make.count(GrantRow, GrantRow.account == person.id) == 1


def test_the_system_administrator_resets_ends_sessions_and_disables(
    system: FlaskClient, app: Flask, clock: Clock
) -> None:
    other = signed_in(app, clock, "zhang.li", Role.TOWN_OFFICER)
    found = make.fresh().scalars(select(Account).where(Account.user_name == "zhang.li")).one()
    path = f"/staff/accounts/{found.code}"
    assert "微信 · Android" in system.get(path).text
    assert post(system, f"{path}/sessions/end").status_code == 303
    assert make.who(cookie(other)) is None
    assert "/staff/setup/" in post(system, f"{path}/reset").text
    assert post(system, f"{path}/disable", reason="离岗").status_code == 303
    assert "已停用" in system.get(path).text
    assert make.count(Account, Account.state == State.DISABLED) == 1


def test_no_link_of_another_administrator_is_made_on_the_site(
    system: FlaskClient, security: FlaskClient
) -> None:
    del security
    other = make.fresh().scalars(select(Account).where(Account.user_name == "guard.an")).one()
    answer = post(system, f"/staff/accounts/{other.code}/reset")
    assert answer.status_code == 403
    assert "/staff/setup/" not in answer.text
    assert "重设登录" not in system.get(f"/staff/accounts/{other.code}").text


def test_officers_and_residents_reach_no_account(app: Flask, clock: Clock) -> None:
    make.places()
    officer = signed_in(app, clock, "zhang.li", Role.DISTRICT_OFFICER)
    resident = app.test_client()
    resident.set_cookie(COOKIE, make.resident().token)
    code = make.member("li.si").code
    paths = ["", f"/{code}", "/new"]
    posts = [
        "/new",
        f"/{code}/roles",
        f"/{code}/reset",
        f"/{code}/disable",
        f"/{code}/sessions/end",
    ]
    for client in (officer, resident):
        answers = [client.get(f"/staff/accounts{path}") for path in paths]
        answers += [post(client, f"/staff/accounts{path}", reason="x") for path in posts]
        assert {answer.status_code for answer in answers} == {403}
    assert make.count(Account, Account.state == State.DISABLED) == 0


def test_the_auditor_looks_and_changes_nothing(app: Flask, clock: Clock) -> None:
    make.places()
    auditor = signed_in(app, clock, "audit.or", Role.AUDITOR)
    code = make.member("li.si").code
    page = auditor.get(f"/staff/accounts/{code}").text
    assert [word in page for word in ("授予角色", "重设登录", "停用账号")] == [False] * 3
    for path in ("roles", "reset", "disable", "sessions/end"):
        assert post(auditor, f"/staff/accounts/{code}/{path}").status_code == 403


def test_a_resident_has_no_page_among_the_accounts(system: FlaskClient) -> None:
    code = make.resident().account_code
    assert system.get(f"/staff/accounts/{code}").status_code == 404
    assert post(system, f"/staff/accounts/{code}/disable", reason="x").status_code == 404


def test_names_are_shown_as_text(system: FlaskClient) -> None:
    answer = post(
        system, "/staff/accounts/new", user_name="li.si", display_name="<b onclick=x>李四"
    )
    assert answer.status_code == 200
    listed = system.get("/staff/accounts").text
    assert "<b onclick" not in listed
    assert "&lt;b onclick=x&gt;李四" in listed


def test_the_list_turns_pages_without_loss(system: FlaskClient) -> None:
    for number in range(31):
        make.invited(f"li.{number:02}si")
    first = system.get("/staff/accounts").text
    after = re.search(r'href="([^"]*after=[^"]+)"', first)
    assert after is not None
    second = system.get(after[1].replace("&amp;", "&")).text
    names = re.findall(r"<small translate=\"no\">([^<]+)</small>", first + second)
    assert names == sorted(names)
    assert len(names) == len(set(names)) == 32
    assert system.get("/staff/accounts?after=rubbish!").status_code == 422
