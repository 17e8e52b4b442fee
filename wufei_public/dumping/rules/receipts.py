"""The receipt's PIN: how often it may be wrong."""

from datetime import timedelta

PIN_DIGITS = 6
# Five wrong PINs lock for a quarter of an hour, and twice as long after each further five.
FREE_TRIES = 5
FIRST_LOCK = timedelta(minutes=15)
MOST_DOUBLINGS = 10


def lock_after(failures: int) -> timedelta | None:
    """Return how long the PIN is locked after `failures` wrong ones in a row, None if it is not.

    The longest lock is ten days, so a year of guessing tries some 200 of a million PINs.
    """
    if failures % FREE_TRIES or not failures:
        return None
    doublings: int = min(failures // FREE_TRIES - 1, MOST_DOUBLINGS)
    return FIRST_LOCK * (1 << doublings)
