"""What messages say, and when one that could not be delivered is tried again."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from wufei_public.common.text import N_

# Gateways have templates of their own: these are the sentences of the console, and what an
# operator registers with a gateway (a message by SMS begins with the site's name, MIIT rule).
SMS: Mapping[str, str] = {
    "people.code": N_("您的验证码是 %(code)s，%(minutes)s 分钟内有效。不要告诉别人。"),
}

# What a registered template of a gateway is filled with.
PARAMETERS: Mapping[str, tuple[str, ...]] = {"people.code": ("code",)}


class Undelivered(Exception):  # noqa: N818
    """The message did not leave; `again` says whether a later try makes sense."""

    def __init__(self, reason: str, *, again: bool = True) -> None:
        super().__init__(reason)
        self.again = again


# Whoever has the job holds a row this long; ten rows with a gateway's time-out fit in.
LEASE = timedelta(minutes=2)
MOST_AT_ONCE = 10
PAUSES = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
)


def next_try(tries: int, now: datetime, until: datetime | None = None) -> datetime | None:
    """Return when to try again after the `tries`-th failure; None when a person must look.

    What is useless after `until` (a code that has expired) is not tried after it.
    """
    if tries > len(PAUSES):
        return None
    again = now + PAUSES[tries - 1]
    return None if until is not None and again >= until else again
