"""A funnel plot: which places differ from all together by more than chance would have it.

A small place swings widely by chance alone. The limits are those of a binomial count with
the rate of all together; verdicts are exact for small counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import exp, lgamma, log, log1p, sqrt
from statistics import NormalDist

from wufei_public.common.text import N_

# Outside of 95 % a place may be looked at; outside of 99.8 % it stands out.
WARN, ALARM = 0.95, 0.998
_EXACT_BELOW = 2000
_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP = 320.0, 200.0, 34.0, 24.0, 10.0
_STEPS = 40


class Verdict(StrEnum):
    """What may be said of a place beside all together."""

    USUAL = "usual"
    HIGH = "high"
    LOW = "low"
    FAR_HIGH = "far_high"
    FAR_LOW = "far_low"
    NONE = "none"


LABELS = {
    Verdict.USUAL: N_("和全区差不多"),
    Verdict.HIGH: N_("可能偏高"),
    Verdict.LOW: N_("可能偏低"),
    Verdict.FAR_HIGH: N_("明显偏高"),
    Verdict.FAR_LOW: N_("明显偏低"),
    Verdict.NONE: N_("没有件数"),
}
CHIPS = {
    Verdict.USUAL: "none",
    Verdict.HIGH: "doing",
    Verdict.LOW: "soon",
    Verdict.FAR_HIGH: "done",
    Verdict.FAR_LOW: "bad",
    Verdict.NONE: "none",
}

FAR = frozenset({Verdict.FAR_HIGH, Verdict.FAR_LOW})


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, in one place."""

    place: str
    part: int
    whole: int

    @property
    def rate(self) -> float:
        """Return the share, nought of nothing."""
        return self.part / self.whole if self.whole else 0.0


@dataclass(frozen=True, slots=True)
class Dot:
    """A place in the picture."""

    place: str
    x: float
    y: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Funnel:
    """The picture: dots, the line of all together, and both pairs of limits as paths.

    The axis of shares begins at `begin`, a whole tenth below all dots.
    """

    dots: Sequence[Dot]
    centre: float
    limits: Sequence[str]
    most: int
    begin: float


def together(shares: Sequence[Share]) -> float:
    """Return the rate of all places together."""
    whole = sum(one.whole for one in shares)
    return sum(one.part for one in shares) / whole if whole else 0.0


def judge(share: Share, rate: float) -> Verdict:
    """Say whether `share` differs from `rate` by more than chance would have it."""
    if not share.whole:
        return Verdict.NONE
    low, high = _tails(share.part, share.whole, rate)
    if min(low, high) < (1 - ALARM) / 2:
        return Verdict.FAR_LOW if low < high else Verdict.FAR_HIGH
    if min(low, high) < (1 - WARN) / 2:
        return Verdict.LOW if low < high else Verdict.HIGH
    return Verdict.USUAL


def _tails(part: int, whole: int, rate: float) -> tuple[float, float]:
    """Return how likely so few, and so many, are by chance."""
    if rate in {0.0, 1.0}:
        return 1.0, 1.0
    if whole >= _EXACT_BELOW:
        reached = (part - whole * rate) / sqrt(whole * rate * (1 - rate))
        return NormalDist().cdf(reached), 1 - NormalDist().cdf(reached)
    at_most = sum(_chance(k, whole, rate) for k in range(part + 1))
    return at_most, 1 - at_most + _chance(part, whole, rate)


def _chance(part: int, whole: int, rate: float) -> float:
    ways = lgamma(whole + 1) - lgamma(part + 1) - lgamma(whole - part + 1)
    return exp(ways + part * log(rate) + (whole - part) * log1p(-rate))


def verdicts(shares: Sequence[Share]) -> Mapping[str, Verdict]:
    """Return what may be said of each place."""
    rate = together(shares)
    return {one.place: judge(one, rate) for one in shares}


def funnel(shares: Sequence[Share]) -> Funnel:
    """Return the picture; the axis of counts runs to the largest place."""
    rate, said = together(shares), verdicts(shares)
    most = max((one.whole for one in shares), default=0) or 1
    least = min((one.rate for one in shares if one.whole), default=0.0)
    begin = max(0, int(least * 10) - 1) / 10
    dots = [
        Dot(one.place, _x(one.whole, most), _y(one.rate, begin), said[one.place])
        for one in shares
        if one.whole
    ]
    limits = [
        _limit(rate, (most, begin), sign * NormalDist().inv_cdf((1 + level) / 2))
        for level in (WARN, ALARM)
        for sign in (1, -1)
    ]
    return Funnel(dots, _y(rate, begin), limits, most, begin)


def _limit(rate: float, axes: tuple[int, float], reach: float) -> str:
    most, begin = axes
    points = []
    for step in range(1, _STEPS + 1):
        count = most * step / _STEPS
        edge = min(1.0, max(0.0, rate + reach * sqrt(rate * (1 - rate) / count)))
        points.append(f"{_x(count, most)} {_y(edge, begin)}")
    return "M" + "L".join(points)


def _x(count: float, most: int) -> float:
    return round(_LEFT + (_WIDTH - _LEFT - 10) * count / most, 1)


def _y(share: float, begin: float) -> float:
    part = (max(begin, share) - begin) / (1 - begin)
    return round(_TOP + (_HEIGHT - _TOP - _BOTTOM) * (1 - part), 1)
