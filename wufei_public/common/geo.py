"""Positions: datums and their conversion, distance, boxes, points in polygons.

Everything inside is WGS-84 in degrees. Other datums are converted once, at the edge.
CGCS2000 (EPSG:4490) differs from WGS-84 by less than a metre and is taken as equal.
No shape here crosses the 180th meridian.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, pairwise
from math import asin, atan, atan2, cos, degrees, exp, hypot, log, pi, radians, sin, sqrt, tan

# IUGG mean radius, and a degree of latitude on it, in metres.
EARTH = 6_371_008.8
_DEGREE = EARTH * pi / 180


class Crs(StrEnum):
    """What the numbers of a position are measured in."""

    WGS84 = "wgs84"
    CGCS2000 = "cgcs2000"
    GCJ02 = "gcj02"
    BD09 = "bd09"
    WEB_MERCATOR = "web_mercator"


_NAMES = {
    "4326": Crs.WGS84,
    "wgs84": Crs.WGS84,
    "crs84": Crs.WGS84,
    "4490": Crs.CGCS2000,
    "cgcs2000": Crs.CGCS2000,
    "gcj02": Crs.GCJ02,
    "bd09": Crs.BD09,
    "bd09ll": Crs.BD09,
    "3857": Crs.WEB_MERCATOR,
    "900913": Crs.WEB_MERCATOR,
    "webmercator": Crs.WEB_MERCATOR,
}


@dataclass(frozen=True, slots=True)
class Point:
    """A position in degrees of WGS-84."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in degrees of WGS-84; its edges belong to it."""

    south: float
    west: float
    north: float
    east: float

    def holds(self, point: Point) -> bool:
        """Say whether `point` lies in the box or on its edge."""
        return self.south <= point.lat <= self.north and self.west <= point.lon <= self.east

    def grown(self, metres: float) -> "Box":
        """Return the box with `metres` more on every side."""
        up = metres / _DEGREE
        aside = up / cos(radians(max(abs(self.south), abs(self.north))))
        return Box(self.south - up, self.west - aside, self.north + up, self.east + aside)


# A ring is closed: its last vertex (lon, lat) is its first. A polygon is its outer ring
# and then its holes; a multipolygon is one or more polygons (RFC 7946 §3.1.6, §3.1.7).
Vertex = tuple[float, float]
Ring = Sequence[Vertex]
Polygon = Sequence[Ring]
MultiPolygon = Sequence[Polygon]


def crs_named(name: str) -> Crs:
    """Return the system called `name`: 4326, EPSG:4490, GCJ-02, a URN; ValueError if unknown."""
    last = name.strip().lower().rsplit(":", 1)[-1]
    found = _NAMES.get(last.replace("-", "").replace("_", "").replace(" ", ""))
    if found is None:
        raise ValueError(f"unknown coordinate system: {name}")
    return found


def distance(one: Point, two: Point) -> float:
    """Return metres along the great circle (haversine on the mean sphere, error ≤ 0.6 %)."""
    rise = radians(two.lat - one.lat) / 2
    run = radians(two.lon - one.lon) / 2
    half = sin(rise) ** 2 + cos(radians(one.lat)) * cos(radians(two.lat)) * sin(run) ** 2
    return 2 * EARTH * asin(min(1.0, sqrt(half)))


def to_wgs84(x: float, y: float, crs: Crs) -> Point:
    """Return the WGS-84 point of `x` (longitude or easting) and `y` (latitude or northing)."""
    lon, lat = _INTO_WGS84[crs](x, y)
    return Point(lat, lon)


def from_wgs84(point: Point, crs: Crs) -> Vertex:
    """Return `point` as (longitude, latitude), or (easting, northing) in metres, of `crs`."""
    return _OUT_OF_WGS84[crs](point.lon, point.lat)


def _same(lon: float, lat: float) -> Vertex:
    return lon, lat


# EPSG guidance note 7-2, method 1024, on a sphere of WGS-84's semi-major axis in metres.
_MERCATOR = 6_378_137.0


def _to_mercator(lon: float, lat: float) -> Vertex:
    return _MERCATOR * radians(lon), _MERCATOR * log(tan(pi / 4 + radians(lat) / 2))


def _from_mercator(x: float, y: float) -> Vertex:
    return degrees(x / _MERCATOR), degrees(2 * atan(exp(y / _MERCATOR)) - pi / 2)


# GCJ-02 as published in 2013 (EvilTransform) and used by every library since:
# Krasovsky 1940, and no shift outside this box.
_AXIS = 6_378_245.0
_ECCENTRICITY = 0.00669342162296594323
_SHIFTED = Box(0.8293, 72.004, 55.8271, 137.8347)


