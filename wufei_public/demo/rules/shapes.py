"""Plain shapes in a square of one by one, x to the right, y down: what a picture is made of."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

Colour = tuple[int, int, int]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shape:
    """A filled polygon; `alpha` from 0 to 255."""

    points: Sequence[Point]
    colour: Colour
    alpha: int = 255


def tint(rng: Random, colour: Colour, spread: int = 14) -> Colour:
    """Return a colour near `colour`, lighter or darker."""
    step = rng.randint(-spread, spread)
    red, green, blue = (max(0, min(255, part + step)) for part in colour)
    return red, green, blue


def dark(colour: Colour, share: float = 0.6) -> Colour:
    """Return `colour` in the shade."""
    red, green, blue = (int(part * share) for part in colour)
    return red, green, blue


def box(at: Point, width: float, height: float, turn: float = 0.0) -> Sequence[Point]:
    """Return a rectangle around `at`, turned by `turn` radians."""
    cos, sin = math.cos(turn), math.sin(turn)
    corners = ((-width, -height), (width, -height), (width, height), (-width, height))
    return [(at[0] + (x * cos - y * sin) / 2, at[1] + (x * sin + y * cos) / 2) for x, y in corners]


def oval(
    at: Point, width: float, height: float, rng: Random | None = None, turn: float = 0.0
) -> Sequence[Point]:
    """Return an ellipse around `at`; with `rng` it is bumpy like a full bag."""
    points = []
    cos, sin = math.cos(turn), math.sin(turn)
    for step in range(20):
        angle = step * math.tau / 20
        bump = rng.uniform(0.86, 1.12) if rng else 1.0
        x, y = math.cos(angle) * width * bump / 2, math.sin(angle) * height * bump / 2
        points.append((at[0] + x * cos - y * sin, at[1] + x * sin + y * cos))
    return points


def stroke(start: Point, end: Point, width: float) -> Sequence[Point]:
    """Return a line from `start` to `end` as a thin polygon."""
    x, y = end[0] - start[0], end[1] - start[1]
    length = math.hypot(x, y) or 1.0
    across = (-y / length * width / 2, x / length * width / 2)
    return [
        (start[0] + across[0], start[1] + across[1]),
        (end[0] + across[0], end[1] + across[1]),
        (end[0] - across[0], end[1] - across[1]),
        (start[0] - across[0], start[1] - across[1]),
    ]


def pile(rng: Random, count: int, middle: Point, width: float, height: float) -> list[Point]:
    """Return `count` places in a mound on `middle`, those behind first."""
    found = []
    for _ in range(count):
        up = rng.random() ** 1.5
        x = middle[0] + rng.gauss(0, 0.36) * width * (1 - up * 0.75) / 1.4
        found.append((x, middle[1] - up * height + rng.uniform(-0.01, 0.02)))
    return sorted(found, key=lambda point: point[1])


def shadow(middle: Point, width: float, height: float) -> Shape:
    """Return the shadow that lies under a heap."""
    return Shape(oval((middle[0] + 0.02, middle[1]), width, height), (20, 20, 18), 110)
