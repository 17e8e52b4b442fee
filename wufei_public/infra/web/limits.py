"""Named limits against floods, per person, device and address.

A whole school stands behind one address, so the address alone is limited only far
above what a school sends; what must hold exactly (codes, PINs, lockouts) is counted
in the database by the feature that owns it.
"""

import time
from collections.abc import Mapping
from threading import Lock

from flask import Flask, current_app, request
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from wufei_public.common.errors import TooMany
from wufei_public.common.text import N_
from wufei_public.config import Settings
from wufei_public.infra.web.session import current_actor

# name: (per person or device, per address)
LIMITS: Mapping[str, tuple[RateLimitItem, RateLimitItem]] = {
    "submit": (parse("30/hour"), parse("2000/hour")),
    "upload": (parse("120/hour"), parse("6000/hour")),
    "look_up": (parse("60/minute"), parse("3000/minute")),
    "secret": (parse("20/minute"), parse("600/minute")),
    # A whole school checks in behind one address within a few minutes.
    "checkin": (parse("60/hour"), parse("60000/minute")),
    "sign_in": (parse("20/minute"), parse("600/minute")),
}


class Counts(MemoryStorage):
    """The counts of one process, without the thread that limits' own starts at a request.

    Those threads were a tenth of what a report cost (bench/README.md), and none may run
    when the server forks.
    """

    STORAGE_SCHEME = ["counts"]  # noqa: RUF012  the parent's form; memory:// stays its own
    MOST = 20_000  # counts; then those whose time is over go

    def __init__(self) -> None:
        super().__init__()
        self.timer.join()
        self._lock = Lock()
        self._room = self.MOST

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count `amount` at `key`, from nothing if the time of the last count is over."""
        now = time.time()
        with self._lock:
            if self.expirations.get(key, 0.0) <= now:
                self.storage[key] = 0
                self.expirations[key] = now + expiry
            self.storage[key] += amount
            count = self.storage[key]
            if len(self.storage) > self._room:
                self._forget(now)
        return count

    def _forget(self, now: float) -> None:
        for key in [key for key, end in self.expirations.items() if end <= now]:
            del self.storage[key], self.expirations[key]
        # If few were over, the next look comes when there are twice as many.
        self._room = max(self.MOST, 2 * len(self.storage))


def init_limits(app: Flask, settings: Settings) -> None:
    """Count in the storage that `settings` names; in memory, each process counts for itself."""
    where = settings.limits_storage
    storage = Counts() if where == "memory://" else storage_from_string(where)
    app.extensions["limiter"] = FixedWindowRateLimiter(storage)


def caller_address() -> str:
    """Return the address that asks, as the proxy says where one is trusted."""
    return request.remote_addr or ""


def limit(name: str, known: str = "") -> None:
    """Count one use of `name`; TooMany when this person or address is over it.

    Who has proven to be `known` is counted by that alone: strangers behind the same
    address use up nothing of theirs.
    """
    limiter: FixedWindowRateLimiter = current_app.extensions["limiter"]
    mine, shared = LIMITS[name]
    address = caller_address()
    # One's own first: who is over it takes nothing from the school behind the same address.
    fits = limiter.hit(mine, name, known or _person(address))
    if not fits or not (known or limiter.hit(shared, name, address)):
        raise TooMany(
            "too_many",
            N_("您操作得太快了，请过 %(retry_after)s 秒再试。"),
            retry_after=60 if "minute" in str(mine) else 600,
        )


def _person(address: str) -> str:
    actor = current_actor()
    if actor.id is not None:
        return f"a{actor.id}"
    # The browser's words split one address into devices well enough to stop a script.
    return f"{address} {request.headers.get('User-Agent', '')[:200]}"
