"""The decision of two persons, the public notice, objections, refusal and appeal."""

from typing import Any

import pytest
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.cells import make
from tests.cells.make import EXPERTS, OFFICE, OUTSIDER, OWNER, SECOND, SECTOR, STRANGER, do
from tests.cells.window import Window
from tests.conftest import Clock
from tests.dumping.make import TOWN_OFFICER
from wufei_public.cells import jobs
from wufei_public.cells.actions import (
    deciding,
    objecting,
    reviewing,
)
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.reviews import CellBallot, CellDuty, CellObjection, CellOpinion
from wufei_public.cells.rules.stages import State
from wufei_public.common.actor import ANONYMOUS
from wufei_public.common.errors import NotAllowed, WrongState

pytestmark = pytest.mark.usefixtures("district")


# ---- decision and notice --------------------------------------------------------


def test_a_decision_needs_a_second_person() -> None:
    case = make.scored()
    do(OFFICE, deciding.propose, code=case.code, document="3号", minutes="同意")
    for action in (deciding.confirm, deciding.disagree):
        with pytest.raises(NotAllowed) as refusal:
            do(OFFICE, action, code=case.code, text="我自己")
        assert make.code_of(refusal) == "same_person"
    do(SECOND, deciding.disagree, code=case.code, text="再看")
    assert (case.row.state, case.row.document) == (State.SCORED, "")


def test_a_list_is_decided_at_one_meeting_with_its_votes(see: Window, session: Session) -> None:
    opened = make.a_round()
    first, second = (make.scored(opened=opened, number=number) for number in (1, 2))
    low = make.scored(opened=opened, number=3, low=(4, 4, 4))
    page = f"/staff/cells/office/rounds/{opened.code}"
    chosen = {"codes": [first.code, second.code], "document": "3号"}
    assert see.get(OFFICE, page).count('name="codes"') == 2  # the one below is not offered
    assert "请填表决票数" in see.post(OFFICE, f"{page}/decide", 422, **chosen).text
    tie = chosen | {"in_favour": "3", "against": "2", "abstained": "1"}
    assert "赞成票没有过半" in see.post(OFFICE, f"{page}/decide", 422, **tie).text
    both = chosen | {"codes": [first.code, low.code], "in_favour": "6"}
    see.post(OFFICE, f"{page}/decide", 409, **both)
    assert first.row.state == State.SCORED  # all of them or none
    see.post(OFFICE, f"{page}/decide", **(chosen | {"in_favour": "6", "against": "1"}))
    assert {first.row.state, second.row.state} == {State.PROPOSED}
    see.post(OFFICE, f"{page}/confirm", 409, codes=chosen["codes"])
    see.post(SECOND, f"{page}/confirm", 422)
    see.post(SECOND, f"{page}/confirm", codes=chosen["codes"])
    assert {first.row.state, second.row.state} == {State.NOTICED}
    assert "赞成 6，反对 1，弃权 0" in see.get(OFFICE, f"/staff/cells/{first.code}")
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(update(CellBallot).values(against=6))


def test_the_database_refuses_a_decision_by_one_person(session: Session) -> None:
    row = make.noticed().row
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            update(CellApplication)
            .where(CellApplication.id == row.id)
            .values(confirmed_by=row.proposed_by)
        )


def test_the_quota_of_a_round_is_held() -> None:
    opened = make.a_round(quota=1)
    make.noticed(opened=opened)
    second = make.scored(opened=opened, number=2)
    with pytest.raises(WrongState) as refusal:
        do(OFFICE, deciding.propose, code=second.code, document="4号", minutes="同意")
    assert make.code_of(refusal) == "quota_full"


def test_a_notice_ends_by_itself_and_not_before(clock: Clock) -> None:
    case = make.noticed()
    until = case.row.notice_until
    assert until is not None
    clock.now = until
    jobs.end_overdue("")
    assert case.row.state == State.NOTICED
    clock.move(seconds=1)
    jobs.end_overdue("")
    assert case.row.state == State.CLEARED
    with pytest.raises(WrongState):
        make.objected(case)


