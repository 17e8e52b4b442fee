"""What a phone does to a report: no signal, no script, no secure page, a nervous thumb."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import func, select

from tests.browser.browsers import PHONE, faults_of, window
from tests.browser.steps import (
    DONE,
    RECEIPT,
    SEND,
    WORDS,
    a_photo,
    choose,
    pick_kind,
    pick_village,
    receipt,
    send,
    start_report,
)
from tests.browser.town import Town
from wufei_public.dumping.models.reports import Report
from wufei_public.infra.work import reading

pytestmark = pytest.mark.browser


def reports(town: Town) -> int:
    with town.site.app.app_context():
        return reading().scalar(select(func.count()).select_from(Report)) or 0


def test_plain_http_warns_offers_no_position_and_sends(browser: Browser, town: Town) -> None:
    insecure = town.site.address.replace("127.0.0.1", "phone.test")
    with window(browser, PHONE) as context:
        page = context.new_page()
        faults = faults_of(page)
        page.goto(f"{insecure}/report")
        assert page.evaluate("window.isSecureContext") is False
        expect(page.get_by_text("这个网址没有加密")).to_be_visible()
        assert page.get_by_text("用我现在的位置").count() == 0
        fill_here(page)
        send(page)
        assert page.url.startswith(insecure)
        assert len(receipt(page)[0]) == 10
        assert [fault for fault in faults if "Cross-Origin-Opener-Policy" not in fault] == []


def fill_here(page: Page) -> None:
    choose(page, a_photo())
    expect(page.locator(DONE)).to_have_count(1)
    pick_kind(page, "生活垃圾")
    pick_village(page)


def test_report_without_signal_waits_and_sends_itself(
    town: Town, phone: BrowserContext, page: Page
) -> None:
    start_report(page, town.site)
    before = reports(town)
    phone.set_offline(True)
    choose(page, a_photo(5))
    page.get_by_role("button", name=SEND).click()
    expect(page.get_by_role("heading", name="存好了，等信号")).to_be_visible()
    expect(page.locator("[data-waiting-list]").get_by_text("等信号")).to_be_visible()
    assert reports(town) == before
    phone.set_offline(False)
    page.wait_for_url(re.compile("/r/"))
    assert reports(town) == before + 1
    page.goto(f"{town.site.address}/mine")
    expect(page.locator("[data-sent-list]").get_by_text("已收到")).to_be_visible()


def test_own_page_takes_the_place_and_photos_through_a_lost_signal(
    town: Town, phone: BrowserContext, page: Page
) -> None:
    page.goto(f"{town.site.address}/report")
    pick_kind(page, "建筑垃圾")
    page.get_by_label("看到了什么").fill(WORDS)
    send(page)
    expect(page.get_by_text("位置待定")).to_be_visible()
    page.get_by_label("哪个村或社区").select_option(index=3)
    page.get_by_role("button", name="就在这里").click()
    expect(page.get_by_text("位置待定")).to_have_count(0)
    page.get_by_text("还有要补充的").click()
    phone.set_offline(True)
    choose(page, a_photo(21), within="#more")
    page.get_by_role("button", name="交上去").click()
    expect(page.locator("#more [data-act-note]")).to_contain_text("没有发出去。")
    phone.set_offline(False)
    page.get_by_role("button", name="交上去").click()
    # The jobs process makes the photo, and the page tells it by itself.
    expect(page.locator("#photos-now").get_by_text("已收好")).to_be_visible(timeout=20_000)


@pytest.mark.usefixtures("town")
def test_whole_report_without_scripts(browser: Browser, town: Town) -> None:
    with window(browser, PHONE, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{town.site.address}/report")
        choose(page, a_photo(7), a_photo(8))
        pick_kind(page, "旧家具大件")
        page.get_by_label("哪个村或社区").select_option(index=3)
        page.get_by_label("看到了什么").fill("两张旧床垫。")
        page.get_by_role("button", name=SEND).click()
        page.wait_for_url(RECEIPT)
        assert len(receipt(page)[0]) == 10
        expect(page.locator("main ul.wf-up > li")).to_have_count(2)


def test_two_taps_give_one_report(town: Town, page: Page) -> None:
    start_report(page, town.site)
    before = reports(town)
    page.get_by_role("button", name=SEND).dblclick()
    page.wait_for_url(RECEIPT)
    code, _pin = receipt(page)
    assert len(code) == 10
    assert reports(town) == before + 1


def test_report_by_keyboard_alone(town: Town, page: Page) -> None:
    page.goto(f"{town.site.address}/report")
    reach(page, "input[name=kind]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    reach(page, "[role=combobox]")
    page.keyboard.type("huazhai", delay=20)
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    reach(page, "[name=words]")
    page.keyboard.type("路边一堆。")
    reach(page, "button[type=submit].weui-btn_primary")
    page.keyboard.press("Enter")
    page.wait_for_url(RECEIPT)
    assert len(receipt(page)[0]) == 10


def reach(page: Page, selector: str) -> None:
    """Press Tab until the focus, which must be seen, stands on `selector`."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"Tab never reaches {selector}")


def test_form_reads_well_without_sight(town: Town, page: Page) -> None:
    page.goto(f"{town.site.address}/report")
    main = page.locator("main")
    expect(main.get_by_role("heading", level=1)).to_have_text("举报乱倒垃圾")
    groups = [group.get_attribute("aria-labelledby") for group in main.get_by_role("group").all()]
    assert len(groups) == 5  # four steps, and the towns as tiles within the third
    expect(main.get_by_role("group", name="拍下来")).to_have_count(1)
    expect(main.get_by_role("group", name="是哪一种")).to_have_count(1)
    expect(main.get_by_role("group", name="是哪一种").get_by_role("radio")).to_have_count(9)
    expect(main.get_by_role("combobox")).to_have_accessible_name("哪个村或社区")
    named = {
        "input[type=file][capture]": "拍照",
        "input[type=file][multiple]": "从相册选",
        "[name=spot]": "附近有什么好认的 可以不填",
        "[name=words]": "看到了什么",
        "[name=phone]": "您的手机号 可以不填",
    }
    for selector, name in named.items():
        expect(main.locator(selector)).to_have_accessible_name(name)
    expect(main.get_by_role("button", name=SEND)).to_have_count(1)
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")


def test_form_that_fails_says_where_and_keeps_everything(town: Town, page: Page) -> None:
    page.goto(f"{town.site.address}/report")
    choose(page, a_photo(9))
    expect(page.locator(DONE)).to_have_count(1)
    page.get_by_label("看到了什么").fill("三轮车倒的。")
    page.get_by_role("button", name=SEND).click()
    expect(page.locator("[data-faults]")).to_be_visible()
    expect(page.locator("[aria-invalid=true]").first).to_be_focused()
    expect(page.locator("[name=words]")).to_have_value("三轮车倒的。")
    expect(page.locator(DONE)).to_have_count(1)
    pick_kind(page, "说不清")
    send(page)
    expect(page.locator("main ul.wf-up > li")).to_have_count(1)
