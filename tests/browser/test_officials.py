"""Officials: the first sign-in by a set-up link, and closing a case by being there."""

import time

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.browsers import PHONE, faults_of, window
from tests.browser.cases import PLACE
from tests.browser.people import PASSWORD, TOWN, Member, invite
from tests.browser.steps import open_move, sign_in
from tests.browser.town import Town
from wufei_public.common.actor import ANONYMOUS
from wufei_public.people.rules.roles import Role

pytestmark = pytest.mark.browser


def test_set_up_link_leads_to_the_first_sign_in(town: Town, desk: BrowserContext) -> None:
    with town.site.app.app_context():
        token = invite(Role.TOWN_OFFICER, "sun.li", "孙丽", TOWN, None)
    page = desk.new_page()
    page.goto(f"{town.site.address}/staff/setup/{token}")
    picture = page.get_by_role("img", name="认证器扫的二维码")
    assert picture.evaluate("(one) => one.naturalWidth") >= 200
    secret = page.locator("[translate=no].wf-num").inner_text().replace(" ", "")
    page.get_by_label("新密码").fill(PASSWORD)
    page.get_by_label("再填一次").fill(PASSWORD)
    page.get_by_label("6 位动态码").fill("000000")
    page.get_by_role("button", name="设置好了").click()
    expect(page.get_by_role("alert")).to_contain_text("密码请再填一遍")
    page.get_by_label("新密码").fill(PASSWORD)
    page.get_by_label("再填一次").fill(PASSWORD)
    page.get_by_label("6 位动态码").fill(step_before(secret))
    page.get_by_role("button", name="设置好了").click()
    expect(page.get_by_text("设置好了。请用新密码")).to_be_visible()
    sign_in(page, town.site, Member(ANONYMOUS, "", "sun.li", secret))
    expect(page.get_by_role("heading", name="今天等您办的")).to_be_visible()
    page.goto(f"{town.site.address}/staff/setup/{token}")
    expect(page.get_by_text("这个链接已经用过或过期了")).to_be_visible()


def step_before(secret: str) -> str:
    """Return the code of the step before this one: the present one is for signing in."""
    return pyotp.TOTP(secret).at(int(time.time()) - 30)


def test_crew_closes_a_case_by_being_there(browser: Browser, town: Town) -> None:
    here = {"latitude": PLACE[0], "longitude": PLACE[1], "accuracy": 20}
    with window(browser, PHONE, geolocation=here, permissions=["geolocation"]) as context:
        page = context.new_page()
        faults = faults_of(page)
        town.sign_in(context, Role.CREW_MEMBER)
        page.goto(f"{town.site.address}/staff/cases/{town.cases['to_close'].code}")
        form = open_move(page, "close")
        form.get_by_label("办理结果").fill("已经清走。")
        page.get_by_role("button", name="记下现场位置").click()
        expect(page.get_by_text("已记下现场位置，误差约 20 米。")).to_be_visible()
        form.get_by_role("button", name="办结").click()
        page.get_by_role("button", name="确定").click()
        expect(page.locator(".wf-work__head").get_by_text("已办结")).to_be_visible()
        assert faults == []
