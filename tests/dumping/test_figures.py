"""Figures of the map as values: sums, steps, the town with the most."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import NOW
from wufei_public.dumping.rules.figures import Figures, Tally, period_start
from wufei_public.dumping.rules.states import Phase

counts = st.dictionaries(st.sampled_from(list(Phase)), st.integers(0, 40))
shown_and_hidden = st.tuples(counts, counts)


def tally(shown: dict[Phase, int], hidden: dict[Phase, int]) -> Tally:
    return Tally(shown, {phase: shown.get(phase, 0) + hidden.get(phase, 0) for phase in Phase})


@given(st.dictionaries(st.sampled_from(["a", "b", "c", None]), shown_and_hidden))
def test_the_whole_is_the_sum_of_the_towns(
    found: dict[str | None, tuple[dict[Phase, int], dict[Phase, int]]],
) -> None:
    figures = Figures({town: tally(*parts) for town, parts in found.items()})
    tallies = figures.tallies.values()
    for name in ("open", "closed", "uncleared", "refused", "drawn", "hidden", "total"):
        assert getattr(figures.whole, name) == sum(getattr(one, name) for one in tallies)
    for one in tallies:
        assert one.open + one.closed + one.uncleared + one.refused + one.hidden == one.total
    most = max((figures.of(town).drawn for town in figures.foremost), default=0)
    assert all(one.drawn <= most for town, one in figures.tallies.items() if town)


def test_no_cases_are_no_finding() -> None:
    assert Figures({}).foremost == ()
    assert Figures({"a": Tally()}).foremost == ()
    assert Figures({}).step("a") == 0
    assert Figures({}).of("a") == Tally()


def test_towns_with_the_same_most_are_all_foremost() -> None:
    two, one = Tally({Phase.OPEN: 2}), Tally({Phase.OPEN: 1})
    figures = Figures({"b": two, "a": two, "c": one})
    assert figures.foremost == ("a", "b")
    assert [figures.step(town) for town in ("a", "c", "d")] == [2, 1, 0]


def test_a_period_counts_whole_days_of_the_district_with_today() -> None:
    # 10:00 on 24 November in the district; one day is today alone, from 16:00 UTC the day before.
    assert period_start(1, NOW) == datetime(2026, 11, 23, 16, tzinfo=UTC)
    assert period_start(30, NOW) == datetime(2026, 10, 25, 16, tzinfo=UTC)
