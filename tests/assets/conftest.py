"""A toy site and a phone in front of it."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

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


def let_queue_sleep(page: Page) -> None:
    """Keep the outbox from sending by itself, so that only the button does."""
    page.add_init_script("Object.defineProperty(navigator, 'onLine', { get: () => false })")
