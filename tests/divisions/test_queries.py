import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.divisions import make
from wufei_public.common.actor import SYSTEM
from wufei_public.common.geo import Box, Crs
from wufei_public.divisions import actions, queries
from wufei_public.divisions.rules.boundaries import read_boundaries
from wufei_public.divisions.rules.proposal import How, Proposal
from wufei_public.divisions.rules.tables import read_divisions, read_towns
from wufei_public.infra.db import db
from wufei_public.infra.work import reading, work

VILLAGE, TOWN, DISTRICT = "990101101200", "990101101", "990101"
BOXES = {
    VILLAGE: Box(34.69, 112.69, 34.71, 112.71),
    TOWN: Box(34.65, 112.65, 34.75, 112.75),
    DISTRICT: Box(34.5, 112.5, 34.9, 113.1),
}


@pytest.fixture
def loaded(app: Flask) -> Flask:
    rows = read_divisions(make.LIST.encode())
    towns = read_towns(make.TOWNS.encode(), rows)
    work(SYSTEM, lambda w: actions.load(w, divisions=rows, towns=towns))
    return app


def load_boundaries(*codes: str) -> None:
    features = [make.feature(code, make.ring(BOXES[code])) for code in codes]
    rows = read_boundaries(make.collection(*features), Crs.WGS84, set(codes))
    work(SYSTEM, lambda w: actions.load_boundaries(w, rows, Crs.WGS84))


def test_an_empty_database_has_an_empty_directory(session: Session) -> None:
    assert queries.directory(session).places == {}
    assert queries.departments(session).offices == {}
    assert queries.propose(session, 34.7, 112.7) is None


@pytest.mark.usefixtures("loaded")
def test_without_boundaries_the_nearest_centre_is_proposed(session: Session) -> None:
    assert queries.propose(session, 34.70, 112.70, 10) == Proposal(
        TOWN, How.CENTRE, 0.0, ("990101001",)
    )
    assert queries.propose(session, 35.70, 112.70, 10) is None


@pytest.mark.usefixtures("loaded")
def test_with_boundaries_the_smallest_is_proposed(session: Session) -> None:
    load_boundaries(VILLAGE, TOWN, DISTRICT)
    assert queries.propose(session, 34.70, 112.70, 10) == Proposal(VILLAGE, How.BOUNDARY, 0.0)
    assert queries.propose(session, 34.70, 112.70, 2000) == Proposal(TOWN, How.BOUNDARY, 0.0)
    assert queries.propose(session, 34.66, 112.66) == Proposal(TOWN, How.BOUNDARY, 0.0)
    # In the district, in no town's polygon.
    found = queries.propose(session, 34.60, 112.80)
    assert found is not None
    assert (found.code, found.how) == ("990101001", How.CENTRE)
    # Outside the district, near a centre or not.
    assert queries.propose(session, 34.45, 112.70) is None


@pytest.mark.usefixtures("loaded")
def test_a_division_out_of_use_is_not_proposed(session: Session) -> None:
    load_boundaries(VILLAGE, TOWN)
    rows = read_divisions(
        "".join(line for line in make.LIST.splitlines(keepends=True) if "官庄" not in line).encode()
    )
    work(SYSTEM, lambda w: actions.load(w, divisions=rows))
    assert queries.propose(session, 34.70, 112.70) == Proposal(TOWN, How.BOUNDARY, 0.0)


@pytest.mark.usefixtures("loaded")
def test_the_directory_is_read_once_and_anew_after_a_load(session: Session) -> None:
    first = queries.directory(session)
    assert queries.directory(session) is first
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert queries.directory(session) is first
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len(statements) == 1
    renamed = read_divisions(make.LIST.replace("西镇", "西岭镇").encode())
    work(SYSTEM, lambda w: actions.load(w, divisions=renamed))
    assert queries.directory(session).path(VILLAGE) == "西岭镇 官庄村"


def test_what_one_process_keeps_another_database_does_not_get(own_app: Flask) -> None:
    """The kept value is filed under its rows, so a database without them gets none of it."""
    assert own_app
    assert queries.directory(reading()).places == {}
    rows = read_divisions(make.LIST.encode())
    work(SYSTEM, lambda w: actions.load(w, divisions=rows))
    assert len(queries.directory(reading()).places) == 8
