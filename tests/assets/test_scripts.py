"""The scripts in a real browser: photos, place, the outbox, and what happens without them."""

import io
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import piexif
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.assets.toy import Seen, serving, toy_app

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A name that is no secure context; it leads to this machine only.
    "--host-resolver-rules=MAP phone.test 127.0.0.1",
]
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
    "locale": "zh-CN",
    "timezone_id": "Asia/Shanghai",
    "geolocation": {"latitude": 34.5, "longitude": 112.8, "accuracy": 35},
    "permissions": ["geolocation"],
}
# How the stored picture must be turned so that each EXIF orientation shows it upright.
TURNED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
DONE = "[data-photo-list] [data-when=done]:not([hidden])"
SUBMIT = "button:has-text('提交举报')"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = shutil.which("chromium")
        assert path, "these tests need Debian's chromium: apt-get install chromium"
        opened = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def address(seen: Seen) -> Iterator[str]:
    with serving(toy_app(seen)) as served:
        yield served


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(**PHONE)
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def page(phone: BrowserContext) -> Iterator[Page]:
    """Open a page whose scripts may not fail."""
    opened = phone.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    assert faults == []


@cache
def noise(size: tuple[int, int]) -> Image.Image:
    return Image.effect_noise(size, 80).convert("RGB")


def photo(orientation: int = 1, size: tuple[int, int] = (2600, 1950)) -> bytes:
    """Return a JPEG over 700 kB, with time and GPS; upright its quarters are red, green, blue."""
    picture = noise(size).copy()
    half = (size[0] // 2, size[1] // 2)
    picture.paste((220, 30, 30), (0, 0, *half))
    picture.paste((30, 160, 30), (half[0], 0, size[0], half[1]))
    picture.paste((30, 30, 220), (0, half[1], half[0], size[1]))
    turn = TURNED[orientation]
    stored = picture.transpose(turn) if turn is not None else picture
    gps = {1: b"N", 2: ((34, 1), (31, 1), (2250, 100)), 3: b"E", 4: ((112, 1), (50, 1), (0, 1))}
    exif = piexif.dump(
        {
            "0th": {piexif.ImageIFD.Orientation: orientation},
            "Exif": {piexif.ExifIFD.DateTimeOriginal: b"2026:11:23 08:05:09"},
            "GPS": gps,
        }
    )
    out = io.BytesIO()
    stored.save(out, "JPEG", quality=96, exif=exif)
    assert out.tell() > 700 * 1024
    return out.getvalue()


def choose(page: Page, *files: tuple[str, str, bytes]) -> None:
    payload: Any = [{"name": n, "mimeType": kind, "buffer": data} for n, kind, data in files]
    page.locator("input[type=file][multiple]").set_input_files(payload)


def quarters(data: bytes) -> list[str]:
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    width, height = picture.size
    spots = [(1, 1), (3, 1), (1, 3)]
    colours = [picture.getpixel((width * x // 4, height * y // 4)) for x, y in spots]
    return [("red", "green", "blue")[list(found).index(max(found))] for found in colours]


@pytest.mark.parametrize("orientation", sorted(TURNED))
def test_photo_is_shrunk_and_turned_exactly_once(
    page: Page, address: str, seen: Seen, orientation: int
) -> None:
    page.goto(f"{address}/report")
    choose(page, ("a.jpg", "image/jpeg", photo(orientation)))
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
    choose(page, ("a.jpg", "image/jpeg", photo()))
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
    choose(page, ("a.jpg", "image/jpeg", photo()))
    expect(page.get_by_text("这里是甲镇河堤村吗？")).to_be_visible()
    expect(page.locator(DONE)).to_have_count(0)
    page.click("[data-yes]")
    seen.gate.set()
    expect(page.locator(DONE)).to_have_count(1)
    expect(page.locator("[data-ask]")).to_be_hidden()
    assert page.input_value("[name=division]") == "900001001001"


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


def let_queue_sleep(page: Page) -> None:
    """Keep the outbox from sending by itself, so that only the button does."""
    page.add_init_script("Object.defineProperty(navigator, 'onLine', { get: () => false })")


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


def arrived(page: Page, seen: Seen, count: int) -> None:
    """Wait until the server holds `count` uploads, answered or not."""
    for _ in range(150):
        if len(seen.uploads) >= count:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{len(seen.uploads)} of {count} uploads arrived")


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
