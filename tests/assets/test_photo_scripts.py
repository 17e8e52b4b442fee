"""Photos in a real browser: shrunk, turned, read, and on their way."""

import io

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from tests.assets.conftest import let_queue_sleep
from tests.assets.pictures import DONE, SUBMIT, TURNED, arrived, choose, photo, quarters
from tests.assets.toy import Seen


@pytest.mark.parametrize("orientation", sorted(TURNED))
def test_photo_is_shrunk_and_turned_exactly_once(
    page: Page, address: str, seen: Seen, orientation: int
) -> None:
    page.goto(f"{address}/report")
    choose(page, ("a.jpg", "image/jpeg", photo(orientation, placed=True)))
    expect(page.locator(DONE)).to_have_count(1)
    [(_, sent, facts)] = seen.uploads
    assert Image.open(io.BytesIO(sent)).size == (2048, 1536)
    assert quarters(sent) == ["red", "green", "blue"]
    assert "exif" not in Image.open(io.BytesIO(sent)).info
    assert facts == {
        "taken_at": "2026-11-23T00:05:09.000Z",
        "lat": "34.522917",
        "lon": "112.833333",
        "source": "exif",
    }


def test_photo_that_the_browser_cannot_decode_is_sent_as_it_is(
    page: Page, address: str, seen: Seen
) -> None:
    heic = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(range(256)) * 4000
    broken = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 4000
    page.goto(f"{address}/report")
    choose(page, ("a.heic", "image/heic", heic), ("b.jpg", "image/jpeg", broken))
    expect(page.locator(DONE)).to_have_count(2)
    assert [(name, len(data), facts) for name, data, facts in seen.uploads] == [
        ("a.heic", len(heic), {}),
        ("b.jpg", len(broken), {}),
    ]


def test_refused_photo_says_why_and_holds_the_report_back(
    page: Page, address: str, seen: Seen
) -> None:
    page.goto(f"{address}/report")
    choose(page, ("bad.gif", "image/gif", b"refuse-me"))
    expect(page.get_by_text("这张照片打不开。")).to_be_visible()
    page.check("[value=build]", force=True)
    page.click(SUBMIT)
    expect(page.locator("[data-act-note]")).to_have_text("有照片不能用，请删掉或换一张。")
    page.click("[aria-label='删除第 1 张']")
    page.click(SUBMIT)
    page.wait_for_url("**/receipt/code0")
    assert "photo" not in seen.posts[0]


def test_position_of_a_photo_is_proposed_and_confirmed(
    page: Page, address: str, seen: Seen
) -> None:
    page.goto(f"{address}/report")
    choose(page, ("a.jpg", "image/jpeg", photo(placed=True)))
    expect(page.get_by_text("这里是甲镇河堤村吗？")).to_be_visible()
    page.click("[data-yes]")
    page.check("[value=build]", force=True)
    page.click(SUBMIT)
    page.wait_for_url("**/receipt/code0")
    post = seen.posts[0]
    assert post["division"] == ["900001001001"]
    assert (post["lat"], post["position_source"]) == (["34.522917"], ["photo"])
    assert post["photo"] == ["token1"]
    assert post["files"] == []


def test_position_of_a_photo_is_proposed_before_it_has_arrived(
    page: Page, address: str, seen: Seen
) -> None:
    seen.gate.clear()  # as on a weak signal: the server has not answered
    page.goto(f"{address}/report")
    choose(page, ("a.jpg", "image/jpeg", photo(placed=True)))
    expect(page.get_by_text("这里是甲镇河堤村吗？")).to_be_visible()
    expect(page.locator(DONE)).to_have_count(0)
    page.click("[data-yes]")
    seen.gate.set()
    expect(page.locator(DONE)).to_have_count(1)
    expect(page.locator("[data-ask]")).to_be_hidden()
    assert page.input_value("[name=division]") == "900001001001"


def test_photo_under_way_is_not_sent_again_by_the_submit(
    page: Page, address: str, seen: Seen
) -> None:
    seen.gate.clear()
    page.goto(f"{address}/report")
    choose(page, ("a.jpg", "image/jpeg", photo()), ("b.jpg", "image/jpeg", photo(3)))
    page.check("[value=build]", force=True)
    arrived(page, seen, 1)
    page.click(SUBMIT)
    page.wait_for_timeout(500)
    assert len(seen.uploads) == 1
    seen.gate.set()
    page.wait_for_url("**/receipt/code0")
    assert [name for name, _, _ in seen.uploads] == ["a.jpg", "b.jpg"]
    assert [post["photo"] for post in seen.posts] == [["token1", "token2"]]


