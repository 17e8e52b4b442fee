"""Which day counts, how streaks run, which bins a scheme has: values in, values out."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wufei_public.checkins.actions.profiles import bad_words
from wufei_public.checkins.documents.own import month_weeks
from wufei_public.checkins.rules.days import (
    Claim,
    Origin,
    decide,
    next_milestone,
    reached,
    running_streak,
    streak_at,
)
from wufei_public.checkins.rules.people import name_faults
from wufei_public.checkins.rules.schemes import (
    ALL_BITS,
    BINS,
    COMMON,
    Bin,
    Scheme,
    fits,
    from_bits,
    to_bits,
    usual_scheme,
)
from wufei_public.common.clock import district_day
from wufei_public.divisions.rules.levels import Level

# 10:00 on Tuesday the 24th in the district.
NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
TODAY = date(2026, 11, 24)


def ago(**step: float) -> datetime:
    return NOW - timedelta(**step)


@pytest.mark.parametrize(
    ("claimed", "opened", "backdated", "day", "origin"),
    [
        (None, None, [], 24, Origin.TODAY),
        (24, None, [], 24, Origin.TODAY),
        (24, ago(days=9), [], 24, Origin.TODAY),
        (23, ago(days=1), [], 23, Origin.BACKDATED),
        (22, ago(hours=48), [], 22, Origin.BACKDATED),
        (22, ago(hours=48, seconds=1), [], 24, Origin.LATE),
        (23, ago(hours=9), [], 24, Origin.WRONG_CLOCK),  # opened only today
        (23, ago(hours=11), [], 23, Origin.BACKDATED),  # opened at 23:00 of the day before
        (25, ago(days=1), [], 24, Origin.WRONG_CLOCK),
        (21, ago(days=1), [], 24, Origin.WRONG_CLOCK),  # before the page was opened
        (23, None, [], 24, Origin.WRONG_CLOCK),  # nothing signed
        (23, ago(days=1), [18], 24, Origin.SECOND),
        (23, ago(days=1), [17], 23, Origin.BACKDATED),
        (23, ago(days=1), [24], 24, Origin.SECOND),
    ],
)
def test_the_day_that_counts(
    claimed: int | None, opened: datetime | None, backdated: list[int], day: int, origin: Origin
) -> None:
    claim = Claim(date(2026, 11, claimed) if claimed else None, opened, NOW)
    known = [date(2026, 11, one) for one in backdated]
    assert decide(claim, known) == (date(2026, 11, day), origin)


instants = st.integers(0, 364 * 86400).map(
    lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=n)
)


@given(
    st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2026, 12, 31))),
    st.one_of(st.none(), instants),
    instants,
)
def test_no_claim_reaches_further_than_two_days_back_or_ahead(
    claimed: date | None, opened: datetime | None, arrived: datetime
) -> None:
    day, origin = decide(Claim(claimed, opened, arrived), [])
    today = district_day(arrived)
    assert today - timedelta(2) <= day <= today
    assert (origin is Origin.BACKDATED) == (day < today)
    if day < today:
        assert opened is not None
        assert district_day(opened) <= day
        assert arrived - opened <= timedelta(hours=48)


def test_a_streak_goes_on_from_yesterday() -> None:
    before = {date(2026, 11, 23): 5, date(2026, 11, 21): 9}
    assert streak_at(TODAY, frozenset(before), before) == 6
    assert streak_at(date(2026, 11, 26), frozenset(before), before) == 1


def test_a_streak_is_over_after_a_missed_day() -> None:
    assert running_streak(TODAY, TODAY, 4) == 4
    assert running_streak(TODAY, TODAY - timedelta(1), 4) == 4
    assert running_streak(TODAY, TODAY - timedelta(2), 4) == 0
    assert running_streak(TODAY, None, 0) == 0


def test_milestones() -> None:
    assert [next_milestone(days) for days in (0, 6, 7, 29, 30)] == [7, 7, 14, 30, None]
    assert reached(6, 7) == (7,)
    assert reached(5, 14) == (7, 14)
    assert reached(7, 8) == ()


@given(st.sets(st.sampled_from(list(Bin)), min_size=1))
def test_bins_are_one_number_and_back(bins: set[Bin]) -> None:
    assert set(from_bits(to_bits(bins))) == bins
    assert 1 <= to_bits(bins) <= ALL_BITS


def test_schemes_have_their_own_bins_and_share_what_can_be_compared() -> None:
    assert fits([Bin.FOOD, Bin.HAZARDOUS], Scheme.FOUR)
    assert not fits([Bin.ROTS], Scheme.FOUR)
    assert not fits([], Scheme.TWO)
    assert sum(COMMON.values()) == ALL_BITS
    for scheme in Scheme:
        bits = to_bits(BINS[scheme])
        assert all(bits & common for common in COMMON.values())


def test_villages_split_twice_and_communities_four_ways() -> None:
    assert usual_scheme(Level.VILLAGE) is Scheme.TWO
    assert usual_scheme(Level.COMMUNITY) is Scheme.FOUR


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("奶奶", True), ("小明2016", True), ("", False), ("名字太长太长太长", False),
        ("13812345678", False), ("<b>", False), ("区长", False), ("a b", False), ("王·五", True),
    ],
)  # fmt: skip
def test_what_a_name_may_be(name: str, good: bool) -> None:
    assert (name_faults("name", name, 6, frozenset({"区长"})) == []) is good


@pytest.mark.parametrize(
    ("name", "good"),
    [("傻_逼", False), ("傻·逼", False), ("傻1逼", False), ("草泥马", False), ("公安局", False),
     ("习主席", False), ("小河边", True), ("老王家", True), ("桂花_香", True), ("属龙1988", True)],
)  # fmt: skip
def test_no_nickname_insults_or_speaks_for_an_office(name: str, good: bool) -> None:
    assert (name_faults("nickname", name, 10, bad_words()) == []) is good


def test_a_month_begins_on_its_weekday_and_says_each_day() -> None:
    weeks = month_weeks(frozenset({date(2026, 11, 23), TODAY}), date(2026, 11, 1), TODAY)
    cells = [cell for week in weeks for cell in week]
    assert all(len(week) == 7 for week in weeks)
    assert [cell["number"] for cell in cells[:8]] == [0, 0, 0, 0, 0, 0, 1, 2]
    states = {cell["number"]: cell["state"] for cell in cells}
    assert (states[22], states[23], states[24], states[25]) == ("off", "on", "both", "next")
