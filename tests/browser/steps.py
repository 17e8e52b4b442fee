"""What people do on the pages, in their own order; shared by the tests of the browser."""

import re
from typing import Any

import pyotp
from playwright.sync_api import Locator, Page, expect

from tests.browser.people import PASSWORD, Member
from tests.browser.pictures import jpeg
from tests.browser.site import Site

ADDED = "[data-photo-list] > li"
DONE = f"{ADDED} [data-when=done]:not([hidden])"
SEND = "提交举报"
RECEIPT = re.compile(r"/r/\w+/\w+\?new=1$")
WORDS = "昨天夜里倒的，大概三车碎砖。"


def choose(page: Page, *files: tuple[str, str, bytes], within: str = "form") -> None:
    """Choose photos from the album, as (name, kind, bytes)."""
    payload: Any = [{"name": n, "mimeType": kind, "buffer": data} for n, kind, data in files]
    page.locator(f"{within} input[type=file][multiple]").set_input_files(payload)


def a_photo(seed: int = 3) -> tuple[str, str, bytes]:
    return ("IMG_2041.jpg", "image/jpeg", jpeg(seed))


def pick_kind(page: Page, words: str) -> None:
    """Tap a tile; the radio lies over it, as large."""
    page.locator(".wf-pick__one", has_text=words).click()


def pick_village(page: Page, letters: str = "huazhai") -> None:
    """Find a village by its pinyin and take the first."""
    page.get_by_role("combobox", name="哪个村或社区").fill(letters)
    page.get_by_role("option").first.click()


def start_report(page: Page, site: Site) -> None:
    """Fill what a report needs at least: a kind and a village."""
    page.goto(f"{site.address}/report")
    pick_kind(page, "建筑垃圾")
    pick_village(page)
    page.get_by_label("看到了什么").fill(WORDS)


def send(page: Page) -> None:
    page.get_by_role("button", name=SEND).click()
    page.wait_for_url(RECEIPT)


def width(picture: Locator) -> int:
    """Return the width of a picture once it is there, in pixels of the picture.

    Asked again and again rather than awaited: what the page never answers has no time limit.
    """
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", value=True)
    return int(picture.evaluate("one => one.naturalWidth"))


def awaited(page: Page, promise: str) -> Any:
    """Return what a promise in the page gives, within 10 s (evaluate has no limit)."""
    late = "new Promise((_, refuse) => setTimeout(() => refuse(new Error('no answer')), 10_000))"
    return page.evaluate(f"() => Promise.race([{promise}, {late}])")


def receipt(page: Page) -> tuple[str, str]:
    """Return tracking code and PIN from the receipt."""
    expect(page.get_by_role("heading", name="收到了，谢谢您")).to_be_visible()
    shown = page.locator(".wf-code__no").all_inner_texts()
    return shown[0].replace("-", ""), shown[1]


def sign_in(page: Page, site: Site, member: Member) -> None:
    """Sign an official in with user name, password and the authenticator's code."""
    page.goto(f"{site.address}/staff/sign-in")
    page.get_by_label("用户名").fill(member.user_name)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_label("动态码").fill(pyotp.TOTP(member.secret).now())
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/staff")


def open_move(page: Page, name: str) -> Locator:
    """Unfold the form of one move and return it."""
    page.locator(f"#do-{name} > summary").click()
    return page.locator(f"#do-{name} form")
