"""Periods, ranks, recounts: the boards equal the rows to the last digit."""

import random
import re
import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from tests.checkins import make
from tests.conftest import Clock
from tests.dumping.make import CREW, DISTRICT_OFFICER, OTHER_OFFICER, last_audit, marks
from tests.dumping.plans import plan
from wufei_public.checkins import jobs
from wufei_public.checkins.actions import figures, profiles
from wufei_public.checkins.models import CheckIn, CheckInFigure
from wufei_public.checkins.queries import boards
from wufei_public.checkins.rules.boards import (
    FLOOR,
    LEAST_PEOPLE,
    Count,
    Length,
    Span,
    Standing,
    Veil,
    names_shown,
    ranked,
    span_of,
    veil,
)
from wufei_public.checkins.rules.columns import COLUMNS
from wufei_public.checkins.rules.schemes import Bin
from wufei_public.common.actor import SYSTEM
from wufei_public.common.clock import district_day
from wufei_public.common.errors import Invalid
from wufei_public.infra.work import Work, house, reading, work
from wufei_public.infra.workbooks import read_book

TODAY = date(2026, 11, 24)
WEEK = span_of(Length.WEEK, TODAY)
here = pytest.mark.usefixtures("town")


# ---- rules -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("length", "day", "first", "last"),
    [
        (Length.WEEK, date(2026, 11, 23), date(2026, 11, 23), date(2026, 11, 29)),
        (Length.WEEK, date(2026, 11, 29), date(2026, 11, 23), date(2026, 11, 29)),
        (Length.WEEK, date(2027, 1, 1), date(2026, 12, 28), date(2027, 1, 3)),
        (Length.MONTH, date(2026, 2, 28), date(2026, 2, 1), date(2026, 2, 28)),
        (Length.MONTH, date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
    ],
)
def test_spans(length: Length, day: date, first: date, last: date) -> None:
    assert span_of(length, day) == Span(length, first, last)


def test_a_span_closes_when_no_phone_can_add_to_it() -> None:
    # Sunday 29 November ends at 15:59:59 UTC; a phone may hold a check-in for 48 hours.
    assert WEEK.closes_at == datetime(2026, 12, 1, 15, 59, 59, tzinfo=UTC)
    assert not WEEK.is_closed(None)
    assert not WEEK.is_closed(WEEK.closes_at)
    assert WEEK.is_closed(WEEK.closes_at + timedelta(seconds=1))


def stood(own: int, proxies: int = 0, residents: int = 20) -> Standing:
    return Standing(Count(own, proxies), own, min(own, residents), residents)


