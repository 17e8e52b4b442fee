"""Budgets: so many of a thing in an hour or a day; and what guards a secret against guessing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from wufei_public.common.clock import day_start, district_day


class Span(StrEnum):
    """The whole hour, or the district's day, in which is counted."""

    HOUR = "hour"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Budget:
    """At most `most` uses in each `span`, for each of whatever it is counted for."""

    name: str
    most: int
    span: Span

    def ends(self, now: datetime) -> datetime:
        """Return when the span around `now` is over and the next begins."""
        if self.span is Span.DAY:
            return day_start(district_day(now) + timedelta(days=1))
        return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)

    def wait(self, now: datetime) -> int:
        """Return the whole seconds from `now` until the next span."""
        return -(-(self.ends(now) - now) // timedelta(seconds=1))


@dataclass(frozen=True, slots=True)
class Guard:
    """How often a secret may be tried wrongly (docs/decisions/0009).

    Calm: `each` per secret and network, `network` over all secrets. Once `alarm` (one
    secret) or `site_alarm` (all) is spent somebody is guessing: then `alarmed` per secret
    and wide network, which still lets in whoever gets it right at once. When `last` is
    spent the secret stays closed to all who are not known.
    """

    each: Sequence[Budget]
    network: Budget
    alarm: Budget
    site_alarm: Budget
    alarmed: Budget
    last: Budget
