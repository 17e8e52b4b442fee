"""Deadlines by worked examples: weekends, National Day, make-up working days, holds."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wufei_public.common.clock import day_end, day_start, district_day
from wufei_public.common.workdays import Holidays, workdays_between
from wufei_public.dumping.rules.clocks import (
    CLOCKS,
    Urgency,
    after_hold,
    days_left,
    deadline,
    due_at,
    redo_due,
    urgency,
)

# National Day 2026: 1 to 7 October off, Sunday 20 September and Saturday 10 October worked.
HOLIDAYS = Holidays(
    off=frozenset({date(2026, 9, 25), *(date(2026, 10, day) for day in range(1, 8))}),
    worked=frozenset({date(2026, 9, 20), date(2026, 10, 10)}),
    years=frozenset({2026, 2027}),
)
NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)  # a Tuesday


def noon(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "last"),
    [
        ((11, 24), (11, 26)),  # Tuesday → Thursday
        ((11, 26), (11, 30)),  # Thursday → Monday over the weekend
        ((11, 28), (12, 1)),  # Saturday: Monday is the first day
        ((9, 30), (10, 9)),  # before National Day: the 8th and the 9th
        ((10, 8), (10, 10)),  # the make-up Saturday counts
        ((9, 18), (9, 21)),  # Friday → the make-up Sunday, then Monday
    ],
)
def test_two_working_days_skip_weekends_and_holidays(
    start: tuple[int, int], last: tuple[int, int]
) -> None:
    assert deadline("accept", noon(*start), HOLIDAYS).day == date(2026, *last)
    assert due_at("accept", noon(*start), HOLIDAYS) == day_end(date(2026, *last))


def test_legal_maxima_run_in_calendar_days() -> None:
    found = deadline("legal_accept", noon(9, 30), HOLIDAYS)
    assert (found.day, found.certain) == (date(2026, 10, 15), True)
    assert deadline("legal_finish", NOON, HOLIDAYS).day == date(2027, 1, 23)


def test_a_year_without_its_notice_is_uncertain() -> None:
    assert not deadline("finish", datetime(2028, 1, 10, tzinfo=UTC), HOLIDAYS).certain


def test_the_day_is_the_districts_own() -> None:
    before, after = (
        datetime(2026, 11, 24, 15, 59, 59, tzinfo=UTC) + timedelta(seconds=s) for s in (0, 1)
    )
    assert due_at("accept", before, HOLIDAYS) == day_end(date(2026, 11, 26))
    assert due_at("accept", after, HOLIDAYS) == day_end(date(2026, 11, 27))


def test_every_clock_names_its_source() -> None:
    assert set(CLOCKS) == {
        "accept", "transfer", "release", "finish", "hold", "rate", "redo", "review", "legal_accept",
        "legal_finish", "extend", "legal_extend",
    }  # fmt: skip
    assert all(clock.source and clock.amount > 0 for clock in CLOCKS.values())
    assert {clock.unit for clock in CLOCKS.values()} == {"workday", "day"}


def test_what_is_done_again_is_never_promised_for_sooner() -> None:
    again = due_at("redo", NOON, HOLIDAYS)
    assert redo_due(None, NOON, HOLIDAYS) == again == day_end(date(2026, 12, 3))
    assert redo_due(NOON, NOON, HOLIDAYS) == again
    later = again + timedelta(days=1)
    assert redo_due(later, NOON, HOLIDAYS) == later


# ---- holds ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due", "asked", "answered", "moved"),
    [
        ((11, 26), (11, 24), (11, 24), (11, 26)),  # the same day: nothing stood
        ((11, 26), (11, 24), (11, 25), (11, 27)),
        ((11, 26), (11, 24), (11, 30), (12, 2)),  # four working days over a weekend
        ((11, 26), (11, 27), (11, 29), (11, 26)),  # a weekend alone takes no working day
        ((9, 30), (9, 29), (10, 8), (10, 9)),  # National Day: two working days stood
    ],
)
def test_a_hold_moves_the_deadline_by_the_working_days_it_took(
    due: tuple[int, int], asked: tuple[int, int], answered: tuple[int, int], moved: tuple[int, int]
) -> None:
    found = after_hold(day_end(date(2026, *due)), noon(*asked), noon(*answered), HOLIDAYS)
    assert found == day_end(date(2026, *moved))


days = st.dates(date(2026, 1, 1), date(2026, 12, 1))
instants = days.map(lambda day: day_start(day) + timedelta(hours=9))


@given(instants, st.integers(0, 40), instants)
def test_a_hold_never_shortens(asked: datetime, held: int, start: datetime) -> None:
    due = due_at("finish", start, HOLIDAYS)
    assert after_hold(due, asked, asked + timedelta(days=held), HOLIDAYS) >= due
    assert after_hold(due, asked, asked - timedelta(days=held), HOLIDAYS) == due


@given(instants, st.integers(0, 9), st.integers(0, 30))
def test_a_hold_leaves_as_many_working_days_as_there_were(
    start: datetime, before: int, held: int
) -> None:
    due = due_at("finish", start, HOLIDAYS)
    asked = start + timedelta(days=before)
    answered = asked + timedelta(days=held)
    left = workdays_between(district_day(asked), district_day(due), HOLIDAYS).days
    moved = after_hold(due, asked, answered, HOLIDAYS)
    assert workdays_between(district_day(answered), district_day(moved), HOLIDAYS).days == left


# ---- how near -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due", "how", "left"),
    [
        (NOON - timedelta(seconds=1), Urgency.OVER, 0),
        (day_end(date(2026, 11, 22)), Urgency.OVER, -2),
        (day_end(date(2026, 11, 24)), Urgency.TODAY, 0),
        (day_end(date(2026, 11, 25)), Urgency.SOON, 1),
        (NOON + timedelta(days=2), Urgency.SOON, 2),
        (NOON + timedelta(days=2, seconds=1), Urgency.LATER, 2),
    ],
)
def test_urgency_by_the_districts_day(due: datetime, how: Urgency, left: int) -> None:
    assert urgency(due, NOON) is how
    assert days_left(due, NOON) == left


def test_a_case_that_is_over_has_no_urgency() -> None:
    assert urgency(None, NOON) is Urgency.NONE
