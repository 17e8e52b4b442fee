"""Geometry of the board's pictures: a gauge of 240 degrees, a line of values over time.

Values in, SVG paths out; a figure is per cent. A gauge runs from 0, a trend from where it says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import cos, radians, sin

_FROM, _SPAN = 150.0, 240.0
_X, _Y, _RADIUS = 100.0, 96.0, 78.0
_HALF_TURN = 180.0
_WIDTH, _HEIGHT, _EDGE = 320.0, 120.0, 14.0
_WHOLE, _TEN = 100.0, 10


@dataclass(frozen=True, slots=True)
class Gauge:
    """Paths of a gauge: track, solid part, interval, and the line of the target."""

    track: str
    solid: str
    interval: str
    target: str


@dataclass(frozen=True, slots=True)
class Spot:
    """One value of a trend: where it lies, and its whisker's ends."""

    x: float
    y: float
    low: float
    high: float


def gauge(
    figure: Decimal | None,
    interval: tuple[Decimal, Decimal] | None,
    target: Decimal | None,
) -> Gauge:
    """Return a gauge: solid to the lower bound, light over the interval, a line at the target."""
    low, high = interval or (figure, figure)
    return Gauge(
        track=_arc(0, _WHOLE),
        solid=_arc(0, float(low)) if low else "",
        interval=_arc(float(low), float(high)) if interval and low is not None and high else "",
        target=_tick(float(target)) if target is not None else "",
    )


def _at(share: float, radius: float) -> str:
    angle = radians(_FROM + _SPAN * min(_WHOLE, max(0.0, share)) / _WHOLE)
    return f"{_X + radius * cos(angle):.1f} {_Y + radius * sin(angle):.1f}"


def _arc(begin: float, end: float) -> str:
    large = int(_SPAN * (end - begin) / _WHOLE > _HALF_TURN)
    ends = _at(begin, _RADIUS), _at(end, _RADIUS)
    return f"M{ends[0]}A{_RADIUS:g} {_RADIUS:g} 0 {large} 1 {ends[1]}"


def _tick(share: float) -> str:
    return f"M{_at(share, _RADIUS - 14)}L{_at(share, _RADIUS + 14)}"


def begin_of(shares: Sequence[Decimal]) -> int:
    """Return where the axis of a trend begins: a whole ten below everything in it."""
    return max(0, (int(min(shares)) // _TEN - 1) * _TEN)


def height_of(share: float, begin: int) -> float:
    """Return where per cent `share` lies in a trend from `begin` to 100, down from its top."""
    inner, part = _HEIGHT - 2 * _EDGE, (share - begin) / (_WHOLE - begin)
    return round(_EDGE + inner * (1 - min(1.0, max(0.0, part))), 1)


def spots(values: Sequence[tuple[Decimal, Decimal, Decimal]], begin: int) -> list[Spot]:
    """Return each (figure, low, high) of a trend, the oldest at the left."""
    step = (_WIDTH - 2 * _EDGE) / max(1, len(values) - 1)
    return [
        Spot(
            round(_EDGE + step * at, 1),
            height_of(float(figure), begin),
            height_of(float(low), begin),
            height_of(float(high), begin),
        )
        for at, (figure, low, high) in enumerate(values)
    ]
