"""Pictures of every page into var/screenshots, and a few small ones into docs/pictures."""

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.browser.browsers import DESK, PHONE, chromium, window
from tests.browser.moments import MOMENTS
from tests.browser.pages import VISITORS, stops, visitor
from tests.browser.site import ROOT
from tests.browser.town import Town, open_town
from wufei_public.infra.i18n import COOKIE as LANGUAGE
from wufei_public.infra.i18n import ENGLISH
from wufei_public.infra.web.view import MODE_COOKIE

TAKEN, SHOWN = ROOT / "var" / "screenshots", ROOT / "docs" / "pictures"
FOR_README = (
    "home-light",
    "moment-filled-light",
    "receipt-elder",
    "case-closed-dark",
    "queue-desk",
)
TALLEST = 6000
LOADED = """Promise.all([...document.images].map((image) => {
  image.loading = "eager";
  return image.decode().catch(() => {});
}))"""


@dataclass(frozen=True, slots=True)
class Look:
    """One way of looking at a page."""

    name: str
    shape: dict[str, Any]
    cookies: dict[str, str]
    staff_only: bool = False


LOOKS = (
    Look("light", PHONE, {}),
    Look("dark", {**PHONE, "color_scheme": "dark"}, {}),
    Look("elder", PHONE, {MODE_COOKIE: "care"}),
    Look("english", PHONE, {LANGUAGE: ENGLISH}),
    Look("desk", DESK, {}, staff_only=True),
)


@contextmanager
def looking(town: Town, browser: Browser, look: Look, who: str) -> Iterator[Page]:
    with window(browser, look.shape) as context:
        town.sign_in(context, who)
        for name, value in look.cookies.items():
            context.add_cookies([{"name": name, "value": value, "url": town.site.address}])
        yield context.new_page()


def take(town: Town, browser: Browser, look: Look, wanted: str) -> Iterator[str]:
    """Take every page in one look; yield the names of the pictures."""
    for who in VISITORS:
        with looking(town, browser, look, who) as page:
            for stop in stops(town):
                if visitor(town, stop) != who or not re.search(wanted, stop.name):
                    continue
                if look.staff_only and "/staff" not in stop.address:
                    continue
                page.goto(stop.address)
                yield shoot(page, f"{stop.name}-{look.name}")


def take_moments(town: Town, browser: Browser, look: Look, wanted: str) -> Iterator[str]:
    """Take every moment in one look, each in a window that remembers nothing."""
    for name, (who, reach) in MOMENTS.items():
        if re.search(wanted, name) and not (look.staff_only and who == "anonymous"):
            with looking(town, browser, look, who) as page:
                reach(page, town)
                yield shoot(page, f"{name}-{look.name}")


def shoot(page: Page, name: str) -> str:
    path = TAKEN / f"{name}.png"
    page.evaluate(LOADED)
    height = page.evaluate("document.documentElement.scrollHeight")
    if height < TALLEST:
        # The bars stand at the foot of the window, so the window is made as tall as the page.
        size = page.viewport_size
        assert size
        page.set_viewport_size({"width": size["width"], "height": max(size["height"], height)})
        page.screenshot(path=path)
        page.set_viewport_size(size)
    else:
        page.screenshot(path=path)
    return name


def shrink(name: str) -> None:
    """Put a picture of at most 120 kB into docs/pictures."""
    image = Image.open(TAKEN / f"{name}.png").convert("RGB")
    width = 390 if image.width < 1000 else 1100
    image = image.resize((width, round(image.height * width / image.width)))
    image = image.crop((0, 0, width, min(image.height, width * 844 // 390)))
    SHOWN.mkdir(parents=True, exist_ok=True)
    image.save(SHOWN / f"{name}.webp", quality=80, method=6)


def main(wanted: str = "") -> None:
    TAKEN.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="wufei-pictures-"))
    try:
        with open_town(folder) as town, chromium() as browser:
            names = [
                name
                for look in LOOKS
                for taking in (take, take_moments)
                for name in taking(town, browser, look, wanted)
            ]
    finally:
        shutil.rmtree(folder)
    for name in set(FOR_README) & set(names):
        shrink(name)
    sys.stdout.write(f"{len(names)} pictures in {TAKEN}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
