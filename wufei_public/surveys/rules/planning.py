"""How sure a wave will be, before anybody has answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt

# A town's figure rests on so many answers at least: 30 that count and some that do not.
LEAST_PER_TOWN = 45
# Weights and villages cost about half of the answers.
DESIGN_EFFECT = 2.0
SHARE = 0.9
_REACH = 1.96


@dataclass(frozen=True, slots=True)
class Quota:
    """What is planned for one level of the population: how many answers, how wide the interval."""

    level: str
    population: float
    wanted: int
    half_width: float


def half_width(n: float, share: float = SHARE, effect: float = DESIGN_EFFECT) -> float:
    """Return half of a 95 % interval of a share out of `n` answers, as a share."""
    return _REACH * sqrt(effect * share * (1 - share) / n) if n > 0 else 1.0


def quotas(levels: Sequence[tuple[str, float]], target: int) -> list[Quota]:
    """Return answers by level in proportion to the population, LEAST_PER_TOWN at least."""
    total = sum(population for _, population in levels)
    wanted = [
        max(LEAST_PER_TOWN, ceil(target * population / total)) if total else LEAST_PER_TOWN
        for _, population in levels
    ]
    return [
        Quota(level, population, n, half_width(n, effect=1.0))
        for (level, population), n in zip(levels, wanted, strict=True)
    ]


def to_draw(wanted: int, rate: int) -> int:
    """Return how many to ask for `wanted` answers where `rate` per cent are expected to answer."""
    return ceil(wanted * 100 / rate)


def holds_towns(target: int, towns: int) -> bool:
    """Say whether a target is large enough to give every town what its figure needs."""
    return towns > 0 and target >= LEAST_PER_TOWN * towns
