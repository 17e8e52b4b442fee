"""Boundaries from a GeoJSON file: every feature is checked before anything is kept."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any

from wufei_public.common.geo import (
    Box,
    Crs,
    MultiPolygon,
    Polygon,
    Ring,
    Vertex,
    box_of,
    crossing,
    crs_named,
    to_wgs84,
)
from wufei_public.common.sheets import Faults
from wufei_public.common.text import N_
from wufei_public.divisions.rules.levels import canonical_code

# RFC 7946 §3.1.6: a ring is closed and has four positions or more.
LEAST_POSITIONS = 4
# A tenth of a metre: finer than any survey of villages.
_PLACES = 6


@dataclass(frozen=True, slots=True)
class BoundaryRow:
    """The boundary of one division in WGS-84."""

    code: str
    polygons: MultiPolygon
    box: Box


class _Fault(Exception):  # noqa: N818  caught where the feature's number is known
    """What is wrong with one feature: a marked sentence and its facts."""

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts


def read_boundaries(
    document: Any,
    crs: Crs,
    known: Container[str],
    *,
    name: str = "boundaries.geojson",
    code_field: str = "code",
) -> tuple[BoundaryRow, ...]:
    """Return the boundaries of a parsed GeoJSON document, converted from `crs` to WGS-84.

    `known` holds the codes that may have one; `code_field` is the property that names
    the division. Raises Invalid with every faulty feature (pointer: file/number/part,
    counted from 1).
    """
    faults = Faults(name)
    features = _features(document, crs, faults)
    rows: dict[str, BoundaryRow] = {}
    for number, feature in enumerate(features, start=1):
        try:
            row = _boundary(feature, crs, code_field)
            _check_code(row.code, known, rows)
        except _Fault as fault:
            faults.add(number, "", fault.message, **fault.facts)
        else:
            rows[row.code] = row
    faults.check()
    return tuple(rows.values())


def _features(document: Any, crs: Crs, faults: Faults) -> list[Any]:
    kind = document.get("type") if isinstance(document, Mapping) else None
    features = document.get("features") if kind == "FeatureCollection" else None
    if not isinstance(features, list) or not features:
        faults.add(0, "", N_("这不是 GeoJSON 的 FeatureCollection，或者里面没有要素。"))
        raise faults.refusal()
    declared = _declared_crs(document)
    if declared and not _agrees(declared, crs):
        faults.add(
            0,
            "crs",
            N_("文件说坐标系是 %(declared)s，命令说是 %(crs)s。"),
            declared=declared,
            crs=str(crs),
        )
        raise faults.refusal()
    return features


def _declared_crs(document: Mapping[str, Any]) -> str:
    """Return the name in the `crs` member of GeoJSON 2008, empty if there is none."""
    member = document.get("crs")
    properties = member.get("properties") if isinstance(member, Mapping) else None
    name = properties.get("name") if isinstance(properties, Mapping) else None
    return name if isinstance(name, str) else ""


def _agrees(declared: str, crs: Crs) -> bool:
    # Tools write CRS84 by habit, also over GCJ-02 and BD-09, which have no EPSG number.
    if crs in {Crs.GCJ02, Crs.BD09}:
        return True
    try:
        found = crs_named(declared)
    except ValueError:
        return False
    return found is crs or {found, crs} == {Crs.WGS84, Crs.CGCS2000}


def _boundary(feature: Any, crs: Crs, code_field: str) -> BoundaryRow:
    if not isinstance(feature, Mapping) or feature.get("type") != "Feature":
        raise _Fault(N_("这一项不是 Feature。"))
    properties = feature.get("properties")
    code = properties.get(code_field) if isinstance(properties, Mapping) else None
    if isinstance(code, bool) or not isinstance(code, str | int):
        raise _Fault(N_("properties 里没有“%(field)s”。"), field=code_field)
    geometry = feature.get("geometry")
    if not isinstance(geometry, Mapping):
        raise _Fault(N_("没有 geometry。"))
    match geometry.get("type"), geometry.get("coordinates"):
        case "Polygon", list() as polygon if polygon:
            polygons: MultiPolygon = (_polygon(polygon, crs),)
        case "MultiPolygon", list() as parts if parts:
            polygons = tuple(_polygon(part, crs) for part in parts)
        case _:
            raise _Fault(N_("geometry 要是有坐标的 Polygon 或 MultiPolygon。"))
    return BoundaryRow(canonical_code(str(code)), polygons, box_of(polygons))


def _check_code(code: str, known: Container[str], rows: Container[str]) -> None:
    if code not in known:
        raise _Fault(N_("没有代码为“%(code)s”的区划。"), code=code)
    if code in rows:
        raise _Fault(N_("代码“%(code)s”前面已经出现过。"), code=code)


def _polygon(rings: Any, crs: Crs) -> Polygon:
    if not isinstance(rings, list) or not rings:
        raise _Fault(N_("有一个多边形没有环。"))
    return tuple(_ring(ring, crs) for ring in rings)


def _ring(positions: Any, crs: Crs) -> Ring:
    if not isinstance(positions, list) or len(positions) < LEAST_POSITIONS:
        raise _Fault(N_("有一个环不到 %(least)s 个点。"), least=LEAST_POSITIONS)
    if positions[0] != positions[-1]:
        raise _Fault(N_("有一个环没有闭合（第一点和最后一点要相同）。"))
    ring = tuple(_vertex(position, crs) for position in positions)
    if len(set(ring)) < LEAST_POSITIONS - 1:
        raise _Fault(N_("有一个环没有面积。"))
    crossed = crossing(ring)
    if crossed:
        raise _Fault(
            N_("有一个环在经度 %(lon)s、纬度 %(lat)s 附近和自己相交。"),
            lon=crossed[0],
            lat=crossed[1],
        )
    return ring


def _vertex(position: Any, crs: Crs) -> Vertex:
    if not isinstance(position, list) or len(position) not in {2, 3}:
        raise _Fault(N_("有一个点不是 [经度, 纬度]。"))
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in position):
        raise _Fault(N_("有一个点的坐标不是数。"))
    x, y = position[:2]
    limits = (20_037_508.35, 20_048_966.11) if crs is Crs.WEB_MERCATOR else (180, 90)
    # Written so that NaN fails too.
    if not (abs(x) <= limits[0] and abs(y) <= limits[1]):
        raise _Fault(N_("坐标 %(x)s, %(y)s 超出范围：经度在前、纬度在后吗？坐标系对吗？"), x=x, y=y)
    point = to_wgs84(x, y, crs)
    return round(point.lon, _PLACES), round(point.lat, _PLACES)
