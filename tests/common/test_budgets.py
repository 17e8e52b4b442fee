from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wufei_public.common.budgets import Budget, Span
from wufei_public.common.clock import district_day

HOUR, DAY = Budget("h", 5, Span.HOUR), Budget("d", 5, Span.DAY)
AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # 10:00 in the district


@pytest.mark.parametrize(
    ("budget", "now", "wait"),
    [
        (HOUR, AT, 3600),
        (HOUR, AT + timedelta(minutes=59, seconds=59, milliseconds=1), 1),
        (DAY, AT, 14 * 3600),
        (DAY, AT + timedelta(hours=14), 24 * 3600),
    ],
)
def test_a_budget_begins_anew_with_the_next_span(budget: Budget, now: datetime, wait: int) -> None:
    assert budget.wait(now) == wait


@given(st.integers(0, 2 * 10**15).map(lambda n: AT + timedelta(microseconds=n)))
def test_waiting_leads_into_the_next_span_and_no_further(now: datetime) -> None:
    for budget in (HOUR, DAY):
        after = now + timedelta(seconds=budget.wait(now))
        assert budget.ends(after) > budget.ends(now) <= after
        assert after - budget.ends(now) < timedelta(seconds=1)
    assert district_day(now + timedelta(seconds=DAY.wait(now))) > district_day(now)