def test_places_rank_by_what_a_head_did_and_check_ins_for_others_lift_nobody() -> None:
    found = {
        "b": stood(20), "a": stood(20, 90), "c": stood(25), "d": stood(0), "e": stood(2),
        "many": stood(30, 0, 60), "nobody": stood(9, 0, 0), "guests": Standing(Count(50), 6, 3, 20),
    }  # fmt: skip
    lines = [(line.rank, line.place) for line in ranked(found)]
    assert lines == [
        (1, "c"), (2, "a"), (2, "b"), (4, "many"), (5, "guests"), (6, "e"), (0, "nobody"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("found", "places", "proxies", "heads"),
    [
        ({"a": stood(40), "b": stood(60)}, "", "", ""),
        ({"a": stood(3), "b": stood(60), "c": stood(80)}, "ab", "ab", "ab"),
        # Few for somebody else: those of the next place go too, or the sum gives them away.
        ({"a": stood(40, 2), "b": stood(60, 9), "c": stood(80, 20)}, "", "ab", ""),
        ({"a": stood(2, 40), "b": stood(60, 50)}, "ab", "ab", "ab"),
        ({"a": stood(2), "b": stood(0)}, "ab", "ab", "ab"),
        # Few live there, or few of what was done there was theirs: a head's figure is one person's.
        ({"a": stood(40, 0, 2), "b": stood(60)}, "", "", "a"),
        ({"a": Standing(Count(40), 3, 2, 20), "b": stood(60)}, "", "", "a"),
    ],
)
def test_a_board_hides_what_few_check_ins_give_away(
    found: dict[str, Standing], places: str, proxies: str, heads: str
) -> None:
    hidden = veil(found)
    shown = tuple("".join(sorted(one)) for one in (hidden.places, hidden.proxies, hidden.heads))
    assert shown == (places, proxies, heads)


def test_under_a_sum_that_is_hidden_nothing_is_shown() -> None:
    found = {"a": stood(40), "b": stood(0)}
    hidden = veil(found, sum_is_known=False)
    assert hidden == Veil(frozenset("a"), frozenset("a"), frozenset("a"))
    lines = [(line.rank, line.place, line.found) for line in ranked(found, veil({"b": stood(2)}))]
    assert lines[-1] == (0, "b", Standing())


@given(
    st.lists(st.integers(1, 31), max_size=20).map(lambda days: sorted(days, reverse=True)),
    st.lists(st.integers(1, 31), max_size=20),
)
def test_no_neighbour_is_found_by_subtraction(listed: list[int], others: list[int]) -> None:
    whole = Standing(at_home=sum(listed) + sum(others), active=len(listed) + len(others))
    shown = names_shown(listed, whole)
    rest = [*listed[shown:], *others]
    assert shown == 0 or shown >= LEAST_PEOPLE
    # Whoever is left knows the own days: the rest must be of two more at least.
    assert shown == 0 or not rest or (len(rest) >= LEAST_PEOPLE and sum(rest) >= FLOOR)
    if len(others) >= FLOOR and len(listed) >= LEAST_PEOPLE:
        assert shown == len(listed)


# ---- counting --------------------------------------------------------------------


def counted() -> dict[tuple[str, date], tuple[int, ...]]:
    reading().rollback()
    rows = reading().execute(select(CheckInFigure.__table__))
    return {(row[0], row[1]): tuple(row[2:]) for row in rows}


@here
def test_a_recount_works_off_the_marks_and_says_when(session: Session, clock: Clock) -> None:
    make.check_in(bins=(Bin.ROTS,))
    make.check_in(make.NEIGHBOUR, bins=(Bin.ROTS, Bin.HAZARDOUS))
    clock.move(minutes=1)
    assert jobs.recount("") == 2
    assert counted() == {(make.VILLAGE, TODAY): (2, 0, 2, 0, 1)}
    assert marks() == []
    assert boards.counted_at(session) == clock.now
    assert jobs.recount("") == 0


@here
def test_only_marked_buckets_are_touched(session: Session, clock: Clock) -> None:
    make.check_in()
    jobs.recount("")
    session.execute(text("UPDATE checkin_figure SET own = 77"))
    session.commit()
    clock.move(days=1)
    make.check_in()
    jobs.recount("")
    assert [row[0] for row in counted().values()] == [77, 1]


@here
def test_a_full_recount_equals_the_step_by_step_one(clock: Clock) -> None:
    dice = random.Random(5)  # noqa: S311  repeatable on purpose
    people = [make.account(make.resident(number)) for number in range(301, 309)]
    for one in people:
        make.home(one, dice.choice([make.VILLAGE, "410307106202", "410307107201"]))
    for _ in range(6):
        for one in dice.sample(people, 5):
            make.check_in(one, bins=dice.sample((Bin.ROTS, Bin.DOES_NOT_ROT, Bin.HAZARDOUS), 2))
        jobs.recount("")
        clock.move(hours=30)
    step_by_step = counted()
    assert sum(row[0] for row in step_by_step.values()) == 30
    assert work(SYSTEM, figures.recount_all) == 0
    assert counted() == step_by_step
    spoil()
    assert counted() != step_by_step
    assert work(SYSTEM, figures.recount_all) == 3
    assert counted() == by_hand()


def spoil() -> None:
    """Forget a village-day, let another be wrong, and make one up."""
    (gone, day), (wrong, other), *_rest = counted()
    row = {"village": gone, "day": date(2026, 1, 1), "own": 1, "proxies": 0}
    row |= dict.fromkeys(("wet", "dry", "hazardous"), 1)

    def do(w: Work) -> None:
        here = (CheckInFigure.village == gone, CheckInFigure.day == day)
        w.session.execute(delete(CheckInFigure).where(*here))
        here = (CheckInFigure.village == wrong, CheckInFigure.day == other)
        w.session.execute(update(CheckInFigure).where(*here).values(own=99))
        w.session.execute(insert(CheckInFigure), row)

    work(SYSTEM, do)


def by_hand() -> dict[tuple[str, date], tuple[int, ...]]:
    """Count without the product's statement."""
    found: dict[tuple[str, date], list[int]] = {}
    for row in reading().execute(
        select(CheckIn.village, CheckIn.day, CheckIn.member, CheckIn.bins)
    ):
        sums = found.setdefault((row.village, row.day), [0] * 5)
        sums[1 if row.member else 0] += 1
        for place, bits in enumerate((1 | 16, 2 | 8 | 32, 4), 2):
            sums[place] += bool(row.bins & bits)
    return {key: tuple(sums) for key, sums in found.items()}


def count_on(app: Flask, over: threading.Event) -> None:
    with app.app_context():
        while not over.is_set():
            work(SYSTEM, figures.recount)


def enter(app: Flask, people: list[Any]) -> None:
    with app.app_context():
        for one in people:
            make.check_in(one)


def test_check_ins_beside_a_running_recount_are_never_lost(own_app: Flask) -> None:
    make.places()
    people = [make.account(make.resident(number)) for number in range(301, 341)]
    for one in people:
        make.home(one)
    over = threading.Event()
    counters = [threading.Thread(target=count_on, args=(own_app, over)) for _ in range(2)]
    entering = [threading.Thread(target=enter, args=(own_app, people[n::4])) for n in range(4)]
    for thread in counters + entering:
        thread.start()
    for thread in entering:
        thread.join(120)
    over.set()
    for thread in counters:
        thread.join(120)
    jobs.recount("")
    assert [row[0] for row in counted().values()] == [40]
    assert marks() == []


@here
def test_a_recount_reads_one_village_day_from_its_index(session: Session) -> None:
    rows = [
        {
            "account": 201, "member": 0, "day": TODAY - timedelta(days), "village": make.VILLAGE,
            "scheme": "two", "bins": 16, "origin": "today", "streak": 1,
            "arrived_at": datetime(2026, 11, 24, tzinfo=UTC),
        }
        for days in range(300)
    ]  # fmt: skip
    session.execute(insert(CheckIn), rows)
    found = plan(
        session,
        lambda: session.execute(
            figures.counted().where(CheckIn.village == make.VILLAGE, CheckIn.day == TODAY)
        ).all(),
    )
    assert "ix_check_in_village_day_member_bins" in found


# ---- pages -----------------------------------------------------------------------


@here
def test_boards_of_district_town_and_village(client: FlaskClient) -> None:
    for one, nickname in ((make.RESIDENT, "小河边"), (make.NEIGHBOUR, "大槐树")):
        make.home(one, nickname=nickname, listed=True)
        make.check_in(one)
    jobs.recount("")
    district = client.get("/checkin/board").get_data(as_text=True)
    assert "全区打卡 2 次" in district
    assert "数到 11月24日 10:00" in district
    assert f"town={make.TOWN}" in district
    village = client.get(f"/checkin/board?town={make.VILLAGE}").get_data(as_text=True)
    assert "小河边" not in village  # two are too few to stand on a board
    third = make.account(make.resident(301))
    make.home(third, nickname="老井", listed=True)
    make.check_in(third)
    unlisted = make.account(make.resident(302))
    make.home(unlisted, nickname="不上榜")
    make.check_in(unlisted)
    jobs.recount("")
    # The village's total less their days would be what the one neighbour did.
    assert "小河边" not in client.get(f"/checkin/board?town={make.VILLAGE}").get_data(as_text=True)
    for number in range(303, 307):
        one = make.account(make.resident(number))
        make.home(one)
        make.check_in(one)
    jobs.recount("")
    village = client.get(f"/checkin/board?town={make.VILLAGE}").get_data(as_text=True)
    assert all(name in village for name in ("小河边", "大槐树", "老井"))
    assert "不上榜" not in village


@here
def test_a_closed_week_says_so_and_stays(client: FlaskClient, clock: Clock) -> None:
    make.check_in()
    opened = make.stamp(make.NEIGHBOUR)
    clock.move(days=8)
    jobs.recount("")
    late = make.check_in(make.NEIGHBOUR, stamp=opened, claimed_on=TODAY)
    jobs.recount("")
    assert late.day == TODAY + timedelta(8)
    html = client.get("/checkin/board?day=2026-11-24").get_data(as_text=True)
    assert "已经定了" in html
    assert "全区打卡 1 次" in html


@here
def test_an_empty_board_and_odd_addresses(client: FlaskClient) -> None:
    assert "还没有打卡" in client.get("/checkin/board").get_data(as_text=True)
    assert client.get("/checkin/board?town=999&day=2030-01-01").status_code == 200
    assert client.get("/checkin/board?span=year").status_code == 422


def test_officials_see_and_take_the_figures(own_app: Flask) -> None:
    make.town()
    make.check_in(bins=(Bin.ROTS,))
    jobs.recount("")
    officer = make.browser(own_app, make.account(DISTRICT_OFFICER))
    assert "全区打卡 1 次" in officer.get("/staff/checkins").get_data(as_text=True)
    answer = officer.get("/staff/checkins.csv")
    lines = answer.get_data(as_text=True).lstrip("\ufeff").splitlines()
    today = district_day(house().clock())
    assert lines[0] == "day,town,village,village_name,own,for_others,wet,dry,hazardous"
    assert lines[1].startswith(f"{today},缑氏镇,{make.VILLAGE},")
    assert lines[1].endswith(",1,0,1,0,0")
    assert last_audit().action == "checkins:export"
    other = officer.get("/staff/checkins.csv?town=410307107").get_data(as_text=True)
    assert other.lstrip("\ufeff").splitlines() == lines[:1]


def test_the_workbook_is_the_board_with_what_its_columns_mean(own_app: Flask) -> None:
    make.town()
    make.check_in()
    work(make.RESIDENT, lambda w: profiles.add_member(w, name="奶奶"))
    make.check_in(member=1)
    jobs.recount("")
    officer = make.browser(own_app, make.account(DISTRICT_OFFICER))
    answer = officer.get(f"/staff/checkins.xlsx?town={make.TOWN}")
    sheets = read_book(answer.get_data())
    assert list(sheets) == ["各地方", "每天每村", "字段说明"]
    places, days, words = sheets.values()
    assert places[0] == [column.label for column in COLUMNS["places"]]
    assert places[1][0] == make.VILLAGE
    # Two residents live there, one has checked in, and one more for her grandmother.
    assert places[1][2:] == ["1", "1", "2", "2", "0", "2", "0.5"]
    assert days[1][4:6] == ["1", "1"]
    assert len(words) == 1 + sum(map(len, COLUMNS.values()))
    assert all(cell for row in words for cell in row)


def test_officials_see_the_map_that_leads_to_their_own_pages(own_app: Flask) -> None:
    make.town()
    make.check_in()
    jobs.recount("")
    officer = make.browser(own_app, make.account(DISTRICT_OFFICER))
    html = officer.get("/staff/checkins").get_data(as_text=True)
    assert "缑氏镇：打卡 1 次" in html
    assert 'href="/staff/checkins?span=week' in html
    assert "人均 0.1 次起" in html


@here
def test_a_crew_member_sees_no_figures(app: Flask) -> None:
    crew = make.browser(app, make.account(CREW))
    assert crew.get("/staff/checkins").status_code == 403
    assert crew.get("/staff/checkins.csv").status_code == 403


@here
def test_an_official_blanks_a_nickname(app: Flask, session: Session) -> None:
    make.home(make.RESIDENT, nickname="小河边", listed=True)
    officer = make.browser(app, make.account(DISTRICT_OFFICER))
    page = f"/staff/checkins?town={make.VILLAGE}"
    assert "小河边" in officer.get(page).get_data(as_text=True)
    sent = {"account": make.RESIDENT.id, "village": make.VILLAGE, "reason": "冒名"}
    assert officer.post("/staff/checkins/nicknames/blank", data=sent).status_code == 303
    assert last_audit().action == "checkins:nickname:blank"
    assert "小河边" not in officer.get(page).get_data(as_text=True)
    crew = make.browser(app, make.account(CREW))
    assert crew.post("/staff/checkins/nicknames/blank", data=sent).status_code == 403


@here
def test_an_official_of_another_town_blanks_nobody(app: Flask, session: Session) -> None:
    make.home(make.RESIDENT, nickname="小河边", listed=True)
    stranger = make.browser(app, make.account(OTHER_OFFICER))
    assert "小河边" not in stranger.get(f"/staff/checkins?town={make.VILLAGE}").text
    sent = {"account": make.RESIDENT.id, "village": make.VILLAGE, "reason": "冒名"}
    assert stranger.post("/staff/checkins/nicknames/blank", data=sent).status_code == 404
    assert [row.nickname for row in boards.nicknames(session, make.VILLAGE)] == ["小河边"]


@here
def test_who_had_a_nickname_taken_away_writes_none_for_a_month(clock: Clock) -> None:
    make.home(make.RESIDENT, nickname="小河边", listed=True)
    work(make.account(DISTRICT_OFFICER), lambda w: profiles.blank_nickname(
        w, account=make.RESIDENT.id or 0, reason="冒名"))  # fmt: skip
    make.home(make.RESIDENT)
    with pytest.raises(Invalid) as refusal:
        make.home(make.RESIDENT, nickname="小河边", listed=True)
    assert refusal.value.errors[0].pointer == "nickname"
    clock.move(days=30)
    make.home(make.RESIDENT, nickname="大槐树", listed=True)


@here
def test_the_public_sees_no_small_figure_and_officials_all(app: Flask, session: Session) -> None:
    day = {"day": TODAY, "wet": 0, "dry": 0, "hazardous": 0}
    figures_ = [
        ("410307106201", 3, 0), ("410307106202", 40, 2), ("410307106203", 80, 30),
        ("410307107201", 61, 9), ("410307108201", 2, 0),
    ]  # fmt: skip
    rows = [day | {"village": v, "own": own, "proxies": other} for v, own, other in figures_]
    work(SYSTEM, lambda w: w.session.execute(insert(CheckInFigure), rows))
    jobs.recount("")
    make.account(DISTRICT_OFFICER)
    guest, staff = app.test_client(), make.browser(app, DISTRICT_OFFICER)
    shown = [
        re.findall(r'<td class="r">([^<]*)</td>', guest.get(f"/checkin/board{query}").text)
        for query in ("", "?town=410307106", "?town=410307108")
    ]
    # The town with two, and the next smallest, so that the sum does not give it away.
    assert shown == [
        ["123", "32", "–", "太少", "–", "–", "太少", "–", "–"],
        ["80", "–", "–", "太少", "–", "–", "太少", "–", "–"],
        ["太少", "–", "–"],
    ]
    assert "打卡很少，不显示次数" in guest.get("/checkin/board?town=410307108").text
    assert "打卡 2 次" not in guest.get("/checkin/board").text
    assert "打卡 2 次" in staff.get("/staff/checkins?town=410307108").text
