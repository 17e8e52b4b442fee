import pytest

from tests.divisions import make
from wufei_public.divisions.rules.departments import Departments, Office
from wufei_public.divisions.rules.directory import Directory, Place
from wufei_public.divisions.rules.levels import Level


@pytest.fixture
def places() -> Directory:
    return make.directory()


def test_a_place_by_its_code(places: Directory) -> None:
    assert places.get("990101101") is places.places["990101101"]
    assert places.get("1") is None
    assert places.get(None) is None


@pytest.mark.parametrize(
    ("code", "fit"),
    [
        ("990101101200", True),
        ("990101101", True),
        ("990101", False),
        ("990101101299", False),  # no longer in use
        ("1", False),
    ],
)
def test_where_a_record_may_end(places: Directory, code: str, *, fit: bool) -> None:
    assert places.is_place_for_records(code) is fit


@pytest.mark.parametrize(
    ("code", "path", "english"),
    [
        ("990101101200", "西镇 官庄村", "Guanzhuang Village, Xi Town"),
        ("990101101299", "西镇 老庄村", "Laozhuang Village, Xi Town"),
        ("990101101", "西镇", "Xi Town"),
        ("990101", "丙区", "Bing District"),
        ("1", "", ""),
        (None, "", ""),
    ],
)
def test_paths(places: Directory, code: str | None, path: str, english: str) -> None:
    assert places.path(code) == path
    assert places.path(code, english=True) == english


def codes(found: tuple[Place, ...]) -> list[str]:
    return [place.code for place in found]


def test_lists_hold_what_is_in_use(places: Directory) -> None:
    assert codes(places.lineage("990101101")) == ["990000", "990100", "990101", "990101101"]
    assert codes(places.children("990101101")) == ["990101101200", "990101101201"]
    assert codes(places.districts) == ["990101"]
    assert codes(places.towns) == ["990101001", "990101101"]
    assert codes(places.units) == ["990101001001", "990101101200", "990101101201"]
    assert codes(places.below("990101101")) == ["990101101", "990101101200", "990101101201"]
    assert "990101101299" not in places.active_codes
    assert len(places.active_codes) == 8


def test_names_hold_also_what_is_no_longer_in_use(places: Directory) -> None:
    assert places.names["990101101"] == "西镇"
    assert places.names["990101101299"] == "老庄村"
    assert len(places.names) == 9


def test_the_tile_map_is_a_grid_with_gaps(places: Directory) -> None:
    east, west = places.get("990101001"), places.get("990101101")
    assert places.tiles == ((None, None, east), (west, None, None))
    assert Directory([]).tiles == ()


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("官庄", ["990101001001", "990101101200"]),
        ("官庄村", ["990101101200"]),
        ("西镇 官庄", ["990101101200"]),
        ("西镇　柳树", ["990101101201"]),
        ("guanzhuang", ["990101001001", "990101101200"]),
        ("GZC", ["990101101200"]),
        ("gz", ["990101001001", "990101101200"]),
        ("zhuangcun", ["990101101200"]),
        ("xi lsc", ["990101101201"]),
        ("xz", ["990101101"]),
        ("西", ["990101101"]),
        ("庄", ["990101001001", "990101101200"]),
        ("老庄", []),
        ("东街道 柳树", []),
        ("zzz", []),
        (" ", []),
        ("", []),
    ],
)
def test_search(places: Directory, words: str, found: list[str]) -> None:
    assert codes(places.search(words)) == found


def test_search_stops_at_its_limit(places: Directory) -> None:
    assert codes(places.search("官庄", limit=1)) == ["990101001001"]


def test_names_in_the_readers_language(places: Directory) -> None:
    assert places.called(english=False)["990101"] == "丙区"
    assert places.called(english=True)["990101"] == "Bing District"
    bare = Directory([make.place("990101101", "西镇", Level.TOWN, None)])
    assert bare.called(english=True) == {"990101101": "西镇"}


def test_a_place_without_pinyin_is_found_by_its_name() -> None:
    town = make.place("990101101", "西镇", Level.TOWN, None)
    assert Directory([town]).search("西") == (town,)
    assert Directory([town]).search("xi") == ()


def test_departments_by_code_and_by_any_name() -> None:
    old = Office("old", "旧局", "Old", ("区甲局",), active=False)
    new = Office("a", "区甲局", "A", ("区甲局", "甲局"))
    offices = Departments([new, old], "v1")
    assert offices.get("old") is old
    assert offices.get(None) is None
    assert offices.active == (new,)
    assert offices.named(" 区 甲局") is new
    assert offices.named("旧局") is old
    assert offices.named("丁局") is None
