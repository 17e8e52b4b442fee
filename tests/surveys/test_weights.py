"""Weights meet every margin, sum to the population, stay under the bound."""

from collections.abc import Sequence
from math import inf, isclose

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wufei_public.common.errors import Invalid
from wufei_public.surveys.rules.linear import factorise, quadratic, solve
from wufei_public.surveys.rules.sample import Margin
from wufei_public.surveys.rules.weights import kish_effect, rake

CELLS = [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1)]


def margins(towns: Sequence[float], sexes: Sequence[float]) -> list[Margin]:
    total = sum(towns)
    scaled = tuple(total * share / sum(sexes) for share in sexes)
    return [Margin("town", ("A", "B", "C"), tuple(towns)), Margin("sex", ("f", "m"), scaled)]


def scaled(base: Sequence[float], known: Sequence[Margin]) -> list[float]:
    return [known[0].total * weight / sum(base) for weight in base]


def sums(factors: Sequence[float], base: Sequence[float], place: int) -> list[float]:
    found: dict[int, float] = {}
    for cell, factor, weight in zip(CELLS, factors, base, strict=True):
        found[cell[place]] = found.get(cell[place], 0) + factor * weight
    return [found[level] for level in sorted(found)]


def room(known: Sequence[Margin], base: Sequence[float], bound: float) -> float:
    """Least share of what towns need that the bound and the sexes leave for them (max-flow)."""
    towns, sexes = (margin.populations for margin in known)
    least = inf
    for some in range(1, 8):
        rows = [i for i in range(3) if some >> i & 1]
        for columns in ((), (0,), (1,), (0, 1)):
            most = sum(sexes[j] for j in columns) + sum(
                bound * base[2 * i + j] for i in rows for j in range(2) if j not in columns
            )
            least = min(least, most / sum(towns[i] for i in rows))
    return least


NUMBERS = st.floats(1, 1000)
KNOWN = st.builds(
    margins,
    st.lists(NUMBERS, min_size=3, max_size=3),
    st.lists(st.floats(1, 9), min_size=2, max_size=2),
)
BASE = st.lists(st.floats(1, 50), min_size=6, max_size=6)


@settings(deadline=None)
@given(KNOWN, BASE)
def test_margins_are_met(known: list[Margin], base: list[float]) -> None:
    base = scaled(base, known)
    raking = rake(CELLS, base, known, inf)
    for place, margin in enumerate(known):
        for total, population in zip(
            sums(raking.factors, base, place), margin.populations, strict=True
        ):
            assert isclose(total, population, rel_tol=1e-11)
    assert raking.deviation <= 1e-12
    weights = [f * b for f, b in zip(raking.factors, base, strict=True)]
    assert isclose(sum(weights), known[0].total, rel_tol=1e-11)


@settings(deadline=None)
@given(KNOWN, BASE)
def test_raked_factors_are_products_of_one_number_per_level(
    known: list[Margin], base: list[float]
) -> None:
    f = rake(CELLS, scaled(base, known), known, inf).factors
    assert isclose(f[0] * f[3], f[1] * f[2], rel_tol=1e-9)
    assert isclose(f[2] * f[5], f[3] * f[4], rel_tol=1e-9)


@settings(deadline=None)
@given(KNOWN, BASE, st.floats(1.1, 3))
def test_bounded_weights_meet_the_margins_too_or_are_refused(
    known: list[Margin], base: list[float], bound: float
) -> None:
    base = scaled(base, known)
    try:
        raking = rake(CELLS, base, known, bound)
    except Invalid:
        assert room(known, base, bound) < 1.01
        return
    assert max(raking.factors) <= bound
    for place, margin in enumerate(known):
        for total, population in zip(
            sums(raking.factors, base, place), margin.populations, strict=True
        ):
            assert isclose(total, population, rel_tol=1e-11)


@settings(deadline=None)
@given(KNOWN, BASE, st.permutations(range(6)))
def test_order_of_the_cells_does_not_matter(
    known: list[Margin], base: list[float], order: list[int]
) -> None:
    base = scaled(base, known)
    straight = rake(CELLS, base, known, inf).factors
    mixed = rake([CELLS[i] for i in order], [base[i] for i in order], known, inf).factors
    assert all(isclose(straight[i], f, rel_tol=1e-9) for i, f in zip(order, mixed, strict=True))


def test_the_bound_stops_some_and_the_others_carry_the_rest() -> None:
    known = margins([700, 200, 100], [1, 1])
    base = scaled([2, 1, 4, 5, 3, 2], known)
    free, bounded = (rake(CELLS, base, known, bound) for bound in (inf, 4.2))
    assert max(free.factors) > 4.2
    assert max(bounded.factors) == 4.2
    assert bounded.factors.count(4.2) == 1
    assert sums(bounded.factors, base, 0) == pytest.approx([700, 200, 100], rel=1e-11)


def test_a_level_without_respondents_is_named() -> None:
    known = margins([500, 300, 200], [1, 1])
    with pytest.raises(Invalid) as refusal:
        rake([(0, 0), (1, 0)], [1, 1], known)
    assert refusal.value.code == "no_respondents"
    assert refusal.value.facts == {"count": 2}
    assert [error.pointer for error in refusal.value.errors] == ["town/C", "sex/m"]


def test_a_bound_that_cannot_hold_is_refused_with_the_worst_level() -> None:
    known = margins([900, 50, 50], [1, 1])
    base = scaled([1] * 6, known)
    with pytest.raises(Invalid) as refusal:
        rake(CELLS, base, known, 2.0)
    assert refusal.value.code == "margins_unmet"
    assert refusal.value.facts == {"bound": "2"}
    assert [error.pointer for error in refusal.value.errors] == ["town/A"]


def test_margins_that_contradict_the_empty_cells_are_refused() -> None:
    # All of A are f and all of B are m, but A are 600 and f are 500.
    known = [Margin("town", ("A", "B"), (600, 400)), Margin("sex", ("f", "m"), (500, 500))]
    with pytest.raises(Invalid) as refusal:
        rake([(0, 0), (1, 1)], [500, 500], known, inf)
    assert refusal.value.code == "margins_unmet"


def test_weights_that_are_no_numbers_end_in_an_error_and_not_never() -> None:
    two = Margin("sex", ("m", "f"), (50.0, 50.0))
    with pytest.raises(Invalid):
        rake([(0,), (1,)], [inf, inf], [two], inf)


def test_kish_effect_of_two_weights() -> None:
    assert kish_effect(10, 20.0, 40.0) == 1.0
    # 10 × (5 × 1 + 5 × 9) / 20²
    assert kish_effect(10, 20.0, 50.0) == 1.25


def test_redundant_columns_are_left_out_of_the_equations() -> None:
    matrix = [[4.0, 2.0, 2.0], [2.0, 3.0, 3.0], [2.0, 3.0, 3.0]]
    lower = factorise(matrix)
    assert lower[2][2] == 0.0
    assert solve(lower, [8.0, 8.0, 8.0]) == pytest.approx([1.0, 2.0, 0.0])
    assert quadratic([1.0, 2.0, 0.0], matrix) == pytest.approx(24.0)
