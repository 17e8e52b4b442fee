"""Named limits against floods, per person, device and address.

A whole school stands behind one address, so the address alone is limited only far
above what a school sends; what must hold exactly (codes, PINs, lockouts) is counted
in the database by the feature that owns it.
"""

from collections.abc import Mapping

from flask import Flask, current_app, request
from limits import RateLimitItem, parse
from limits.storage import storage_from_string
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
    "sign_in": (parse("20/minute"), parse("600/minute")),
}


def init_limits(app: Flask, settings: Settings) -> None:
    """Count in the storage that `settings` names; in memory, each process counts for itself."""
    storage = storage_from_string(settings.limits_storage)
    app.extensions["limiter"] = FixedWindowRateLimiter(storage)


def limit(name: str) -> None:
    """Count one use of `name`; TooMany when this person or address is over it."""
    limiter: FixedWindowRateLimiter = current_app.extensions["limiter"]
    mine, shared = LIMITS[name]
    address = request.remote_addr or ""
    if not limiter.hit(shared, name, address) or not limiter.hit(mine, name, _person(address)):
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
