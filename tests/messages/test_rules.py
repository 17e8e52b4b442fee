from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from wufei_public.messages.rules import LEASE, MOST_AT_ONCE, PAUSES, SMS, next_try

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def test_pauses_grow_and_end() -> None:
    pauses = [next_try(tries, NOW) for tries in range(1, len(PAUSES) + 2)]
    assert pauses[:-1] == [NOW + pause for pause in PAUSES]
    assert pauses[-1] is None
    assert all(earlier < later for earlier, later in pairwise(PAUSES))


@pytest.mark.parametrize(
    ("left", "again"), [(timedelta(seconds=6), True), (timedelta(seconds=5), False)]
)
def test_what_is_useless_by_then_is_not_tried_again(left: timedelta, *, again: bool) -> None:
    assert (next_try(1, NOW, NOW + left) is not None) is again


def test_a_lease_covers_its_messages_at_five_seconds_each() -> None:
    assert MOST_AT_ONCE * timedelta(seconds=5) < LEASE


def test_the_code_is_in_its_sentence() -> None:
    assert SMS["people.code"] % {"code": "000007", "minutes": 10} == (
        "您的验证码是 000007，10 分钟内有效。不要告诉别人。"
    )