def _to_gcj02(lon: float, lat: float) -> Vertex:
    if not _SHIFTED.holds(Point(lat, lon)):
        return lon, lat
    x, y = lon - 105, lat - 35
    bend = sqrt(abs(x))
    common = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * bend + common
    north += (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    north += (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * bend + common
    east += (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    east += (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    curve = 1 - _ECCENTRICITY * sin(radians(lat)) ** 2
    north_radius = _AXIS * (1 - _ECCENTRICITY) / curve**1.5
    east_radius = _AXIS / sqrt(curve) * cos(radians(lat))
    return lon + degrees(east / east_radius), lat + degrees(north / north_radius)


def _to_bd09(lon: float, lat: float) -> Vertex:
    # Baidu's further shift of GCJ-02, as in the same libraries.
    x, y = _to_gcj02(lon, lat)
    far = hypot(x, y) + 0.00002 * sin(y * pi * 3000 / 180)
    turn = atan2(y, x) + 0.000003 * cos(x * pi * 3000 / 180)
    return far * cos(turn) + 0.0065, far * sin(turn) + 0.006


def _back(forward: Callable[[float, float], Vertex]) -> Callable[[float, float], Vertex]:
    """Return the inverse of a small smooth shift; each round is about 100 times nearer."""

    def inverse(x: float, y: float) -> Vertex:
        lon, lat = x, y
        for _ in range(8):
            reached = forward(lon, lat)
            lon, lat = lon + x - reached[0], lat + y - reached[1]
        return lon, lat

    return inverse


_OUT_OF_WGS84: dict[Crs, Callable[[float, float], Vertex]] = {
    Crs.WGS84: _same,
    Crs.CGCS2000: _same,
    Crs.GCJ02: _to_gcj02,
    Crs.BD09: _to_bd09,
    Crs.WEB_MERCATOR: _to_mercator,
}
_INTO_WGS84: dict[Crs, Callable[[float, float], Vertex]] = {
    Crs.WGS84: _same,
    Crs.CGCS2000: _same,
    Crs.GCJ02: _back(_to_gcj02),
    Crs.BD09: _back(_to_bd09),
    Crs.WEB_MERCATOR: _from_mercator,
}


def box_of(shape: MultiPolygon) -> Box:
    """Return the smallest box around `shape`."""
    lons, lats = zip(*chain.from_iterable(chain.from_iterable(shape)), strict=True)
    return Box(min(lats), min(lons), max(lats), max(lons))


def contains(shape: MultiPolygon, point: Point) -> bool:
    """Say whether `point` lies in `shape`: even-odd rule, holes are out, every edge is in."""
    return any(_in_polygon(polygon, point) for polygon in shape)


def _in_polygon(polygon: Polygon, point: Point) -> bool:
    inside = False
    for ring in polygon:
        for one, two in pairwise(ring):
            if _on_edge(one, two, point):
                return True
            # Half-open in latitude, so that a vertex on the ray counts once.
            if (one[1] > point.lat) != (two[1] > point.lat):
                reach = (point.lat - one[1]) / (two[1] - one[1])
                inside ^= point.lon < one[0] + reach * (two[0] - one[0])
    return inside


def _on_edge(one: Vertex, two: Vertex, point: Point) -> bool:
    if not min(one[0], two[0]) <= point.lon <= max(one[0], two[0]):
        return False
    if not min(one[1], two[1]) <= point.lat <= max(one[1], two[1]):
        return False
    return _side(one, two, (point.lon, point.lat)) == 0


def _side(one: Vertex, two: Vertex, three: Vertex) -> float:
    """Return > 0 where `three` is left of the way from `one` to `two`, 0 on the line."""
    return (two[0] - one[0]) * (three[1] - one[1]) - (two[1] - one[1]) * (three[0] - one[0])


def edge_distance(shape: MultiPolygon, point: Point) -> float:
    """Return metres from `point` to the nearest edge of `shape` (flat, for a few kilometres)."""
    along = _DEGREE * cos(radians(point.lat))
    return min(
        _to_segment(
            ((one[0] - point.lon) * along, (one[1] - point.lat) * _DEGREE),
            ((two[0] - point.lon) * along, (two[1] - point.lat) * _DEGREE),
        )
        for ring in chain.from_iterable(shape)
        for one, two in pairwise(ring)
    )


def _to_segment(one: Vertex, two: Vertex) -> float:
    """Return how far the segment is from the origin."""
    run, rise = two[0] - one[0], two[1] - one[1]
    length = run * run + rise * rise
    reach = -(one[0] * run + one[1] * rise) / length if length else 0.0
    reach = min(1.0, max(0.0, reach))
    return hypot(one[0] + reach * run, one[1] + reach * rise)


def crossing(ring: Ring) -> Vertex | None:
    """Return a vertex from which `ring` crosses or retraces itself, None if it never does.

    A ring that only touches itself at a point passes: the even-odd rule holds there.
    """
    segments = sorted((*_span(edge, 0), *_span(edge, 1), edge) for edge in pairwise(ring))
    for place, (_, east, south, north, edge) in enumerate(segments):
        for west, _, low, high, other in segments[place + 1 :]:
            if west > east:
                break
            if low <= north and south <= high and _clash(edge, other):
                return edge[0]
    return None


def _span(edge: tuple[Vertex, Vertex], axis: int) -> tuple[float, float]:
    one, two = edge[0][axis], edge[1][axis]
    return (one, two) if one <= two else (two, one)


def _clash(edge: tuple[Vertex, Vertex], other: tuple[Vertex, Vertex]) -> bool:
    sides = [_side(*edge, end) for end in other]
    if sides == [0, 0]:  # on one line: do they share more than a point?
        return max(min(edge), min(other)) < min(max(edge), max(other))
    return sides[0] * sides[1] < 0 and _side(*other, edge[0]) * _side(*other, edge[1]) < 0
