from itertools import pairwise
from math import cos, pi, radians, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wufei_public.common.geo import (
    Box,
    Crs,
    Point,
    box_of,
    contains,
    crossing,
    crs_named,
    distance,
    edge_distance,
    from_wgs84,
    to_wgs84,
)

CHINA = {
    "lat": st.floats(18, 53.5),
    "lon": st.floats(74, 135),
}


@pytest.mark.parametrize(
    ("name", "crs"),
    [
        ("4326", Crs.WGS84),
        ("EPSG:4326", Crs.WGS84),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", Crs.WGS84),
        ("WGS-84", Crs.WGS84),
        ("EPSG:4490", Crs.CGCS2000),
        ("CGCS 2000", Crs.CGCS2000),
        ("urn:ogc:def:crs:EPSG::3857", Crs.WEB_MERCATOR),
        ("web_mercator", Crs.WEB_MERCATOR),
        ("GCJ-02", Crs.GCJ02),
        (" bd09 ", Crs.BD09),
        ("BD-09", Crs.BD09),
    ],
)
def test_systems_go_by_many_names(name: str, crs: Crs) -> None:
    assert crs_named(name) is crs


def test_an_unknown_system_is_refused() -> None:
    with pytest.raises(ValueError, match="2383"):
        crs_named("EPSG:2383")


# Nashville to Los Angeles, Rosetta Code "Haversine formula": 2886.44 km with this radius.
# One degree of a meridian of the mean sphere: 6371.0088 km × π / 180.
@pytest.mark.parametrize(
    ("one", "two", "metres"),
    [
        (Point(36.12, -86.67), Point(33.94, -118.40), 2_886_448),
        (Point(34, 112), Point(35, 112), 111_195.08),
        (Point(34.73, 112.79), Point(34.73, 112.79), 0),
        (Point(0, 0), Point(0, 180), 20_015_114),
    ],
)
def test_distance(one: Point, two: Point, metres: float) -> None:
    assert distance(one, two) == pytest.approx(metres, rel=1e-6)
    assert distance(two, one) == distance(one, two)


# Computed by prcoords 1.0.2 and coordTransform 0.2.1 from PyPI, which agree to 1e-13.
SHIFTED = [
    (112.79, 34.73, 112.79613980788073, 34.72892670950792, 112.80254821344705, 34.735261433577115),
    (112.87, 34.57, 112.87598671437529, 34.56865044087061, 112.88256452907008, 34.574426242330865),
    (116.404, 39.915, 116.41024449916938, 39.91640428150164, 116.41662724378733, 39.9226995522162),
    (121.4737, 31.2304, 121.47822305927693, 31.22845773757727, 121.484781468503, 31.23431059369),
]


@pytest.mark.parametrize(("lon", "lat", "gcj_lon", "gcj_lat", "bd_lon", "bd_lat"), SHIFTED)
def test_chinese_datums_agree_with_published_libraries(
    lon: float, lat: float, gcj_lon: float, gcj_lat: float, bd_lon: float, bd_lat: float
) -> None:
    point = Point(lat, lon)
    assert from_wgs84(point, Crs.GCJ02) == pytest.approx((gcj_lon, gcj_lat), abs=1e-12)
    assert from_wgs84(point, Crs.BD09) == pytest.approx((bd_lon, bd_lat), abs=1e-12)
    assert distance(to_wgs84(gcj_lon, gcj_lat, Crs.GCJ02), point) < 0.001
    assert distance(to_wgs84(bd_lon, bd_lat, Crs.BD09), point) < 0.001


def test_the_shift_here_is_562_metres_east_and_119_south() -> None:
    lon, lat = from_wgs84(Point(34.73, 112.79), Crs.GCJ02)
    assert distance(Point(34.73, 112.79), Point(34.73, lon)) == pytest.approx(561, abs=1)
    assert distance(Point(34.73, 112.79), Point(lat, 112.79)) == pytest.approx(119, abs=1)


def test_abroad_is_not_shifted() -> None:
    assert from_wgs84(Point(48.85, 2.35), Crs.GCJ02) == (2.35, 48.85)


def test_web_mercator_is_the_example_of_the_epsg_guidance_note() -> None:
    # Guidance note 7-2, method 1024: 24°22'54.433"N, 100°20'00.000"W.
    point = Point(24 + 22 / 60 + 54.433 / 3600, -(100 + 20 / 60))
    easting, northing = from_wgs84(point, Crs.WEB_MERCATOR)
    assert easting == pytest.approx(-11_169_055.58, abs=0.01)
    assert northing == pytest.approx(2_800_000.00, abs=0.01)
    assert distance(to_wgs84(-11_169_055.58, 2_800_000.00, Crs.WEB_MERCATOR), point) < 0.01


@given(**CHINA)
def test_every_datum_comes_back_to_the_millimetre(lat: float, lon: float) -> None:
    point = Point(lat, lon)
    for crs in Crs:
        assert distance(to_wgs84(*from_wgs84(point, crs), crs), point) < 0.001


SQUARE = ((112.0, 34.0), (113.0, 34.0), (113.0, 35.0), (112.0, 35.0), (112.0, 34.0))
HOLE = ((112.4, 34.4), (112.6, 34.4), (112.6, 34.6), (112.4, 34.6), (112.4, 34.4))
ISLAND = ((114.0, 34.0), (114.5, 34.0), (114.25, 34.5), (114.0, 34.0))
SHAPE = ((SQUARE, HOLE), (ISLAND,))


