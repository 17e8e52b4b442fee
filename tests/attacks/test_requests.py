"""What a stranger's page or a made-up request can do: another site's form, a host, a path."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.architecture.addresses import filled
from tests.attacks import urls
from tests.conftest import Browser, opened_app
from tests.databases import Databases
from tests.dumping import make
from tests.people import entering
from tests.people import make as people
from wufei_public.common.actor import SYSTEM
from wufei_public.config import Settings
from wufei_public.infra.db import db
from wufei_public.infra.web.session import COOKIE, SAFE
from wufei_public.infra.work import work
from wufei_public.notices import actions as notices

EVIL = "evil.example"
FOREIGN = (
    {"Origin": f"https://{EVIL}"},
    {"Referer": f"https://{EVIL}/localhost"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
)
# Whoever signs in has no cookie yet: another's form could sign its reader in as somebody else.
WITHOUT_COOKIE = {
    "/people/sign-in",
    "/people/sign-in/code",
    "/staff/sign-in",
    "/staff/setup/<token>",
    "/people/demo",
    "/people/wechat",
}


def unsafe(app: Flask) -> Iterator[tuple[str, str, str]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - SAFE):
            yield rule.rule, method, filled(rule, "x")


@pytest.mark.parametrize("headers", FOREIGN, ids=lambda one: next(iter(one)))
def test_no_form_of_another_site_does_anything(app: Flask, headers: dict[str, str]) -> None:
    """On every unsafe route, before it is looked who may."""
    client, answers = make.browser(app, make.account(make.RESIDENT)), {}
    del client.environ_base["HTTP_SEC_FETCH_SITE"]
    for _rule, method, url in unsafe(app):
        answer = client.open(url, method=method, headers={"Accept": "application/json", **headers})
        answers[method, url] = (answer.status_code, "没有执行" in answer.text)
    assert len(answers) > 200
    assert set(answers.values()) == {(403, True)}, answers


def test_no_form_of_another_site_signs_its_reader_in(app: Flask) -> None:
    asked = {rule: url for rule, _method, url in unsafe(app) if rule in WITHOUT_COOKIE}
    assert set(asked) == WITHOUT_COOKIE
    for url in asked.values():
        answer = app.test_client().post(url, headers={"Origin": f"https://{EVIL}"})
        # What a trial does not have is not there, whoever asks.
        assert answer.status_code in {403, 404}, url


def test_no_safe_request_changes_anything_by_another_method(client: FlaskClient) -> None:
    """No header and no field makes a POST of a GET."""
    tricks = {
        "X-HTTP-Method-Override": "POST",
        "X-HTTP-Method": "POST",
        "X-Method-Override": "POST",
    }
    for url in ("/people/sign-out", "/mode", "/mine/data/erase"):
        answer = client.get(f"{url}?_method=POST", headers=tricks)
        assert answer.status_code == 405


@pytest.mark.parametrize("wanted", urls.ELSEWHERE)
def test_no_next_leads_elsewhere(app: Flask, wanted: str) -> None:
    """At every place that takes one: the modes of the page, and all the ways to sign in."""
    client, same = app.test_client(), {"Sec-Fetch-Site": "same-origin"}
    led = [
        client.post(f"/{name}", data={name: value, "next": wanted}, headers=same).location
        for name, value in (("mode", "care"), ("theme", "dark"), ("language", "en"))
    ]
    code = people.ask()
    form = {"phone": people.PHONE, "code": code, "next": wanted}
    led.append(entering.post(client, "/people/sign-in/code", **form).location)
    assert led == ["/", "/", "/", "/mine"]
    page = app.test_client().get("/people/sign-in", query_string={"next": wanted})
    assert f'href="{wanted}"' not in page.text


@pytest.mark.parametrize("wanted", [one for one in urls.ELSEWHERE if one.isprintable()])
def test_no_referrer_leads_elsewhere(app: Flask, wanted: str) -> None:
    page = app.test_client().post("/mine/data/withdraw", headers={"Referer": wanted})
    assert page.status_code in {401, 403}
    assert EVIL not in page.text


@pytest.mark.parametrize("path", urls.OUTSIDE)
def test_no_path_leads_out_of_its_folder(client: FlaskClient, path: str) -> None:
    for head in ("/static/", "/static/dist/", "/"):
        answer = client.get(head + path)
        assert answer.status_code in {308, 400, 404}, head
        assert "[build-system]" not in answer.text
        assert "root:" not in answer.text


@pytest.fixture
def named(tmp_path: Path, settings: Settings, databases: Databases) -> Iterator[Flask]:
    """Return a site that knows the address under which residents open it."""
    public = replace(settings, public_url="https://wufei.example.gov.cn")
    with databases.with_tables() as url, opened_app(public, tmp_path / "var", url) as app:
        app.test_client_class = Browser
        yield app
        db.session.remove()


def test_a_made_up_host_stands_nowhere(named: Flask) -> None:
    """Not in feeds, links, receipts or redirections; the forms of the real site still work."""
    make.places()
    work(SYSTEM, notices.seed)
    client = named.test_client()
    for header in ({"Host": EVIL}, {"Host": f"{EVIL}:80"}, {"X-Forwarded-Host": EVIL}):
        for url in ("/", "/news.atom", "/cases.atom", "/open311/v2/discovery.xml", "/static"):
            answer = client.get(url, headers=header)
            assert EVIL not in answer.text + answer.headers.get("Location", ""), (header, url)
    feed = client.get("/open311/v2/discovery.xml", headers={"Host": EVIL}).text
    assert "https://wufei.example.gov.cn/" in feed
    client.set_cookie(COOKIE, "anything", domain="wufei.example.gov.cn", secure=True)
    asked = {"headers": {"Host": EVIL, "Origin": f"https://{EVIL}"}, "data": {"mode": "care"}}
    client.set_cookie(COOKIE, "anything", domain=EVIL)
    assert client.post("/mode", **asked).status_code == 403
