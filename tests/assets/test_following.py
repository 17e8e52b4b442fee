"""The forms with photos on the reporter's own page: alive, and safe without a signal."""

from playwright.sync_api import BrowserContext, Page, expect

from tests.assets.pictures import DONE, choose, photo
from tests.assets.toy import Seen

SEND = "button:has-text('发给承办人')"


def test_answer_without_signal_stays_on_the_page_and_goes_later(
    page: Page, phone: BrowserContext, address: str, seen: Seen
) -> None:
    page.goto(f"{address}/own")
    page.get_by_text("补充", exact=True).click()
    page.fill("[name=text]", "车是蓝色的")
    phone.set_offline(True)
    choose(page, ("a.jpg", "image/jpeg", photo()), ("b.jpg", "image/jpeg", photo(3)))
    expect(page.get_by_text("没传上").first).to_be_visible()
    page.click(SEND)
    note = page.locator("[data-act-note]")
    expect(note).to_contain_text("没有发出去。")
    expect(page.locator("[data-photo-list] li")).to_have_count(2)
    page.get_by_role("button", name="重传").first.click()  # the count of photos does not hide it
    expect(page.get_by_text("没传上")).to_have_count(2)
    expect(note).to_contain_text("没有发出去。")
    assert (page.url, seen.posts) == (f"{address}/own", [])
    phone.set_offline(False)
    page.reload()  # photos and words are there again
    expect(page.locator(DONE)).to_have_count(2)
    page.click(SEND)
    page.wait_for_url("**/receipt/answered")
    assert [(post["text"], len(post["photo"])) for post in seen.posts] == [(["车是蓝色的"], 2)]
    assert {len(sent) < 700_000 for _name, sent, _facts in seen.uploads} == {True}  # shrunk
    page.goto(f"{address}/own")
    page.get_by_text("补充", exact=True).click()
    expect(page.locator("[data-photo-list] li")).to_have_count(0)
    assert page.input_value("[name=text]") == ""


def test_answer_that_is_refused_keeps_its_photos(page: Page, address: str, seen: Seen) -> None:
    page.goto(f"{address}/own")
    page.get_by_text("补充", exact=True).click()
    choose(page, ("a.jpg", "image/jpeg", photo()))
    page.click(SEND)
    expect(page.locator("#e-text")).to_have_text("请写一句。")
    expect(page.locator(DONE)).to_have_count(1)
    page.fill("[name=text]", "车是蓝色的")
    page.click(SEND)
    page.wait_for_url("**/receipt/answered")
    assert [post.get("photo") for post in seen.posts] == [["token1"], ["token1"]]
    assert len(seen.uploads) == 1


def test_receipt_shows_what_became_of_its_photos_by_itself(
    page: Page, address: str, seen: Seen
) -> None:
    seen.becomes = ["正在处理", "正在处理", "第 1 张照片处理不了"]
    page.goto(f"{address}/own")
    expect(page.locator("#photos-now")).to_contain_text("正在处理")
    expect(page.locator("#photos-now")).to_contain_text("第 1 张照片处理不了", timeout=8000)
    page.get_by_role("link", name="重传第 1 张").click()
    expect(page.locator("#more")).to_have_attribute("open", "")
    page.wait_for_timeout(500)
    assert seen.becomes == []
