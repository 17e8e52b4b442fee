"""Points, sections, totals, panels: worked examples and properties, no application."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cells.rubrics import all_best, best, flat, kinds, rubric, worst
from wufei_public.cells.rules.panels import Sheet, complete, outliers, result, spread, visible
from wufei_public.cells.rules.rubrics import Item, Rubric
from wufei_public.cells.rules.scoring import (
    Answer,
    check_answer,
    item_points,
    judge,
    missing,
    score,
    section_points,
)
from wufei_public.common.errors import Invalid
from wufei_public.common.scores import hundredths, root_hundredths, written

HOTEL = rubric("hotel")


def item(name: str) -> Item:
    found = HOTEL.item(name)
    assert found
    return found


# ---- rounding -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        (Fraction(1, 3), "0.33"),
        (Fraction(5, 1000), "0.01"),
        (Fraction(4999, 1_000_000), "0"),
        (Fraction(7995, 100), "79.95"),
        (Fraction(799951, 10_000), "80.00"),
    ],
)
def test_half_goes_up(value: Fraction, rounded: str) -> None:
    assert hundredths(value) == Decimal(rounded)


@given(st.fractions(min_value=0, max_value=10_000, max_denominator=1000))
def test_a_root_is_rounded_half_up_exactly(value: Fraction) -> None:
    root = Fraction(root_hundredths(value))
    half = Fraction(1, 200)
    assert (root - half if root else Fraction(0)) ** 2 <= value < (root + half) ** 2


def test_a_score_is_written_without_zeros() -> None:
    assert [written(Decimal(one)) for one in ("80.00", "79.5", "0", "100")] == [
        "80", "79.5", "0", "100",
    ]  # fmt: skip


# ---- one item -------------------------------------------------------------------


def test_steps_give_what_they_say_and_an_empty_answer_nothing() -> None:
    item_of_steps = item("hotel-org-02")
    given_points = [item_points(item_of_steps, Answer(step=number)) for number in range(4)]
    assert given_points == [7, 5, 3, 0]
    assert item_points(item_of_steps, Answer()) == 0


def test_a_ratio_is_linear_between_its_ends_and_flat_outside() -> None:
    # 4 points; full at 100 %, none at 50 %.
    big_bottles = item("hotel-reduce-02")
    points = [
        item_points(big_bottles, Answer(value=Decimal(value)))
        for value in (0, 50, 75, 80, 100, 120)
    ]
    assert points == [0, 0, 2, Fraction(12, 5), 4, 4]


def test_where_less_is_better_the_scale_runs_the_other_way() -> None:
    lower = next(
        one
        for kind in kinds()
        for one in rubric(kind).items
        if one.ratio and one.ratio.full_at < one.ratio.zero_at
    )
    assert lower.ratio
    assert item_points(lower, Answer(value=lower.ratio.full_at)) == lower.points
    assert item_points(lower, Answer(value=Decimal(0))) == lower.points
    assert item_points(lower, Answer(value=lower.ratio.zero_at * 2)) == 0


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("hotel-org-02", Answer()),
        ("hotel-org-02", Answer(step=4)),
        ("hotel-org-02", Answer(step=-1)),
        ("hotel-org-02", Answer(value=Decimal(3))),
        ("hotel-org-02", Answer(na=True)),  # it always applies
        ("hotel-reduce-03", Answer(na=True, value=Decimal(3))),
        ("hotel-reduce-03", Answer(value=Decimal(-1))),
        ("hotel-reduce-03", Answer(step=0)),
    ],
)
def test_an_answer_that_the_item_does_not_know_is_refused(name: str, answer: Answer) -> None:
    with pytest.raises(Invalid):
        check_answer(item(name), answer)


def test_answers_that_an_item_knows_pass() -> None:
    check_answer(item("hotel-org-02"), Answer(step=3))
    check_answer(item("hotel-reduce-03"), Answer(value=Decimal(45)))
    check_answer(item("hotel-reduce-03"), Answer(na=True))


# ---- sections and totals --------------------------------------------------------


def test_what_does_not_apply_gives_its_weight_to_the_others_of_its_section() -> None:
    # 源头减量: 8, 4, 6, 7, 5 of 30; the 6 and the 7 do not apply, 17 remain; 13 of them earned.
    answers = all_best(HOTEL) | {
        "hotel-reduce-03": Answer(na=True),
        "hotel-reduce-04": Answer(na=True),
        "hotel-reduce-02": Answer(value=Decimal(50)),
    }
    assert section_points(HOTEL, "reduce", answers) == Fraction(13 * 30, 17)
    scored = score(HOTEL, answers)
    assert scored.sections[1].points == Decimal("22.94")
    assert scored.total == Decimal("92.94")


def test_a_total_of_exactly_eighty_passes_and_a_hundredth_less_does_not() -> None:
    assert judge(HOTEL, flat("80")).passed
    assert judge(HOTEL, flat("79.99")).below
    assert not judge(HOTEL, flat("79.99")).passed


@pytest.mark.parametrize(
    ("total", "stars"),
    [("79.99", 0), ("80", 3), ("87.99", 3), ("88", 4), ("94.99", 4), ("95", 5)],
)
def test_stars_begin_where_the_rubric_says(total: str, stars: int) -> None:
    assert judge(HOTEL, flat(total)).stars == stars


def test_a_section_below_its_share_fails_a_total_that_would_pass() -> None:
    answers = all_best(HOTEL) | {one.id: worst(one) for one in HOTEL.of_section("data")}
    scored = score(HOTEL, answers)
    assert scored.total == 95
    verdict = judge(HOTEL, scored)
    assert (verdict.passed, verdict.stars, verdict.low_sections) == (False, 0, ("data",))


def test_a_veto_wins_over_full_points() -> None:
    scored = score(HOTEL, all_best(HOTEL), ["hotel-veto-02"])
    assert scored.total == 100
    verdict = judge(HOTEL, scored)
    assert (verdict.passed, verdict.stars, verdict.vetoes) == (False, 0, ("hotel-veto-02",))


def test_the_bonus_counts_in_the_total_and_stops_at_ten() -> None:
    bonus = {one.id: Answer(step=0) for one in HOTEL.bonus}
    assert sum(one.points for one in HOTEL.bonus) >= 10
    scored = score(HOTEL, all_best(HOTEL) | bonus)
    assert (scored.bonus, scored.total) == (10, 110)
    assert [one.points for one in scored.sections] == [one.full for one in scored.sections]


def test_a_section_in_which_nothing_applies_gives_its_weight_to_the_others() -> None:
    nothing = {one.id: Answer(na=True) for one in HOTEL.of_section("data")}
    assert section_points(HOTEL, "data", nothing) is None
    scored = score(HOTEL, all_best(HOTEL) | nothing)
    assert scored.total == 100
    assert (scored.sections[-1].applies, scored.sections[-1].reached) == (False, True)


def answers_to(found: Rubric) -> st.SearchStrategy[dict[str, Answer]]:
    def one(item: Item) -> st.SearchStrategy[Answer]:
        given_step = st.integers(0, max(0, len(item.steps) - 1)).map(lambda n: Answer(step=n))
        value = st.decimals(0, 1000, places=2).map(lambda v: Answer(value=v))
        ways = [value if item.ratio else given_step, st.just(Answer())]
        return st.one_of(*ways, *([st.just(Answer(na=True))] if item.allows_na else []))

    return st.fixed_dictionaries({item.id: one(item) for item in found.all_items()})


@settings(max_examples=40, deadline=None)
@given(st.data(), st.sampled_from(kinds()))
def test_a_total_lies_between_nothing_and_all_and_is_the_sum_of_its_parts(
    data: st.DataObject, kind: str
) -> None:
    found = rubric(kind)
    scored = score(found, data.draw(answers_to(found)))
    assert 0 <= scored.total <= 110
    assert all(0 <= one.points <= one.full for one in scored.sections)
    # Each part is rounded by itself: up to half a hundredth each.
    parts = sum((one.points for one in scored.sections), scored.bonus)
    assert abs(parts - scored.total) <= Decimal("0.04")


@settings(max_examples=40, deadline=None)
@given(st.data(), st.sampled_from(kinds()))
def test_a_better_answer_never_lowers_the_total(data: st.DataObject, kind: str) -> None:
    found = rubric(kind)
    answers = data.draw(answers_to(found))
    name = data.draw(st.sampled_from([one.id for one in found.all_items()]))
    changed = found.item(name)
    assert changed
    if answers[name].na:
        answers[name] = worst(changed)
    assert score(found, answers | {name: best(changed)}).total >= score(found, answers).total


@pytest.mark.parametrize("kind", kinds())
def test_all_best_is_a_hundred_in_every_kind(kind: str) -> None:
    assert score(rubric(kind), all_best(rubric(kind))).total == 100


# ---- what is missing ------------------------------------------------------------


def test_what_is_missing_names_the_item_and_what_it_lacks() -> None:
    answers = all_best(HOTEL)
    proven = {one.id: 1 for one in HOTEL.items}
    assert missing(HOTEL, answers, proven) == []
    del answers["hotel-org-01"]
    assert missing(HOTEL, answers, proven | {"hotel-sort-01": 0}) == [
        ("hotel-org-01", "answer"),
        ("hotel-sort-01", "evidence"),
    ]


def test_nothing_is_to_be_proven_where_nothing_is_claimed() -> None:
    answers = all_best(HOTEL) | {"hotel-sort-01": Answer(step=3)}
    proven = {one.id: 1 for one in HOTEL.items if one.id != "hotel-sort-01"}
    assert missing(HOTEL, answers, proven) == []


def test_a_claimed_bonus_needs_its_evidence() -> None:
    proven = {one.id: 1 for one in HOTEL.items}
    answers = all_best(HOTEL) | {"hotel-bonus-01": Answer(step=0)}
    assert missing(HOTEL, answers, proven) == [("hotel-bonus-01", "evidence")]


# ---- panels ---------------------------------------------------------------------


def sheets(*totals: str | None) -> list[Sheet]:
    return [Sheet(n, flat(total) if total else None) for n, total in enumerate(totals, start=1)]


def test_a_panel_counts_the_mean_and_shows_median_and_spread() -> None:
    found = result(HOTEL, sheets("79", "90", "92"))
    assert (found.score.total, found.median, found.spread) == (
        Decimal(87), Decimal(90), Decimal("7.00"),
    )  # fmt: skip
    assert found.experts == 3
    # 79 is 11 from the median of all three.
    assert found.outliers == (1,)


def test_the_mean_of_thirds_is_rounded_once() -> None:
    assert result(HOTEL, sheets("80", "80", "79.99")).score.total == Decimal("80.00")
    assert result(HOTEL, sheets("80", "79.99", "79.99")).score.total == Decimal("79.99")


def test_scoring_closes_with_three_experts_who_are_all_in() -> None:
    assert complete(sheets("80", "80", "80"))
    assert not complete(sheets("80", "80"))
    assert not complete(sheets("80", "80", None))


def test_a_veto_holds_when_most_experts_say_so() -> None:
    one = [Sheet(n, flat("90", *(["hotel-veto-01"] if n < 2 else []))) for n in range(3)]
    two = [Sheet(n, flat("90", *(["hotel-veto-01"] if n < 1 else []))) for n in range(3)]
    assert result(HOTEL, one).score.vetoes == ("hotel-veto-01",)
    assert result(HOTEL, two).score.vetoes == ()


def test_exactly_ten_points_away_is_no_outlier() -> None:
    assert outliers({1: Fraction(80), 2: Fraction(90), 3: Fraction(90)}) == ()
    assert outliers({1: Fraction(7999, 100), 2: Fraction(90), 3: Fraction(90)}) == (1,)
    assert outliers({1: Fraction(80)}) == ()
    # Two who agree are none, however far the third is; of four in two camps all are.
    assert outliers({1: Fraction(100), 2: Fraction(100), 3: Fraction(60)}) == (3,)
    camps = {1: Fraction(100), 2: Fraction(100), 3: Fraction(60), 4: Fraction(60)}
    assert outliers(camps) == (1, 2, 3, 4)


@given(st.lists(st.decimals(0, 110, places=2), min_size=1, max_size=9))
def test_spread_is_nothing_only_where_all_agree(totals: list[Decimal]) -> None:
    found = spread([Fraction(total) for total in totals])
    if len(set(totals)) == 1:
        assert found == 0
    assert found >= 0


panel = st.lists(
    st.one_of(st.none(), st.decimals(0, 100, places=2).map(str)), min_size=1, max_size=7
)


@given(panel, panel, st.integers(1, 9))
def test_before_the_own_score_is_in_nothing_depends_on_the_others(
    one: list[str | None], other: list[str | None], expert: int
) -> None:
    """Two worlds that differ in all but the expert's own empty sheet look the same."""
    own = Sheet(expert, None)
    worlds = [
        [*(sheet for sheet in sheets(*totals) if sheet.expert != expert), own]
        for totals in (one, other)
    ]
    assert visible(worlds[0], expert) == visible(worlds[1], expert) == (own,)


def test_after_the_own_score_all_are_seen_in_an_order_that_tells_nothing() -> None:
    found = sheets("80", None, "90")
    assert [one.expert for one in visible(found, 3)] == [3, 1, 2]
    assert visible(found, 3) == visible(list(reversed(found)), 3)
    assert visible(found, 9) == ()
