"""The English pages hold no Chinese but names: places, people, the site's own, what was typed."""

import pytest
from playwright.sync_api import Browser

from tests.browser import checks
from tests.browser.cases import STORIES
from tests.browser.pages import VISITORS
from tests.browser.people import OFFICIALS
from tests.browser.site import ORGANISER
from tests.browser.test_tour import IN_ENGLISH, own_stops, told, walking
from tests.browser.town import Town
from wufei_public.divisions import queries as places
from wufei_public.infra.work import reading

pytestmark = pytest.mark.browser


def names(town: Town) -> set[str]:
    """Return the Chinese that is data and stands on English pages as it was given."""
    with town.site.app.app_context():
        directory = places.directory(reading())
        found = {
            directory.names[code]
            for division in (*directory.districts, *directory.towns)
            for code in (division.code, *(c.code for c in directory.children(division.code)))
        }
    found |= {story.spot for story in STORIES.values()} | {
        story.words for story in STORIES.values()
    }
    found |= {name for _, name, *_ in OFFICIALS.values()} | {ORGANISER, "刘云", "孙丽", "无此人"}
    return found - {""}


@pytest.mark.parametrize("who", VISITORS)
def test_no_sentence_is_left_untranslated(browser: Browser, town: Town, who: str) -> None:
    given = sorted(names(town), key=len, reverse=True)
    faults = {}
    with walking(browser, town, who, IN_ENGLISH) as (page, _scripts):
        for stop in own_stops(town, who):
            page.goto(stop.address)
            faults[stop.name] = [
                text for text in page.evaluate(checks.CHINESE) if has_chinese(without(text, given))
            ]
    assert told(faults) == ""


def without(text: str, given: list[str]) -> str:
    for name in given:
        text = text.replace(name, "")
    return text


def has_chinese(text: str) -> bool:
    return any("\u3400" <= letter <= "\u9fff" for letter in text)
