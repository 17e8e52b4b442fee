"""Check-ins of the demonstration are what a phone, day after day, would have left behind."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from tests.demo.test_likeness import working
from tests.demo.test_pages import become
from wufei_public.checkins.actions import daily, quiz
from wufei_public.checkins.models import (
    CheckIn,
    CheckInFigure,
    CheckinProfile,
    CollectionPoint,
    SpotCheck,
)
from wufei_public.checkins.queries.own import home as home_of
from wufei_public.checkins.rules.schemes import Scheme, from_bits
from wufei_public.common.actor import Actor, ActorKind
from wufei_public.infra.db import db
from wufei_public.infra.work import House
from wufei_public.learning.models import QuizRound
from wufei_public.learning.rules.quiz import unpacked
from wufei_public.people.rules.roles import Role
from wufei_public.points.actions import ledger
from wufei_public.points.models import PointAccount, PointEntry, Redemption

_OWN = {"id", "check_in"}
EARNED = PointEntry.rule.not_in(["redeem", "spot_check"])


@pytest.fixture
def session(demo: Flask) -> Iterator[Session]:
    """Return a session whose work is never committed."""
    with Session(db.engine, autoflush=False, expire_on_commit=False) as opened:
        yield opened
        opened.rollback()


@pytest.fixture
def home(demo: Flask) -> House:
    found: House = demo.extensions["house"]
    return found


def rows(session: Session, model: Any, *where: Any) -> list[dict[str, Any]]:
    table: Table = model.__table__
    found = session.execute(select(table).where(*where))
    cells = [
        {name: value for name, value in row._mapping.items() if name not in _OWN} for row in found
    ]
    return sorted(cells, key=repr)


def left_behind(session: Session, account: int) -> dict[str, Any]:
    session.expire_all()
    return {
        "check_ins": rows(session, CheckIn, CheckIn.account == account),
        "earned": rows(session, PointEntry, PointEntry.account == account, EARNED),
        "rounds": rows(session, QuizRound, QuizRound.account == account),
    }


def arrival(row: dict[str, Any]) -> Any:
    return row["arrived_at"]


def forget(session: Session, account: int) -> None:
    mine = select(CheckIn.id).where(CheckIn.account == account)
    session.execute(delete(SpotCheck).where(SpotCheck.check_in.in_(mine)))
    for model in (CheckIn, PointEntry, PointAccount, QuizRound):
        session.execute(delete(model).where(model.account == account))


def test_habits_are_as_the_actions_would_have_written_them(home: House, session: Session) -> None:
    accounts = session.scalars(select(CheckinProfile.account)).all()
    points = {row.id: row.code for row in session.scalars(select(CollectionPoint))}
    assert len(accounts) >= 5
    for account in accounts:
        filled = left_behind(session, account)
        forget(session, account)
        person = Actor(ActorKind.RESIDENT, account)
        for number, row in enumerate(sorted(filled["check_ins"], key=arrival)):
            draft = daily.Draft(
                f"demo-again-{number:08}",
                from_bits(row["bins"]),
                member=row["member"],
                point=points.get(row["point"], ""),
            )
            daily.check_in(working(home, session, person, row["arrived_at"]), draft)
        living = home_of(session, account)
        scheme = living.scheme if living else Scheme.FOUR
        for row in filled["rounds"]:
            w = working(home, session, person, row["answered_at"])
            quiz.play(w, scheme=scheme, chosen=unpacked(row["answers"]))
        assert left_behind(session, account) == filled


def test_figures_balances_and_draws_hold(home: House, session: Session) -> None:
    w = working(home, session, Actor(ActorKind.SYSTEM), home.clock())
    assert ledger.prove(w) == "every balance is the sum of its entries"
    counted = session.scalars(select(CheckInFigure)).all()
    stored = session.scalars(select(CheckIn)).all()
    assert sum(one.own + one.proxies for one in counted) == len(stored) > 200
    assert session.scalars(select(Redemption.state)).all()


@pytest.mark.parametrize(
    ("role", "address", "shown"),
    [
        (None, "/checkin", "奶奶"),
        (None, "/points", "每天打卡"),
        (Role.TOWN_OFFICER, "/staff/collection-points", "停用"),
        (Role.CREW_MEMBER, "/staff/spot-checks", "抽查"),
        (Role.TOWN_OFFICER, "/staff/checkins", "打卡"),
    ],
)
def test_pages_have_life(demo: Flask, role: Role | None, address: str, shown: str) -> None:
    client: FlaskClient = demo.test_client()
    become(client, role)
    page = client.get(address)
    assert page.status_code == 200
    assert shown in page.text
