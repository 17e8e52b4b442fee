"""Which division a position is likely in. It only proposes: a person decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from wufei_public.common.geo import Box, MultiPolygon, Point, contains, distance, edge_distance
from wufei_public.divisions.rules.directory import Directory, Place
from wufei_public.divisions.rules.levels import TOWN_RANK, UNIT_RANK

DISTRICT_RANK = 3
# Lines drawn by hand leave slivers between neighbours (metres).
SLIVER = 100.0
# A village is about a kilometre in radius: a rougher position proposes the town only.
ROUGH = 1_000.0
# A rougher position (from the network's address) proposes nothing.
TOO_ROUGH = 10_000.0
# Towns reach some 8 km from their centre, and the rough centres err by several more.
FAR = 15_000.0
MOST_OTHERS = 3


class How(StrEnum):
    """What a proposal rests on."""

    BOUNDARY = "boundary"
    CENTRE = "centre"


@dataclass(frozen=True, slots=True)
class Shape:
    """The loaded boundary of one division in use."""

    code: str
    rank: int
    box: Box
    polygons: MultiPolygon


@dataclass(frozen=True, slots=True)
class Proposal:
    """A likely division, what that rests on, and others nearby for correction in one tap.

    `metres` is how far the position lies from the polygon (0 inside) or the rough centre.
    """

    code: str
    how: How
    metres: float
    others: tuple[str, ...] = ()


def reach_of(accuracy: float | None) -> float:
    """Return the metres around a position within which a boundary matters."""
    return max(SLIVER, accuracy or 0.0)


def propose(
    directory: Directory, shapes: Sequence[Shape], point: Point, accuracy: float | None
) -> Proposal | None:
    """Propose the smallest division around `point`, None where nothing is likely.

    `accuracy` is the radius in metres within which the position is good. Polygons come
    first, the smallest level first; then the nearest rough centre of a town, unless the
    district's polygon says that the position lies outside.
    """
    reach = reach_of(accuracy)
    if reach > TOO_ROUGH:
        return None
    near = [(_apart(shape, point), shape) for shape in shapes if _near(shape, point, reach)]
    ranks = (UNIT_RANK, TOWN_RANK) if reach <= ROUGH else (TOWN_RANK,)
    for limit in (0.0, SLIVER):
        for rank in ranks:
            at_rank = sorted((metres, shape.code) for metres, shape in near if shape.rank == rank)
            if at_rank and at_rank[0][0] <= limit:
                return _from_boundaries(at_rank, reach)
    return _from_centres(directory.towns, shapes, point, reach)


def _near(shape: Shape, point: Point, reach: float) -> bool:
    return shape.box.grown(reach).holds(point)


def _apart(shape: Shape, point: Point) -> float:
    return 0.0 if contains(shape.polygons, point) else edge_distance(shape.polygons, point)


def _from_boundaries(found: Sequence[tuple[float, str]], reach: float) -> Proposal:
    (metres, code), *rest = found
    others = [other for apart, other in rest if apart <= reach]
    return Proposal(code, How.BOUNDARY, metres, tuple(others[:MOST_OTHERS]))


def _from_centres(
    towns: Sequence[Place], shapes: Sequence[Shape], point: Point, reach: float
) -> Proposal | None:
    districts = [shape for shape in shapes if shape.rank == DISTRICT_RANK]
    inside = any(_near(one, point, reach) and _apart(one, point) <= reach for one in districts)
    if districts and not inside:
        return None
    found = sorted((distance(point, town.centre), town.code) for town in towns if town.centre)
    likely = found if inside else [one for one in found if one[0] <= FAR]
    if not likely:
        return None
    (metres, code), *rest = likely
    return Proposal(code, How.CENTRE, metres, tuple(other for _, other in rest[:MOST_OTHERS]))
