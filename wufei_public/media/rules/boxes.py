"""Boxes that cover a part of a photo, as shares of its sides."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_

MOST = 40
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
    return Box(left, top, right - left, bottom - top)


def _refusal() -> Invalid:
    return Invalid("bad_box", _BAD, [FieldError("boxes", _BAD)])
