"""Who decides, and who no more: overruled decisions, the towns of a joint application."""

from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import insert, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.cells import make
from tests.cells.make import FOURTH, OFFICE, OUTSIDER, OWNER, SECOND, SECTOR, THIRD, do
from tests.cells.window import DESK, Window
from tests.conftest import Clock
from tests.dumping import make as people
from tests.dumping.make import OTHER_OFFICER, OTHER_TOWN, TOWN_OFFICER, messages
from tests.organisations import make as units
from wufei_public.cells import jobs
from wufei_public.cells.actions import applying, deciding, naming, objecting, reviewing
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.certificates import CellCertificate
from wufei_public.cells.models.parts import CellTownCheck
from wufei_public.cells.models.reviews import CellDuty
from wufei_public.cells.queries import lists, parts
from wufei_public.cells.rules.stages import State
from wufei_public.common.errors import Invalid, NotAllowed, WrongState
from wufei_public.infra.db import db
from wufei_public.infra.work import reading

DECISION = {"document": "4号", "minutes": "同意"}
inside = pytest.mark.usefixtures("district")


# ---- overruled -------------------------------------------------------------------------


def overruled() -> make.Case:
    """Return an application of which an upheld objection took the decision back."""
    case = make.noticed()
    found = make.objected(case)
    do(OUTSIDER, objecting.decide, code=found.code, outcome="upheld", answer="确实没有分开。")
    return case


@inside
def test_who_was_overruled_takes_no_part_in_the_next_decision(clock: Clock) -> None:
    case = overruled()
    assert parts.overruled(reading(), case.row.id) == {OFFICE.id, SECOND.id}
    for actor in (OFFICE, SECOND):
        for action, values in (
            (deciding.propose, DECISION),
            (reviewing.refuse, {"ground": "objection", "reason": "异议成立。"}),
        ):
            with pytest.raises(NotAllowed) as refusal:
                do(actor, action, code=case.code, **values)
            assert make.code_of(refusal) == "overruled"
    do(THIRD, deciding.propose, code=case.code, **DECISION)
    for action in (deciding.confirm, deciding.disagree):
        with pytest.raises(NotAllowed) as second:
            do(SECOND, action, code=case.code, text="好")
        assert make.code_of(second) == "overruled"
    do(FOURTH, deciding.confirm, code=case.code)
    clock.move(days=9)
    jobs.end_overdue("")
    with pytest.raises(NotAllowed):
        do(OFFICE, naming.name, codes=[case.code], document="9号")
    assert len(do(THIRD, naming.name, codes=[case.code], document="9号")) == 1


@inside
def test_others_of_the_office_see_who_may_decide(see: Window) -> None:
    case = overruled()
    form = f"{DESK.format(case.code)}/propose"
    assert form not in see.get(OFFICE, DESK.format(case.code))
    assert form in see.get(THIRD, DESK.format(case.code))


@inside
def test_a_rejected_objection_overrules_nobody() -> None:
    case = make.noticed()
    found = make.objected(case)
    do(OUTSIDER, objecting.decide, code=found.code, outcome="rejected", answer="查过了。")
    assert parts.overruled(reading(), case.row.id) == frozenset()


@inside
@pytest.mark.parametrize("column", ["proposed_by", "confirmed_by"])
@pytest.mark.parametrize("actor", [OFFICE, OUTSIDER, THIRD, OWNER])
def test_the_database_refuses_who_has_no_duty_or_was_overruled(
    column: str, actor: Any, session: Session
) -> None:
    row = overruled().row
    decided = update(CellApplication).where(CellApplication.id == row.id)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(decided.values({column: actor.id}))


@inside
def test_the_database_takes_the_decision_of_whoever_has_a_duty(session: Session) -> None:
    row = overruled().row
    duty = {"application_id": row.id, "account_id": THIRD.id, "duty": "review"}
    session.execute(insert(CellDuty).values(**duty))
    decided = update(CellApplication).where(CellApplication.id == row.id)
    assert session.execute(decided.values(proposed_by=THIRD.id)).rowcount == 1  # type: ignore[attr-defined]


@inside
@pytest.mark.parametrize("actor", [THIRD, OWNER])
def test_the_database_refuses_a_namer_without_a_duty(
    actor: Any, session: Session, clock: Clock
) -> None:
    _case, found = make.named(clock)
    other = make.started(number=2)
    columns = [column.name for column in CellCertificate.__table__.columns if column.name != "id"]
    row = {name: getattr(found, name) for name in columns}
    row |= {"application_id": other.row.id, "code": "X", "number": "Y", "place": 99}
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(insert(CellCertificate).values(**(row | {"named_by": actor.id})))


# ---- joint applications --------------------------------------------------------------------


