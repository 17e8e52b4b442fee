"""What the aggregation counts: what features mark, series made of it, periods touched."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from wufei_public.common.places import TOWN_DIGITS, VILLAGE_DIGITS
from wufei_public.indicators.rules.periods import Kind, Period, month_of, read_period
from wufei_public.learning.rules.training import Audience

_MONTHS = 3


@dataclass(frozen=True, slots=True)
class Measure:
    """A kind of row that features mark: its series, the values it may alter, how much later."""

    name: str
    series: tuple[str, ...]
    values: tuple[str, ...]
    # A row of a month alters values of that month, and of so many after it; None: of all after it.
    ahead: int | None = 0


MEASURES: Mapping[str, Measure] = {
    one.name: one
    for one in (
        Measure("checkins", ("checkins", "checkins_own"), ("checkins", "residents")),
        # A case falls due up to 60 working days after it came in.
        Measure("reports", ("reports", "reports_closed"), ("50", "reports", "residents"), 4),
        Measure("quiz", ("quiz",), ("quiz", "residents")),
        Measure("training", ("training", *(f"training_{one}" for one in Audience)), ("training",)),
        Measure("surveys", (), ("52", "53", "54"), None),
        # From the day on since which a place is in the register, or is another.
        Measure("coverage", (), ("12", "13"), None),
        # From the day on since which an enterprise stands under another permit class, or ended.
        Measure("permits", (), ("41",), None),
    )
}
Bucket = tuple[str, date]


def town_part(place: str) -> str:
    """Return the town of a village, empty for anything else."""
    return place[:TOWN_DIGITS] if len(place) == VILLAGE_DIGITS else ""


def by_month(buckets: Iterable[Bucket]) -> Mapping[date, frozenset[str]]:
    """Return the places that changed in each month, by the month's first day."""
    found: dict[date, set[str]] = defaultdict(set)
    for place, day in buckets:
        found[day.replace(day=1)].add(place)
    return {month: frozenset(places) for month, places in sorted(found.items())}


def with_towns(places: Iterable[str], district: str) -> frozenset[str]:
    """Return the places with the towns and the district that they lie in."""
    named = frozenset(places)
    return (named | {town_part(place) for place in named if town_part(place)}) | {district}


def longer(month: date) -> tuple[Period, Period]:
    """Return the quarter and the year that a month lies in."""
    quarter = read_period(f"{month.year}-Q{(month.month - 1) // _MONTHS + 1}")
    return quarter, read_period(str(month.year))


def altered(measure: Measure, month: date, frozen: Iterable[Period]) -> list[Period]:
    """Return the frozen months whose values a change in `month` may alter."""
    last = date.max
    if measure.ahead is not None:
        last = month
        for _ in range(measure.ahead):
            last = month_of(last).last + timedelta(days=1)
    return [one for one in frozen if month <= one.first <= last]


# Rows that a series was counted from and that may go with a person who ends the account.
ERASED: Mapping[str, tuple[str, ...]] = {
    "checkins": ("checkins",),
    "quiz": ("quiz",),
    "training": ("training",),
    "residents": ("checkins.home", "reports.person", "quiz"),
}
KINDS = (Kind.DAY, Kind.MONTH, Kind.QUARTER, Kind.YEAR)
