from datetime import UTC, date, datetime, timedelta

import pytest

from wufei_public.common.clock import day_end, day_start, district_day, utc_now


def test_the_clock_is_aware_and_in_utc() -> None:
    now = utc_now()
    assert now.tzinfo is UTC
    assert utc_now() - now < timedelta(seconds=5)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 11, 23, 16, 0, tzinfo=UTC), date(2026, 11, 24)),
    ],
)
def test_the_district_day_changes_at_16_utc(instant: datetime, day: date) -> None:
    assert district_day(instant) == day


def test_a_day_begins_and_ends_in_the_district() -> None:
    day = date(2026, 11, 24)
    assert day_start(day) == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
    assert day_end(day) == datetime(2026, 11, 24, 15, 59, 59, tzinfo=UTC)
    assert day_start(day).tzinfo is UTC
