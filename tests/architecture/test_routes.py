"""Every route says who may use it, and the one table knows every permission."""

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.architecture.addresses import filled
from tests.dumping import make
from wufei_public.common.actor import Actor
from wufei_public.infra.web.access import (
    LIBRARY_VIEWS,
    PUBLIC,
    RESIDENT,
    SIGNED_IN,
    STAFF,
    access_of,
    permits,
)
from wufei_public.people.rules.permissions import PERMISSIONS
from wufei_public.people.rules.roles import Role


def test_every_route_declares_its_access(whole_app: Flask) -> None:
    bare = [
        rule.rule
        for rule in whole_app.url_map.iter_rules()
        if access_of(whole_app, rule.endpoint) is None
    ]
    assert bare == []


def test_every_declared_permission_stands_in_the_table(whole_app: Flask) -> None:
    declared = {access_of(whole_app, rule.endpoint) for rule in whole_app.url_map.iter_rules()}
    assert declared - {PUBLIC, RESIDENT, SIGNED_IN, STAFF} <= set(PERMISSIONS)


def test_library_views_are_few_and_named() -> None:
    assert LIBRARY_VIEWS == {"static": PUBLIC}


@pytest.mark.parametrize("permission", sorted(PERMISSIONS))
def test_every_permission_has_a_role_that_exists(permission: str) -> None:
    roles = PERMISSIONS[permission]
    assert roles
    assert all(isinstance(role, Role) for role in roles)


def calls(app: Flask) -> Iterator[tuple[str, str, str]]:
    """Yield permission, method and address of every call that is not open to all."""
    for rule in app.url_map.iter_rules():
        permission = access_of(app, rule.endpoint) or ""
        if permission == PUBLIC:
            continue
        url = filled(rule, "x")
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield permission, method, url


def expected(method: str, url: str) -> int:
    return 302 if method == "GET" and not url.startswith("/api/") else 401


def test_a_guest_is_asked_who_it_is(whole_app: Flask, app: Flask) -> None:
    client = app.test_client()
    answers, wanted = {}, {}
    for permission, method, url in calls(whole_app):
        answer = client.open(url, method=method)
        door = "/people/sign-in" if permission in {RESIDENT, SIGNED_IN} else "/staff/sign-in"
        if answer.status_code == 302:
            led = answer.location == f"{door}?next={quote(url, safe='/')}"
        else:
            led = f'"{door}' in answer.headers["WWW-Authenticate"]
        answers[method, url] = (answer.status_code, led)
        wanted[method, url] = (expected(method, url), True)
    assert len(wanted) > 30
    assert answers == wanted


@pytest.mark.parametrize("who", [make.RESIDENT, make.STRANGER])
def test_whoever_is_known_and_may_not_gets_403(whole_app: Flask, app: Flask, who: Actor) -> None:
    client = make.browser(app, make.account(who))
    answers = {}
    for permission, method, url in calls(whole_app):
        if not permits(PERMISSIONS, permission, who):
            answers[method, url] = client.open(url, method=method).status_code
    assert len(answers) > 20
    assert set(answers.values()) == {403}, answers


def test_a_form_sent_by_a_guest_leads_back_to_its_page(client: FlaskClient) -> None:
    back = {"Referer": "http://localhost/mine/data?x=1"}
    page = client.post("/mine/data/withdraw", headers=back)
    assert page.status_code == 401
    assert 'href="/people/sign-in?next=/mine/data?x%3D1"' in page.text
    elsewhere = {"Referer": "https://evil.example/mine/data"}
    page = client.post("/mine/data/withdraw", headers=elsewhere)
    assert 'href="/people/sign-in?next="' in page.text
    assert "evil" not in page.text


def test_a_program_without_a_session_reads_how_to_get_one(client: FlaskClient) -> None:
    answer = client.get("/api/v1/dumping/cases")
    assert answer.headers["WWW-Authenticate"] == 'Cookie form-action="/staff/sign-in?next="'
    assert (answer.json or {})["code"] == "not_signed_in"
