"""Pages in WeChat's browser: signed for their own address, and only where an account is set."""

from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.people import make
from tests.wechat.server import APP_ID, FakeWeChat
from wufei_public.config import BadSettings, Settings, settings_from
from wufei_public.infra.web.headers import CSP, policy
from wufei_public.infra.work import house
from wufei_public.wechat import queries
from wufei_public.wechat.jobs import refresh
from wufei_public.wechat.rules import Kind, signature


def test_a_page_is_signed_as_the_browser_shows_it(client: FlaskClient, weixin: FakeWeChat) -> None:
    refresh("")
    page = "/notices/a?words=%E5%9E%83&x=1"
    answer = client.get(f"/wechat/signature?page={quote(page, safe='')}")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "private, no-store")
    said = answer.json or {}
    ticket = queries.token(make.fresh(), house().keys, APP_ID, Kind.TICKET, house().clock()) or ""
    right = signature(ticket, said["nonceStr"], said["timestamp"], f"http://localhost{page}")
    assert said == {
        "appId": APP_ID, "timestamp": said["timestamp"], "nonceStr": said["nonceStr"],
        "signature": right,
    }  # fmt: skip
    assert ticket not in answer.text
    assert weixin.base not in answer.text


def test_the_public_address_is_what_is_signed(
    app: Flask, client: FlaskClient, weixin: FakeWeChat
) -> None:
    refresh("")
    home = app.extensions["house"]
    own = replace(home.settings, public_url="https://wufei.example.gov.cn")
    app.extensions["house"] = replace(home, settings=own)
    said = client.get("/wechat/signature?page=/", headers={"Host": "localhost"}).json or {}
    ticket = queries.token(make.fresh(), home.keys, APP_ID, Kind.TICKET, home.clock()) or ""
    address = "https://wufei.example.gov.cn/"
    assert said["signature"] == signature(ticket, said["nonceStr"], said["timestamp"], address)
    assert weixin.seen


@pytest.mark.parametrize(
    "page", ["", "x", "//evil.example/", "https://evil.example/", "/a%23b", "/" + "a" * 2000]
)
def test_no_other_site_is_signed(client: FlaskClient, weixin: FakeWeChat, page: str) -> None:
    refresh("")
    assert weixin.seen
    assert client.get(f"/wechat/signature?page={page}").status_code == 422


def test_without_a_ticket_the_page_goes_on_and_no_request_asks_wechat(
    client: FlaskClient, weixin: FakeWeChat
) -> None:
    answer = client.get("/wechat/signature?page=/")
    assert (answer.status_code, answer.data, weixin.asked) == (204, b"", 0)


def test_without_an_account_nothing_of_wechat_is_on_a_page(client: FlaskClient) -> None:
    assert client.get("/wechat/signature?page=/").status_code == 404
    page = client.get("/report")
    assert "wechat" not in page.text
    assert page.headers["Content-Security-Policy"] == CSP


def test_the_script_is_allowed_only_where_an_account_is_set(settings: Settings) -> None:
    assert policy(settings) == CSP
    joined = policy(replace(settings, wechat_app_id=APP_ID, wechat_secret="s"))
    told = set(joined.split("; ")) - set(CSP.split("; "))
    assert told == {
        "script-src 'self' https://res.wx.qq.com/open/js/jweixin-1.6.0.js",
        "form-action 'self' https://open.weixin.qq.com",
    }
    assert set(CSP.split("; ")) - set(joined.split("; ")) == {"form-action 'self'"}
    assert "unsafe" not in joined


@pytest.mark.parametrize(
    "address",
    ["https://x.example/a.js; script-src *", "https://x.example/", "ftp://x/a.js", "x.js"],
)
def test_a_script_that_would_loosen_the_policy_stops_the_start(address: str) -> None:
    with pytest.raises(BadSettings) as refusal:
        settings_from({"WUFEI_WECHAT_SDK": address})
    assert set(refusal.value.faults) == {"WUFEI_WECHAT_SDK"}


def test_pages_that_profit_say_what_they_do() -> None:
    said = {
        path.parent.name + "/" + path.stem: line.split("'")[1]
        for path in Path("templates").rglob("*.html")
        for line in path.read_text("utf-8").splitlines()
        if line.startswith("{% set weixin = '")
    }
    assert said["dumping/new"] == "locate"
    assert {"notices/one", "learning/article", "surveys/public", "cells/certificate"} <= set(said)
    assert set(said.values()) == {"share", "locate"}