def joint() -> make.Case:
    """Return an application of two units in two towns that was handed in."""
    opened = make.a_round()
    first = make.unit(1)
    second = units.organisation(
        2, OTHER_OFFICER, name="伊水饭店", kind="hotel", division=f"{OTHER_TOWN}201"
    )
    units.decided(units.applied(second, OWNER), OTHER_OFFICER, "prove")
    row = do(OWNER, applying.start, round_code=opened.code, kind="hotel", unit="两家饭店",
             places=[make.place(first), make.place(second)])  # fmt: skip
    case = make.filled(make.Case(row.code, first))
    do(OWNER, applying.submit, code=case.code, committed=True)
    return case


@inside
def test_a_joint_application_goes_on_once_each_town_has_checked_it(see: Window) -> None:
    case = joint()
    desk = DESK.format(case.code)
    assert "还没初审" in see.get(OTHER_OFFICER, desk)
    do(TOWN_OFFICER, reviewing.pass_check, code=case.code, text="洛水的齐全")
    assert case.row.state == State.SUBMITTED
    with pytest.raises(WrongState) as twice:
        do(TOWN_OFFICER, reviewing.pass_check, code=case.code)
    assert make.code_of(twice) == "town_checked"
    assert f"{desk}/check" not in see.get(TOWN_OFFICER, desk)
    assert f"{desk}/check" in see.get(OTHER_OFFICER, desk)
    do(OTHER_OFFICER, reviewing.pass_check, code=case.code, text="伊水的也齐全")
    assert case.row.state == State.SECTOR
    page = see.get(SECTOR, desk)
    assert [words in page for words in ("洛水的齐全", "伊水的也齐全")] == [True, True]


@inside
def test_each_town_sees_a_joint_application_and_may_send_it_back() -> None:
    case = joint()
    for actor in (TOWN_OFFICER, OTHER_OFFICER):
        rows, _more = lists.queue(reading(), actor, None, None)
        assert [row.code for row in rows] == [case.code]
    do(TOWN_OFFICER, reviewing.pass_check, code=case.code)
    do(OTHER_OFFICER, reviewing.send_back, code=case.code, remarks={}, text="缺台账")
    assert case.row.state == State.RETURNED
    do(OWNER, applying.submit, code=case.code, committed=True)
    # What was checked of the first submission is checked again.
    towns = [(one.town, one.submission) for one in parts.town_checks(reading(), case.row)]
    assert towns == [(make.TOWN, 2), (OTHER_TOWN, 2)]
    assert parts.towns_waited_for(reading(), case.row) == [make.TOWN, OTHER_TOWN]


@inside
def test_the_office_passes_for_a_missing_town_with_its_reason() -> None:
    case = joint()
    do(TOWN_OFFICER, reviewing.pass_check, code=case.code)
    with pytest.raises(Invalid) as silent:
        do(OFFICE, reviewing.pass_check, code=case.code)
    assert make.code_of(silent) == "no_reason"
    do(OFFICE, reviewing.pass_check, code=case.code, text="该镇没有干部在岗，电话核实过。")
    assert case.row.state == State.SECTOR
    said = {one.town: one.checked_by for one in parts.town_checks(reading(), case.row)}
    assert said == {make.TOWN: TOWN_OFFICER.id, OTHER_TOWN: OFFICE.id}


@inside
def test_the_towns_that_are_missing_are_reminded(clock: Clock) -> None:
    case = joint()
    do(TOWN_OFFICER, reviewing.pass_check, code=case.code)
    due = case.row.due_at
    assert due is not None
    clock.now = due
    clock.move(seconds=1)
    jobs.remind("")
    told = [actor.id for actor in (TOWN_OFFICER, OTHER_OFFICER)
            if (actor.id, "cells.desk_over") in messages()]  # fmt: skip
    assert told == [OTHER_OFFICER.id]


@inside
def test_an_application_of_one_town_asks_no_other(session: Session) -> None:
    case = make.submitted()
    assert parts.town_checks(session, case.row) == []
    with pytest.raises(NotAllowed):
        do(OTHER_OFFICER, reviewing.pass_check, code=case.code)


@inside
def test_the_database_refuses_a_check_without_a_duty(session: Session) -> None:
    row = joint().row
    done = {"checked_by": OTHER_OFFICER.id, "checked_at": row.started_at}
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            update(CellTownCheck).where(CellTownCheck.application_id == row.id).values(**done)
        )


def test_the_migration_has_every_town_check_what_was_handed_in_before(migrated_app: Flask) -> None:
    people.places()
    make.everybody()
    case = joint()
    make.submitted(number=3)
    wanted = [(case.row.id, 1, make.TOWN), (case.row.id, 1, OTHER_TOWN)]
    reading().close()
    downgrade(revision="0050")
    upgrade(revision="0051")
    with db.engine.connect() as connection:
        made = connection.execute(
            text("SELECT application_id, submission, town FROM cell_town_check ORDER BY town")
        ).all()
    assert [tuple(row) for row in made] == wanted
