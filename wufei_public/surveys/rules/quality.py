"""Marks of answers given without care. A mark excludes nobody: people decide that.

Pace: the time from first screen to last against the time that a quick reader takes, six
characters a second. Who needs less than a third of that can hardly have read the questions.
Straight lines: the same step for every item of a battery, which only means something where
there are several items.
"""

from collections.abc import Sequence
from enum import StrEnum

SECONDS_PER_CHARACTER = 1 / 6
SECONDS_PER_CHOICE = 1.5
_FAST = 1 / 3
_SLOW = 5.0
LEAST_ITEMS = 4


class Pace(StrEnum):
    """How long somebody took; stored instead of the seconds."""

    FAST = "fast"
    USUAL = "usual"
    SLOW = "slow"


def reading_seconds(characters: int, questions: int) -> float:
    """Return how long it takes to read what was shown, and to choose an answer to each."""
    return characters * SECONDS_PER_CHARACTER + questions * SECONDS_PER_CHOICE


def pace(seconds: float, reading: float) -> Pace:
    """Return the class of a duration: under a third of `reading`, or over five times it."""
    if seconds < _FAST * reading:
        return Pace.FAST
    return Pace.SLOW if seconds > _SLOW * reading else Pace.USUAL


def straight_lined(answers: Sequence[int | None], least: int = LEAST_ITEMS) -> bool:
    """Return whether at least `least` items of a battery were answered, all with one step."""
    given = [answer for answer in answers if answer is not None]
    return len(given) >= least and len(set(given)) == 1
