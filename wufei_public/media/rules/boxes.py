"""Boxes that cover a part of a photo, as shares of its sides."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, isfinite

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_

MOST = 40
# Boxes lie on lines this share of a side apart, so that what a form shows is what is kept.
STEPS = 1000
# Less than this share of a side covers nothing that anybody could mean.
LEAST = 0.002
_PARTS = 4
_BAD = N_("有一个框不对：左、上、宽、高都填 0 到 100 的数。")
_TOO_MANY = N_("最多 40 个框。")


@dataclass(frozen=True, slots=True)
class Box:
    """Left, top, width and height, each from 0 to 1."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def written(self) -> tuple[str, ...]:
        """Return left, top, width and height in per cent with one digit, rounded to cover more."""
        wide = _snapped(self.x, self.y, self.right, self.bottom)
        return tuple(f"{part * 100:.1f}" for part in (wide.x, wide.y, wide.width, wide.height))

    def holds(self, x: float, y: float) -> bool:
        """Say whether the point lies in the box."""
        return self.x <= x <= self.right and self.y <= y <= self.bottom

    def pixels(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Return left, top, right, bottom in a picture of that size, rounded to cover more."""
        return (
            floor(self.x * width),
            floor(self.y * height),
            min(width, ceil((self.x + self.width) * width)),
            min(height, ceil((self.y + self.height) * height)),
        )


def read_boxes(rows: Iterable[Sequence[str]]) -> list[Box]:
    """Return boxes from rows of percentages; Invalid at `boxes` for what is none.

    Empty rows are left out; what reaches over an edge is cut there.
    """
    written = [row for row in rows if any(cell.strip() for cell in row)]
    if len(written) > MOST:
        raise Invalid("too_many_boxes", _TOO_MANY, [FieldError("boxes", _TOO_MANY)])
    return [_box(row) for row in written]


def _box(row: Sequence[str]) -> Box:
    try:
        x, y, width, height = (float(cell) / 100 for cell in row[:_PARTS])
    except ValueError as error:
        raise _refusal() from error
    right, bottom = min(1.0, x + width), min(1.0, y + height)
    left, top = max(0.0, x), max(0.0, y)
    if not all(map(isfinite, (x, y, width, height))) or min(right - left, bottom - top) < LEAST:
        raise _refusal()
    return _snapped(left, top, right, bottom)


def _snapped(left: float, top: float, right: float, bottom: float) -> Box:
    """Return the least box on the lines that holds all four edges; none leaves the picture."""
    # A share that was on a line comes back a hair beside it.
    x, y = (floor(round(edge * STEPS, 6)) / STEPS for edge in (left, top))
    far, low = (min(STEPS, ceil(round(edge * STEPS, 6))) / STEPS for edge in (right, bottom))
    return Box(x, y, round(far - x, 6), round(low - y, 6))


def covers(new: Sequence[Box], old: Sequence[Box]) -> bool:
    """Say whether every point that `old` covers is covered by `new` too, by whichever boxes.

    Between two neighbouring edges of all boxes nothing changes: the middle of each such cell
    speaks for the whole cell.
    """
    xs = _middles(edge for box in (*new, *old) for edge in (box.x, box.right))
    ys = _middles(edge for box in (*new, *old) for edge in (box.y, box.bottom))
    covered = ((x, y) for x in xs for y in ys if any(box.holds(x, y) for box in old))
    return all(any(box.holds(x, y) for box in new) for x, y in covered)


def _middles(edges: Iterable[float]) -> list[float]:
    ordered = sorted({round(edge, 6) for edge in edges})
    return [(one + two) / 2 for one, two in pairwise(ordered)]


def _refusal() -> Invalid:
    return Invalid("bad_box", _BAD, [FieldError("boxes", _BAD)])
