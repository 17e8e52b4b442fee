"""The week of an official's cases, the places where they repeat, and the word about both."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.conftest import NOW, Clock
from tests.dumping import make, plans
from wufei_public.common.clock import day_end, day_start
from wufei_public.common.errors import NotFound
from wufei_public.dumping import jobs
from wufei_public.dumping.actions import merging, officer
from wufei_public.dumping.queries.weeks import hot_spots, summed, week_by_town
from wufei_public.dumping.rules.weeks import Week, last_week, week_named

pytestmark = pytest.mark.usefixtures("town")

TOWN, DISTRICT = make.TOWN_OFFICER, make.DISTRICT_OFFICER
THIS = Week(date(2026, 11, 23))
SINCE = date(2026, 6, 1)


# ---- rules ----------------------------------------------------------------------


def test_a_week_is_named_and_found_again() -> None:
    assert last_week(NOW) == Week(date(2026, 11, 16))
    assert THIS.name == "2026-W48"
    assert week_named("2026-W48") == THIS
    assert week_named("2026-W53").sunday == date(2027, 1, 3)
    assert (THIS.start, THIS.end) == (day_start(THIS.monday), day_end(date(2026, 11, 29)))


@pytest.mark.parametrize("name", ["", "2026", "2026-W54", "2026-Wx", "0-W1", "²-W1", "2026-W48-1"])
def test_what_is_no_week_is_not_there(name: str) -> None:
    with pytest.raises(NotFound):
        week_named(name)


# ---- figures --------------------------------------------------------------------


def test_a_week_counts_what_came_and_what_was_done_by_town(session: Session, clock: Clock) -> None:
    clock.move(days=-7)
    old = make.assigned()
    clock.move(days=7)
    make.closed()
    make.do(TOWN, officer.close, old.code, text="清了。", photo=[make.photo_token(9)])
    make.report(division=make.OTHER_TOWN)
    refused = make.report()
    make.do(TOWN, officer.refuse, refused.code, ground="not_waste", text="不是垃圾。")
    assert week_by_town(session, DISTRICT, THIS) == {
        make.TOWN: {"received": 2, "accept": 1, "close": 2, "refuse": 1},
        make.OTHER_TOWN: {"received": 1},
    }
    assert week_by_town(session, make.OTHER_OFFICER, THIS) == {make.OTHER_TOWN: {"received": 1}}
    before = week_by_town(session, DISTRICT, Week(THIS.monday - timedelta(days=7)))
    assert before == {make.TOWN: {"received": 1, "accept": 1}}
    assert summed(before)["close"] == 0


# ---- hot spots ------------------------------------------------------------------


def near(number: int) -> dict[str, float]:
    """Return a position some metres from the others."""
    return {"lat": 34.7001 + number * 1e-5, "lon": 112.8001}


def test_a_place_of_three_cases_is_a_hot_spot(session: Session) -> None:
    made = [make.accepted(**near(number)) for number in range(3)]
    make.accepted(lat=34.75, lon=112.9)
    (spot,) = hot_spots(session, TOWN, SINCE)
    assert (spot.cases, spot.open, spot.newest.code) == (3, 3, made[-1].code)
    assert hot_spots(session, make.OTHER_OFFICER, SINCE) == []
    assert hot_spots(session, TOWN, date(2026, 12, 1)) == []


def test_one_heap_reported_thrice_and_what_was_no_waste_make_none(session: Session) -> None:
    first, second, third = [make.accepted(**near(number)) for number in range(3)]
    make.do(TOWN, merging.merge, second.code, into=first.code)
    fourth = make.report(**near(3))
    make.do(TOWN, officer.refuse, fourth.code, ground="not_found", text="没有找到。")
    assert third.code
    assert hot_spots(session, TOWN, SINCE) == []


def test_spots_cost_two_statements_however_many(session: Session) -> None:
    for place in range(2):
        for number in range(3):
            make.accepted(lat=near(number)["lat"] + place / 10, lon=112.8001)
    with plans.statements() as seen:
        assert len(hot_spots(session, TOWN, SINCE)) == 2
    assert sum("FROM report" in statement for statement, _values in seen) == 2


# ---- pages and the word ---------------------------------------------------------


def test_the_page_shows_week_and_spots_of_the_own_cases(app: Flask) -> None:
    browser = make.browser(app, make.account(TOWN))
    for number in range(3):
        make.accepted(**near(number), spot=f"桥头 {make.PHONE}")
    page = browser.get("/staff/cases/week?week=2026-W48").text
    assert '缑氏镇</th><td class="r">3</td><td class="r">3</td>' in page
    assert "3 件 · 在办 3 件" in page
    assert make.PHONE not in page
    assert "/staff/cases/week?week=2026-W47" in page
    assert browser.get("/staff/cases/week").status_code == 200
    assert browser.get("/staff/cases/week?week=never").status_code == 404


def test_each_official_hears_of_the_week_once_and_only_of_something(
    app: Flask, clock: Clock
) -> None:
    for actor in (TOWN, make.OTHER_OFFICER, DISTRICT, make.CREW, make.AUDITOR):
        make.account(actor)
    make.closed()
    clock.move(days=7)
    assert jobs.tell_week("") == 2
    assert jobs.tell_week("") == 0
    told = [account for account, template in make.messages() if template == "dumping.week"]
    assert sorted(told) == [TOWN.id, DISTRICT.id]
    inbox = make.browser(app, TOWN).get("/staff/messages").text
    assert "收到 1 件，办结 1 件；现在在办 0 件，超期 0 件。" in inbox


def test_strangers_see_no_week(app: Flask) -> None:
    for actor in (make.CREW, make.AUDITOR, make.RESIDENT):
        assert make.browser(app, make.account(actor)).get("/staff/cases/week").status_code == 403
