"""Marks of answers given without care. A mark excludes nobody: people decide that.

Pace: the time from first screen to last against the time that a quick reader takes, six
characters a second. Who needs less than a third of that can hardly have read the questions.
Straight lines: the same step for every item of a battery, which only means something where
there are several items.
Impossible: what cannot be so together. Very satisfied over all and with nothing in particular, or
the other way round; a number below nothing where the question counts.
"""

from collections.abc import Sequence
from enum import StrEnum

SECONDS_PER_CHARACTER = 1 / 6
SECONDS_PER_CHOICE = 1.5
_FAST = 1 / 3
_SLOW = 5.0
LEAST_ITEMS = 4
LEAST_PARTS = 3
BEST, WORST = 5, 1


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


def contradicts(whole: int | None, parts: Sequence[int | None], least: int = LEAST_PARTS) -> bool:
    """Return whether the best was said of the whole and the worst of every part, or the reverse.

    Steps run from 1 to 5; at least `least` parts must be told.
    """
    told = {part for part in parts if part is not None}
    enough = sum(part is not None for part in parts) >= least
    return enough and (whole, told) in ((BEST, {WORST}), (WORST, {BEST}))
