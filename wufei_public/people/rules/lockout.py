"""After failed sign-ins: five are free, then every fifth one closes the door, longer each time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

FREE = 5
FIRST = timedelta(minutes=15)
# A lock also keeps the rightful person out, and anyone can cause it: so not for days.
LONGEST = timedelta(hours=4)
FORGET = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Failures:
    """How often in a row it failed, when last, and until when the door is closed."""

    count: int = 0
    last_at: datetime | None = None
    locked_until: datetime | None = None

    def locked_for(self, now: datetime) -> int:
        """Return for how many seconds from `now` no try is looked at; 0 if not locked."""
        if self.locked_until is None or self.locked_until <= now:
            return 0
        return -(-(self.locked_until - now) // timedelta(seconds=1))

    def after_failure(self, now: datetime) -> "Failures":
        """Return the failures after one more at `now`; a day without one starts afresh."""
        old = self.last_at is not None and now - self.last_at >= FORGET
        count = 1 if old else self.count + 1
        locked = now + lock_of(count) if count % FREE == 0 else None
        return Failures(count, now, locked)


def lock_of(count: int) -> timedelta:
    """Return how long the door closes at the `count`-th failure: 15, 30, 60 … minutes."""
    rounds = min(count // FREE - 1, 10)
    return min(LONGEST, FIRST * (1 << rounds))
