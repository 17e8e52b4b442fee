import pytest
from flask.testing import FlaskClient

from tests.divisions import make
from wufei_public.common.actor import SYSTEM
from wufei_public.common.geo import Box, Crs, Point, from_wgs84
from wufei_public.divisions import actions
from wufei_public.divisions.rules.boundaries import read_boundaries
from wufei_public.divisions.rules.tables import read_divisions, read_towns
from wufei_public.divisions.schemas import PlacesOut
from wufei_public.infra.work import work

LIST = "/api/v1/divisions"
PROPOSE = "/api/v1/divisions/propose"


@pytest.fixture
def loaded(client: FlaskClient) -> FlaskClient:
    rows = read_divisions(make.LIST.encode())
    towns = read_towns(make.TOWNS.encode(), rows)
    work(SYSTEM, lambda w: actions.load(w, divisions=rows, towns=towns))
    return client


def test_the_list_holds_what_a_phone_searches_in(loaded: FlaskClient) -> None:
    answer = loaded.get(LIST)
    assert answer.status_code == 200
    assert PlacesOut().validate(answer.json) == {}
    assert [place["code"] for place in answer.json["divisions"]] == [
        "990101",
        "990101001",
        "990101101",
        "990101001001",
        "990101101200",
        "990101101201",
    ]
    assert answer.json["divisions"][4] == {
        "code": "990101101200",
        "name": "官庄村",
        "level": "village",
        "parent": "990101101",
        "pinyin": "guan zhuang cun",
        "initials": "gzc",
    }


def test_the_list_may_be_kept_and_is_told_apart_by_its_etag(loaded: FlaskClient) -> None:
    first = loaded.get(LIST)
    assert first.headers["Cache-Control"] == "public, max-age=300"
    again = loaded.get(LIST, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    rows = read_divisions(make.LIST.replace("官庄", "新庄").encode())
    work(SYSTEM, lambda w: actions.load(w, divisions=rows))
    changed = loaded.get(LIST, headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200
    assert changed.json["divisions"][4]["name"] == "新庄村"


def test_a_position_is_given_its_likely_town_and_others(loaded: FlaskClient) -> None:
    answer = loaded.get(PROPOSE, query_string={"lat": 34.70, "lon": 112.74, "accuracy": 30})
    assert answer.status_code == 200
    assert answer.json == {
        "proposal": {
            "code": "990101101",
            "path": "西镇",
            "how": "centre",
            "metres": 3657,
            "others": [{"code": "990101001", "path": "东街道"}],
        }
    }


def test_a_position_in_a_boundary_is_given_its_village_in_any_datum(loaded: FlaskClient) -> None:
    square = make.ring(Box(34.69, 112.69, 34.71, 112.71))
    document = make.collection(make.feature("990101101200", square))
    rows = read_boundaries(document, Crs.WGS84, {"990101101200"})
    work(SYSTEM, lambda w: actions.load_boundaries(w, rows, Crs.WGS84))
    # 300 m inside the western border: taken for WGS-84, the GCJ-02 numbers lie outside.
    inside = Point(34.70, 112.707)
    for datum in ("wgs84", "cgcs2000", "gcj02", "bd09"):
        lon, lat = from_wgs84(inside, Crs(datum))
        answer = loaded.get(PROPOSE, query_string={"lat": lat, "lon": lon, "datum": datum})
        assert answer.json["proposal"] == {
            "code": "990101101200",
            "path": "西镇 官庄村",
            "how": "boundary",
            "metres": 0,
            "others": [],
        }
    lon, lat = from_wgs84(inside, Crs.GCJ02)
    mistaken = loaded.get(PROPOSE, query_string={"lat": lat, "lon": lon})
    assert mistaken.json["proposal"]["how"] == "centre"


def test_far_away_nothing_is_proposed(loaded: FlaskClient) -> None:
    answer = loaded.get(PROPOSE, query_string={"lat": 39.9, "lon": 116.4})
    assert (answer.status_code, answer.json) == (200, {"proposal": None})


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["lat", "lon"]),
        ({"lat": "91", "lon": "181"}, ["lat", "lon"]),
        ({"lat": "nan", "lon": "112.7"}, ["lat"]),
        ({"lat": "34.7", "lon": "112.7", "accuracy": "-1"}, ["accuracy"]),
        ({"lat": "34.7", "lon": "112.7", "datum": "web_mercator"}, ["datum"]),
    ],
)
def test_a_position_that_is_none_is_refused(
    loaded: FlaskClient, query: dict[str, str], names: list[str]
) -> None:
    answer = loaded.get(PROPOSE, query_string=query)
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert [fault["parameter"] for fault in answer.json["errors"]] == names


def test_a_script_that_asks_too_often_is_stopped(loaded: FlaskClient) -> None:
    query = {"lat": 34.7, "lon": 112.7}
    answers = [loaded.get(PROPOSE, query_string=query).status_code for _ in range(61)]
    assert answers == [200] * 60 + [429]
