"""What a household sorts: four bins in communities, two in villages, or as it chose."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from wufei_public.common.text import N_
from wufei_public.divisions.rules.levels import Level


class Scheme(StrEnum):
    FOUR = "four"
    TWO = "two"


class Bin(StrEnum):
    """A bin of either scheme."""

    FOOD = "food"
    RECYCLABLE = "recyclable"
    HAZARDOUS = "hazardous"
    RESIDUAL = "residual"
    ROTS = "rots"
    DOES_NOT_ROT = "does_not_rot"


BINS: Mapping[Scheme, tuple[Bin, ...]] = {
    Scheme.FOUR: (Bin.FOOD, Bin.RECYCLABLE, Bin.HAZARDOUS, Bin.RESIDUAL),
    Scheme.TWO: (Bin.ROTS, Bin.DOES_NOT_ROT, Bin.HAZARDOUS),
}
# One number per set of bins; never renumbered.
BITS: Mapping[Bin, int] = {
    Bin.FOOD: 1,
    Bin.RECYCLABLE: 2,
    Bin.HAZARDOUS: 4,
    Bin.RESIDUAL: 8,
    Bin.ROTS: 16,
    Bin.DOES_NOT_ROT: 32,
}
ALL_BITS = sum(BITS.values())
LABELS: Mapping[Scheme, str] = {Scheme.FOUR: N_("四种分"), Scheme.TWO: N_("两种分")}
# What both schemes know: what rots, what does not, what is hazardous.
COMMON: Mapping[str, int] = {
    "wet": BITS[Bin.FOOD] | BITS[Bin.ROTS],
    "dry": BITS[Bin.RECYCLABLE] | BITS[Bin.RESIDUAL] | BITS[Bin.DOES_NOT_ROT],
    "hazardous": BITS[Bin.HAZARDOUS],
}


def usual_scheme(level: Level) -> Scheme:
    """Return the scheme of a place that has not chosen one."""
    return Scheme.TWO if level is Level.VILLAGE else Scheme.FOUR


def to_bits(bins: Iterable[Bin]) -> int:
    """Return the one number of a set of bins."""
    return sum(BITS[one] for one in set(bins))


def from_bits(bits: int) -> tuple[Bin, ...]:
    """Return the bins of a number."""
    return tuple(one for one, bit in BITS.items() if bits & bit)


def fits(bins: Iterable[Bin], scheme: Scheme) -> bool:
    """Say whether there is at least one bin and all of them belong to the scheme."""
    chosen = set(bins)
    return bool(chosen) and chosen <= set(BINS[scheme])
