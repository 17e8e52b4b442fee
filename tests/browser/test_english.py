"""English pages fit as the Chinese do, and hold no Chinese but what somebody typed."""

from collections.abc import Iterator, Mapping, Sequence

import pytest
from playwright.sync_api import Browser
from sqlalchemy import JSON, String, select
from sqlalchemy.orm import Session

from tests.browser import checks
from tests.browser.pages import VISITORS
from tests.browser.people import OFFICIALS
from tests.browser.site import ORGANISER
from tests.browser.test_tour import own_stops, told, walking
from tests.browser.town import Town
from wufei_public.checkins.models import (
    CheckinProfile,
    CollectionPoint,
    HouseholdMember,
    RoadStretch,
    SchoolClass,
    SortingPlace,
    StretchInspection,
)
from wufei_public.dumping.models.events import ReportEvent
from wufei_public.dumping.models.reports import Report
from wufei_public.infra.i18n import COOKIE as LANGUAGE
from wufei_public.infra.i18n import ENGLISH
from wufei_public.infra.tables import Base
from wufei_public.infra.work import reading
from wufei_public.learning.models import TrainingEvent
from wufei_public.people.rules.roles import ADMINISTRATORS, ROLES
from wufei_public.points.models import Reward, RewardShop

pytestmark = pytest.mark.browser

IN_ENGLISH = {LANGUAGE: ENGLISH}

WORDS = (
    Report.words,
    Report.public_words,
    Report.spot,
    Report.public_spot,
    Report.outcome,
    ReportEvent.public_text,
    ReportEvent.internal_text,
    CheckinProfile.nickname,
    CollectionPoint.name,
    HouseholdMember.name,
    RoadStretch.name,
    StretchInspection.words,
    SchoolClass.name,
    SortingPlace.name,
    Reward.name,
    Reward.words,
    RewardShop.name,
    RewardShop.address,
    RewardShop.hours,
    TrainingEvent.title,
    TrainingEvent.place,
)


# What a letter and an uploaded sheet of tests/browser/registers.py say; the database seals it.
SEALED = ("张敏", "办公室主任", "示例实验小学", "新路 2 号")
# The plan's own document, cited as it is called.
PAPERS = ("偃政办〔2022〕20号", "附件2", "附件3、附件4")
# Rooms whose every text is somebody's words, a name, or a document that is Chinese by law.
ROOMS = (
    "cell",
    "organisation",
    "site",
    "membership",
    "listing",
    "redblack",
    "assessment",
    "case_evidence",
    "credit",
    "notice",
    "survey",
    "account",
)


def texts_of(value: object) -> Iterator[str]:
    """Yield every text inside a value of JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from texts_of(inner)
    elif isinstance(value, Sequence):
        for inner in value:
            yield from texts_of(inner)


def written(session: Session) -> Iterator[str]:
    """Yield every text of the tables of ROOMS."""
    for table in Base.metadata.tables.values():
        if table.name.startswith(ROOMS):
            kept = [column for column in table.c if isinstance(column.type, String | JSON)]
            for row in session.execute(select(*kept)) if kept else ():
                yield from texts_of(list(row))


def typed(town: Town) -> set[str]:
    """Return the Chinese that somebody typed and that stands on English pages as it was given.

    From the database, since other tests report on the same site in any order.
    """
    found = {
        ORGANISER,
        "刘云",
        "孙丽",
        "无此人",
        "没有这样东西",
        "瓶",
        "没有这一家",
        "示例",
        *SEALED,
        *PAPERS,
    } | {name for _, name, *_ in OFFICIALS.values()}
    # The first administrators are called by their offices until somebody renames them.
    found |= {ROLES[role].label for role in ADMINISTRATORS}
    with town.site.app.app_context():
        session = reading()
        for column in WORDS:
            found |= set(session.scalars(select(column)))
        found |= {text for text in written(session) if has_chinese(text)}
        session.rollback()
    # The queue shows the beginning of long words.
    return {text[:length] for text in found for length in (40, None)} - {""}


@pytest.mark.parametrize("who", VISITORS)
def test_every_page_in_english(browser: Browser, town: Town, who: str) -> None:
    given = sorted(typed(town), key=len, reverse=True)
    faults = {}
    with walking(browser, town, who, IN_ENGLISH) as (page, scripts):
        # Where a page has least room, and without laying each out twice.
        page.set_viewport_size({"width": checks.NARROW, "height": 640})
        for stop in own_stops(town, who):
            page.goto(stop.address, wait_until="load")
            chinese = page.evaluate(checks.CHINESE)
            faults[stop.name] = [
                *[text for text in chinese if has_chinese(without(text, given))],
                *checks.too_small(page),
                *checks.too_wide(page),
                *scripts,
            ]
            scripts.clear()
    assert told(faults) == ""


def without(text: str, given: list[str]) -> str:
    for name in given:
        text = text.replace(name, "")
    return text


def has_chinese(text: str) -> bool:
    return any("\u3400" <= letter <= "\u9fff" for letter in text)
