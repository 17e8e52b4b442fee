"""Boards as they are kept: whole up to an instant, fixed at their end, by heads at home."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete
from sqlalchemy.orm import Session

from tests.checkins import make
from tests.checkins.test_spots import add_point
from tests.conftest import Clock
from tests.dumping.make import DISTRICT_OFFICER, TOWN_OFFICER
from wufei_public.checkins import jobs
from wufei_public.checkins.actions import figures, keeping, personal, profiles
from wufei_public.checkins.models import BoardPerson, BoardPlace, BoardSpan
from wufei_public.checkins.queries import boards
from wufei_public.checkins.rules.boards import Count, Length, Standing, span_of
from wufei_public.common.actor import SYSTEM, Actor
from wufei_public.infra.work import reading, work

pytestmark = pytest.mark.usefixtures("town")
WEEK = span_of(Length.WEEK, date(2026, 11, 24))
OTHER = "410307106202"
NAMES = "甲乙丙丁戊己庚辛"


def neighbours(number: int, village: str = make.VILLAGE, begin: int = 401) -> list[Actor]:
    """Return residents of a village who want to stand on its board and have checked in."""
    found = []
    for place in range(number):
        one = make.account(make.resident(begin + place))
        make.home(one, village, nickname=f"老{NAMES[place]}", listed=True)
        make.check_in(one)
        found.append(one)
    return found


def kept(village: str = make.VILLAGE) -> Standing:
    reading().rollback()
    return boards.kept(reading(), WEEK).get(village, Standing())


def named(village: str = make.VILLAGE) -> list[tuple[str, int]]:
    reading().rollback()
    return [(row.nickname, row.days) for row in boards.people(reading(), village, WEEK)]


def test_a_closed_board_stays_whoever_comes_moves_or_merges(
    client: FlaskClient, clock: Clock
) -> None:
    people = neighbours(6)
    make.check_in()
    clock.move(days=12)
    jobs.recount("")
    before, names = kept(), named()
    page = client.get(f"/checkin/board?day=2026-11-24&town={make.VILLAGE}").text
    assert "这一段的数字已经定了，不会再变" in page
    assert (before.at_home, before.residents, len(names)) == (7, 8, 6)
    for number in range(420, 425):
        make.home(make.account(make.resident(number)))
    make.home(people[0], OTHER, nickname="老甲", listed=True)
    work(SYSTEM, lambda w: personal.absorb(w, people[1].id or 0, make.RESIDENT.id or 0))
    jobs.recount("")
    assert kept() == before
    # The merged account is nobody any more, and its name stands nowhere.
    assert named() == [one for one in names if one[0] != "老乙"]


def test_a_name_that_is_taken_back_leaves_closed_boards_too(clock: Clock) -> None:
    one, two, three, *_rest = neighbours(6)
    clock.move(days=12)
    jobs.recount("")
    make.home(one, nickname="老甲")
    officer = make.account(DISTRICT_OFFICER)
    work(officer, lambda w: profiles.blank_nickname(w, account=two.id or 0, reason="冒名"))
    work(SYSTEM, lambda w: personal.erase(w, three.id or 0))
    assert [name for name, _days in named()] == ["老丁", "老己", "老戊"]


def test_nicknames_stand_as_counted_not_before(client: FlaskClient) -> None:
    neighbours(3)
    page = client.get(f"/checkin/board?town={make.VILLAGE}").text
    assert ("老甲" in page, "数到" in page) == (False, False)
    jobs.recount("")
    page = client.get(f"/checkin/board?town={make.VILLAGE}").text
    assert ("老甲" in page, "数到" in page) == (True, True)


def test_guests_count_a_head_at_home(client: FlaskClient, session: Session) -> None:
    make.account(TOWN_OFFICER)
    code = add_point(OTHER)
    make.home(make.account(make.resident(390)), OTHER)
    for number in range(401, 407):
        one = make.account(make.resident(number))
        make.home(one)
        make.check_in(one, point=code)
    jobs.recount("")
    assert kept(OTHER) == Standing(Count(6, 0, 6, 6, 0), 0, 0, 1)
    assert (kept().count.own, kept().at_home, kept().active, kept().residents) == (0, 6, 6, 8)
    lines = client.get(f"/checkin/board?town={make.TOWN}").text
    assert '<td class="r">6.0</td>' not in lines


def test_a_village_s_page_says_its_own_number(client: FlaskClient) -> None:
    neighbours(6)
    neighbours(8, OTHER, 421)
    jobs.recount("")
    assert "打卡 6 次" in client.get(f"/checkin/board?town={make.VILLAGE}").text
    assert "打卡 14 次" in client.get(f"/checkin/board?town={make.TOWN}").text


def test_monday_shows_the_last_week_until_something_is_counted(
    client: FlaskClient, clock: Clock
) -> None:
    neighbours(6)
    jobs.recount("")
    clock.move(days=6)
    jobs.recount("")
    assert "打卡 6 次" in client.get("/checkin/board").text
    assert "还没有打卡" in client.get("/checkin/board?day=2026-11-30").text
    make.check_in()
    jobs.recount("")
    assert "打卡 1 次" in client.get("/checkin/board").text


def test_boards_that_were_lost_are_kept_again(clock: Clock) -> None:
    neighbours(4)
    clock.move(days=20)
    jobs.recount("")
    before = kept()
    for model in (BoardPerson, BoardPlace, BoardSpan):
        work(SYSTEM, lambda w, one=model: w.session.execute(delete(one)))
    assert work(SYSTEM, keeping.keep) > 0
    assert kept() == before
    assert work(SYSTEM, keeping.keep) == 0


def test_a_board_changes_only_where_something_changed(app: Flask, clock: Clock) -> None:
    people = neighbours(4)
    neighbours(3, OTHER, 421)
    clock.move(minutes=1)
    jobs.recount("")
    clock.move(minutes=1)
    make.check_in()
    work(SYSTEM, figures.recount)
    assert work(SYSTEM, keeping.keep) == 2  # one village, in its week and its month
    clock.move(minutes=1)
    make.home(people[0], OTHER, nickname="老甲", listed=True)
    assert work(SYSTEM, keeping.keep) == 4
    assert ("老甲", 1) in named(OTHER)
    assert kept(OTHER).residents == 4
