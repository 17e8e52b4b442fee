"""二次四分法: what the village sorter makes of what households put out, weighed.

Weights are whole tenths of a kilogram, so that sums are exact on either database.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from wufei_public.checkins.rules.schemes import Bin
from wufei_public.common.text import N_

MOST_KG = Decimal(5000)
MOST_VISITED = 2000
_TENTHS = 10


class Way(StrEnum):
    """What was weighed: the bags of a round from door to door, or a heap at one place."""

    ROUND = "round"
    HEAP = "heap"


LABELS = {Way.ROUND: N_("挨户收的"), Way.HEAP: N_("一堆称的")}


@dataclass(frozen=True, slots=True)
class Weights:
    """The four of the second split (domain.md §5), in tenths of a kilogram."""

    compost: int = 0
    sellable: int = 0
    other: int = 0
    hazardous: int = 0

    @property
    def whole(self) -> int:
        """Return the whole weight."""
        return self.compost + self.sellable + self.other + self.hazardous

    def __add__(self, more: "Weights") -> "Weights":
        return Weights(
            self.compost + more.compost,
            self.sellable + more.sellable,
            self.other + more.other,
            self.hazardous + more.hazardous,
        )


PARTS: tuple[str, ...] = tuple(part.name for part in fields(Weights))
# The same thing under the four categories of the town, so that both schemes can be compared.
FOUR: Mapping[str, Bin] = {
    "compost": Bin.FOOD,
    "sellable": Bin.RECYCLABLE,
    "other": Bin.RESIDUAL,
    "hazardous": Bin.HAZARDOUS,
}
# What both schemes know of a check-in (`schemes.COMMON`): what rots, what does not, hazardous.
COMMON: Mapping[str, tuple[str, ...]] = {
    "wet": ("compost",),
    "dry": ("sellable", "other"),
    "hazardous": ("hazardous",),
}


def tenths(kilograms: Decimal | None) -> int:
    """Return a weight in tenths of a kilogram, the half rounded up."""
    scaled = (kilograms or Decimal(0)) * _TENTHS
    return int(scaled.quantize(Decimal(1), ROUND_HALF_UP))


def kilograms(weight: int) -> str:
    """Return tenths of a kilogram as people read them: 125 is "12.5"."""
    return f"{Decimal(weight) / _TENTHS:.1f}"


def per_cent(part: int, whole: int) -> str:
    """Return a share in whole per cent, a dash where nothing was weighed."""
    return f"{100 * part / whole:.0f}%" if whole else "–"


def in_common(weights: Weights) -> dict[str, int]:
    """Return weights under what both schemes know."""
    return {name: sum(getattr(weights, part) for part in parts) for name, parts in COMMON.items()}
