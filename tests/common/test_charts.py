"""Maps: worked examples, and what holds for every shape."""

from itertools import pairwise
from math import cos, pi, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wufei_public.common.charts import (
    TOLERANCE,
    Area,
    drawn_inside,
    frame_of,
    middle_of,
    outline_plan,
    placed,
    simplified,
    stacked,
    step_of,
    steps,
    tile_plan,
)
from wufei_public.common.geo import Box, MultiPolygon, Point, Vertex, contains, crossing

DISTRICT = Box(34.5, 112.6, 34.8, 113.0)
SQUARE: MultiPolygon = [[[(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0), (0.0, 0.0)]]]
units = st.floats(0, 360)
lines = st.lists(st.tuples(units, units), min_size=2, max_size=60)


def star(radii: list[float]) -> MultiPolygon:
    """Return a shape whose vertices lie around a point, each at its own distance."""
    turn = 2 * pi / len(radii)
    ring = [(112.8 + r * cos(at * turn), 34.6 + r * sin(at * turn)) for at, r in enumerate(radii)]
    return [[[*ring, ring[0]]]]


stars = st.lists(st.floats(0.03, 0.1), min_size=8, max_size=120).map(star)


def apart(one: Vertex, two: Vertex, point: Vertex) -> float:
    """Return the distance of a point from a segment: turned so that the segment lies flat."""
    along = complex(*two) - complex(*one)
    turned = complex(*point) - complex(*one)
    if along:
        turned /= along / abs(along)
    beyond = max(-turned.real, 0.0, turned.real - abs(along))
    return abs(complex(beyond, turned.imag))


# ---- tiles ----------------------------------------------------------------------


def test_tiles_stand_on_a_grid() -> None:
    plan = tile_plan({"a": (1, 2), "b": (2, 1)}, 56)
    assert (plan.width, plan.height, plan.frame) == (146, 118, None)
    assert [(area.key, area.x, area.y) for area in plan.areas] == [("a", 111, 28), ("b", 35, 90)]
    assert plan.areas[1].path == (
        "M6 62h58a6 6 0 0 1 6 6v44a6 6 0 0 1 -6 6h-58a6 6 0 0 1 -6 -6v-44a6 6 0 0 1 6 -6z"
    )


@given(st.sets(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=1, max_size=30))
def test_no_tile_lies_on_another_or_outside(cells: set[tuple[int, int]]) -> None:
    plan = tile_plan({str(number): cell for number, cell in enumerate(cells)})
    middles = [(area.x, area.y) for area in plan.areas]
    assert len(set(middles)) == len(cells)
    assert all(35 <= x <= plan.width - 35 and 28 <= y <= plan.height - 28 for x, y in middles)


# ---- outlines -------------------------------------------------------------------


def test_a_frame_keeps_the_proportions_of_the_ground() -> None:
    frame = frame_of([DISTRICT], 360)
    assert frame.at(Point(34.8, 112.6)) == (0, 0)
    # 0.4° of longitude at 34.65° are 0.32907° of a great circle, so 0.3° of latitude are:
    assert frame.at(Point(34.5, 113.0)) == (360, pytest.approx(360 * 0.3 / 0.32907, abs=0.1))


def test_a_square_becomes_its_corners() -> None:
    box = Box(0, 0, 0.2, 0.2)
    side = [0.0, 0.05, 0.1, 0.15]
    ring = [
        *((x, 0.0) for x in side),
        *((0.2, y) for y in side),
        *((0.2 - x, 0.2) for x in side),
        *((0.0, 0.2 - y) for y in side),
        (0.0, 0.0),
    ]
    plan = outline_plan({"a": [[ring]]}, frame_of([box], 100))
    (area,) = plan.areas
    assert area.path == "M0 100L100 100L100 0L0 0z"
    # Of the 24 lines one of the two next to the middle; the edge is 50 - 100/48 away.
    assert area.x == 50
    assert area.y == pytest.approx(50, abs=2.2)
    assert area.room == pytest.approx(95.8, abs=0.1)