def test_photo_lost_under_way_after_the_submit_waits_with_its_report(
    page: Page, address: str, seen: Seen
) -> None:
    let_queue_sleep(page)
    seen.gate.clear()
    page.goto(f"{address}/report")
    choose(page, ("a.jpg", "image/jpeg", photo()))
    page.check("[value=build]", force=True)
    arrived(page, seen, 1)
    page.click(SUBMIT)
    page.wait_for_timeout(500)
    seen.busy = True
    seen.gate.set()
    expect(page.get_by_role("heading", name="存好了，等信号")).to_be_visible()
    assert len(seen.uploads) == 1
    seen.busy = False
    page.click("[data-now]")
    page.wait_for_url("**/receipt/code0")
    assert [post["photo"] for post in seen.posts] == [["token2"]]


@pytest.mark.parametrize("button", ["[data-no]", "[aria-label='删除第 1 张']"])
def test_position_that_was_rejected_or_removed_is_not_sent(
    page: Page, address: str, seen: Seen, button: str
) -> None:
    page.goto(f"{address}/report")
    choose(page, ("a.jpg", "image/jpeg", photo(placed=True)))
    expect(page.locator(DONE)).to_have_count(1)
    expect(page.get_by_text("这里是甲镇河堤村吗？")).to_be_visible()
    page.click(button)
    expect(page.get_by_text("这里是甲镇河堤村吗？")).to_be_hidden()
    page.fill("#f-division", "hxc")
    page.locator("[role=option]").click()
    page.check("[value=build]", force=True)
    page.click(SUBMIT)
    page.wait_for_url("**/receipt/code0")
    post = seen.posts[0]
    assert [post[name] for name in ("division", "lat", "lon", "position_source")] == [
        ["900001002001"], [""], [""], ["list"],
    ]  # fmt: skip


def test_rejected_position_is_not_taken_from_the_photo_either(
    page: Page, address: str, seen: Seen
) -> None:
    page.goto(f"{address}/report")
    choose(page, ("a.jpg", "image/jpeg", photo(placed=True)))
    expect(page.locator(DONE)).to_have_count(1)
    page.click("[data-no]")
    page.check("[value=build]", force=True)
    page.click(SUBMIT)
    page.wait_for_url("**/receipt/code0")
    assert [seen.posts[0][name] for name in ("lat", "position_source")] == [[""], ["list"]]


def test_position_of_a_removed_photo_leaves_the_confirmed_place(page: Page, address: str) -> None:
    page.goto(f"{address}/report")
    choose(page, ("a.jpg", "image/jpeg", photo(placed=True)))
    expect(page.locator(DONE)).to_have_count(1)
    page.click("[data-yes]")
    page.reload()
    expect(page.locator(DONE)).to_have_count(1)
    page.click("[aria-label='删除第 1 张']")
    expect(page.locator("[data-found]")).to_contain_text("您选的。")
    fields = ("division", "lat", "lon", "position_source")
    kept = [page.input_value(f"[name={name}]") for name in fields]
    assert kept == ["900001001001", "", "", "list"]


def test_place_that_could_not_be_asked_is_asked_when_the_signal_is_back(
    page: Page, phone: BrowserContext, address: str
) -> None:
    page.goto(f"{address}/report")
    phone.set_offline(True)
    choose(page, ("a.jpg", "image/jpeg", photo(placed=True)))
    expect(page.locator("[data-place-status]")).to_contain_text("还没问到是哪个村")
    phone.set_offline(False)
    expect(page.get_by_text("这里是甲镇河堤村吗？")).to_be_visible()


def test_first_position_stands_and_photos_far_apart_are_told(page: Page, address: str) -> None:
    page.goto(f"{address}/report")
    choose(page, ("a.jpg", "image/jpeg", photo(placed=1)))
    expect(page.locator("[data-found]")).to_contain_text("来自照片里的位置。")
    choose(page, ("b.jpg", "image/jpeg", photo(placed=2)))
    expect(page.locator("[data-found]")).to_contain_text("照片不是在同一个地方拍的")
    assert page.input_value("[name=lat]") == "34.522917"
    page.click("[aria-label='删除第 1 张']")
    expect(page.locator("[data-found]")).to_contain_text("来自照片里的位置。")
    assert page.input_value("[name=lat]") == "35.522917"
