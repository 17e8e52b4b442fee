from collections import Counter
from dataclasses import replace
from itertools import islice

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.conftest import NOW
from tests.demo.conftest import FEW, REPORTS, RESIDENTS
from wufei_public.calendar import actions as calendar
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.certificates import CellCertificate
from wufei_public.cells.queries import certificates
from wufei_public.cells.rules.stages import State as CellState
from wufei_public.cells.rules.standing import Standing
from wufei_public.checkins.models import ClassPupil, SchoolClass
from wufei_public.checkins.queries.classes import figures
from wufei_public.checkins.rules.boards import Length, span_of
from wufei_public.common.actor import SYSTEM, ActorKind
from wufei_public.common.clock import district_day
from wufei_public.common.errors import Conflict, NotAllowed
from wufei_public.config import Mode
from wufei_public.demo.actions.fill import FILLERS, Filler, begin, fill
from wufei_public.demo.cli import group
from wufei_public.demo.rules.plan import Plan
from wufei_public.divisions import actions as divisions
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.rules.states import MERGED, State
from wufei_public.infra.db import db
from wufei_public.infra.tables import Base
from wufei_public.infra.work import House, Work, house, work
from wufei_public.organisations.models import Organisation
from wufei_public.organisations.queries.memberships import represents
from wufei_public.people.actions.accounts import bootstrap
from wufei_public.people.models import Account, Child
from wufei_public.people.queries.accounts import one_of_each
from wufei_public.people.rules.roles import Role
from wufei_public.points.actions import ledger


def counts() -> Counter[str]:
    """Return how many rows each table has."""
    with Session(db.engine, join_transaction_mode="create_savepoint") as session:
        return Counter(
            {
                name: session.scalar(select(func.count()).select_from(table)) or 0
                for name, table in Base.metadata.tables.items()
            }
        )


def residents() -> int:
    with Session(db.engine, join_transaction_mode="create_savepoint") as session:
        return session.scalar(select(func.count()).where(Account.kind == ActorKind.RESIDENT)) or 0


@pytest.fixture
def in_demo(app: Flask) -> Flask:
    home: House = app.extensions["house"]
    settings = replace(home.settings, mode=Mode.DEMO)
    app.extensions["house"] = replace(home, settings=settings)
    return app


def begun(residents: int = 3, reports: int = 2) -> Plan:
    return work(SYSTEM, lambda w: begin(w, residents=residents, reports=reports))


def test_the_year_has_every_state_and_everybody(demo: Flask) -> None:
    with Session(db.engine) as session:
        states = set(session.scalars(select(Report.state)))
        releases = set(session.scalars(select(Report.release)))
        placeless = session.scalars(select(Report.town).where(Report.town.is_(None))).all()
        kinds = Counter(session.scalars(select(Account.kind)))
        roles = [role for _, _, role in one_of_each(session)]
        assert counts()["report"] == REPORTS
    assert states == set(State) - MERGED
    assert releases == {"pending", "released", "withheld"}
    assert placeless
    assert kinds[ActorKind.RESIDENT] == RESIDENTS
    assert roles == [None, *Role]


def test_units_stand_at_every_stage_and_some_are_named(demo: Flask) -> None:
    with Session(db.engine) as session:
        stages = set(session.scalars(select(CellApplication.state)))
        standings = set(session.scalars(select(CellCertificate.standing)))
        names = session.scalars(select(Organisation.name)).all()
        figures = certificates.figures(session, NOW)
        towns = [town for town, count in figures.by_town().items() if count]
    # A loser's end is a stage that nobody needs to look at.
    assert stages == set(CellState) - {CellState.DISMISSED}
    assert standings == set(Standing)
    assert len(figures.numbers) >= 10
    assert len(towns) >= 10
    assert all(name.endswith("（演示）") or name.startswith("示例") for name in names)


def test_guardians_have_added_their_children(demo: Flask) -> None:
    with Session(db.engine) as session:
        born = session.execute(select(Child.guardian, Child.birth_year)).tuples().all()
    assert len({guardian for guardian, _ in born}) == 3
    assert {year for _, year in born} == {2015, 2018, 2020, 2021}


def test_a_teacher_has_classes_with_pupils_who_check_in(demo: Flask) -> None:
    with Session(db.engine) as session:
        school = session.scalars(select(SchoolClass.organisation_id).distinct()).one()
        today = district_day(house().clock())
        found = figures(session, school, span_of(Length.MONTH, today), today)
        children = session.execute(
            select(func.count()).select_from(ClassPupil).where(ClassPupil.member != 0)
        ).scalar_one()
        first = session.scalars(select(SchoolClass.teacher).distinct()).one()
        assert represents(session, first, school)
    assert len(found) == 2
    assert [one.shown and one.checkins > one.pupils for one in found] == [True, True], found
    assert children == 4
    work(SYSTEM, ledger.prove)


def test_a_second_fill_changes_nothing(demo: Flask) -> None:
    before = counts()
    plan = work(SYSTEM, lambda w: begin(w, residents=7, reports=9))
    assert (plan.residents, plan.reports) == (RESIDENTS, REPORTS)
    assert list(fill(plan, FEW)) == []
    assert counts() == before


def _info(app: Flask) -> object:
    from flask.cli import ScriptInfo  # noqa: PLC0415

    return ScriptInfo(create_app=lambda: app)


@pytest.mark.parametrize("mode", [Mode.TRIAL, Mode.PRODUCTION])
def test_outside_a_demonstration_it_is_refused(app: Flask, mode: Mode) -> None:
    home: House = app.extensions["house"]
    app.extensions["house"] = replace(home, settings=replace(home.settings, mode=mode))
    before = counts()
    with pytest.raises(NotAllowed):
        begun()
    refused = CliRunner().invoke(group, ["fill"], obj=_info(app))
    assert (refused.exit_code, refused.output) == (1, "Error: 只有演示站才能装演示数据。\n")
    assert counts() == before


def test_a_database_in_use_is_refused(in_demo: Flask) -> None:
    work(SYSTEM, bootstrap)
    before = counts()
    with pytest.raises(Conflict):
        begun()
    assert counts() == before


def test_a_fill_goes_on_where_it_was_killed(in_demo: Flask) -> None:
    work(SYSTEM, divisions.seed)
    work(SYSTEM, calendar.seed)
    people = [filler for filler in FILLERS if filler.name in {"staff", "residents"}]
    plan = begun(residents=501)
    assert list(islice(fill(plan, people), 2)) == [("staff", 1, 1), ("residents", 1, 2)]
    assert residents() == 500
    assert list(fill(begun(residents=7), people)) == [("residents", 2, 2)]
    assert residents() == 501
    assert list(fill(plan, people)) == []


def test_a_part_that_fails_leaves_nothing(in_demo: Flask) -> None:
    def halfway(w: Work) -> None:
        bootstrap(w)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        list(fill(begun(), [Filler("broken", lambda _plan: lambda _part: halfway)]))
    assert counts()["account"] == 0
    assert counts()["audit"] == 1
