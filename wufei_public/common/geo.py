"""Coordinates: WGS-84 inside, other systems only at the edge; distance; point in polygon."""

import math
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any

EARTH_RADIUS = 6_371_008.8  # metres, IUGG mean
_A, _EE = 6_378_245.0, 0.00669342162296594323  # Krassovsky 1940, as GCJ-02 uses it
_MERCATOR = 20_037_508.342789244

Point = tuple[float, float]  # lat, lon in degrees
Ring = Sequence[Sequence[float]]  # lon, lat pairs, as GeoJSON writes them


class Crs(StrEnum):
    """Systems that boundary files and phones come in."""

    WGS84 = "EPSG:4326"
    CGCS2000 = "EPSG:4490"
    MERCATOR = "EPSG:3857"
    GCJ02 = "GCJ-02"


def metres(a: Point, b: Point) -> float:
    """Return the great-circle distance in metres (haversine)."""
    lat1, lon1, lat2, lon2 = (math.radians(x) for x in (*a, *b))
    h = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * EARTH_RADIUS * math.asin(min(1.0, math.sqrt(h)))


def gcj02_from_wgs84(point: Point) -> Point:
    """Return the GCJ-02 position that Chinese base maps draw for a WGS-84 one."""
    lat, lon = point
    x, y = lon - 105.0, lat - 35.0
    wave = 20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)
    north = (
        -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
        + (wave + 20 * math.sin(y * math.pi) + 40 * math.sin(y / 3 * math.pi)
           + 160 * math.sin(y / 12 * math.pi) + 320 * math.sin(y * math.pi / 30)) * 2 / 3
    )  # fmt: skip
    east = (
        300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
        + (wave + 20 * math.sin(x * math.pi) + 40 * math.sin(x / 3 * math.pi)
           + 150 * math.sin(x / 12 * math.pi) + 300 * math.sin(x / 30 * math.pi)) * 2 / 3
    )  # fmt: skip
    sine = math.sin(math.radians(lat))
    magic = 1 - _EE * sine * sine
    root = math.sqrt(magic)
    north = math.degrees(north / (_A * (1 - _EE) / (magic * root)))
    east = math.degrees(east / (_A / root * math.cos(math.radians(lat))))
    return lat + north, lon + east


def wgs84_from_gcj02(point: Point) -> Point:
    """Return the WGS-84 position of a GCJ-02 one; found by iteration, exact to micrometres."""
    lat, lon = point
    for _ in range(6):
        there = gcj02_from_wgs84((lat, lon))
        lat, lon = lat + point[0] - there[0], lon + point[1] - there[1]
    return lat, lon


def _from_mercator(point: Point) -> Point:
    y, x = point
    lat = math.degrees(2 * math.atan(math.exp(y / _MERCATOR * math.pi)) - math.pi / 2)
    return lat, x / _MERCATOR * 180


_TO_WGS84: dict[Crs, Callable[[Point], Point]] = {
    Crs.WGS84: lambda point: point,
    # CGCS2000 and WGS-84 differ by centimetres (Wei 2008): far below a phone's error.
    Crs.CGCS2000: lambda point: point,
    Crs.MERCATOR: _from_mercator,
    Crs.GCJ02: wgs84_from_gcj02,
}


def to_wgs84(point: Point, crs: Crs) -> Point:
    """Return `point` (lat, lon; metres north, east for Web Mercator) in WGS-84."""
    return _TO_WGS84[crs](point)


def inside_ring(point: Point, ring: Ring) -> bool:
    """Say whether `point` lies in `ring` by the even-odd rule."""
    lat, lon = point
    inside = False
    previous = ring[-1]
    for corner in ring:
        (x1, y1), (x2, y2) = previous[:2], corner[:2]
        if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
            inside = not inside
        previous = corner
    return inside


def inside(point: Point, geometry: dict[str, Any]) -> bool:
    """Say whether `point` lies in a GeoJSON Polygon or MultiPolygon; holes are outside."""
    polygons = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        polygons = [polygons]
    return any(
        inside_ring(point, outer) and not any(inside_ring(point, hole) for hole in holes)
        for outer, *holes in polygons
    )


def plausible(lat: float, lon: float) -> bool:
    """Say whether a position can be in China at all (0, 0 is a phone without a fix)."""
    return 3.0 < lat < 54.0 and 73.0 < lon < 136.0  # noqa: PLR2004  the country's box
