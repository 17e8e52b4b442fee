"""One-time codes by SMS and time-based codes (TOTP): how long, how often, which one.

TOTP is RFC 6238 with SHA-1, 30 seconds, 6 digits: what every authenticator app reads.
"""

import hmac
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pyotp import HOTP

DIGITS = 6
LIFE = timedelta(minutes=10)
MOST_TRIES = 5
RESEND_AFTER = timedelta(seconds=60)
MOST_A_DAY = 10

STEP_SECONDS = 30
WINDOW = (-1, 0, 1)
SECRET_BYTES = 20


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """What is known of a code that was sent."""

    expires_at: datetime
    tries: int
    used_at: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Say whether the code may still be tried."""
        return self.used_at is None and self.tries < MOST_TRIES and now < self.expires_at


def new_code(random_below: Callable[[int], int]) -> str:
    """Return a new code; `random_below` is `secrets.randbelow`."""
    return f"{random_below(10**DIGITS):0{DIGITS}d}"


def plain_code(typed: str) -> str:
    """Return the digits that were meant, without spaces, full-width ones made plain."""
    return "".join(unicodedata.normalize("NFKC", typed).split())[: 2 * DIGITS]


def wait_before_sending(sent_today: int, last_sent_at: datetime | None, now: datetime) -> int:
    """Return how many seconds a phone must wait for its next code; 0 if none, -1 until tomorrow."""
    if sent_today >= MOST_A_DAY:
        return -1
    if last_sent_at is None:
        return 0
    left = RESEND_AFTER - (now - last_sent_at)
    return max(0, -(-left // timedelta(seconds=1)))


def step_of(now: datetime) -> int:
    """Return the number of the 30-second step that `now` falls in."""
    return int(now.timestamp()) // STEP_SECONDS


def matching_step(secret: str, typed: str, now: datetime, last_step: int | None) -> int | None:
    """Return the step whose code was typed, None if no code of the window or one used before.

    A step at or before `last_step` is never accepted again (RFC 6238 §5.2). Every step
    is compared, so that the time taken tells nothing.
    """
    hotp, found = HOTP(secret, digits=DIGITS), None
    for shift in WINDOW:
        step = step_of(now) + shift
        same = hmac.compare_digest(hotp.at(step).encode(), typed.encode())
        if same and step > (-1 if last_step is None else last_step):
            found = step
    return found
