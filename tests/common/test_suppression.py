"""Nothing that rests on too few answers can be had by adding and subtracting what is shown."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wufei_public.common.suppression import Hidden, Veil, protect, protect_table

FLOOR = 10
COUNTS = st.integers(0, 25)
TABLES = st.integers(2, 4).flatmap(
    lambda width: st.lists(st.lists(COUNTS, min_size=width, max_size=width), min_size=2, max_size=3)
)


def rank_of(rows: Sequence[Sequence[int]]) -> int:
    left = [[Fraction(value) for value in row] for row in rows]
    rank = 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in left[rank:] if row[column]), None)
        if pivot is None:
            continue
        left.remove(pivot)
        left.insert(rank, pivot)
        for row in left[rank + 1 :]:
            factor = row[column] / pivot[column]
            row[:] = [a - factor * b for a, b in zip(row, pivot, strict=True)]
        rank += 1
    return rank


def given_away(
    published: Sequence[Sequence[int]], hidden: Sequence[int], counts: Sequence[int], floor: int
) -> list[tuple[int, ...]]:
    """Every sum of hidden cells that follows from the published sums and rests on too few."""
    rank = rank_of(published)
    found = []
    choices = chain.from_iterable(combinations(hidden, size) for size in range(1, len(hidden) + 1))
    for chosen in choices:
        if not 0 < sum(counts[cell] for cell in chosen) < floor:
            continue
        wanted = [int(cell in chosen) for cell in range(len(counts))]
        if rank_of([*published, wanted]) == rank:
            found.append(chosen)
    return found


def unit(cells: Sequence[int], size: int) -> list[int]:
    return [int(cell in cells) for cell in range(size)]


@settings(deadline=None)
@given(st.lists(COUNTS, min_size=1, max_size=8), st.integers(0, 20))
def test_one_way_tables_give_nothing_away(counts: list[int], floor: int) -> None:
    hidden = protect(dict(enumerate(counts)), floor)
    size = len(counts)
    shown = [cell for cell in range(size) if cell not in hidden]
    assert all(counts[cell] == 0 or counts[cell] >= floor for cell in shown)
    if sum(counts) < floor:
        return  # the total is hidden too: protect() of the total alone says so
    published = [unit(range(size), size), *(unit([cell], size) for cell in shown)]
    assert given_away(published, sorted(hidden), counts, floor) == []


def published_of(counts: Sequence[Sequence[int]], veil: Veil) -> list[list[int]]:
    places = [(i, j) for i, row in enumerate(counts) for j in range(len(row))]
    size = len(places)

    def total(chosen: Mapping[int, Hidden], axis: int) -> list[list[int]]:
        lines = {place[axis] for place in places}
        return [
            [int(place[axis] == line) for place in places] for line in lines if line not in chosen
        ]

    cells = [unit([n], size) for n, place in enumerate(places) if place not in veil.cells]
    return [[1] * size, *total(veil.rows, 0), *total(veil.columns, 1), *cells]


@settings(max_examples=100, deadline=None)
@given(TABLES)
def test_two_way_tables_give_nothing_away(counts: list[list[int]]) -> None:
    flat = [n for row in counts for n in row]
    veil = protect_table(counts, FLOOR)
    places = [(i, j) for i, row in enumerate(counts) for j in range(len(row))]
    shown = [n for n, place in zip(flat, places, strict=True) if place not in veil.cells]
    assert all(n == 0 or n >= FLOOR for n in shown)
    hidden = [n for n, place in enumerate(places) if place in veil.cells]
    if sum(flat) >= FLOOR:
        assert given_away(published_of(counts, veil), hidden, flat, FLOOR) == []


def test_the_check_itself_sees_what_is_given_away() -> None:
    counts = [[40, 10], [0, 35]]
    bare = Veil({}, {}, {(0, 1): Hidden.SMALL, (0, 0): Hidden.SECONDARY})
    # Row 1 less column 1, since the cell below is shown to be empty.
    assert given_away(published_of(counts, bare), [0, 1], [40, 10, 0, 35], 11) == [(1,)]
    veil = protect_table(counts, 11)
    assert set(veil.cells) == {(0, 0), (0, 1), (1, 0), (1, 1)}


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ({"a": 40, "b": 50}, {}),
        ({"a": 40, "b": 12, "c": 35}, {"b": Hidden.SMALL, "c": Hidden.SECONDARY}),
        ({"a": 40, "b": 12, "c": 29}, {"b": Hidden.SMALL, "c": Hidden.SMALL}),
        ({"a": 40, "b": 2, "c": 3}, dict.fromkeys("bc", Hidden.SMALL) | {"a": Hidden.SECONDARY}),
        ({"a": 40, "b": 12, "c": 0}, {"b": Hidden.SMALL, "a": Hidden.SECONDARY}),
        ({"a": 12}, {"a": Hidden.SMALL}),
        ({"a": 0}, {}),
    ],
)
def test_groups_hidden_beside_a_small_one(
    counts: dict[str, int], hidden: dict[str, Hidden]
) -> None:
    assert protect(counts, 30) == hidden


def test_a_floor_of_nothing_hides_nothing() -> None:
    assert protect({"a": 1, "b": 2}, 0) == {}
    assert protect_table([[1, 2], [3, 4]], 0) == Veil({}, {}, {})


def test_of_a_few_who_are_all_silent_even_the_silence_is_hidden() -> None:
    counts, sizes = {"old": 0, "young": 40, "middle": 60}, {"old": 1, "young": 40, "middle": 61}
    hidden = protect(counts, 30, sizes)
    assert hidden == {"old": Hidden.SMALL, "young": Hidden.SECONDARY}
    assert protect(counts, 30) == {}


def test_a_table_hides_the_least_that_helps() -> None:
    veil = protect_table([[3, 40, 90], [50, 60, 70], [80, 30, 20]], FLOOR)
    assert (veil.rows, veil.columns) == ({}, {})
    assert len(veil.cells) == 4
    assert veil.cells[0, 0] == Hidden.SMALL


def test_within_a_hidden_row_no_cell_is_shown() -> None:
    veil = protect_table([[4, 3], [50, 60], [30, 40]], FLOOR)
    assert veil.rows == {0: Hidden.SMALL, 2: Hidden.SECONDARY}
    assert {(0, 0), (0, 1), (2, 0), (2, 1)} <= set(veil.cells)
