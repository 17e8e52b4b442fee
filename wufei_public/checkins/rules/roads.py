"""路长制 (task A-28): stretches of road, looked at by their chief at least once a week."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum

from wufei_public.common.text import N_

EVERY = timedelta(days=7)
MOST_NAME, MOST_WORDS = 40, 200


class Trouble(StrEnum):
    """What a chief may find on a stretch; nothing of it is a clean stretch."""

    LITTER = "litter"
    FULL_BINS = "full_bins"
    DUMPED = "dumped"


# One number per set of troubles; never renumbered.
BITS: Mapping[Trouble, int] = {Trouble.LITTER: 1, Trouble.FULL_BINS: 2, Trouble.DUMPED: 4}
ALL_BITS = sum(BITS.values())
LABELS: Mapping[Trouble, str] = {
    Trouble.LITTER: N_("路面有零散垃圾"),
    Trouble.FULL_BINS: N_("垃圾桶满了或坏了"),
    Trouble.DUMPED: N_("有人偷倒的堆"),
}


class State(StrEnum):
    CLEAN = "clean"
    TROUBLED = "troubled"
    DUE = "due"


STATES = {State.CLEAN: N_("干净"), State.TROUBLED: N_("有问题"), State.DUE: N_("该巡了")}
CHIPS = {State.CLEAN: "done", State.TROUBLED: "bad", State.DUE: "soon"}


def to_bits(found: Iterable[Trouble]) -> int:
    """Return the one number of a set of troubles."""
    return sum(BITS[one] for one in set(found))


def from_bits(bits: int) -> tuple[Trouble, ...]:
    """Return the troubles of a number."""
    return tuple(one for one, bit in BITS.items() if bits & bit)


def state_of(last: date | None, found: int, today: date) -> State:
    """Return how a stretch stands: due again a week after it was looked at."""
    if last is None or last <= today - EVERY:
        return State.DUE
    return State.TROUBLED if found else State.CLEAN
