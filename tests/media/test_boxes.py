"""Boxes: read from rows, and nothing of what they cover is left in the picture."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.media.make import jpeg
from wufei_public.common.errors import Invalid
from wufei_public.media import gateway
from wufei_public.media.rules.boxes import MOST, Box, covers, read_boxes


def test_rows_of_per_cent_become_boxes_cut_at_the_edge() -> None:
    rows = [("10", "20", "30", "40"), ("", "", "", ""), ("90", "-5", "50", "10.5")]
    one, two = read_boxes(rows)
    assert one == Box(0.1, 0.2, pytest.approx(0.3), pytest.approx(0.4))
    assert two == Box(0.9, 0.0, pytest.approx(0.1), pytest.approx(0.055))


@pytest.mark.parametrize(
    "row",
    [("x", "0", "1", "1"), ("0", "0", "0", "5"), ("nan", "0", "5", "5"), ("120", "0", "5", "5")],
)
def test_what_covers_nothing_is_refused(row: tuple[str, ...]) -> None:
    with pytest.raises(Invalid):
        read_boxes([row])


def test_there_is_an_end() -> None:
    with pytest.raises(Invalid):
        read_boxes([("1", "1", "5", "5")] * (MOST + 1))


PARTS = st.floats(0, 0.9), st.floats(0, 0.9), st.floats(0.01, 1), st.floats(0.01, 1)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(*PARTS), min_size=1, max_size=4))
def test_every_pixel_of_a_box_is_black(parts: list[tuple[float, float, float, float]]) -> None:
    boxes = [Box(x, y, min(w, 1 - x), min(h, 1 - y)) for x, y, w, h in parts]
    plain = gateway.develop(jpeg(width=320, height=240)).large
    made = gateway.covered(plain.data, boxes)
    with Image.open(io.BytesIO(made.large.data)) as picture:
        assert picture.size == (plain.width, plain.height)
        for box in boxes:
            inside = picture.crop(box.pixels(*picture.size)).convert("L")
            assert inside.getextrema()[1] < 96  # what JPEG leaves at the edge of black
            left, top, right, bottom = box.pixels(*picture.size)
            # A share a hair under a pixel's edge is that edge: no picture has parts of a pixel.
            assert left <= box.x * picture.width + 1e-9
            assert right >= (box.x + box.width) * picture.width - 1e-9
            assert bottom > top


LINES = st.integers(0, 18)
BOXES = st.lists(
    st.builds(
        lambda x, y, w, h: Box(x / 20, y / 20, min(w, 20 - x) / 20, min(h, 20 - y) / 20),
        LINES,
        LINES,
        st.integers(1, 12),
        st.integers(1, 12),
    ),
    max_size=5,
)


def cells(boxes: list[Box]) -> set[tuple[int, int]]:
    """Return which of 20 × 20 cells the boxes cover."""
    middles = [(x, y) for x in range(20) for y in range(20)]
    return {
        (x, y)
        for x, y in middles
        if any(box.holds((x + 0.5) / 20, (y + 0.5) / 20) for box in boxes)
    }


@given(BOXES, BOXES)
def test_boxes_cover_others_when_each_cell_says_so(new: list[Box], old: list[Box]) -> None:
    assert covers(new, old) == (cells(old) <= cells(new))
    assert covers([*new, *old], old)


@given(st.floats(0, 0.9), st.floats(0, 0.9), st.floats(0.01, 0.1), st.floats(0.01, 0.1))
def test_what_the_form_shows_covers_what_was_kept_and_is_kept_as_it_is(
    x: float, y: float, width: float, height: float
) -> None:
    box = Box(x, y, width, height)
    [again] = read_boxes([box.written()])
    assert covers([again], [box])
    assert read_boxes([again.written()]) == [again]
