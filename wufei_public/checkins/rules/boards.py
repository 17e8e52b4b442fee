"""Periods of the boards, when they close, and the order on them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction

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
class Standing:
    """What a place came to in a span: check-ins there, and of those who live there.

    `at_home` are check-ins of its `residents` themselves, wherever they scanned a code, by
    `active` of them.
    """

    count: Count = Count()
    at_home: int = 0
    active: int = 0
    residents: int = 0

    @property
    def per_head(self) -> Fraction | None:
        """Return check-ins a registered resident, None where nobody is registered."""
        return Fraction(self.at_home, self.residents) if self.residents else None

    def __add__(self, other: "Standing") -> "Standing":
        return Standing(
            self.count + other.count,
            self.at_home + other.at_home,
            self.active + other.active,
            self.residents + other.residents,
        )


@dataclass(frozen=True, slots=True)
class Veil:
    """What a board hides: of some places everything, of others the proxies, or what a head did."""

    places: frozenset[str] = frozenset()
    proxies: frozenset[str] = frozenset()
    heads: frozenset[str] = frozenset()


NOTHING_HIDDEN = Veil()


def veil(found: Mapping[str, Standing], *, sum_is_known: bool = True) -> Veil:
    """Return what few check-ins would give away, also by subtraction from the sum above.

    Where the sum itself is hidden above, nothing of what it is made of is shown.
    """
    few = {place for place, one in found.items() if _tells_of_few(one)}
    if not sum_is_known:
        every = frozenset(place for place, one in found.items() if one.count.all or one.at_home)
        return Veil(every, every, every)
    places = frozenset(protect_sum({place: one.count.own for place, one in found.items()}, FLOOR))
    others = protect_sum({place: one.count.proxies for place, one in found.items()}, FLOOR)
    return Veil(places, places | frozenset(others), places | few)


def _tells_of_few(one: Standing) -> bool:
    """Say whether what a head did says what few people did."""
    return 0 < one.at_home < FLOOR or 0 < one.residents < FLOOR


def names_shown(days: Sequence[int], whole: Standing) -> int:
    """Return how many nicknames of a village, with `days` the most first, stand on its board.

    The village's own total is public: what is left of it must be nothing, or be of so many
    people and days that nobody's is found by subtraction, not even by one who is left.
    """
    for shown in range(len(days), LEAST_PEOPLE - 1, -1):
        people, rest = whole.active - shown, whole.at_home - sum(days[:shown])
        if people <= 0 or (people >= LEAST_PEOPLE and rest >= FLOOR):
            return shown
    return 0


@dataclass(frozen=True, slots=True)
class Line:
    """A place on a board; places where a head did the same share a rank, some have none (0)."""

    rank: int
    place: str
    found: Standing


def ranked(found: Mapping[str, Standing], hidden: Veil = NOTHING_HIDDEN) -> list[Line]:
    """Return the places with anything, where a head checked in most first, equal ones by code.

    Check-ins for others lift nobody. Behind stand, without a rank, those whose figure a head
    is unknown or not shown, by own check-ins, and last what is hidden, by code, so that their
    order says nothing either; among them are some with nothing.
    """
    shown = {p: one for p, one in found.items() if p not in hidden.places}
    heads = {p: one.per_head for p, one in shown.items() if p not in hidden.heads and one.at_home}
    order = sorted(
        ((head, place) for place, head in heads.items() if head is not None),
        key=lambda pair: (-pair[0], pair[1]),
    )
    lines: list[Line] = []
    for number, (head, place) in enumerate(order, 1):
        same = bool(lines) and lines[-1].found.per_head == head
        lines.append(Line(lines[-1].rank if same else number, place, shown[place]))
    placed = {line.place for line in lines}
    rest = [p for p, one in shown.items() if p not in placed and one.count.all]
    rest.sort(key=lambda place: (-shown[place].count.own, place))
    lines += [Line(0, place, shown[place]) for place in rest]
    return lines + [Line(0, place, Standing()) for place in sorted(hidden.places)]


def summed(counts: Iterable[tuple[str, Standing]]) -> dict[str, Standing]:
    """Return the sums by place."""
    found: dict[str, Standing] = {}
    for place, one in counts:
        found[place] = found.get(place, Standing()) + one
    return found
