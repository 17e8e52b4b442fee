"""A resident reports from a phone, an official closes the case at a desk, everyone sees it."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.cases import PLACE
from tests.browser.pictures import CLEAN, HEIC, jpeg
from tests.browser.steps import (
    DONE,
    WORDS,
    choose,
    open_move,
    pick_kind,
    receipt,
    send,
    sign_in,
    width,
)
from tests.browser.town import Town
from wufei_public.people.rules.roles import Role

pytestmark = pytest.mark.browser

PHONE_NUMBER, PLATE = "13712345678", "豫C12345"
OUTCOME = "三车碎砖已经清走。"


def report(page: Page, town: Town) -> tuple[str, str, str]:
    """Report with an iPhone's HEIC and a JPEG that knows its place; return code, PIN, address."""
    page.goto(f"{town.site.address}/")
    page.get_by_role("link", name="现在拍").click()
    choose(
        page,
        ("IMG_0001.HEIC", "image/heic", HEIC.read_bytes()),
        ("IMG_0002.jpg", "image/jpeg", jpeg(11, place=PLACE)),
    )
    expect(page.locator(DONE)).to_have_count(2)
    pick_kind(page, "建筑垃圾")
    expect(page.get_by_text(re.compile("这里是.*吗？"))).to_be_visible()
    expect(page.get_by_text("来自照片里的位置。")).to_be_visible()
    page.get_by_role("button", name="是这里", exact=True).click()
    page.get_by_label("看到了什么").fill(f"{WORDS} 车牌 {PLATE}")
    page.get_by_label("您的手机号").fill(PHONE_NUMBER)
    send(page)
    return *receipt(page), page.url.partition("?")[0]


def handle(page: Page, town: Town, code: str) -> None:
    """Accept, assign, release and close the case with a photo of the clean place."""
    sign_in(page, town.site, town.staff[Role.TOWN_OFFICER])
    page.get_by_role("link", name="举报案件").first.click()
    page.get_by_role("link", name=re.compile(code[:5])).click()
    page.get_by_role("button", name="受理", exact=True).click()
    page.wait_for_url("**done=accept")
    open_move(page, "assign").get_by_label("清运人员").select_option(label="耿涛")
    page.get_by_role("button", name="派出去").click()
    expect(page.locator(".wf-work__head").get_by_text("办理中")).to_be_visible()
    wait_for_photos(page)
    form = open_move(page, "release")
    for photo in form.get_by_role("checkbox").all():
        photo.check(force=True)
    form.get_by_role("button", name="公开").click()
    page.wait_for_url("**done=release")
    expect(page.locator(".wf-work__head").get_by_text("已公开")).to_be_visible()
    form = open_move(page, "close")

    form.get_by_label("办理结果").fill(OUTCOME)
    choose(page, ("after.jpg", "image/jpeg", jpeg(12, CLEAN)), within="#do-close")
    expect(form.locator(DONE)).to_have_count(1)
    form.get_by_role("button", name="办结").click()
    page.get_by_role("button", name="确定").click()
    expect(page.locator(".wf-work__head").get_by_text("已办结")).to_be_visible()


def wait_for_photos(page: Page) -> None:
    """Look again until the jobs process has made the two photos."""
    for _ in range(40):
        if page.locator("figure img").count() == 2:
            return
        page.wait_for_timeout(250)
        page.reload()
    raise AssertionError("the photos were not made")


def test_report_is_closed_and_everyone_sees_it(
    town: Town, phone: BrowserContext, page: Page, desk: BrowserContext
) -> None:
    code, pin, address = report(page, town)
    handle(desk.new_page(), town, code)
    see_by_code(page, town, code, pin)
    see_by_secret_link(page, address)
    see_in_public(page, town, code)


def see_by_code(page: Page, town: Town, code: str, pin: str) -> None:
    page.goto(f"{town.site.address}/track")
    page.get_by_label("查询编号").fill(code)
    page.get_by_role("button", name="查进度", exact=True).click()
    expect(page.locator("main").get_by_text("已办结")).to_be_visible()
    assert WORDS not in page.locator("body").inner_text()
    page.get_by_label("密码").fill(pin)
    page.get_by_role("button", name="看我的举报").click()
    page.wait_for_url(re.compile(f"/r/{code}/"))
    expect(page.get_by_role("heading", name="办理结果")).to_be_visible()


def see_by_secret_link(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("main").get_by_text(OUTCOME).first).to_be_visible()
    expect(page.locator("main").get_by_text(WORDS)).to_be_visible()
    expect(page.locator("#photos-now img")).to_have_count(2)
    assert width(page.get_by_alt_text("办理后第 1 张照片")) > 0


def see_in_public(page: Page, town: Town, code: str) -> None:
    """See the released case with its photos before and after, and nothing of the reporter."""
    page.goto(f"{town.site.address}/cases")
    number = town.public_code(code)
    page.locator(f"a[href$='/cases/{number}']").click()
    assert code not in page.content()
    expect(page.locator("figure img")).to_have_count(3)
    assert all(width(picture) > 0 for picture in page.locator("figure img").all())
    body = page.content()
    assert OUTCOME in body
    private = (PHONE_NUMBER, PLATE, f"{PLACE[0]:.3f}", f"{PLACE[1]:.3f}", "耿涛", "周敏")
    assert [word for word in private if word in body] == []
