"""Answers that are not the server's, or come too late: nothing is lost and no button stays dead."""

import pytest
from playwright.sync_api import Page, expect

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
