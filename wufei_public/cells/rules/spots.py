"""The yearly spot check: one named unit in ten, drawn by a seed that anybody can draw by again."""

import hashlib
from collections.abc import Collection
from enum import StrEnum

from wufei_public.common.text import N_

# One in so many, and at least one.
ONE_IN = 10


class Finding(StrEnum):
    """What was found on the spot; empty until somebody was there."""

    OPEN = ""
    KEPT = "kept"
    SLIPPED = "slipped"


FINDING_LABELS = {
    Finding.OPEN: N_("还没去看"),
    Finding.KEPT: N_("保持标准"),
    Finding.SLIPPED: N_("有问题，要整改"),
}
FINDING_CHIPS = {Finding.OPEN: "none", Finding.KEPT: "done", Finding.SLIPPED: "soon"}


def drawn(seed: str, numbers: Collection[str]) -> tuple[str, ...]:
    """Return the certificates that `seed` draws: the first tenth by SHA-256 of seed and number."""
    ordered = sorted(numbers, key=lambda number: _place(seed, number))
    return tuple(ordered[: -(-len(ordered) // ONE_IN)])


def _place(seed: str, number: str) -> bytes:
    return hashlib.sha256(f"{seed}:{number}".encode()).digest()
