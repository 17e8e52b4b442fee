"""Who stands before whom in a round: the higher total, of equal ones who handed in earlier."""

from datetime import datetime


def earliness(at: datetime) -> int:
    """Return by what equal totals are ranked: the microseconds from `at` to 1970, higher first.

    Who hands in again after a return hands in later: what was scored is the last one.
    """
    return -round(at.timestamp() * 10**6)
