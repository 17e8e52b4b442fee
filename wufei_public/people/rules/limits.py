"""Limits of signing in: codes, lockouts, passwords, sessions. Numbers with their reason."""

from datetime import timedelta

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_

# A code on the phone: long enough to type slowly, short enough to be worthless later.
CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=10)
CODE_TRIES = 5
CODE_PAUSE = timedelta(seconds=60)
CODES_PER_DAY = 10

# GB/T 22239-2019 8.1.4.1 b): lock after failed sign-ins.
FREE_FAILURES = 5
FIRST_LOCK = timedelta(minutes=15)
LONGEST_LOCK = timedelta(hours=24)

# Idle and absolute time-outs.
RESIDENT_IDLE, RESIDENT_WHOLE = timedelta(days=90), timedelta(days=365)
STAFF_IDLE, STAFF_WHOLE = timedelta(minutes=30), timedelta(hours=12)
SETUP_LIFE = timedelta(days=7)

LEAST_PASSWORD = 12
MOST_PASSWORD = 128
_COMMON = ("password", "123456789", "qwertyuiop", "1qaz2wsx", "abcd1234", "wufei", "admin")


def lock_for(failures: int) -> timedelta | None:
    """Return how long an account is locked after `failures` in a row; None while it is not."""
    if failures < FREE_FAILURES:
        return None
    return min(FIRST_LOCK * 2 ** min(failures - FREE_FAILURES, 16), LONGEST_LOCK)


def check_password(password: str, user_name: str) -> None:
    """Raise Invalid at `password` unless it is long and hard to guess (NIST SP 800-63B §5.1.1)."""
    lowered = password.lower()
    fault = None
    if len(password) < LEAST_PASSWORD:
        fault = N_("密码至少 12 位。用几个不相干的词连起来，好记又难猜。")
    elif len(password) > MOST_PASSWORD:
        fault = N_("密码太长了，最多 128 位。")
    elif user_name and user_name.lower() in lowered:
        fault = N_("密码里不能有用户名。")
    elif any(word in lowered for word in _COMMON) or len(set(password)) < 5:  # noqa: PLR2004
        fault = N_("这个密码太容易猜到，请换一个。")
    if fault:
        raise Invalid("weak_password", fault, [FieldError("password", fault)])
