from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wufei_public.common.workdays import (
    DayCount,
    DueDay,
    Holidays,
    add_workdays,
    workdays_between,
)


def days(first: date, last: date) -> frozenset[date]:
    return frozenset(first + timedelta(days=n) for n in range((last - first).days + 1))


# 国办发明电〔2025〕7号, the part about 春节, 劳动节 and 国庆节.
HOLIDAYS = Holidays(
    off=days(date(2026, 2, 15), date(2026, 2, 23))
    | days(date(2026, 5, 1), date(2026, 5, 5))
    | days(date(2026, 10, 1), date(2026, 10, 7)),
    worked=frozenset(
        {
            date(2026, 2, 14),
            date(2026, 2, 28),
            date(2026, 5, 9),
            date(2026, 9, 20),
            date(2026, 10, 10),
        }
    ),
    years=frozenset({2026}),
)
# 国办发明电〔2018〕15号: the notice for 2019 reaches back into 2018.
NEW_YEAR_2019 = Holidays(
    off=days(date(2018, 12, 30), date(2019, 1, 1)),
    worked=frozenset({date(2018, 12, 29)}),
    years=frozenset({2018, 2019}),
)


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        (date(2026, 11, 24), 0, date(2026, 11, 24)),
        (date(2026, 11, 24), 2, date(2026, 11, 26)),
        (date(2026, 11, 27), 1, date(2026, 11, 30)),  # Friday → Monday
        (date(2026, 11, 28), 1, date(2026, 11, 30)),  # Saturday → Monday
        (date(2026, 2, 13), 1, date(2026, 2, 14)),  # a Saturday that is worked
        (date(2026, 2, 13), 2, date(2026, 2, 24)),  # over 春节
        (date(2026, 2, 26), 3, date(2026, 3, 2)),  # Fri 27, worked Sat 28, Mon 2
        (date(2026, 9, 30), 5, date(2026, 10, 13)),  # 8, 9, worked 10, 12, 13
        (date(2026, 4, 30), 15, date(2026, 5, 25)),
    ],
)
def test_deadline(start: date, n: int, due: date) -> None:
    assert add_workdays(start, n, HOLIDAYS) == DueDay(due, certain=True)
    assert workdays_between(start, due, HOLIDAYS) == DayCount(n, certain=True)


def test_weekends_alone_count_where_the_year_is_unknown_and_it_is_said() -> None:
    # 2027-10-01 is a Friday and surely a holiday, but its notice is not here.
    assert add_workdays(date(2027, 9, 30), 1, HOLIDAYS) == DueDay(date(2027, 10, 1), certain=False)
    assert workdays_between(date(2027, 9, 30), date(2027, 10, 1), HOLIDAYS) == DayCount(
        1, certain=False
    )


def test_a_deadline_that_runs_into_an_unknown_year_is_uncertain() -> None:
    assert add_workdays(date(2026, 12, 25), 1, HOLIDAYS) == DueDay(date(2026, 12, 28), certain=True)
    assert not add_workdays(date(2026, 12, 25), 10, HOLIDAYS).certain


def test_the_last_days_of_december_wait_for_the_next_notice() -> None:
    only_2018 = Holidays(years=frozenset({2018}))
    assert only_2018.knows(date(2018, 12, 28))
    assert not only_2018.knows(date(2018, 12, 29))
    assert NEW_YEAR_2019.knows(date(2018, 12, 31))
    assert add_workdays(date(2018, 12, 28), 2, NEW_YEAR_2019) == DueDay(
        date(2019, 1, 2), certain=True
    )


def test_nothing_passed_is_certain_even_in_an_unknown_year() -> None:
    assert add_workdays(date(2030, 1, 1), 0, HOLIDAYS) == DueDay(date(2030, 1, 1), certain=True)
    assert workdays_between(date(2030, 1, 1), date(2030, 1, 1), HOLIDAYS) == DayCount(
        0, certain=True
    )


def test_a_negative_deadline_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        add_workdays(date(2026, 1, 5), -1, HOLIDAYS)


DATES = st.dates(date(2025, 6, 1), date(2027, 6, 1))


@given(DATES, st.integers(1, 60))
def test_the_due_day_is_worked_and_counts_back(start: date, n: int) -> None:
    due = add_workdays(start, n, HOLIDAYS)
    assert due.day > start
    assert HOLIDAYS.is_workday(due.day)
    assert workdays_between(start, due.day, HOLIDAYS) == DayCount(n, due.certain)


@given(DATES, DATES, DATES)
def test_counts_add_up_and_turn_round(one: date, two: date, three: date) -> None:
    def between(first: date, last: date) -> int:
        return workdays_between(first, last, HOLIDAYS).days

    assert between(one, two) == -between(two, one)
    assert between(one, two) + between(two, three) == between(one, three)
