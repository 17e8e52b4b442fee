"""What WeChat's answers mean, when a token is asked for again, and how a page is signed.

Codes of errors: open platform, 全局返回码; tokens: 获取稳定版接口调用凭据;
signatures: JS-SDK, appendix 1.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha1
from typing import NamedTuple

from wufei_public.common.clock import day_start, district_day


class Kind(StrEnum):
    """What is kept of the account: the token of the interface, and the ticket of its pages."""

    ACCESS = "access"
    TICKET = "ticket"


class Granted(NamedTuple):
    """What WeChat gave: a value (512 characters at most), and for how many seconds it works."""

    value: str
    seconds: int


# The token is none any more: replaced elsewhere, made up, over.
STALE = frozenset({40001, 40014, 42001})
DAY_SPENT, MINUTE_SPENT = 45009, 45011
# Wrong app id or secret, or an address that the account does not admit: a person must act.
SETTINGS = frozenset({40002, 40013, 40125, 40164, 40243, 50002, 61004})

# WeChat makes the next token five minutes before the end of one, and both work until then.
AHEAD = timedelta(minutes=4)
AGAIN = timedelta(minutes=1)
LEASE = timedelta(seconds=30)  # two asks with their time-outs fit in
# A forced token ends the one that others use: 20 a day at most, says WeChat.
FORCE_EVERY = timedelta(minutes=75)
_SHORTEST, _LONGEST, _SETTINGS = timedelta(seconds=5), timedelta(minutes=10), timedelta(minutes=10)
_A_NIGHT = timedelta(minutes=2)  # counts begin anew at midnight; clocks differ


def ask_at(granted: Granted, now: datetime) -> datetime:
    """Return when to ask for the next one: ahead of its end, and never at once."""
    return max(now + timedelta(seconds=granted.seconds) - AHEAD, now + AGAIN)


def ask_after(code: int | None, fails: int, now: datetime) -> datetime:
    """Return when to ask again after the `fails`-th failure in a row; None as code: no answer."""
    if code == DAY_SPENT:
        return day_start(district_day(now) + timedelta(days=1)) + _A_NIGHT
    if code == MINUTE_SPENT:
        return now + AGAIN
    if code in SETTINGS:
        return now + _SETTINGS
    return now + min(_SHORTEST * (1 << min(fails - 1, 10)), _LONGEST)


def may_force(forced_at: datetime | None, now: datetime) -> bool:
    """Say whether a new token may be forced, the one that is kept being refused."""
    return forced_at is None or now - forced_at >= FORCE_EVERY


def signature(ticket: str, nonce: str, timestamp: int, url: str) -> str:
    """Return what proves to WeChat that the page at `url` is the account's (SHA-1, hexadecimal).

    The address is the one that the browser shows, without what follows `#`.
    """
    signed = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url}"
    return sha1(signed.encode(), usedforsecurity=False).hexdigest()
