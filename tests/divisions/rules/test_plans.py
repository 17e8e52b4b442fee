"""The towns' map: outlines when all are there, else tiles, also for towns without one."""

from tests.divisions import make
from wufei_public.common.geo import Box
from wufei_public.divisions.rules.directory import Place
from wufei_public.divisions.rules.levels import Level
from wufei_public.divisions.rules.names import bare_name
from wufei_public.divisions.rules.plans import outlines_of, tile_cells, tiles_of


def town(number: int, tile: tuple[int, int] | None = None) -> Place:
    return make.place(f"99010110{number}", f"镇{number}", Level.TOWN, "990101", tile=tile)


def test_towns_without_a_tile_stand_below_the_others() -> None:
    towns = [town(1), town(2, (2, 3)), *(town(number) for number in range(3, 7))]
    assert tile_cells(towns) == {
        "990101101": (3, 1),
        "990101102": (2, 3),
        "990101103": (3, 2),
        "990101104": (3, 3),
        "990101105": (3, 4),
        "990101106": (4, 1),
    }


def test_a_district_without_towns_has_an_empty_map() -> None:
    assert tiles_of([], 56).areas == []
    assert outlines_of([], {}) is None


def test_outlines_need_every_town() -> None:
    towns = [town(1), town(2)]
    shapes = {
        one.code: make.shape(one.code, Level.TOWN, 34.6, west, 34.7, west + 0.5).polygons
        for one, west in zip(towns, (112.0, 112.5), strict=True)
    }
    assert outlines_of(towns, {towns[0].code: shapes[towns[0].code]}) is None
    plan = outlines_of(towns, shapes)
    assert plan is not None
    assert plan.frame is not None
    assert plan.frame.box == Box(34.6, 112.0, 34.7, 113.0)
    assert [area.key for area in plan.areas] == [one.code for one in towns]
    assert plan.areas[0].x < plan.width / 2 < plan.areas[1].x


def test_a_map_calls_towns_by_their_bare_names() -> None:
    assert bare_name("缑氏镇", "Goushi Town") == ("缑氏", "Goushi")
    assert bare_name("首阳山街道", "Shouyangshan Subdistrict") == ("首阳山", "Shouyangshan")
    assert bare_name("翟镇镇", "Zhaizhen Town") == ("翟镇", "Zhaizhen")
    assert bare_name("东镇", "Dong Town") == ("东镇", "Dong Town")
    assert bare_name("开发区管委会", "Zone") == ("开发区管委会", "Zone")
