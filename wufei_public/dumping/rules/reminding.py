"""When who handles a case is reminded of its deadline, and when others hear that it is over."""

from datetime import datetime, timedelta
from enum import StrEnum

# So long before its end a deadline is said: on the morning of its last day.
LEAD = timedelta(days=1)


class Level(StrEnum):
    """Once per deadline each: before it, to who has the case; after it, one level up too."""

    SOON = "soon"
    OVER = "over"


def level_of(due: datetime, now: datetime) -> Level | None:
    """Return which word a deadline asks for now; None while there is time."""
    if due < now:
        return Level.OVER
    return Level.SOON if due - now <= LEAD else None
