"""When a token is asked for again, and WeChat's own example of a signature."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import NOW
from wufei_public.common.clock import district_day
from wufei_public.wechat.rules import Granted, ask_after, ask_at, may_force, signature


def test_the_signature_is_wechats_own_example() -> None:
    made = signature(
        "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg",
        "Wm3WZYTPz0wzccnW",
        1414587457,
        "http://mp.weixin.qq.com?params=value",
    )
    assert made == "0f9de62fce790f9a083d5c99e95740ceb90c27ed"


@given(st.integers(1, 7200))
def test_what_is_granted_is_asked_for_ahead_of_its_end_and_never_at_once(seconds: int) -> None:
    again = ask_at(Granted("t", seconds), NOW)
    assert again >= NOW + timedelta(minutes=1)
    assert seconds < 300 or again < NOW + timedelta(seconds=seconds)


@given(st.integers(1, 10_000), st.sampled_from([None, -1, 40001, 45009, 45011, 40125, 99999]))
def test_a_failure_never_asks_at_once_and_never_gives_up(fails: int, code: int | None) -> None:
    again = ask_after(code, fails, NOW)
    assert timedelta(seconds=5) <= again - NOW <= timedelta(days=1, minutes=2)


def test_a_day_that_is_spent_ends_at_the_districts_midnight() -> None:
    again = ask_after(45009, 1, NOW)
    assert district_day(again) == district_day(NOW) + timedelta(days=1)
    assert again - NOW < timedelta(days=1)


@pytest.mark.parametrize(
    ("before", "may"),
    [(None, True), (NOW - timedelta(minutes=74), False), (NOW - timedelta(minutes=75), True)],
)
def test_a_new_token_is_forced_twenty_times_a_day_at_most(
    before: datetime | None, *, may: bool
) -> None:
    assert may_force(before, NOW) is may