@pytest.mark.parametrize(
    ("lat", "lon", "inside"),
    [
        (34.2, 112.2, True),
        (34.5, 112.5, False),  # in the hole
        (34.4, 112.5, True),  # on the edge of the hole
        (34.0, 112.5, True),  # on the southern edge
        (34.5, 113.0, True),  # on the eastern edge
        (35.0, 112.0, True),  # a corner
        (34.1, 114.25, True),  # on the second polygon
        (34.5, 114.25, True),  # its tip
        (34.5, 114.0, False),
        (34.5, 113.5, False),  # between the two
        (35.1, 112.5, False),
        (34.0, 111.9, False),  # level with an edge, outside
        (35.0, 113.5, False),
    ],
)
def test_point_in_polygon(lat: float, lon: float, *, inside: bool) -> None:
    assert contains(SHAPE, Point(lat, lon)) is inside


def test_a_ray_through_a_vertex_counts_it_once() -> None:
    diamond = ((112.0, 34.5), (112.5, 34.0), (113.0, 34.5), (112.5, 35.0), (112.0, 34.5))
    assert contains(((diamond,),), Point(34.5, 112.5))
    assert not contains(((diamond,),), Point(34.5, 111.5))


def wheel(corners: int, turn: float) -> tuple[tuple[float, float], ...]:
    """Return a closed convex ring of `corners` on a circle of 0.1° around 112.8, 34.7."""
    spokes = [turn + 2 * pi * n / corners for n in range(corners)]
    ring = [(112.8 + 0.1 * cos(angle), 34.7 + 0.1 * sin(angle)) for angle in spokes]
    return (*ring, ring[0])


@given(st.integers(3, 40), st.floats(0, 6), st.floats(-0.15, 0.15), st.floats(-0.15, 0.15))
def test_a_convex_shape_holds_what_lies_left_of_all_its_edges(
    corners: int, turn: float, east: float, north: float
) -> None:
    ring = wheel(corners, turn)
    lon, lat = 112.8 + east, 34.7 + north
    sides = [
        (two[0] - one[0]) * (lat - one[1]) - (two[1] - one[1]) * (lon - one[0])
        for one, two in pairwise(ring)
    ]
    if min(map(abs, sides)) > 1e-12:
        assert contains(((ring,),), Point(lat, lon)) == all(side > 0 for side in sides)


def test_box() -> None:
    box = box_of(SHAPE)
    assert box == Box(34.0, 112.0, 35.0, 114.5)
    assert box.holds(Point(34.0, 114.5))
    assert not box.holds(Point(33.999, 112.5))
    assert not box.holds(Point(34.5, 114.501))
    grown = box.grown(1000)
    assert distance(Point(34.0, 113), Point(grown.south, 113)) == pytest.approx(1000)
    assert distance(Point(35.0, 114.5), Point(35.0, grown.east)) == pytest.approx(1000, rel=1e-4)


def test_distance_to_the_edge() -> None:
    assert edge_distance(SHAPE, Point(34.2, 112.5)) == pytest.approx(0.2 * 111_195, rel=1e-4)
    # Past the corner the corner itself is nearest.
    assert edge_distance(((SQUARE,),), Point(33.99, 111.99)) == pytest.approx(
        distance(Point(33.99, 111.99), Point(34, 112)), rel=1e-3
    )
    doubled = (SQUARE[0], *SQUARE)  # a vertex given twice makes a segment without length
    assert edge_distance(((doubled,),), Point(34.0, 112.5)) == 0


@given(st.floats(0, 2 * pi), st.floats(1, 2000))
def test_distance_to_the_edge_of_a_circle(angle: float, metres: float) -> None:
    ring = wheel(360, 0)
    degree = 111_195.08
    far = 0.1 + metres / degree
    # In degrees the wheel is round; on the ground its edge is nearest along the meridian.
    point = Point(34.7 + far * sin(angle), 112.8 + far * cos(angle))
    reach = edge_distance(((ring,),), point)
    assert metres * cos(radians(34.9)) * 0.9 - 10 < reach < metres + 10


@pytest.mark.parametrize(
    "ring",
    [
        ((0, 0), (2, 2), (2, 0), (0, 2), (0, 0)),  # a bow
        ((0, 0), (4, 0), (4, 4), (1, -1), (0, 0)),
        ((0, 0), (4, 0), (2, 0), (2, 2), (0, 0)),  # runs back along itself
        ((0, 0), (0, 4), (0, 2), (2, 2), (0, 0)),  # the same, upright
        ((0, 0), (3, 0), (0, 0), (0, 0)),  # there and back
    ],
)
def test_a_ring_that_crosses_itself_is_found(ring: tuple[tuple[float, float], ...]) -> None:
    assert crossing(ring) in ring


@pytest.mark.parametrize(
    "ring",
    [
        SQUARE,
        ISLAND,
        wheel(200, 0.3),
        ((0, 0), (0, 0), (2, 0), (2, 2), (0, 2), (0, 0)),  # a vertex twice
        ((0, 0), (2, 0), (4, 0), (4, 4), (0, 4), (0, 0)),  # straight on
        ((0, 0), (4, 0), (4, 4), (2, 0), (0, 4), (0, 0)),  # touches its own edge
    ],
)
def test_a_simple_ring_passes(ring: tuple[tuple[float, float], ...]) -> None:
    assert crossing(ring) is None