def test_what_is_too_small_to_be_seen_is_left_out() -> None:
    speck = [[(0.1, 0.1), (0.1001, 0.1), (0.1001, 0.1001), (0.1, 0.1)]]
    big = [[(0.0, 0.0), (0.2, 0.0), (0.2, 0.2), (0.0, 0.0)]]
    plan = outline_plan({"a": [big, speck], "b": [speck]}, frame_of([Box(0, 0, 0.2, 0.2)], 100))
    assert [area.path for area in plan.areas] == ["M0 100L100 100L100 0z", ""]


@given(lines)
def test_a_simplified_line_leaves_no_vertex_far_behind(line: list[Vertex]) -> None:
    kept = simplified(line, TOLERANCE)
    assert (kept[0], kept[-1]) == (line[0], line[-1])
    assert all(vertex in line for vertex in kept)
    edges = list(pairwise(kept)) or [(kept[0], kept[0])]
    for vertex in line:
        assert min(apart(*edge, vertex) for edge in edges) <= TOLERANCE + 1e-9


@given(stars)
def test_the_label_of_an_outline_stands_inside(shape: MultiPolygon) -> None:
    plan = outline_plan({"a": shape}, frame_of([DISTRICT]))
    (area,) = plan.areas
    assert contains(area.shape, Point(area.y, area.x)) or area.room < 1
    assert area.room >= 0
    assert crossing(area.shape[0][0]) is None or len(area.shape[0][0]) < len(shape[0][0])


@given(stars, units, units)
def test_a_point_of_a_town_is_drawn_in_it(shape: MultiPolygon, x: float, y: float) -> None:
    (area,) = outline_plan({"a": shape}, frame_of([DISTRICT])).areas
    at = drawn_inside(area, x, y)
    grown = [area.shape, (area.x, area.y)]
    assert contains(grown[0], Point(at[1], at[0])) or at == grown[1] or area.room < 1  # type: ignore[arg-type]


def test_a_point_inside_stays_and_one_outside_moves_towards_the_middle() -> None:
    area = Area("a", "", 5, 5, 10, SQUARE)
    assert drawn_inside(area, 2, 3) == (2, 3)
    assert drawn_inside(area, 13, 5) == (9, 5)
    assert drawn_inside(Area("t", "", 5, 5, 10), 40, 40) == (5, 5)


def test_the_roomiest_part_gets_the_label() -> None:
    small: MultiPolygon = [[[(20.0, 0.0), (22.0, 0.0), (22.0, 2.0), (20.0, 2.0), (20.0, 0.0)]]]
    (x, _y), room = middle_of([*small, *SQUARE])
    assert x == 5
    assert room == pytest.approx(5, abs=0.25)
    assert middle_of([]) == ((0, 0), 0)


def test_a_hole_gets_no_label() -> None:
    hole = [(3.0, 3.0), (7.0, 3.0), (7.0, 7.0), (3.0, 7.0), (3.0, 3.0)]
    ringed: MultiPolygon = [[SQUARE[0][0], hole]]
    (x, y), _room = middle_of(ringed)
    assert contains(ringed, Point(y, x))


# ---- steps ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("most", "begins"),
    [(0, ()), (1, (1,)), (2, (1, 2)), (3, (1, 2, 3)), (4, (1, 2, 3, 4)), (37, (1, 10, 19, 28))],
)
def test_steps_are_equal_parts(most: int, begins: tuple[int, ...]) -> None:
    assert steps(most) == begins


@given(st.integers(0, 5000), st.data())
def test_every_number_has_a_step_and_more_is_never_lighter(most: int, data: st.DataObject) -> None:
    begins = steps(most)
    one, two = sorted(data.draw(st.tuples(st.integers(0, most), st.integers(0, most))))
    assert step_of(one, begins) <= step_of(two, begins)
    assert step_of(0, begins) == 0
    assert (step_of(one, begins) >= 1) == (one >= 1)
    assert step_of(most, begins) == len(begins) == min(most, 4)


def test_parts_of_a_bar_follow_each_other() -> None:
    assert stacked([0.25, 0.5, 0.125]) == [(0.0, 25.0), (25.0, 50.0), (75.0, 12.5)]


@pytest.mark.parametrize(("value", "found"), [(0.5, 0.0), (0.6, 0.0), (0.8, 50.0), (1.2, 100.0)])
def test_a_value_lies_between_the_ends_of_its_axis(value: float, found: float) -> None:
    assert placed(value, 0.6, 1.0) == found
