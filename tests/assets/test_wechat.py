"""Pages in WeChat's browser: its script under the strict policy; others load nothing of it."""

from collections.abc import Iterator

import pytest
from flask import Flask, Response
from playwright.sync_api import Browser, Page, expect

from tests.assets.conftest import PHONE
from tests.assets.toy import serving, toy_app

WECHAT = {
    **PHONE,
    "user_agent": "Mozilla/5.0 (Linux; Android 10) MicroMessenger/8.0.38",
}
SDK = """
window.told = {};
window.wx = {
  config(given) { window.told.config = given; setTimeout(() => this.go(), 0); },
  ready(go) { this.go = go; },
  error() {},
  updateAppMessageShareData(facts) { window.told.friend = facts; },
  updateTimelineShareData(facts) { window.told.timeline = facts; },
  getLocation(wanted) { window.told.asked = wanted.type; wanted.MOOD; },
};
"""
FOUND = 'success({ latitude: "34.6", longitude: "112.9", accuracy: "12" })'


class Sdk:
    """Another machine that has WeChat's script; it counts who fetched it."""

    def __init__(self) -> None:
        self.fetched, self.mood, self.address = 0, FOUND, ""

    def give(self) -> Response:
        self.fetched += 1
        return Response(SDK.replace("MOOD", self.mood), mimetype="text/javascript")


@pytest.fixture
def sdk() -> Iterator[Sdk]:
    found, app = Sdk(), Flask("sdk")
    app.add_url_rule("/jweixin.js", "sdk", found.give)
    app.add_url_rule("/authorise", "authorise", lambda: "<title>WeChat asks</title>")
    with serving(app) as base:
        found.address = f"{base}/jweixin.js"
        yield found


@pytest.fixture
def site(sdk: Sdk) -> Iterator[str]:
    with serving(toy_app(sdk=sdk.address)) as base:
        yield base


@pytest.fixture
def inside(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(**WECHAT)
    context.set_default_timeout(15_000)
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    context.close()
    assert faults == []


def test_in_wechat_the_page_is_configured_and_says_what_is_shared(inside: Page, site: str) -> None:
    inside.goto(f"{site}/report?key=a%20b#x")
    inside.wait_for_function("() => window.told && window.told.timeline")
    told = inside.evaluate("window.told")
    assert told["config"] == {
        "debug": False, "appId": "wx1", "timestamp": 1, "nonceStr": "n", "signature": "s",
        "jsApiList": ["updateAppMessageShareData", "updateTimelineShareData", "getLocation"],
    }  # fmt: skip
    assert told["friend"]["link"] == f"{site}/report?key=a%20b"
    assert told["friend"]["title"] == inside.title()


def test_in_wechat_it_is_wechat_that_says_where_one_stands(inside: Page, site: str) -> None:
    inside.goto(f"{site}/report")
    inside.wait_for_function("() => typeof window.wufeiLocate === 'function'")
    inside.click("[data-locate]")
    expect(inside.get_by_text("来自手机定位，误差约 12 米。")).to_be_visible()
    assert (inside.input_value("[name=lat]"), inside.evaluate("told.asked")) == (
        "34.600000",
        "wgs84",
    )


@pytest.mark.parametrize(("mood", "lat"), [("cancel()", ""), ("fail()", "34.500000")])
def test_a_no_is_a_no_and_a_failure_goes_to_the_browser(
    inside: Page, site: str, sdk: Sdk, mood: str, lat: str
) -> None:
    sdk.mood = mood
    inside.goto(f"{site}/report")
    inside.wait_for_function("() => typeof window.wufeiLocate === 'function'")
    inside.click("[data-locate]")
    towns, found = inside.locator("[data-towns]"), inside.locator("[data-found]")
    expect(found).to_be_visible(visible=bool(lat))
    expect(towns.locator("[data-tiles]")).to_be_visible(visible=not lat)
    assert inside.input_value("[name=lat]") == lat


def test_another_browser_fetches_nothing_and_works_as_before(
    page: Page, site: str, sdk: Sdk
) -> None:
    page.goto(f"{site}/report")
    page.click("[data-locate]")
    expect(page.get_by_text("来自手机定位，误差约 35 米。")).to_be_visible()
    assert (sdk.fetched, page.evaluate("typeof window.wx")) == (0, "undefined")


def test_without_an_account_wechats_script_is_refused_by_the_browser(
    inside: Page, address: str, sdk: Sdk
) -> None:
    inside.goto(f"{address}/report")
    inside.evaluate(
        "address => new Promise(over => { const s = document.createElement('script');"
        " s.onload = s.onerror = over; s.src = address; document.head.appendChild(s); })",
        sdk.address,
    )
    assert (sdk.fetched, inside.evaluate("typeof window.wx")) == (0, "undefined")


PRESS = """to => {
  const form = document.createElement("form");
  form.method = "post";
  form.action = "/leave";
  form.innerHTML = `<input name="to" value="${to}">`;
  document.body.appendChild(form);
  form.submit();
}"""


def test_a_form_leads_on_to_wechat_where_an_account_is_set(
    inside: Page, site: str, sdk: Sdk
) -> None:
    inside.goto(f"{site}/report")
    inside.evaluate(PRESS, sdk.address.replace("jweixin.js", "authorise"))
    expect(inside).to_have_title("WeChat asks")


def test_a_form_leads_nowhere_else(inside: Page, site: str, address: str) -> None:
    refused: list[str] = []
    inside.on("console", lambda said: refused.append(said.text))
    inside.goto(f"{site}/report")
    inside.evaluate(PRESS, f"{address}/mine")
    inside.wait_for_timeout(500)
    assert any("form-action" in text for text in refused)
    assert inside.url == f"{site}/report"
