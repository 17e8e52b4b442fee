"""What may be the same heap: how near and how new per kind (`data/near.csv`), and how alike.

Residents learn a rough distance to released cases only; officials see how alike two open
cases are. A number is a hint and decides nothing.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import resources

from wufei_public.common.geo import Box, Point, distance
from wufei_public.media.rules.alike import bits_apart

# Residents get distances between points of a grid of about 100 m, so that nobody finds the
# exact place of a case by asking from many sides.
GRID = 0.001
# What an unknown thing may turn out to be: it is compared with every kind, and they with it.
UNSURE = "other"
MOST_NEAR = 3
# From here on officials are shown a pair (docs/duplicates.md has the measured figures).
LIKELY = 60
# So many of the 64 bits of two pictures may differ (Hamming distance of their dHash).
SAME_PICTURE, ALIKE_PICTURE = 4, 10


@dataclass(frozen=True, slots=True)
class Reach:
    """How far apart and how many days apart two reports of one heap may be."""

    metres: float
    days: int
    source: str

    @property
    def age(self) -> timedelta:
        """Return the days as a span."""
        return timedelta(days=self.days)


REACH: Mapping[str, Reach] = {
    row["kind"]: Reach(float(row["metres"]), int(row["days"]), row["source"])
    for row in csv.DictReader(
        (resources.files("wufei_public.dumping") / "data" / "near.csv")
        .read_text(encoding="utf-8")
        .splitlines()
    )
}


@dataclass(frozen=True, slots=True)
class Sighting:
    """What tells two reports apart, or does not; `pictures` are (sha256, dHash or None)."""

    kind: str
    point: Point | None
    division: str | None
    at: datetime
    pictures: Sequence[tuple[str, int | None]] = ()


def kinds_like(kind: str) -> Sequence[str]:
    """Return the official kinds with which a report of `kind` is compared."""
    return sorted(REACH) if kind == UNSURE else sorted({kind, UNSURE})


def rough(point: Point) -> Point:
    """Return the point of the grid that is next to `point`."""
    return Point(round(point.lat / GRID) * GRID, round(point.lon / GRID) * GRID)


def box_around(point: Point, metres: float) -> Box:
    """Return the box that holds everything within `metres` of `point`."""
    return Box(point.lat, point.lon, point.lat, point.lon).grown(metres)


def rough_metres(here: Point, there: Point) -> int:
    """Return how far apart the grid's points next to both are, in whole hundreds: at least 100."""
    return max(100, round(distance(rough(here), rough(there)) / 100) * 100)


def likeness(one: Sighting, two: Sighting) -> int:
    """Return 0 … 100: how alike two reports are by place, time, kind and pictures."""
    reach = REACH[one.kind]
    place, time = _place(one, two, reach.metres), _time(one, two, reach.age)
    picture = _picture(one.pictures, two.pictures)
    return max(0, min(100, place + time + _kind(one.kind, two.kind) + picture))


def _kind(one: str, two: str) -> int:
    """Return 15 for the same kind, less than nothing for two that are known to differ."""
    return 15 if one == two else 5 if UNSURE in {one, two} else -15


def _place(one: Sighting, two: Sighting, metres: float) -> int:
    if one.point is None or two.point is None:
        return 15 if one.division is not None and one.division == two.division else 0
    apart = distance(one.point, two.point)
    return round(50 * (1 - apart / (2 * metres))) if apart < 2 * metres else 0


def _time(one: Sighting, two: Sighting, age: timedelta) -> int:
    apart = abs(one.at - two.at)
    return round(20 * (1 - apart / age)) if apart < age else 0


def _picture(one: Sequence[tuple[str, int | None]], two: Sequence[tuple[str, int | None]]) -> int:
    best = 0
    for digest, bits in one:
        for other, other_bits in two:
            best = max(best, _pair(digest, bits, other, other_bits))
    return best


def _pair(digest: str, bits: int | None, other: str, other_bits: int | None) -> int:
    if digest == other:
        return 60
    if bits is None or other_bits is None:
        return 0
    apart = bits_apart(bits, other_bits)
    return 45 if apart <= SAME_PICTURE else 25 if apart <= ALIKE_PICTURE else 0
