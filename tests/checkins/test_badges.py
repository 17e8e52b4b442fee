"""Badges: worked out from the check-ins, from data, shown to their owner."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.checkins import make
from tests.checkins.test_pages import send
from tests.conftest import Clock
from tests.dumping.plans import plan
from wufei_public.checkins.actions import profiles
from wufei_public.checkins.queries.own import habit
from wufei_public.checkins.rules.badges import (
    BADGES,
    Habit,
    earned,
    fresh,
    read_badges,
    to_come,
)
from wufei_public.checkins.rules.schemes import Bin
from wufei_public.infra.work import work

HEAD = "code,counts,least,icon,label,how\n"


def codes(habit: Habit) -> list[str]:
    return [one.code for one in earned(habit)]


@pytest.mark.parametrize(
    ("habit", "expected"),
    [
        (Habit(), []),
        (Habit(streak=1, days=1), ["first"]),
        (Habit(streak=6, days=6), ["first"]),
        (Habit(streak=7, days=7), ["first", "week"]),
        (Habit(streak=29, days=50), ["first", "week", "fifty_days"]),
        (Habit(streak=30, days=30, hazardous=5), ["first", "week", "month", "hazardous"]),
        (Habit(for_others=30), ["helper"]),
    ],
)
def test_a_badge_comes_from_counts_alone(habit: Habit, expected: list[str]) -> None:
    assert codes(habit) == expected


def test_what_is_earned_and_what_is_to_come_are_all() -> None:
    for days in range(0, 220, 7):
        one = Habit(streak=days, days=days)
        both = {*codes(one), *(badge.code for badge in to_come(one))}
        assert both == {badge.code for badge in BADGES}


def test_the_nearest_comes_first() -> None:
    missing = [(one.code, one.missing(Habit(streak=6, days=6))) for one in to_come(Habit(6, 6))]
    assert missing[0] == ("week", 1)


def test_a_badge_is_new_on_the_day_that_reaches_it() -> None:
    assert [one.code for one in fresh(Habit(7, 7), 7)] == ["week"]
    assert fresh(Habit(8, 8), 8) == []
    assert [one.code for one in fresh(Habit(30, 50), 2)] == ["fifty_days"]


@pytest.mark.parametrize("row", ["a,luck,1,flag,甲,乙\n", "a,days,0,flag,甲,乙\n"])
def test_a_badge_that_nobody_can_earn_is_refused(row: str) -> None:
    with pytest.raises(ValueError, match="nobody can earn: a"):
        read_badges(HEAD + row)


@pytest.mark.usefixtures("town")
def test_a_habit_is_counted_of_the_resident_alone(session: Session, clock: Clock) -> None:
    work(make.RESIDENT, lambda w: profiles.add_member(w, name="奶奶"))
    for _day in range(3):
        make.check_in(bins=(Bin.ROTS, Bin.HAZARDOUS))
        make.check_in(member=1)
        make.check_in(make.NEIGHBOUR)
        clock.move(days=1)
    clock.move(days=2)
    make.check_in()
    found = habit(session, make.RESIDENT.id or 0)
    assert found == Habit(streak=3, days=4, hazardous=3, for_others=3)
    assert habit(session, 999) == Habit()


@pytest.mark.usefixtures("town")
def test_a_habit_reads_no_one_else_s_rows(session: Session) -> None:
    shown = plan(session, lambda: habit(session, make.RESIDENT.id or 0))
    assert "uq_check_in_account_member_day" in shown or "(account=?)" in shown, shown


@pytest.mark.usefixtures("town")
def test_the_page_shows_badges_and_the_receipt_names_a_new_one(app: Flask, clock: Clock) -> None:
    phone = make.browser(app, make.RESIDENT)
    assert "打一次卡，就有第一枚" in phone.get("/checkin").get_data(as_text=True)
    answer = send(phone)
    done = phone.get(answer.headers["Location"]).get_data(as_text=True)  # type: ignore[attr-defined]
    assert "得了一枚徽章：第一次打卡" in done
    html = phone.get("/checkin").get_data(as_text=True)
    assert html.count("wf-badge--on") == 1
    assert "1 枚徽章" in html
    clock.move(days=1)
    again = phone.get(send(phone).headers["Location"]).get_data(as_text=True)  # type: ignore[attr-defined]
    assert "得了一枚徽章" not in again
