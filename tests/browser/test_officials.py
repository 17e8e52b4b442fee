"""Officials: the first sign-in by a set-up link, and closing a case by being there."""

import re
import time

import pyotp
import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.browsers import PHONE, faults_of, window
from tests.browser.cases import PLACE
from tests.browser.people import PASSWORD, TOWN, Member, invite
from tests.browser.steps import open_move, sign_in, width
from tests.browser.town import Town
from wufei_public.common.actor import ANONYMOUS
from wufei_public.infra.work import reading
from wufei_public.media.actions.covering import boxes_of
from wufei_public.people.rules.roles import Role

pytestmark = pytest.mark.browser


def test_set_up_link_leads_to_the_first_sign_in(town: Town, desk: BrowserContext) -> None:
    with town.site.app.app_context():
        token = invite(Role.TOWN_OFFICER, "sun.li", "孙丽", TOWN, None)
    page = desk.new_page()
    page.goto(f"{town.site.address}/staff/setup/{token}")
    assert width(page.get_by_role("img", name="认证器扫的二维码")) >= 200
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


def test_a_box_drawn_on_a_photo_covers_it_for_everyone(town: Town, desk: BrowserContext) -> None:
    code = town.cases["assigned"].code
    town.sign_in(desk, "town_officer")
    page = desk.new_page()
    faults = faults_of(page)
    page.goto(f"{town.site.address}/staff/cases/{code}")
    page.get_by_role("link", name="打码").first.click()
    paper = page.locator("[data-cover-on]")
    width(page.get_by_role("img", name="要打码的照片"))
    frame = paper.bounding_box()
    assert frame
    page.mouse.move(frame["x"] + frame["width"] * 0.1, frame["y"] + frame["height"] * 0.2)
    page.mouse.down()
    page.mouse.move(frame["x"] + frame["width"] * 0.6, frame["y"] + frame["height"] * 0.7)
    page.mouse.up()
    expect(paper.locator("rect")).to_have_count(1)
    expect(page.locator("[name=x]").first).to_have_value(re.compile(r"^(9\.9|10\.0|10\.1)$"))
    page.get_by_label("第 2 个框，从左").fill("80")
    for part in ("从上", "宽", "高"):
        page.get_by_label(f"第 2 个框，{part}").fill("10")
    expect(paper.locator("rect")).to_have_count(2)
    page.get_by_role("button", name="去掉第 2 个框").click()
    expect(paper.locator("rect")).to_have_count(1)
    page.get_by_role("button", name="存好，盖住").click()
    page.wait_for_url("**done=redact")
    with town.site.app.app_context():
        [box] = boxes_of(reading(), town.photo_of(code))
    assert abs(box.width - 0.5) + abs(box.height - 0.5) < 0.01
    assert faults == []
