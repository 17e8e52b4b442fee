"""When and where waste is reported: seasons, weekends, market days, rubble at night.

The weights are a plausible picture, not statistics of any district.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from wufei_public.common.clock import DISTRICT_ZONE, district_day
from wufei_public.demo.rules.plan import YEAR, chance

SHARES: Mapping[str, int] = {
    "house": 30, "build": 26, "farm": 12, "bulky": 9, "other": 8, "unsure": 6, "factory": 5,
    "danger": 3, "medical": 1,
}  # fmt: skip
# By month: straw after wheat and maize, rubble in the building season, bags at the festivals.
_EVEN = (8,) * 12
SEASONS: Mapping[str, Sequence[int]] = {
    "farm": (2, 2, 4, 3, 4, 15, 6, 3, 7, 16, 8, 3),
    "build": (3, 2, 9, 10, 10, 8, 7, 7, 10, 10, 9, 6),
    "house": (11, 13, 8, 7, 7, 8, 10, 10, 8, 7, 7, 8),
    "bulky": (11, 6, 7, 7, 8, 9, 9, 8, 8, 8, 7, 7),
}
# By hour of the day from 0 to 23.
_DAYTIME = (1, 0, 0, 0, 0, 1, 6, 12, 12, 9, 7, 6, 5, 4, 4, 5, 6, 9, 12, 10, 7, 4, 3, 2)
HOURS: Mapping[str, Sequence[int]] = {
    "build": (8, 4, 2, 1, 1, 3, 10, 9, 6, 4, 3, 3, 2, 2, 2, 3, 3, 4, 5, 6, 8, 12, 14, 12),
}
WEEKDAYS = (9, 9, 9, 9, 10, 13, 13)
# A market every fifth day, on days of the month that differ from town to town.
MARKET_EVERY = 5
_TO_MARKET = 0.4
_FROM_MARKETS = frozenset({"house", "other"})


@dataclass(frozen=True, slots=True)
class Moment:
    """A report to come: when, of what kind (in plain words), in which town."""

    at: datetime
    kind: str
    town: str


def is_market_day(town: int, day: date) -> bool:
    """Say whether the `town`-th town holds its market on `day`."""
    return day.day % MARKET_EVERY == town % MARKET_EVERY


def moments(rng: Random, count: int, until: datetime, towns: Mapping[str, int]) -> Sequence[Moment]:
    """Return `count` reports of the year before `until`, oldest first; `towns` with weights."""
    year = Year(district_day(until))
    codes, sizes = list(towns), list(towns.values())
    kinds = rng.choices(list(SHARES), list(SHARES.values()), k=count)
    found = []
    for kind, town in zip(kinds, rng.choices(range(len(codes)), sizes, k=count), strict=True):
        day = year.day_for(rng, kind, town)
        at = _instant(rng, kind, day)
        found.append(Moment(at if at < until else at - timedelta(days=7), kind, codes[town]))
    return sorted(found, key=lambda moment: moment.at)


class Year:
    """The days of a year by month, busy days with more weight."""

    def __init__(self, last: date) -> None:
        days = [last - timedelta(days=ago) for ago in range(YEAR.days)]
        self.last = last
        self.months = {month: [day for day in days if day.month == month] for month in range(1, 13)}
        self.weights = {
            month: [WEEKDAYS[day.weekday()] for day in found]
            for month, found in self.months.items()
        }

    def day_for(self, rng: Random, kind: str, town: int) -> date:
        """Return a day for one report of `kind` in the `town`-th town."""
        month = rng.choices(range(1, 13), SEASONS.get(kind, _EVEN))[0]
        day = rng.choices(self.months[month], self.weights[month])[0]
        if kind in _FROM_MARKETS and chance(rng, _TO_MARKET):
            week = (day - timedelta(days=back) for back in range(MARKET_EVERY + 1))
            day = next((market for market in week if is_market_day(town, market)), day)
        return day


def _instant(rng: Random, kind: str, day: date) -> datetime:
    hour = rng.choices(range(24), HOURS.get(kind, _DAYTIME))[0]
    local = time(hour, rng.randrange(60), rng.randrange(60), rng.randrange(10**6))
    return datetime.combine(day, local, DISTRICT_ZONE)
