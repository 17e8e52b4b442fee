"""Words of any length in a box of a page: as large as fits, on as few lines as need be."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

# The height of a line in millimetres for each point of its type.
LEADING = 0.5
# The width in millimetres of words in a size.
Measure = Callable[[str, float], float]


@dataclass(frozen=True, slots=True)
class Fitted:
    """Words as they are drawn: the size in points, the lines from the top."""

    size: float
    lines: tuple[str, ...]


def fitted(
    text: str, measure: Measure, *, size: float, least: float, width: float, high: float
) -> Fitted:
    """Return `text` in the largest size down from `size` whose lines fit `width` and `high` mm.

    Control characters and line breaks are spaces. What fits at no size is drawn at `least`.
    """
    words = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    at = size
    while at > least:
        lines = broken(words, lambda piece, at=at: measure(piece, at), width)  # type: ignore[misc]
        if len(lines) * at * LEADING <= high:
            return Fitted(at, tuple(lines))
        at -= 1
    return Fitted(least, tuple(broken(words, lambda piece: measure(piece, least), width)))


def broken(text: str, measure: Callable[[str], float], width: float) -> Sequence[str]:
    """Return `text` in lines no wider than `width`: at a space where one is near, else anywhere."""
    lines, line = [], ""
    for letter in text:
        if line and measure(line + letter) > width:
            head, space, tail = line.rpartition(" ")
            # A word of Latin letters goes to the next line whole, unless it is a line by itself.
            whole = space and letter != " " and tail.isascii() and letter.isascii()
            lines.append(head if whole else line.rstrip())
            line = tail if whole else ""
        line += letter if line or letter != " " else ""
    return [*lines, line] if line or not lines else lines
