"""Periods of the boards, when they close, and the order on them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from wufei_public.checkins.rules.days import DAY, HOLDS
from wufei_public.common.clock import day_end
from wufei_public.common.text import N_

# Fewer people than this and a village's board of nicknames says who was at home.
LEAST_PEOPLE = 3
MOST_PEOPLE = 20


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
class Line:
    """A place on a board; places with the same count share a rank."""

    rank: int
    place: str
    count: Count


def ranked(counts: Mapping[str, Count]) -> list[Line]:
    """Return the places with anything, most check-ins first, equal ones by code."""
    order = sorted(
        ((place, count) for place, count in counts.items() if count.all),
        key=lambda pair: (-pair[1].all, pair[0]),
    )
    lines: list[Line] = []
    for number, (place, count) in enumerate(order, 1):
        same = bool(lines) and lines[-1].count.all == count.all
        lines.append(Line(lines[-1].rank if same else number, place, count))
    return lines


def summed(counts: Iterable[tuple[str, Count]]) -> dict[str, Count]:
    """Return the sums by place."""
    found: dict[str, Count] = {}
    for place, count in counts:
        found[place] = found.get(place, Count()) + count
    return found
