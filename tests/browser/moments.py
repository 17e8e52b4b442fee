"""Moments between pages: a report half filled, sent back, waiting for a signal; a case at work."""

from collections.abc import Callable, Mapping

from playwright.sync_api import Page, expect

from tests.browser.cases import PLACE
from tests.browser.pictures import HEIC, jpeg
from tests.browser.steps import DONE, a_photo, choose, open_move
from tests.browser.town import Town


def filled(page: Page, town: Town) -> None:
    """Two photos are there, one knew its place, and the form asks about it."""
    page.goto(f"{town.site.address}/report")
    placed = ("IMG_0002.jpg", "image/jpeg", jpeg(11, place=PLACE))
    choose(page, placed, ("IMG_0001.HEIC", "image/heic", HEIC.read_bytes()))
    expect(page.locator(DONE)).to_have_count(2)
    page.locator(".wf-pick__one").first.click()
    expect(page.locator("[data-found]")).to_be_visible()


def searching(page: Page, town: Town) -> None:
    page.goto(f"{town.site.address}/report")
    page.locator("[role=combobox]").fill("hua")
    expect(page.get_by_role("option").first).to_be_visible()


def sent_back(page: Page, town: Town) -> None:
    page.goto(f"{town.site.address}/report")
    choose(page, a_photo())
    expect(page.locator(DONE)).to_have_count(1)
    page.locator("[name=phone]").fill("12")
    page.locator("form[data-report] [type=submit]").click()
    expect(page.locator("[data-faults]")).to_be_visible()


def queued(page: Page, town: Town) -> None:
    filled(page, town)
    page.locator("[data-yes]").click()
    page.context.set_offline(True)
    page.locator("form[data-report] [type=submit]").click()
    expect(page.locator("main h1[tabindex]")).to_be_visible()


def closing(page: Page, town: Town) -> None:
    page.goto(f"{town.site.address}/staff/cases/{town.cases['assigned'].code}")
    open_move(page, "close")
    open_move(page, "release")
    open_move(page, "assign")


def asked(page: Page, town: Town) -> None:
    page.goto(f"{town.site.address}/surveys/{town.surveys['open']}")
    page.get_by_role("button", name="开始答题").or_(
        page.get_by_role("button", name="Begin")
    ).click()
    for choice in ("consent", "town", "age"):
        page.locator(f"[name={choice}]").nth({"consent": 0, "town": 7, "age": 5}[choice]).check(
            force=True
        )
        page.locator("[data-next]").click()
    page.locator("[name=sat_overall]").nth(1).check(force=True)


# name: (who, how to get there)
MOMENTS: Mapping[str, tuple[str, Callable[[Page, Town], None]]] = {
    "moment-filled": ("anonymous", filled),
    "moment-searching": ("anonymous", searching),
    "moment-sent-back": ("anonymous", sent_back),
    "moment-queued": ("anonymous", queued),
    "moment-closing": ("town_officer", closing),
    "moment-asked": ("anonymous", asked),
}
