"""What a fill is made of: its size, its last instant, and chance that repeats itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Plan:
    """The year that ends at `until`, of so many residents and reports."""

    seed: int
    until: datetime
    residents: int
    reports: int

    def rng(self, *words: object) -> Random:
        """Return the chance of one part: the same words give the same year again."""
        return Random("/".join(map(str, (self.seed, *words))))  # noqa: S311  a play, no secret


def chance(rng: Random, share: float) -> bool:
    """Say yes in `share` of the cases."""
    return rng.random() < share


def parts_of(count: int, size: int) -> int:
    """Return in how many parts of `size` `count` things are written."""
    return -(-count // size)
