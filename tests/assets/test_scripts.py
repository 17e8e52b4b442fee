"""The scripts in a real browser: place, the outbox, and what happens without them."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.assets.conftest import PHONE, let_queue_sleep
from tests.assets.pictures import DONE, SUBMIT, choose, photo
from tests.assets.toy import Seen


def test_position_is_asked_for_only_on_a_tap(page: Page, address: str) -> None:
    page.goto(f"{address}/report")
    assert page.input_value("[name=lat]") == ""
    page.click("[data-locate]")
    expect(page.get_by_text("来自手机定位，误差约 35 米。")).to_be_visible()
    assert page.input_value("[name=position_source]") == "device"


def test_place_is_found_by_initials_with_the_keyboard(page: Page, address: str) -> None:
    page.goto(f"{address}/report")
    page.focus("#f-division")
    page.keyboard.type("hxc")
    expect(page.locator("[role=option]")).to_have_text(["河西村乙镇"])
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("#f-division", "aria-activedescendant") == "f-division-0"
    page.keyboard.press("Enter")
    expect(page.locator("[data-found] b")).to_have_text("乙镇 河西村")
    assert page.input_value("[name=division]") == "900001002001"


def test_submit_points_once_at_a_place_that_nobody_confirmed(
    page: Page, address: str, seen: Seen
) -> None:
    page.goto(f"{address}/report")
    page.check("[value=build]", force=True)
    page.click("[data-locate]")
    expect(page.get_by_text("这里是甲镇河堤村吗？")).to_be_visible()
    page.click(SUBMIT)
    expect(page.locator("[data-yes]")).to_be_focused()
    expect(page.locator("[data-act-note]")).to_contain_text("先看看是不是这里。")
    assert seen.posts == []
    page.click(SUBMIT)  # does not know
    page.wait_for_url("**/receipt/code0")
    assert seen.posts[0]["division"] == [""]


def test_place_is_found_by_tapping_its_town(page: Page, address: str) -> None:
    page.goto(f"{address}/report")
    page.get_by_text("按镇、街道找").click()
    page.get_by_role("button", name="甲镇").click()
    tiles = page.locator("[data-tiles] button")
    expect(tiles).to_have_text(["换一个镇、街道", "甲镇，说不清哪个村", "河堤村"])
    expect(tiles.nth(1)).to_be_focused()
    tiles.nth(0).click()
    expect(tiles).to_have_text(["甲镇", "乙镇"])
    tiles.nth(1).click()
    tiles.nth(2).click()
    expect(page.locator("[data-found] b")).to_have_text("乙镇 河西村")
    assert page.input_value("[name=division]") == "900001002001"


def test_a_town_alone_is_a_place_too(page: Page, address: str) -> None:
    page.goto(f"{address}/report")
    page.get_by_text("按镇、街道找").click()
    page.get_by_role("button", name="乙镇").click()
    page.get_by_role("button", name="乙镇，说不清哪个村").click()
    expect(page.locator("[data-found] b")).to_have_text("乙镇")
    assert page.input_value("[name=division]") == "900001002"


def test_report_written_without_signal_sends_itself(
    page: Page, phone: BrowserContext, address: str, seen: Seen
) -> None:
    page.goto(f"{address}/report")
    phone.set_offline(True)
    choose(page, ("a.jpg", "image/jpeg", photo()))
    page.check("[value=build]", force=True)
    page.fill("[name=words]", "没信号时写的")
    page.click(SUBMIT)
    expect(page.get_by_role("heading", name="存好了，等信号")).to_be_visible()
    assert seen.posts == []
    page.close()  # the phone is put away; the report lies in its store
    phone.set_offline(False)
    later = phone.new_page()
    later.goto(f"{address}/mine")
    expect(later.locator("[data-receipt]")).to_be_visible()
    assert [post["words"] for post in seen.posts] == [["没信号时写的"]]
    assert [post["photo"] for post in seen.posts] == [["token1"]]
    assert seen.posts[0]["client_key"] == ["key-of-this-page"]
    expect(later.locator("[data-waiting-count]")).to_be_hidden()


def test_busy_server_puts_the_report_aside(page: Page, address: str, seen: Seen) -> None:
    let_queue_sleep(page)
    seen.busy = True
    page.goto(f"{address}/report")
    page.check("[value=build]", force=True)
    page.click(SUBMIT)
    expect(page.get_by_role("heading", name="存好了，等信号")).to_be_visible()
    seen.busy = False
    page.click("[data-now]")
    page.wait_for_url("**/receipt/code0")
    assert len(seen.posts) == 1


def test_waiting_report_can_be_saved_as_a_file(
    page: Page, phone: BrowserContext, address: str
) -> None:
    page.goto(f"{address}/report")
    phone.set_offline(True)
    choose(page, ("a.jpg", "image/jpeg", photo()))
    page.check("[value=unsure]", force=True)
    page.click(SUBMIT)
    with page.expect_download() as download:
        page.click("[data-export]")
    text = Path(download.value.path()).read_text("utf-8")
    assert '"format":"wufei-report-draft"' in text
    assert '["kind","unsure"]' in text
    assert len(text) > 100_000


def test_faults_come_back_with_answers_photos_and_focus(
    page: Page, address: str, seen: Seen
) -> None:
    page.goto(f"{address}/report")
    choose(page, ("a.jpg", "image/jpeg", photo()))
    page.fill("[name=words]", "缺种类")
    page.click(SUBMIT)
    expect(page.locator("#e-kind")).to_be_visible()
    expect(page.locator(f"{DONE} >> nth=0")).to_be_visible()
    expect(page.locator("[name=kind] >> nth=0")).to_be_focused()
    assert page.input_value("[name=words]") == "缺种类"
    page.check("[value=build]", force=True)
    page.click(SUBMIT)
    page.wait_for_url("**/receipt/code0")
    assert [post["photo"] for post in seen.posts] == [["token1"], ["token1"]]
    assert len(seen.uploads) == 1


def test_a_form_sent_back_empty_is_no_draft_and_photos_are_counted(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/report")
    page.click(SUBMIT)
    expect(page.locator("#e-kind")).to_be_visible()
    page.goto(f"{address}/mine")
    expect(page.locator("[data-waiting-empty]")).to_be_visible()
    expect(page.locator("[data-waiting-count]")).to_be_hidden()
    page.goto(f"{address}/report")
    choose(page, ("a.jpg", "image/jpeg", photo()))
    expect(page.locator(DONE)).to_have_count(1)
    page.click(SUBMIT)
    expect(page.locator("#e-kind")).to_be_visible()
    page.goto(f"{address}/mine")
    expect(page.locator("[data-waiting-list] .wf-case__meta >> nth=0")).to_contain_text("1 张照片")


def test_what_was_sent_lies_apart_from_what_waits(page: Page, address: str) -> None:
    page.goto(f"{address}/report")
    page.check("[value=build]", force=True)
    page.click(SUBMIT)
    page.wait_for_url("**/receipt/code0")
    page.goto(f"{address}/mine")
    expect(page.locator("[data-waiting-empty]")).to_be_visible()
    expect(page.locator("[data-waiting-list] li")).to_have_count(0)
    expect(page.locator("[data-sent-list] [data-receipt]")).to_be_visible()


def test_closed_page_keeps_answers_and_photos(page: Page, address: str, seen: Seen) -> None:
    page.goto(f"{address}/report")
    page.check("[value=build]", force=True)
    page.fill("[name=words]", "半截")
    choose(page, ("a.jpg", "image/jpeg", photo()))
    expect(page.locator(DONE)).to_have_count(1)
    page.reload()
    expect(page.locator(DONE)).to_have_count(1)
    assert page.input_value("[name=words]") == "半截"
    assert page.is_checked("[value=build]")
    assert len(seen.uploads) == 1


def test_report_that_was_left_half_written_is_offered_again(
    page: Page, phone: BrowserContext, address: str, seen: Seen
) -> None:
    page.goto(f"{address}/report")
    page.fill("[name=words]", "写了一半")
    choose(page, ("a.jpg", "image/jpeg", photo()))
    expect(page.locator(DONE)).to_have_count(1)
    page.wait_for_timeout(600)
    page.close()  # the camera was open, and the phone needed the room
    later = phone.new_page()
    later.goto(f"{address}/mine")
    expect(later.locator("[data-waiting-list] li")).to_contain_text(["没写完"])
    later.goto(f"{address}/report?key=another-page-of-the-site")
    later.get_by_role("link", name="接着写").click()
    expect(later.locator(DONE)).to_have_count(1)
    expect(later.locator("[data-unfinished]")).to_be_hidden()
    assert later.input_value("[name=words]") == "写了一半"
    later.check("[value=build]", force=True)
    later.click(SUBMIT)
    later.wait_for_url("**/receipt/code0")
    assert [post["client_key"] for post in seen.posts] == [["key-of-this-page"]]
    later.goto(f"{address}/mine")
    expect(later.locator("[data-waiting-empty]")).to_be_visible()


def test_second_tap_sends_nothing_more(page: Page, address: str, seen: Seen) -> None:
    page.goto(f"{address}/report")
    page.check("[value=build]", force=True)
    page.dblclick(SUBMIT)
    page.wait_for_url("**/receipt/code0")
    assert len(seen.posts) == 1


def test_plain_http_makes_a_key_and_offers_no_position(page: Page, address: str) -> None:
    page.goto(f"{address.replace('127.0.0.1', 'phone.test')}/report")
    assert page.evaluate("window.isSecureContext") is False
    key = page.input_value("[name=client_key]")
    assert len(key) == 36
    assert key[14] == "4"
    assert page.locator("[data-locate]").count() == 0


def test_report_works_without_scripts(browser: Browser, address: str, seen: Seen) -> None:
    context = browser.new_context(**PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/report")
    choose(page, ("a.jpg", "image/jpeg", b"one"), ("b.jpg", "image/jpeg", b"two"))
    page.check("[value=build]", force=True)
    page.select_option("[name=division]", "900001002")
    page.click(SUBMIT)
    page.wait_for_url("**/receipt/code0")
    context.close()
    assert seen.posts[0]["division"] == ["900001002"]
    assert [name for name in seen.posts[0]["files"] if name] == ["a.jpg", "b.jpg"]


def test_official_is_asked_before_what_cannot_be_undone(page: Page, address: str) -> None:
    page.goto(f"{address}/staff")
    page.click("text=退回")
    expect(page.get_by_text("确定退回吗？")).to_be_visible()
    page.click("text=先不")
    expect(page.get_by_text("确定退回吗？")).to_be_hidden()
    page.click("text=退回")
    page.click("dialog button[value=yes]")
    page.wait_for_url(f"{address}/")


def test_form_of_an_official_waits_for_its_photos(page: Page, address: str, seen: Seen) -> None:
    page.goto(f"{address}/staff")
    choose(page, ("a.jpg", "image/jpeg", photo()))
    page.click("#close button:has-text('办结')")
    page.wait_for_url("**/receipt/code0")
    assert seen.posts[0]["photo"] == ["token1"]


@pytest.mark.parametrize("path", ["/", "/report", "/mine", "/receipt/x", "/fields", "/staff"])
@pytest.mark.parametrize("mode", ["", "care"])
def test_nothing_is_wider_than_a_small_phone(
    browser: Browser, address: str, path: str, mode: str
) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640}, locale="zh-CN")
    context.add_cookies([{"name": "wf_mode", "value": mode, "url": address}])
    page = context.new_page()
    page.goto(address + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()
