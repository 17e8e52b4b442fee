from datetime import UTC, datetime, time, timedelta, timezone
from itertools import pairwise

import pytest

from wufei_public.messages.gateway import aliyun, cdn
from wufei_public.messages.rules import (
    CARRIERS,
    LEASE,
    MOST_AT_ONCE,
    PAUSES,
    SMS,
    SMS_AT_ONCE,
    next_try,
    quiet_until,
)
from wufei_public.wechat import gateway as wechat

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


def test_a_lease_covers_its_messages_at_the_time_outs_of_their_gateways() -> None:
    assert MOST_AT_ONCE * timedelta(seconds=cdn.TIMEOUT_SECONDS) < LEASE
    assert MOST_AT_ONCE * timedelta(seconds=wechat.TIMEOUT_SECONDS) < LEASE
    assert SMS_AT_ONCE / CARRIERS * timedelta(seconds=aliyun.TIMEOUT_SECONDS) < LEASE


def test_the_code_is_in_its_sentence() -> None:
    assert SMS["people.code"] % {"code": "000007", "minutes": 10} == (
        "您的验证码是 000007，10 分钟内有效。不要告诉别人。"
    )


BEIJING = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("hours", "now", "until"),
    [
        ((22, 7), (24, 21, 59), None),
        ((22, 7), (24, 22, 0), (25, 7)),
        ((22, 7), (25, 6, 59), (25, 7)),
        ((22, 7), (25, 7, 0), None),
        ((12, 14), (24, 13, 0), (24, 14)),
        ((12, 14), (24, 14, 0), None),
        (None, (24, 3, 0), None),
    ],
)
def test_quiet_hours_are_the_districts(
    hours: tuple[int, int] | None, now: tuple[int, int, int], until: tuple[int, int] | None
) -> None:
    span = (time(hours[0]), time(hours[1])) if hours else None
    found = quiet_until(datetime(2026, 11, *now, tzinfo=BEIJING), span)
    assert found == (datetime(2026, 11, *until, tzinfo=BEIJING) if until else None)
