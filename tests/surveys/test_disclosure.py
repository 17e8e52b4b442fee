"""What single answers may say to everybody: no combination of few, and no more lost than needed."""

from collections import Counter
from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from wufei_public.common.suppression import protect
from wufei_public.surveys.rules.disclosure import (
    Coarse,
    Limits,
    coarse_margins,
    coarsen,
    even_weights,
    withheld_of,
)
from wufei_public.surveys.rules.sample import MISSING, Codes, Kind, Margin, Question

TOWNS, AGES = ("A", "B", "C", "D"), ("18", "30", "40", "50", "60")


def groups(rows: list[tuple[int, int]]) -> dict[str, Codes]:
    return {
        "town": Codes(TOWNS, [town for town, _ in rows]),
        "age": Codes(AGES, [age for _, age in rows]),
    }


def cells(found: Coarse) -> Counter[tuple[int, ...]]:
    return Counter(zip(*(codes.of for codes in found.groups.values()), strict=True))


def test_what_is_safe_stays_as_it_is() -> None:
    rows = [(town, age) for town in range(4) for age in range(5) for _ in range(5)]
    found = coarsen(groups(rows), len(rows))
    assert found is not None
    assert (found.smallest, found.combinations, found.dropped) == (5, 20, ())
    assert found.groups["town"].levels == TOWNS


def test_a_lonely_age_goes_to_its_neighbour_and_a_small_town_to_the_next_smallest() -> None:
    rows = [(town, age) for town in range(4) for age in range(4) for _ in range(9)]
    found = coarsen(groups([*rows, (0, 4)]), len(rows) + 1)
    assert found is not None
    assert found.groups["age"].levels == ("18", "30", "40", "50+60")
    assert found.groups["town"].levels == TOWNS
    sparse = [row for row in rows if row[0] != 3] + [(3, 0), (3, 1)]
    one = coarsen({"town": groups(sparse)["town"]}, len(sparse))
    assert one is not None
    assert one.groups["town"].levels[0] == "A+D"


def test_fewer_answers_than_k_give_no_file() -> None:
    assert coarsen(groups([(0, 0)] * 4), 4) is None
    only = coarsen(groups([(0, 0)] * 5), 5)
    assert only is not None
    assert (only.groups, only.dropped) == ({}, ("town", "age"))


ROWS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=5, max_size=80)


@settings(max_examples=150, deadline=None)
@given(ROWS, st.integers(2, 7))
def test_no_combination_stands_for_fewer_than_k(rows: list[tuple[int, int]], k: int) -> None:
    given_groups: Mapping[str, Codes] = groups(rows)
    found = coarsen(given_groups, len(rows), Limits(k))
    if len(rows) < k:
        assert found is None
        return
    assert found is not None
    if found.groups:
        assert min(cells(found).values()) == found.smallest >= k
    for name, codes in found.groups.items():
        assert set(codes.of) == set(range(len(codes.levels)))
        before = given_groups[name].of
        assert all(
            codes.of[i] == codes.of[j]
            for i in range(len(rows))
            for j in range(i)
            if before[i] == before[j]
        )
    for ordered in [found.groups["age"]] if "age" in found.groups else []:
        assert "+".join(ordered.levels) == "+".join(AGES)


@settings(max_examples=60, deadline=None)
@given(ROWS, st.integers(0, 1000))
def test_margins_keep_their_total_and_weights_theirs(
    rows: list[tuple[int, int]], seed: int
) -> None:
    found = coarsen(groups(rows), len(rows))
    assert found is not None
    margins = [Margin("town", TOWNS, (10, 20, 30, 40)), Margin("age", AGES, (20,) * 5)]
    assert {margin.total for margin in coarse_margins(margins, found)} <= {100}
    weights = [1 + (seed * (place + 1)) % 17 for place in range(len(rows))]
    even = even_weights(weights, found)
    assert abs(sum(even) - sum(weights)) < 1e-9 * sum(weights)
    columns = [codes.of for codes in found.groups.values()]
    pairs = set(zip(zip(*columns, strict=True), even, strict=False)) if columns else set()
    assert len(pairs) == (found.combinations if columns else 0)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4), st.sampled_from((0, 1, MISSING))),
                min_size=12, max_size=90))  # fmt: skip
def test_what_tables_hide_is_not_the_file_less_what_they_show(
    rows: list[tuple[int, int, int]],
) -> None:
    floor = 8
    by = groups([(town, age) for town, age, _ in rows])
    asked = Question("q", Kind.SHARE, bytes(answer for *_, answer in rows))
    withheld = withheld_of(by, [asked], floor)
    found = coarsen(by, len(rows), Limits(2, floor, withheld))
    assert found is not None
    said = [answer != MISSING for *_, answer in rows]
    if sum(said) < floor:
        return
    for name, codes in found.groups.items():
        counts = Counter(level for level, one in zip(by[name].of, said, strict=True) if one)
        sizes = Counter(by[name].of)
        hidden = protect({level: counts[level] for level in sizes}, floor, sizes)
        for coarse in range(len(codes.levels)):
            rest = sum(
                one and at == coarse and level in hidden
                for at, level, one in zip(codes.of, by[name].of, said, strict=True)
            )
            assert rest == 0 or rest >= floor


def test_the_only_one_of_an_age_is_not_had_by_subtraction() -> None:
    ages = [0] * 45 + [1] * 80 + [2] * 100 + [3] * 60 + [4]
    by = {"age": Codes(AGES, ages)}
    asked = [Question("q", Kind.SHARE, bytes([1] * len(ages)))]
    plain = coarsen(by, len(ages))
    assert plain is not None
    assert plain.groups["age"].levels[-1] == "50+60"  # sixty are shown, so one is left
    found = coarsen(by, len(ages), Limits(5, 30, withheld_of(by, asked, 30)))
    assert found is not None
    # The page hides 18 beside 60: forty-six remain of what holds both, whatever is taken away.
    assert "age" not in found.groups or any(
        {"18", "60"} <= set(level.split("+")) for level in found.groups["age"].levels
    )
