import pytest

from tests.divisions import make
from wufei_public.common.geo import Box, Crs
from wufei_public.divisions.rules.boundaries import BoundaryRow, read_boundaries

KNOWN = {"990101", "990101101", "990101101200"}
SQUARE = make.ring(Box(34.65, 112.65, 34.75, 112.75))
HOLE = make.ring(Box(34.69, 112.69, 34.71, 112.71))


@pytest.mark.parametrize("crs", list(Crs))
def test_a_file_in_any_system_ends_in_wgs84(crs: Crs) -> None:
    rings = [make.in_crs(SQUARE, crs), make.in_crs(HOLE, crs)]
    document = make.collection(make.feature("990101101", *rings))
    assert read_boundaries(document, crs, KNOWN) == (
        BoundaryRow(
            "990101101",
            ((tuple(map(tuple, SQUARE)), tuple(map(tuple, HOLE))),),
            Box(34.65, 112.65, 34.75, 112.75),
        ),
    )


def test_numbers_padding_altitude_and_multipolygons_are_understood() -> None:
    high = [[*position, 120.0] for position in SQUARE]
    document = make.collection(
        make.feature(990101101000, [high], [HOLE], kind="MultiPolygon", field="adcode"),
    )
    (row,) = read_boundaries(document, Crs.WGS84, KNOWN, code_field="adcode")
    assert row.code == "990101101"
    assert [len(polygon) for polygon in row.polygons] == [1, 1]


BOW = [[112.0, 34.0], [113.0, 35.0], [113.0, 34.0], [112.0, 35.0], [112.0, 34.0]]


@pytest.mark.parametrize(
    ("feature", "words"),
    [
        (7, "这一项不是 Feature"),
        ({"type": "Point"}, "这一项不是 Feature"),
        ({"type": "Feature", "properties": None}, "properties 里没有“code”"),
        ({"type": "Feature", "properties": {"code": True}}, "properties 里没有“code”"),
        ({"type": "Feature", "properties": {"code": "990101"}}, "没有 geometry"),
        (make.feature("990101", SQUARE, kind="LineString"), "Polygon 或 MultiPolygon"),
        (make.feature("990101"), "Polygon 或 MultiPolygon"),
        (make.feature("990101", kind="MultiPolygon"), "Polygon 或 MultiPolygon"),
        (make.feature("990101", [], kind="MultiPolygon"), "有一个多边形没有环"),
        (make.feature("990101", SQUARE, kind="MultiPolygon"), "有一个环不到 4 个点"),
        (make.feature("990101", SQUARE[:3]), "有一个环不到 4 个点"),
        (make.feature("990101", "ring"), "有一个环不到 4 个点"),
        (make.feature("990101", SQUARE[:4]), "有一个环没有闭合"),
        (make.feature("990101", [SQUARE[0]] * 4), "有一个环没有面积"),
        (make.feature("990101", BOW), "经度 112.0、纬度 34.0 附近和自己相交"),
        (make.feature("990101", [[1.0]] * 4), "有一个点不是 [经度, 纬度]"),
        (make.feature("990101", [["1", "2"]] * 4), "有一个点的坐标不是数"),
        (make.feature("990101", [[34.7, 112.7]] * 4), "经度在前、纬度在后吗"),
        (make.feature("990101", [[float("nan"), 34]] * 4), "超出范围"),
        (make.feature("990101", [[1e999, 34]] * 4), "超出范围"),
        (make.feature("777777", SQUARE), "没有代码为“777777”的区划"),
        (make.feature("990101101", SQUARE), "代码“990101101”前面已经出现过"),
    ],
)
def test_a_faulty_feature_is_named(feature: object, words: str) -> None:
    good = make.feature("990101101", SQUARE)
    faults = make.faults_of(
        lambda: read_boundaries(
            make.collection(good, feature), Crs.WGS84, KNOWN, name="towns.geojson"
        )
    )
    assert [pointer for pointer, _ in faults] == ["towns.geojson/2/"]
    assert words in faults[0][1]


def test_all_faults_are_told_at_once() -> None:
    document = make.collection(make.feature("1", SQUARE), make.feature("990101", BOW), None)
    faults = make.faults_of(lambda: read_boundaries(document, Crs.WGS84, KNOWN))
    assert [pointer for pointer, _ in faults] == [
        "boundaries.geojson/1/",
        "boundaries.geojson/2/",
        "boundaries.geojson/3/",
    ]


@pytest.mark.parametrize(
    "document",
    [None, [], {}, {"type": "Feature"}, make.collection(), {"type": "FeatureCollection"}],
)
def test_what_is_no_collection_is_refused(document: object) -> None:
    assert make.faults_of(lambda: read_boundaries(document, Crs.WGS84, KNOWN)) == [
        ("boundaries.geojson/0/", "这不是 GeoJSON 的 FeatureCollection，或者里面没有要素。")
    ]


def named(name: object) -> dict[str, object]:
    return {"crs": {"type": "name", "properties": {"name": name}}}


@pytest.mark.parametrize(
    ("member", "crs"),
    [
        (named("urn:ogc:def:crs:EPSG::3857"), Crs.WGS84),
        (named("EPSG:4326"), Crs.WEB_MERCATOR),
        (named("EPSG:2383"), Crs.WGS84),
    ],
)
def test_a_file_that_names_another_system_is_refused(member: dict[str, object], crs: Crs) -> None:
    document = make.collection(make.feature("990101", SQUARE), **member)
    faults = make.faults_of(lambda: read_boundaries(document, crs, KNOWN))
    assert [pointer for pointer, _ in faults] == ["boundaries.geojson/0/crs"]


@pytest.mark.parametrize(
    ("member", "crs"),
    [
        (named("urn:ogc:def:crs:OGC:1.3:CRS84"), Crs.WGS84),
        (named("urn:ogc:def:crs:OGC:1.3:CRS84"), Crs.CGCS2000),
        (named("urn:ogc:def:crs:OGC:1.3:CRS84"), Crs.GCJ02),
        (named("EPSG:4490"), Crs.WGS84),
        (named(None), Crs.WGS84),
        ({"crs": {"type": "name"}}, Crs.WGS84),
        ({"crs": None}, Crs.WGS84),
    ],
)
def test_a_file_that_names_the_same_system_passes(member: dict[str, object], crs: Crs) -> None:
    document = make.collection(make.feature("990101", SQUARE), **member)
    assert [row.code for row in read_boundaries(document, crs, KNOWN)] == ["990101"]
