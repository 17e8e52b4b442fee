"""Spot checks: drawn by a recorded seed at a stated rate; shares with their interval."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from wufei_public.common.text import N_

# One check-in in fifty is looked at on the spot.
PER_MILLE = 20
# Nobody looks for a bag of last week.
WAITS_DAYS = 3
_WHOLE = 1 << 32
_Z = 1.959963984540054  # 95 %


class Finding(StrEnum):
    """What a supervisor saw of one bin."""

    RIGHT = "right"
    WRONG = "wrong"
    UNSEEN = "unseen"


LABELS = {
    Finding.RIGHT: N_("分对了"),
    Finding.WRONG: N_("分错了"),
    Finding.UNSEEN: N_("没看到"),
}


def is_drawn(seed: str, check_in: int, per_mille: int = PER_MILLE) -> bool:
    """Say whether a check-in is drawn: the seed and its number alone decide, for all to repeat."""
    digest = hashlib.sha256(f"{seed} {check_in}".encode()).digest()
    return int.from_bytes(digest[:4]) * 1000 < per_mille * _WHOLE


def differing(seed: str, per_mille: int, numbers: Iterable[tuple[int, bool]]) -> list[int]:
    """Return the check-ins that a draw made again decides otherwise than is recorded."""
    return [one for one, drawn in numbers if is_drawn(seed, one, per_mille) is not drawn]


@dataclass(frozen=True, slots=True)
class Share:
    """A share of right bins among those seen, with Wilson's interval."""

    right: int
    seen: int

    @property
    def percent(self) -> float:
        """Return the share in per cent."""
        return 100 * self.right / self.seen if self.seen else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Return both ends of the 95 % interval in per cent (Wilson 1927)."""
        if not self.seen:
            return 0.0, 100.0
        share, squared = self.right / self.seen, _Z * _Z / self.seen
        middle = (share + squared / 2) / (1 + squared)
        half = _Z / (1 + squared) * sqrt(share * (1 - share) / self.seen + squared / 4 / self.seen)
        return 100 * max(0.0, middle - half), 100 * min(1.0, middle + half)
