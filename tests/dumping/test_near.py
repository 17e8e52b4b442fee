"""What may be the same heap: near, new, alike; no application, no database."""

from datetime import timedelta
from random import Random

import pytest

from bench.duplicates import made_set, measure
from tests.conftest import NOW
from wufei_public.common.geo import Point, distance
from wufei_public.dumping.rules.kinds import OFFICIAL
from wufei_public.dumping.rules.near import (
    GRID,
    LIKELY,
    REACH,
    UNSURE,
    Sighting,
    box_around,
    kinds_like,
    likeness,
    rough_metres,
)

HEAP = Point(34.7, 112.8)
# One second of latitude is 30.8 m.
THIRTY = Point(34.7 + 1 / 3600, 112.8)
PICTURE = ("a" * 64, 0x0F0F_0F0F_0F0F_0F0F)


def sighting(
    *,
    kind: str = "construction",
    point: Point | None = HEAP,
    days: float = 0,
    pictures: tuple[tuple[str, int | None], ...] = (),
) -> Sighting:
    return Sighting(kind, point, "410307106201", NOW - timedelta(days=days), pictures)


def test_every_kind_has_a_reach_with_its_source() -> None:
    assert set(REACH) == set(OFFICIAL)
    assert all(reach.metres > 0 and reach.days > 0 and reach.source for reach in REACH.values())
    assert set(kinds_like(UNSURE)) == set(OFFICIAL)
    assert kinds_like("medical") == ["medical", UNSURE]


def test_a_box_holds_what_is_in_reach() -> None:
    box = box_around(HEAP, 100)
    assert box.holds(THIRTY)
    assert not box.holds(Point(34.7012, 112.8))


def test_residents_learn_a_distance_between_points_of_a_grid_only() -> None:
    chance = Random(5)  # noqa: S311  no secret
    for _ in range(200):
        one, two = (
            Point(34.7 + chance.uniform(-0.01, 0.01), 112.8 + chance.uniform(-0.01, 0.01))
            for _ in range(2)
        )
        said = rough_metres(one, two)
        assert said % 100 == 0
        assert abs(said - distance(one, two)) < 250
        moved = Point(round(two.lat / GRID) * GRID, round(two.lon / GRID) * GRID)
        assert rough_metres(one, moved) == said


@pytest.mark.parametrize(
    ("two", "expected"),
    [
        (sighting(), 85),
        (sighting(point=THIRTY, days=1), 81),
        (sighting(kind=UNSURE, point=THIRTY, days=1), 71),
        (sighting(kind="medical", point=Point(34.7018, 112.8), days=40), 17),
        (sighting(point=Point(34.71, 112.8)), 35),
        (sighting(point=None), 50),
        (sighting(point=None, days=70, pictures=(PICTURE,)), 90),
        (sighting(point=Point(34.71, 112.8), pictures=(("b" * 64, PICTURE[1] ^ 1),)), 80),
        (sighting(point=Point(34.71, 112.8), pictures=(("b" * 64, PICTURE[1] ^ 0xFF),)), 60),
        (sighting(point=Point(34.71, 112.8), pictures=(("b" * 64, None),)), 35),
    ],
)
def test_likeness_adds_place_time_kind_and_pictures(two: Sighting, expected: int) -> None:
    assert likeness(sighting(pictures=(PICTURE,)), two) == expected


def test_thirty_metres_and_ten_days_apart_are_still_likely() -> None:
    assert likeness(sighting(), sighting(point=THIRTY, days=10)) >= LIKELY


def test_the_made_set_keeps_to_the_figures_of_the_docs() -> None:
    """docs/duplicates.md; `python -m bench.duplicates` makes the whole table again."""
    reports = made_set(heaps=200)
    assert reports == made_set(heaps=200)
    (found,) = measure(reports, [LIKELY])
    assert found.precision > 0.8
    assert found.recall > 0.6
