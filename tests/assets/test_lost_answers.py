"""Answers that are not the server's, or come too late: nothing is lost and no button stays dead."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.assets.conftest import let_queue_sleep
from tests.assets.pictures import DONE, SUBMIT, choose, photo
from tests.assets.toy import Seen

PROXY = "<html><body><main><h1>Forbidden</h1></main></body></html>"


@pytest.mark.parametrize("status", [403, 413, 200])
def test_answer_of_somebody_else_leaves_the_report_waiting(
    page: Page, address: str, seen: Seen, status: int
) -> None:
    let_queue_sleep(page)
    page.goto(f"{address}/report")
    page.check("[value=build]", force=True)
    seen.between = (status, PROXY)
    page.click(SUBMIT)
    expect(page.get_by_role("heading", name="存好了，等信号")).to_be_visible()
    seen.between = None
    page.click("[data-now]")
    page.wait_for_url("**/receipt/code0")
    assert [post["client_key"] for post in seen.posts] == [["key-of-this-page"]]


def test_photo_that_a_proxy_stopped_is_not_called_bad(page: Page, address: str, seen: Seen) -> None:
    seen.between = (413, PROXY)
    page.goto(f"{address}/report")
    choose(page, ("a.jpg", "image/jpeg", photo()))
    expect(page.get_by_text("没传上")).to_be_visible()
    seen.between = None
    page.click("[aria-label='重传第 1 张']")
    expect(page.locator(DONE)).to_have_count(1)


def test_refusal_without_the_form_frees_the_button_and_says_why(
    page: Page, address: str, seen: Seen
) -> None:
    page.goto(f"{address}/report")
    page.check("[value=build]", force=True)
    seen.between = (403, '<html data-icons="x"><p class="weui-msg__desc">现在不能举报。</p></html>')
    page.click(SUBMIT)
    expect(page.locator("[data-act-note]")).to_have_text("现在不能举报。")
    seen.between = None
    page.click(SUBMIT)
    page.wait_for_url("**/receipt/code0")


def test_lost_answer_with_a_signal_is_not_called_no_signal(
    page: Page, address: str, seen: Seen
) -> None:
    page.goto(f"{address}/report")
    page.check("[value=build]", force=True)
    seen.busy = True
    page.click(SUBMIT)
    expect(page.get_by_role("heading", name="存好了，等一会儿再发")).to_be_visible()
    expect(page.get_by_text("现在没有信号")).to_be_hidden()


def test_photo_that_the_server_forgot_goes_again_by_itself(
    page: Page, phone: BrowserContext, address: str, seen: Seen
) -> None:
    page.goto(f"{address}/report")
    choose(page, ("a.jpg", "image/jpeg", photo()))
    expect(page.locator(DONE)).to_have_count(1)
    page.check("[value=build]", force=True)
    phone.set_offline(True)
    page.click(SUBMIT)
    expect(page.get_by_role("heading", name="存好了，等信号")).to_be_visible()
    seen.gone.add("token1")  # two days later
    phone.set_offline(False)
    page.wait_for_url("**/receipt/code0")
    assert [post["photo"] for post in seen.posts] == [["token1"], ["token2"]]


def test_photo_that_neither_server_nor_phone_has_is_named(
    page: Page, address: str, seen: Seen
) -> None:
    page.goto(f"{address}/report?photo=token1")  # came with the page: the phone has no picture
    page.check("[value=build]", force=True)
    seen.gone.add("token1")
    page.click(SUBMIT)
    expect(page.locator("[data-when=bad] span")).to_have_text("第 1 张照片已经不在了。")
    expect(page.locator("[data-act-note]")).to_have_text("有照片不能用，请删掉或换一张。")


def test_waiting_list_opens_within_the_page_where_there_is_no_signal(
    page: Page, address: str, seen: Seen
) -> None:
    let_queue_sleep(page)  # the phone says that it has no signal
    seen.busy = True
    page.goto(f"{address}/report")
    page.check("[value=build]", force=True)
    page.click(SUBMIT)
    expect(page.get_by_role("heading", name="存好了，等信号")).to_be_visible()
    page.goto(f"{address}/")
    page.get_by_role("link", name="看待发送").click()
    expect(page.locator("[data-waiting-list] li")).to_contain_text(["等信号"])
    expect(page.locator("[data-edit-link]")).to_be_hidden()
    assert page.url == f"{address}/"
    seen.busy = False
    page.click("[data-now]")
    expect(page.locator("[data-sent-list] li")).to_have_count(1)
    assert len(seen.posts) == 1


def test_changed_after_a_lost_answer_the_first_is_shown_and_the_second_has_its_photos(
    page: Page, address: str, seen: Seen
) -> None:
    let_queue_sleep(page)
    page.goto(f"{address}/report")
    choose(page, ("a.jpg", "image/jpeg", photo()))
    expect(page.locator(DONE)).to_have_count(1)
    page.check("[value=build]", force=True)
    seen.lost = True
    page.click(SUBMIT)
    expect(page.get_by_role("heading", name="存好了，等信号")).to_be_visible()
    page.goto(f"{address}/mine")
    page.goto(f"{address}/report?draft=key-of-this-page")
    page.fill("[name=words]", "又多了一堆")
    page.click(SUBMIT)
    expect(page.get_by_text("交过一件。")).to_be_visible()
    assert page.get_attribute("[data-first]", "data-first") == "/receipt/code0"
    expect(page.locator(DONE)).to_have_count(1)  # sent once more: the first has the other copy
    assert page.input_value("[name=client_key]") == "key-of-this-page-2"
    page.click(SUBMIT)
    page.wait_for_url("**/receipt/code1")
    assert [post.get("photo") for post in seen.posts] == [["token1"], ["token1"], ["token2"]]
    assert seen.uploads[0][1] == seen.uploads[1][1]
    page.goto(f"{address}/mine")
    links = page.locator("[data-sent-list] [data-receipt]")
    expect(links).to_have_count(2)
    assert {link.get_attribute("href") for link in links.all()} >= {"/receipt/code0"}


def test_outbox_that_was_not_first_waits_for_the_person(
    page: Page, address: str, seen: Seen
) -> None:
    let_queue_sleep(page)
    page.goto(f"{address}/report")
    choose(page, ("a.jpg", "image/jpeg", photo()))
    expect(page.locator(DONE)).to_have_count(1)
    page.check("[value=build]", force=True)
    seen.busy = True
    page.click(SUBMIT)
    expect(page.get_by_role("heading", name="存好了，等信号")).to_be_visible()
    seen.busy = False
    seen.said["key-of-this-page"] = ("别的话", ["token1"])  # arrived from another tab
    seen.receipts["key-of-this-page"] = "code0"
    page.click("[data-now]")
    expect(page.locator("[data-problem]:visible")).to_have_text("交过一件。")
    assert len(seen.posts) == 1  # a second report is the person's to send
    expect(page.locator("[data-sent-list] [data-receipt]")).to_have_attribute(
        "href", "/receipt/code0"
    )
