"""Named limits against floods: per account, per kind of phone behind an address, per address.

A whole school stands behind one address, many of it with the same phone: both are limited only
far above what a school sends. What must hold exactly (codes, PINs, lockouts) is counted in the
database by the feature that owns it.
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

# Guests of one address whose browsers call themselves alike are told apart by nothing: a class of
# fifty with the same phone reports, each with photos, within an hour.
ALIKE = 10
# name: (per account, per address)
LIMITS: Mapping[str, tuple[RateLimitItem, RateLimitItem]] = {
    "submit": (parse("30/hour"), parse("2000/hour")),
    "upload": (parse("120/hour"), parse("6000/hour")),
    "look_up": (parse("60/minute"), parse("3000/minute")),
    "secret": (parse("20/minute"), parse("600/minute")),
    # A whole school checks in behind one address within a few minutes.
    "checkin": (parse("60/hour"), parse("60000/minute")),
    # A file of everything: what a district's readers and programs ask for, no more.
    "export": (parse("30/hour"), parse("300/hour")),
    "sign_in": (parse("20/minute"), parse("600/minute")),
}

# Of what a whole class does at once; looking up and signing in stay as they are.
_CROWDED = frozenset({"submit", "upload"})
_ALIKE = {
    name: type(mine)(mine.amount * ALIKE, mine.multiples, mine.namespace)
    if name in _CROWDED
    else mine
    for name, (mine, _shared) in LIMITS.items()
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
    person = known or _account()
    if not person:
        mine, person = _ALIKE[name], _phone(address)
    fits = limiter.hit(mine, name, person)
    if not fits or not (known or limiter.hit(shared, name, address)):
        raise TooMany(
            "too_many",
            N_("您操作得太快了，请过 %(retry_after)s 秒再试。"),
            retry_after=60 if "minute" in str(mine) else 600,
        )


def hit(item: RateLimitItem, *key: str) -> bool:
    """Count one use under `key`; say whether it is within `item`. For a feature's own limits."""
    limiter: FixedWindowRateLimiter = current_app.extensions["limiter"]
    return limiter.hit(item, *key)


def kind_of_phone() -> str:
    """Return what phones of one kind behind one address have in common."""
    return _phone(caller_address())


def _account() -> str:
    actor = current_actor()
    return "" if actor.id is None else f"a{actor.id}"


def _phone(address: str) -> str:
    """Return what guests with the same kind of phone behind one address have in common."""
    return f"{address} {request.headers.get('User-Agent', '')[:200]}"
