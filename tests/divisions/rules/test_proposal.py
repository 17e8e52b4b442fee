import pytest

from tests.divisions import make
from wufei_public.common.geo import Point
from wufei_public.divisions.rules.directory import Directory
from wufei_public.divisions.rules.levels import Level
from wufei_public.divisions.rules.proposal import How, Proposal, Shape, propose


@pytest.fixture
def places() -> Directory:
    return make.directory()


CENTRE_OF_WEST = Point(34.70, 112.70)
VILLAGE = make.shape("990101101200", Level.VILLAGE, 34.69, 112.69, 34.71, 112.71)
NEIGHBOUR = make.shape("990101101201", Level.VILLAGE, 34.69, 112.7105, 34.71, 112.73)
WEST = make.shape("990101101", Level.TOWN, 34.65, 112.65, 34.75, 112.75)
EAST = make.shape("990101001", Level.STREET, 34.65, 112.75, 34.75, 112.85)
DISTRICT = make.shape("990101", Level.DISTRICT, 34.5, 112.5, 34.9, 113.1)
ALL = [VILLAGE, NEIGHBOUR, WEST, EAST, DISTRICT]


@pytest.mark.parametrize(
    ("shapes", "point", "accuracy", "proposal"),
    [
        # The smallest polygon that holds the point.
        (ALL, CENTRE_OF_WEST, 10, Proposal("990101101200", How.BOUNDARY, 0.0)),
        (ALL, Point(34.66, 112.66), None, Proposal("990101101", How.BOUNDARY, 0.0)),
        # Near a border the neighbour is offered too.
        (
            ALL,
            Point(34.70, 112.709),
            200,
            Proposal("990101101200", How.BOUNDARY, 0.0, ("990101101201",)),
        ),
        # On a common border the smaller code comes first.
        (
            [WEST, EAST],
            Point(34.70, 112.75),
            10,
            Proposal("990101001", How.BOUNDARY, 0.0, ("990101101",)),
        ),
        # A rough position proposes the town, not the village.
        (ALL, CENTRE_OF_WEST, 1500, Proposal("990101101", How.BOUNDARY, 0.0)),
        # A town that holds the point comes before a village that only is near.
        (
            [NEIGHBOUR, WEST],
            Point(34.70, 112.7102),
            10,
            Proposal("990101101", How.BOUNDARY, 0.0),
        ),
        # Rougher still, or outside the district: nothing.
        (ALL, CENTRE_OF_WEST, 20_000, None),
        (ALL, Point(34.95, 112.7), 100, None),
        # Within the district but in no town's polygon: the nearest rough centre.
        (
            [DISTRICT],
            Point(34.70, 113.05),
            10,
            Proposal("990101001", How.CENTRE, pytest.approx(22_855, abs=5), ("990101101",)),
        ),
        # Without boundaries: the nearest centre, and nothing far from every centre.
        (
            [],
            Point(34.70, 112.74),
            10,
            Proposal("990101101", How.CENTRE, pytest.approx(3_657, abs=5), ("990101001",)),
        ),
        ([], Point(34.70, 112.97), 10, None),
        ([], Point(39.9, 116.4), None, None),
    ],
)
def test_proposals(
    places: Directory,
    shapes: list[Shape],
    point: Point,
    accuracy: float | None,
    proposal: Proposal | None,
) -> None:
    assert propose(places, shapes, point, accuracy) == proposal


def test_a_sliver_between_two_drawings_is_bridged(places: Directory) -> None:
    # 46 m of nothing between the two villages, nearer to the eastern one.
    found = propose(places, [VILLAGE, NEIGHBOUR], Point(34.70, 112.7104), 10)
    assert found is not None
    assert (found.code, found.how, found.others) == (
        "990101101201",
        How.BOUNDARY,
        ("990101101200",),
    )
    assert found.metres == pytest.approx(9.1, abs=0.2)


def test_without_centres_and_boundaries_nothing_is_proposed() -> None:
    assert propose(Directory([]), [], CENTRE_OF_WEST, 10) is None
