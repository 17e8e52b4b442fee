"""Reads the lists of places and offices; names row and column of every fault."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.geo import Box, Crs, Point, to_wgs84
from wufei_public.common.text import N_


class Level(StrEnum):
    PROVINCE = "province"
    CITY = "city"
    DISTRICT = "district"
    TOWN = "town"
    STREET = "street"
    VILLAGE = "village"
    COMMUNITY = "community"


DIGITS = {
    Level.PROVINCE: 6,
    Level.CITY: 6,
    Level.DISTRICT: 6,
    Level.TOWN: 9,
    Level.STREET: 9,
    Level.VILLAGE: 12,
    Level.COMMUNITY: 12,
}
CHINA = Box(3.0, 73.0, 54.0, 136.0)
# 某某村村民委员会 is an office; people say 某某村.
_OFFICES = (("村民委员会", ""), ("社区居民委员会", "社区"), ("居民委员会", "社区"))


@dataclass(frozen=True, slots=True)
class Place:
    """One division as listed."""

    code: str
    name: str
    level: Level
    parent: str | None


@dataclass(frozen=True, slots=True)
class TownTile:
    """Where a town stands on the tile map, and its rough centre (WGS-84)."""

    code: str
    row: int
    column: int
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Office:
    """One department under the one name that the district uses for it."""

    code: str
    name: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Area:
    """The boundary of one division in WGS-84, with its box (south, west, north, east)."""

    code: str
    geometry: Mapping[str, Any]
    box: tuple[float, float, float, float]


def short_name(name: str) -> str:
    """Return what people call a place: 某某村 for 某某村村民委员会."""
    for office, said in _OFFICES:
        if name.endswith(office) and len(name) > len(office):
            stem = name.removesuffix(office)
            return stem if not said or stem.endswith(said) else stem + said
    return name


def _fault(row: int, column: str, sentence: str) -> FieldError:
    return FieldError(f"{row}/{column}", sentence)


def _rows(lines: Iterable[str], wanted: tuple[str, ...]) -> list[dict[str, str]]:
    reader = csv.DictReader(lines)
    missing = [name for name in wanted if name not in (reader.fieldnames or [])]
    if missing:
        sentence = N_("表里缺少这一列。")
        raise Invalid(
            "bad_table", N_("表格的列不对。"), [_fault(1, name, sentence) for name in missing]
        )
    return [{k: (v or "").strip() for k, v in row.items() if k} for row in reader]


def read_places(lines: Iterable[str]) -> list[Place]:
    """Read `code,name,level,parent`; Invalid names row and column, nothing is half read."""
    places: list[Place] = []
    faults: list[FieldError] = []
    seen: set[str] = set()
    for number, row in enumerate(_rows(lines, ("code", "name", "level", "parent")), start=2):
        found = _place_faults(number, row, seen)
        faults += found
        seen.add(row["code"])
        if not found:
            level = Level(row["level"])
            places.append(Place(row["code"], row["name"], level, row["parent"] or None))
    if faults:
        raise Invalid("bad_table", N_("行政区划表有错，没有导入任何一行。"), faults)
    return places


def _place_faults(number: int, row: Mapping[str, str], seen: set[str]) -> list[FieldError]:
    faults = []
    if row["level"] not in set(Level):
        faults.append(_fault(number, "level", N_("没有这种级别。")))
    elif not row["code"].isdigit() or len(row["code"]) != DIGITS[Level(row["level"])]:
        faults.append(_fault(number, "code", N_("代码的位数和级别不符。")))
    if row["code"] in seen:
        faults.append(_fault(number, "code", N_("这个代码重复了。")))
    if not row["name"]:
        faults.append(_fault(number, "name", N_("名称是空的。")))
    if row["parent"] and row["parent"] not in seen:
        faults.append(_fault(number, "parent", N_("上级要排在前面，这里找不到它。")))
    return faults


def read_tiles(lines: Iterable[str]) -> list[TownTile]:
    """Read `code,tile_row,tile_col,lat,lon`."""
    tiles: list[TownTile] = []
    faults: list[FieldError] = []
    wanted = ("code", "tile_row", "tile_col", "lat", "lon")
    for number, row in enumerate(_rows(lines, wanted), start=2):
        try:
            lat, lon = float(row["lat"]), float(row["lon"])
            tile = TownTile(row["code"], int(row["tile_row"]), int(row["tile_col"]), lat, lon)
        except ValueError:
            faults.append(_fault(number, "lat", N_("这一行的数字看不懂。")))
            continue
        if not CHINA.holds(Point(lat, lon)):
            faults.append(_fault(number, "lat", N_("这个位置不在国内。")))
        tiles.append(tile)
    if faults:
        raise Invalid("bad_table", N_("镇办表有错，没有导入任何一行。"), faults)
    return tiles


def read_offices(lines: Iterable[str]) -> list[Office]:
    """Read `name,name_en,code`; several spellings of one department give one office."""
    rows = _rows(lines, ("name", "name_en", "code"))
    found = {row["code"]: Office(row["code"], row["name"], row["name_en"]) for row in rows}
    faults = [
        _fault(number, "code", N_("部门代码是空的。"))
        for number, row in enumerate(rows, start=2)
        if not row["code"]
    ]
    if faults:
        raise Invalid("bad_table", N_("部门表有错，没有导入任何一行。"), faults)
    return list(found.values())


def read_areas(document: Any, crs: Crs, known: frozenset[str]) -> list[Area]:
    """Read a GeoJSON FeatureCollection whose features carry `code`; convert to WGS-84.

    Invalid names every bad feature by its number; nothing is half read.
    """
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise Invalid("bad_boundaries", N_("文件不是 GeoJSON FeatureCollection。"))
    areas: list[Area] = []
    faults: list[FieldError] = []
    for number, feature in enumerate(features, start=1):
        try:
            areas.append(_area(feature, crs, known))
        except (KeyError, TypeError, ValueError, IndexError) as error:
            pointer = f"features/{number}"
            sentence = N_("这一块边界不能用：%(why)s")
            faults.append(FieldError(pointer, sentence, {"why": str(error)}))
    if faults:
        raise Invalid("bad_boundaries", N_("边界文件有错，没有导入任何一块。"), faults)
    return areas


def _area(feature: Any, crs: Crs, known: frozenset[str]) -> Area:
    code = str(feature["properties"]["code"])
    if code not in known:
        raise ValueError(code)
    kind = feature["geometry"]["type"]
    polygons = feature["geometry"]["coordinates"]
    if kind == "Polygon":
        polygons = [polygons]
    elif kind != "MultiPolygon":
        raise ValueError(kind)
    converted = [[_ring(ring, crs) for ring in polygon] for polygon in polygons]
    points = [point for polygon in converted for ring in polygon for point in ring]
    lons, lats = [p[0] for p in points], [p[1] for p in points]
    box = (min(lats), min(lons), max(lats), max(lons))
    return Area(code, {"type": "MultiPolygon", "coordinates": converted}, box)


def _ring(ring: Any, crs: Crs) -> list[list[float]]:
    converted = []
    for corner in ring:
        point = to_wgs84(float(corner[0]), float(corner[1]), crs)
        lat, lon = point.lat, point.lon
        if not CHINA.holds(point):
            raise ValueError(f"{corner}")
        converted.append([round(lon, 7), round(lat, 7)])
    if len(converted) < 4 or converted[0] != converted[-1]:  # noqa: PLR2004  RFC 7946 §3.1.6
        raise ValueError("ring")
    return converted
