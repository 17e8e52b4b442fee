"""The public map: its figures are those of the list and the totals, its points are rough."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.conftest import NOW
from tests.dumping import make, plans
from tests.dumping.mapped import (
    OTHER,
    TOWN,
    WITHHELD,
    at,
    exact,
    here,
    load_outlines,
    public_at,
    some_cases,
)
from tests.dumping.plans import fill, over, shown
from wufei_public.common.clock import district_day
from wufei_public.common.geo import Point, contains, distance
from wufei_public.divisions.queries import directory, outlines, town_outlines
from wufei_public.divisions.rules.levels import Level
from wufei_public.dumping.queries import figures as queries
from wufei_public.dumping.queries.public import PublicFilter, public_list
from wufei_public.dumping.rules.figures import GRID_METRES, PERIODS, Figures, period_start
from wufei_public.dumping.rules.states import Phase

pytestmark = pytest.mark.usefixtures("town")


def counts(figures: Figures, town: str | None) -> tuple[int, int, int, int]:
    tally = figures.of(town)
    return tally.open, tally.closed, tally.refused, tally.hidden


# ---- figures --------------------------------------------------------------------


def test_today_counts_what_is_open(session: Session) -> None:
    some_cases(session)
    found = queries.figures(session, None, NOW)
    # One more than written: the example, which nobody has decided on.
    assert counts(found, TOWN) == (4, 0, 0, 2)
    assert counts(found, OTHER) == (1, 0, 0, 1)
    assert counts(found, None) == (0, 0, 0, 1)


@pytest.mark.parametrize(
    ("days", "town_here", "other", "nowhere"),
    [
        (30, (2, 1, 0, 3), (1, 0, 1, 1), (0, 0, 0, 2)),
        (90, (3, 2, 0, 3), (1, 0, 1, 1), (0, 0, 0, 2)),
        (365, (3, 2, 0, 3), (1, 0, 1, 1), (0, 0, 0, 2)),
    ],
)
def test_a_period_counts_what_was_reported_in_it(
    session: Session, days: int, town_here: object, other: object, nowhere: object
) -> None:
    some_cases(session)
    found = queries.figures(session, days, NOW)
    assert counts(found, TOWN) == town_here
    assert counts(found, OTHER) == other
    assert counts(found, None) == nowhere


def test_a_period_begins_with_a_day_of_the_district(session: Session) -> None:
    first = period_start(30, NOW)
    day, late = district_day(first), first - timedelta(microseconds=1)
    fill(
        session,
        [
            shown(NOW, submitted_at=first, business_day=day, release_token="a"),
            shown(NOW, submitted_at=late, business_day=day - timedelta(days=1), release_token="b"),
        ],
    )
    assert queries.figures(session, 30, NOW).of(TOWN).open == 1


@pytest.mark.parametrize("days", [None, *PERIODS])
def test_map_list_and_totals_are_one(session: Session, days: int | None) -> None:
    some_cases(session)
    found = queries.figures(session, days, NOW)
    since = None if days is None else period_start(days, NOW)
    phases = [Phase.OPEN] if days is None else list(Phase)
    for town in directory(session).towns:
        for phase in phases:
            wanted = PublicFilter(town=town.code, phase=phase, since=since)
            listed = len(public_list(session, wanted, 100))
            assert found.of(town.code).shown.get(phase, 0) == listed
    for phase in phases:
        listed = len(public_list(session, PublicFilter(phase=phase, since=since), 100))
        assert found.whole.shown.get(phase, 0) == listed


def test_the_sum_of_open_cases_is_the_public_total(session: Session) -> None:
    some_cases(session)
    totals = queries.totals(session)
    today = queries.figures(session, None, NOW).whole
    assert today.total == totals.all[Phase.OPEN]
    # Long after everything was reported a period holds it all.
    ever = queries.figures(session, 10_000, NOW).whole
    assert ever == totals


def test_withholding_hides_a_case_and_keeps_it_in_the_total(session: Session) -> None:
    receipt = make.released(make.report())
    before = queries.figures(session, 30, NOW).of(TOWN)
    make.withheld(receipt)
    after = queries.figures(session, 30, NOW).of(TOWN)
    assert (before.open, before.hidden, before.total) == (1, 0, 1)
    assert (after.open, after.hidden, after.total) == (0, 1, 1)


def test_a_town_no_longer_in_use_still_counts(session: Session) -> None:
    fill(session, [public_at(1, **here("410307107"))])
    gone = directory(session).places["410307107"]
    found = queries.figures(session, None, NOW)
    assert found.of(gone.code).open == 1


def test_more_cases_need_no_more_statements(session: Session) -> None:
    def asked() -> int:
        with plans.statements() as seen:
            queries.figures(session, 90, NOW)
        return len(seen)

    queries.figures(session, 90, NOW)
    few = asked()
    some_cases(session)
    assert asked() == few


# ---- points ---------------------------------------------------------------------


def test_points_leave_nothing_of_a_position_but_its_cell(session: Session) -> None:
    spots = [(34.61234, 112.72234), (34.61240, 112.72250), (34.70001, 112.75)]
    fill(session, [exact(lat, lon) for lat, lon in spots])
    found = queries.clusters(session)
    assert [one.cases for one in found] == [2, 1]
    for one, spot in zip(found, spots[1:], strict=True):
        assert 50 < distance(one.point, Point(*spot)) <= GRID_METRES * 0.75
    # A position moved within its cell gives the same point.
    fill(session, [exact(34.6124, 112.7224, code="MOVED0")])
    assert [one.point for one in queries.clusters(session)] == [one.point for one in found]


def test_only_open_shown_cases_with_a_position_are_points(session: Session) -> None:
    fill(
        session,
        [
            exact(34.6, 112.7),
            exact(34.6, 112.7, official_kind="hazardous"),
            exact(34.6, 112.7) | over(),
            at(1, lat=34.6, lon=112.7, datum="wgs84") | WITHHELD,
            at(1, lat=34.6, lon=112.7, datum="wgs84"),
            public_at(1),
        ],
    )
    assert [(one.hazardous, one.cases) for one in queries.clusters(session)] == [
        (False, 1),
        (True, 1),
    ]


def test_outlines_appear_once_every_town_has_one(session: Session) -> None:
    assert town_outlines(session) is None
    load_outlines(session, [TOWN, OTHER])
    assert town_outlines(session) is None
    load_outlines(session)
    plan = town_outlines(session)
    assert plan is not None
    assert plan.frame is not None
    assert len(plan.areas) == len(directory(session).towns)
    # A process that has drawn them hears of the next load.
    assert town_outlines(session) is plan
    load_outlines(session, list(reversed([town.code for town in directory(session).towns])))
    again = town_outlines(session)
    assert again is not None
    assert [area.x for area in again.areas] == sorted(
        (area.x for area in again.areas), reverse=True
    )


def test_points_are_drawn_in_their_town(session: Session, client: FlaskClient) -> None:
    load_outlines(session)
    shapes = outlines(session, Level.TOWN, Level.STREET)
    codes = list(shapes)
    fill(session, [exact(34.65, 112.6001, **here(codes[3])), exact(34.65, 112.7, **here(codes[3]))])
    plan = town_outlines(session)
    html = client.get("/cases/map").text
    assert plan is not None
    area = next(area for area in plan.areas if area.key == codes[3])
    drawn = html[: html.index("wf-legend")]
    points = re.findall(r'<circle class="m-point" cx="([\d.]+)" cy="([\d.]+)" r="', drawn)
    assert len(points) == 2
    assert all(contains(area.shape, Point(float(y), float(x))) for x, y in points)
