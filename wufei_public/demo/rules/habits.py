"""The habit of sorting: who checks in on which days, at what hour, with which bins."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from wufei_public.checkins.rules.days import DAY
from wufei_public.checkins.rules.people import MOST_NICKNAME, OWN
from wufei_public.checkins.rules.schemes import Bin, Scheme, to_bits
from wufei_public.common.clock import DISTRICT_ZONE, district_day
from wufei_public.demo.rules.plan import chance
from wufei_public.demo.rules.words import SENTENCES, say

# So many days back; further would be rows that no page opens.
SEASON = timedelta(days=60)
# One resident in three has found the page; the first, whom a visitor becomes, always has.
SETTLED = 0.33
_FAMILY = SENTENCES["family member", ""]
_HOURS = (6, 7, 7, 8, 11, 12, 17, 18, 19, 19, 20, 20, 21, 22)


@dataclass(frozen=True, slots=True)
class Habit:
    """How one resident takes to it; `share` of the days have a check-in."""

    nickname: str
    share: float
    members: Sequence[str]


@dataclass(frozen=True, slots=True)
class Tick:
    """One check-in of a day, with its streak."""

    day: date
    member: int
    bins: int
    streak: int
    at: datetime


def habit(rng: Random, *, first: bool) -> Habit:
    """Return how a resident takes to it: a third daily, a third now and then, a third rarely."""
    if first:
        return Habit(say(rng, "nick of the first"), 0.93, (_FAMILY[0],))
    share = rng.choice((0.92, 0.5, 0.18)) * rng.uniform(0.7, 1.05)
    nickname = say(rng, "nick")[:MOST_NICKNAME] if chance(rng, 0.55) else ""
    members = (rng.choice(_FAMILY),) if chance(rng, 0.15) else ()
    return Habit(nickname, min(share, 0.98), members)


def ticks(
    rng: Random, one: Habit, scheme: Scheme, joined: datetime, until: datetime
) -> Iterator[Tick]:
    """Give the check-ins of a resident from joining on, oldest first, none of them of today."""
    last: dict[int, tuple[date, int]] = {}
    day = max(district_day(joined) + DAY, district_day(until - SEASON))
    while day < district_day(until):
        if chance(rng, one.share):
            at = _hour(rng, day)
            yield _tick(rng, scheme, OWN, at, last)
            for number in range(1, len(one.members) + 1):
                if chance(rng, 0.6):
                    yield _tick(rng, scheme, number, at + timedelta(minutes=1), last)
        day += DAY


def _hour(rng: Random, day: date) -> datetime:
    return datetime.combine(
        day, time(rng.choice(_HOURS), rng.randrange(59), rng.randrange(60)), DISTRICT_ZONE
    )


def _tick(
    rng: Random, scheme: Scheme, member: int, at: datetime, last: dict[int, tuple[date, int]]
) -> Tick:
    day = at.date()
    before, streak = last.get(member, (day, 0))
    last[member] = day, streak + 1 if before == day - DAY else 1
    return Tick(day, member, to_bits(_bins(rng, scheme)), last[member][1], at)


def _bins(rng: Random, scheme: Scheme) -> Sequence[Bin]:
    """Return what a household had that day: always something that rots, batteries seldom."""
    if scheme is Scheme.TWO:
        chosen = [Bin.ROTS, *([Bin.DOES_NOT_ROT] if chance(rng, 0.85) else [])]
    else:
        chosen = [Bin.FOOD, *([Bin.RESIDUAL] if chance(rng, 0.8) else [])]
        chosen += [Bin.RECYCLABLE] if chance(rng, 0.45) else []
    return [*chosen, Bin.HAZARDOUS] if chance(rng, 0.03) else chosen