def test_an_open_objection_stops_the_clock(clock: Clock) -> None:
    case = make.noticed()
    until = case.row.notice_until
    clock.move(days=2)
    first = make.objected(case)
    second = make.objected(case, ANONYMOUS)
    clock.move(days=40)
    jobs.end_overdue("")
    assert case.row.state == State.HELD
    answer = {"outcome": "rejected", "answer": "查过，分开了。"}
    do(OUTSIDER, objecting.decide, code=first.code, **answer)
    assert case.row.state == State.HELD
    do(OUTSIDER, objecting.decide, code=second.code, **answer)
    row = case.row
    assert (row.state, row.notice_until == row.due_at) == (State.NOTICED, True)
    assert until is not None
    assert row.notice_until is not None
    assert row.notice_until > clock.now > until
    assert row.held_at is None


def test_an_objection_that_is_upheld_takes_the_decision_back() -> None:
    case = make.noticed()
    found = make.objected(case)
    do(OUTSIDER, objecting.decide, code=found.code, outcome="upheld", answer="确实没有分开。")
    row = case.row
    assert (row.state, row.proposed_by, row.confirmed_by, row.document) == (
        State.SCORED, None, None, "",
    )  # fmt: skip
    with pytest.raises(WrongState):
        do(OUTSIDER, objecting.decide, code=found.code, outcome="rejected", answer="再答一次")


@pytest.mark.parametrize(
    "actor", [OFFICE, SECOND, SECTOR, TOWN_OFFICER, EXPERTS[0], OWNER, STRANGER]
)
def test_who_had_a_part_decides_on_no_objection(actor: Any) -> None:
    found = make.objected(make.noticed())
    with pytest.raises(NotAllowed):
        do(actor, objecting.decide, code=found.code, outcome="rejected", answer="不成立")


@pytest.mark.parametrize("duty", ["independent", "review"])
def test_the_database_refuses_a_handler_who_reviewed(session: Session, duty: str) -> None:
    found = make.objected(make.noticed())
    decided = {
        "handler_id": OFFICE.id, "outcome": "rejected", "answer": "不成立",
        "decided_at": make.house().clock(), "duty": duty,
    }  # fmt: skip
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(update(CellObjection).where(CellObjection.id == found.id).values(**decided))


def test_the_database_refuses_a_second_duty(session: Session) -> None:
    row = make.noticed().row
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            insert(CellDuty).values(application_id=row.id, account_id=OFFICE.id, duty="independent")
        )
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            insert(CellOpinion).values(
                application_id=row.id, account_id=OUTSIDER.id, duty="review", step="confirm",
                verdict="name", text="", at=make.house().clock(),
            )
        )  # fmt: skip


def test_who_decided_on_an_objection_reviews_no_more() -> None:
    case = make.noticed()
    found = make.objected(case)
    do(OUTSIDER, objecting.decide, code=found.code, outcome="upheld", answer="成立")
    with pytest.raises(NotAllowed) as refusal:
        do(OUTSIDER, deciding.propose, code=case.code, document="5号", minutes="同意")
    assert make.code_of(refusal) == "had_part"


# ---- refusal and appeal ---------------------------------------------------------


def test_a_refusal_has_its_reason_and_an_appeal_in_time(clock: Clock) -> None:
    case = make.refused()
    assert case.row.refuse_reason == "厨余分类没有做到。"
    with pytest.raises(NotAllowed):
        do(STRANGER, objecting.appeal, code=case.code, text="不服")
    found = do(OWNER, objecting.appeal, code=case.code, text="请再看。")
    with pytest.raises(NotAllowed):
        do(OFFICE, objecting.decide, code=found.code, outcome="rejected", answer="维持")
    do(OUTSIDER, objecting.decide, code=found.code, outcome="upheld", answer="有理")
    assert (case.row.state, case.row.refuse_ground) == (State.SCORED, "")
    with pytest.raises(NotAllowed) as again:
        do(OFFICE, reviewing.refuse, code=case.code, ground="below", reason="还是不够。")
    assert make.code_of(again) == "overruled"
    do(SECOND, reviewing.refuse, code=case.code, ground="below", reason="还是不够。")
    clock.move(days=40)
    with pytest.raises(WrongState):
        do(OWNER, objecting.appeal, code=case.code, text="晚了")
    jobs.end_overdue("")
    assert case.row.state == State.DISMISSED


def test_an_appeal_that_is_lost_ends_the_application() -> None:
    case = make.refused()
    found = do(OWNER, objecting.appeal, code=case.code, text="请再看。")
    do(OUTSIDER, objecting.decide, code=found.code, outcome="rejected", answer="维持")
    assert case.row.state == State.DISMISSED
