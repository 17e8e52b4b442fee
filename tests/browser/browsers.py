"""Chromium as a phone in WeChat and as an official's desktop."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

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
BINARIES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WECHAT = (
    "Mozilla/5.0 (Linux; Android 10; Redmi 9A) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Version/4.0 Chrome/107.0.5304.141 Mobile Safari/537.36 MicroMessenger/8.0.47 "
    "NetType/4G Language/zh_CN"
)
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 1,
    "is_mobile": True,
    "has_touch": True,
    "locale": "zh-CN",
    "timezone_id": "Asia/Shanghai",
    "user_agent": WECHAT,
}
DESK: dict[str, Any] = {
    "viewport": {"width": 1440, "height": 900},
    "locale": "zh-CN",
    "timezone_id": "Asia/Shanghai",
}
PATIENCE = 15_000


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run the machine's own Chromium."""
    path = next((found for name in BINARIES if (found := shutil.which(name))), None)
    assert path, "the browser tests need Chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()


@contextmanager
def window(browser: Browser, shape: dict[str, Any], **more: Any) -> Iterator[BrowserContext]:
    """Open a fresh window of `shape`, with nothing remembered."""
    context = browser.new_context(**(shape | more))
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


def faults_of(page: Page) -> list[str]:
    """Return the list that fills with what goes wrong in the scripts of `page`.

    A violation of the policy for contents comes as an error of the console. An answer that
    refuses, or no answer without a signal, is no fault of a script.
    """
    faults: list[str] = []

    def hear(line: ConsoleMessage) -> None:
        if line.type == "error" and not line.text.startswith("Failed to load resource"):
            faults.append(line.text)

    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", hear)
    return faults
