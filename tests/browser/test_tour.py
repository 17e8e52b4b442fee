"""Every page of the route table, as each role: reachable, readable, light, quiet."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import checks
from tests.browser.browsers import PHONE, faults_of, window
from tests.browser.makes import makes_of
from tests.browser.pages import (
    HANDLERS,
    ROLES,
    SAMPLES,
    VISITORS,
    Stop,
    page_endpoints,
    stops,
    visitor,
)
from tests.browser.town import Town

pytestmark = pytest.mark.browser


@contextmanager
def walking(
    browser: Browser, town: Town, who: str, cookies: Mapping[str, str]
) -> Iterator[tuple[Page, list[str]]]:
    """Open a phone signed in as `who`; yield its page and the faults of its scripts."""
    # Each walker is a device of its own to the limits against floods.
    agent = f"{PHONE['user_agent']} {who}-{'-'.join(cookies.values())}"
    with window(browser, PHONE, reduced_motion="reduce", user_agent=agent) as context:
        town.sign_in(context, who)
        for name, value in cookies.items():
            context.add_cookies([{"name": name, "value": value, "url": town.site.address}])
        page = context.new_page()
        page.add_init_script(checks.WATCH_SHIFTS)
        yield page, faults_of(page)


def told(faults: Mapping[str, list[str]]) -> str:
    """Return every page's faults as one text, empty when there are none."""
    return "\n".join(f"{name}: {fault}" for name, found in faults.items() for fault in found)


def own_stops(town: Town, who: str) -> list[Stop]:
    """Return the pages that the tour looks at through the eyes of `who`."""
    return [stop for stop in stops(town) if visitor(town, stop) == who]


def test_every_page_of_the_route_table_is_in_the_tour(town: Town) -> None:
    assert page_endpoints(town.site.app) == set(SAMPLES)


@pytest.mark.parametrize("who", ROLES)
def test_each_role_gets_its_pages_and_no_others(browser: Browser, town: Town, who: str) -> None:
    faults: dict[str, list[str]] = {}
    looked: set[str] = set()
    with walking(browser, town, who, {}) as (page, scripts), eyes(browser, town, who) as others:
        for stop in stops(town):
            answer = page.context.request.get(stop.address)
            right = answer.status == stop.answer(town, who)
            faults[stop.name] = [] if right else [f"gives {answer.status}"]
            if not (stop.shows(town, who) and differs(town, stop, who)):
                continue
            makes = makes_of(answer.text())
            if not looked or not makes <= looked | others(stop):
                looked |= makes
                page.set_viewport_size(PHONE["viewport"])
                page.goto(stop.address, wait_until="load")
                faults[stop.name] += checks.ask_axe(page, checks.EVERYTHING)
                faults[stop.name] += checks.too_wide(page) + scripts
            scripts.clear()
    assert told(faults) == ""


@contextmanager
def eyes(browser: Browser, town: Town, who: str) -> Iterator[Callable[[Stop], set[str]]]:
    """Give what a page is made of for whom `every_look` shows it to.

    A role's own page of the same makes would show axe nothing new.
    """
    with ExitStack() as stack:
        opened: dict[str, BrowserContext] = {}

        def makes(stop: Stop) -> set[str]:
            other = visitor(town, stop)
            if other not in opened:
                agent = f"{PHONE['user_agent']} {who}-beside-{other}"
                opened[other] = stack.enter_context(window(browser, PHONE, user_agent=agent))
                town.sign_in(opened[other], other)
            return makes_of(opened[other].request.get(stop.address).text())

        yield makes


# Read at a desk for what they hold: the API's description, every figure of a survey.
REFERENCE = frozenset({"api-docs", "survey-figures"})
# A plate is found only in the whole photo.
WHOLE_PHOTO = frozenset({"redact"})


def differs(town: Town, stop: Stop, who: str) -> bool:
    """Say whether a role's page has to be looked at beside the one in `every_look`.

    What residents see is the same for officials, and the handlers' cases are the same for
    both handlers but for the one that the district decides.
    """
    twin = stop.seen_by == HANDLERS and stop.name != "desk-disputed"
    return "/staff" in stop.address and visitor(town, stop) != who and not twin


@pytest.mark.parametrize("who", VISITORS)
def test_every_page_in_every_look(browser: Browser, town: Town, who: str) -> None:
    """Weighed as a phone meets it that was never here, then looked at as it comes back."""
    faults = {}
    kept: dict[str, int] = {}
    inks: dict[str, set[str]] = {}
    with walking(browser, town, who, {}) as (page, scripts):
        for stop in own_stops(town, who):
            page.set_viewport_size(PHONE["viewport"])
            checks.forget(page)
            page.goto(stop.address, wait_until="load")
            faults[stop.name] = [
                *checks.too_heavy(page),
                *([] if stop.name in WHOLE_PHOTO else checks.too_heavy_pictures(page)),
                *checks.shifts(page),
                *checks.too_heavy_again(
                    page,
                    kept,
                    checks.MOST_REFERENCE if stop.name in REFERENCE else checks.MOST_AGAIN,
                ),
                *checks.ask_axe(page, checks.EVERYTHING),
                *checks.too_small(page),
                *checks.shifts(page),
                *checks.bad_colours(page, inks),
                *checks.too_wide(page),
                *scripts,
            ]
            scripts.clear()
    assert told(faults) == ""
