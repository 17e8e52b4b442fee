"""Small made-up places beside the package's own."""

from collections.abc import Callable

import pytest

from wufei_public.common.errors import Invalid
from wufei_public.common.geo import Box, Crs, MultiPolygon, Point, box_of, from_wgs84
from wufei_public.divisions.rules.directory import Directory, Place
from wufei_public.divisions.rules.levels import RANK, Level
from wufei_public.divisions.rules.proposal import Shape

HEADER = "code,name,level,parent\n"
LIST = (
    HEADER
    + """990000,甲省,province,
990100,乙市,city,990000
990101,丙区,district,990100
990101001,东街道,street,990101
990101101,西镇,town,990101
990101001001,新新社区居民委员会,community,990101001
990101101200,官庄村民委员会,village,990101101
990101101201,柳树村村民委员会,village,990101101
"""
)
TOWNS = """code,name,tile_row,tile_col,lat,lon,status,note
990101001,东街道,1,2,34.70,112.80,assumption,rough
990101101,西镇,1,1,34.70,112.70,assumption,rough
"""
DEPARTMENTS = """name_as_written,name,name_en,code
区甲局,区甲局,Bureau A,a
甲局,区甲局,Bureau A,a
区乙局,区乙局,Bureau B,b
"""


def place(code: str, name: str, level: Level, parent: str | None, **more: object) -> Place:
    return Place(code=code, name=name, official=name, level=level, parent=parent, **more)  # type: ignore[arg-type]


def directory() -> Directory:
    return Directory(
        [
            place("990000", "甲省", Level.PROVINCE, None, name_en="Jia Province"),
            place("990100", "乙市", Level.CITY, "990000", name_en="Yi City"),
            place("990101", "丙区", Level.DISTRICT, "990100", name_en="Bing District"),
            place(
                "990101101",
                "西镇",
                Level.TOWN,
                "990101",
                pinyin="xi zhen",
                initials="xz",
                name_en="Xi Town",
                tile=(2, 1),
                centre=Point(34.70, 112.70),
            ),
            place(
                "990101001",
                "东街道",
                Level.STREET,
                "990101",
                pinyin="dong jie dao",
                initials="djd",
                name_en="Dong Subdistrict",
                tile=(1, 3),
                centre=Point(34.70, 112.80),
            ),
            place(
                "990101101200",
                "官庄村",
                Level.VILLAGE,
                "990101101",
                pinyin="guan zhuang cun",
                initials="gzc",
                name_en="Guanzhuang Village",
            ),
            place(
                "990101101201",
                "柳树村",
                Level.VILLAGE,
                "990101101",
                pinyin="liu shu cun",
                initials="lsc",
                name_en="Liushu Village",
            ),
            place(
                "990101001001",
                "官庄社区",
                Level.COMMUNITY,
                "990101001",
                pinyin="guan zhuang she qu",
                initials="gzsq",
                name_en="Guanzhuang Community",
            ),
            place(
                "990101101299",
                "老庄村",
                Level.VILLAGE,
                "990101101",
                pinyin="lao zhuang cun",
                initials="lzc",
                name_en="Laozhuang Village",
                active=False,
            ),
        ],
        "v1",
    )


def ring(box: Box) -> list[list[float]]:
    return [
        [box.west, box.south],
        [box.east, box.south],
        [box.east, box.north],
        [box.west, box.north],
        [box.west, box.south],
    ]


def in_crs(ring: list[list[float]], crs: Crs) -> list[list[float]]:
    return [list(from_wgs84(Point(lat, lon), crs)) for lon, lat in ring]


def shape(code: str, level: Level, south: float, west: float, north: float, east: float) -> Shape:
    corners = ring(Box(south, west, north, east))
    polygons: MultiPolygon = [[[(lon, lat) for lon, lat in corners]]]
    return Shape(code, RANK[level], box_of(polygons), polygons)


def feature(code: object, *rings: object, kind: str = "Polygon", field: str = "code") -> object:
    return {
        "type": "Feature",
        "properties": {field: code},
        "geometry": {"type": kind, "coordinates": list(rings)},
    }


def collection(*features: object, **more: object) -> dict[str, object]:
    return {"type": "FeatureCollection", "features": list(features), **more}


def faults_of(read: Callable[[], object]) -> list[tuple[str, str]]:
    """Return pointer and filled sentence of each fault that `read` is refused for."""
    with pytest.raises(Invalid) as refusal:
        read()
    return [(fault.pointer, fault.message % fault.facts) for fault in refusal.value.errors]
