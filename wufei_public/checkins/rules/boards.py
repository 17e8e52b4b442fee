"""Periods of the boards, when they close, and the order on them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from wufei_public.checkins.rules.days import DAY, HOLDS
from wufei_public.common.clock import day_end
from wufei_public.common.suppression import protect_sum
from wufei_public.common.text import N_

# Fewer people than this and a village's board of nicknames says who was at home.
LEAST_PEOPLE = 3
MOST_PEOPLE = 20
# So few check-ins, of all or of one sort, say who was at home.
FLOOR = 5


class Length(StrEnum):
    WEEK = "week"
    MONTH = "month"


LABELS: Mapping[Length, str] = {Length.WEEK: N_("按周"), Length.MONTH: N_("按月")}


@dataclass(frozen=True, slots=True)
class Span:
    """A week from Monday or a month, both days included."""

    length: Length
    first: date
    last: date

    @property
    def closes_at(self) -> datetime:
        """Return when no phone can bring anything in any more (issue 6, point 3)."""
        return day_end(self.last) + HOLDS

    def is_closed(self, counted_at: datetime | None) -> bool:
        """Say whether the figures were counted after the last that could come in."""
        return counted_at is not None and counted_at > self.closes_at


def span_of(length: Length, day: date) -> Span:
    """Return the week or month that `day` lies in."""
    if length is Length.WEEK:
        first = day - day.weekday() * DAY
        return Span(length, first, first + 6 * DAY)
    first = day.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    return Span(length, first, following - DAY)


@dataclass(frozen=True, slots=True)
class Count:
    """What a place came to: own check-ins, those for others, by what was sorted."""

    own: int = 0
    proxies: int = 0
    wet: int = 0
    dry: int = 0
    hazardous: int = 0

    @property
    def all(self) -> int:
        """Return every check-in, those for others included."""
        return self.own + self.proxies

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.own + other.own,
            self.proxies + other.proxies,
            self.wet + other.wet,
            self.dry + other.dry,
            self.hazardous + other.hazardous,
        )


@dataclass(frozen=True, slots=True)
class Veil:
    """What a board hides: of some places everything, of others how many were for somebody else."""

    places: frozenset[str] = frozenset()
    sorts: frozenset[str] = frozenset()


def veil(counts: Mapping[str, Count], *, sum_is_known: bool = True) -> Veil:
    """Return what few check-ins would give away, also by subtraction from the sum above.

    Where the sum itself is hidden above, nothing of what it is made of is shown.
    """
    if not sum_is_known:
        every = frozenset(place for place, one in counts.items() if one.all)
        return Veil(every, every)
    whole = protect_sum({place: one.all for place, one in counts.items()}, FLOOR)
    # Own check-ins are the rest of all, so what hides the one hides the other.
    own, proxies = (
        protect_sum({place: getattr(one, name) for place, one in counts.items()}, FLOOR)
        for name in ("own", "proxies")
    )
    return Veil(frozenset(whole), frozenset({*whole, *own, *proxies}))


@dataclass(frozen=True, slots=True)
class Line:
    """A place on a board; places with the same count share a rank, hidden ones have none."""

    rank: int
    place: str
    count: Count


def ranked(counts: Mapping[str, Count], hidden: Collection[str] = ()) -> list[Line]:
    """Return the places with anything, most check-ins first, equal ones by code.

    Those that are `hidden` come last, by code, so that their order says nothing either; among
    them are some with nothing.
    """
    order = sorted(
        ((place, one) for place, one in counts.items() if one.all and place not in hidden),
        key=lambda pair: (-pair[1].all, pair[0]),
    )
    lines: list[Line] = []
    for number, (place, count) in enumerate(order, 1):
        same = bool(lines) and lines[-1].count.all == count.all
        lines.append(Line(lines[-1].rank if same else number, place, count))
    return lines + [Line(0, place, Count()) for place in sorted(hidden)]


def summed(counts: Iterable[tuple[str, Count]]) -> dict[str, Count]:
    """Return the sums by place."""
    found: dict[str, Count] = {}
    for place, count in counts:
        found[place] = found.get(place, Count()) + count
    return found
