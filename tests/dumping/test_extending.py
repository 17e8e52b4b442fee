"""More time for a case: once, with a reason, by a second person; the database agrees."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.conftest import NOW, Clock
from tests.dumping import make
from wufei_public.common.actor import ANONYMOUS
from wufei_public.common.clock import day_end
from wufei_public.common.errors import NotAllowed, WrongState
from wufei_public.common.workdays import Holidays
from wufei_public.dumping.actions.extending import ask_longer, decide_longer
from wufei_public.dumping.actions.receipts import Receipt
from wufei_public.dumping.models.extensions import ReportExtension
from wufei_public.dumping.queries import desk
from wufei_public.dumping.rules.clocks import is_uncertain
from wufei_public.dumping.rules.extending import SECOND_PERSON, Longer, longer, may_be_extended
from wufei_public.dumping.rules.states import State

pytestmark = pytest.mark.usefixtures("town")

TOWN, DISTRICT = make.TOWN_OFFICER, make.DISTRICT_OFFICER
REASON = "要等挖机，找 13812345678。"
FINISH, LEGAL = day_end(date(2026, 12, 15)), day_end(date(2027, 1, 23))


@pytest.fixture
def case(town: None) -> Receipt:
    return make.assigned(make.account(make.RESIDENT))


def ask(case: Receipt, actor: object = TOWN, **values: object) -> None:
    make.do(actor, ask_longer, case.code, text=REASON, **values)  # type: ignore[arg-type]


def decide(case: Receipt, decision: str = "grant", actor: object = DISTRICT) -> None:
    make.do(actor, decide_longer, case.code, decision=decision)  # type: ignore[arg-type]


# ---- rules ----------------------------------------------------------------------


def test_both_deadlines_grow_from_their_own_last_day() -> None:
    found = longer(FINISH, LEGAL, Holidays(off=frozenset({date(2027, 1, 1)})))
    assert found == Longer(day_end(date(2027, 1, 6)), day_end(date(2027, 2, 22)))


def test_the_promise_never_passes_the_limit() -> None:
    late = day_end(date(2027, 3, 1))
    assert longer(late, LEGAL, Holidays()).finish == day_end(date(2027, 2, 22))


@pytest.mark.parametrize(
    ("state", "now", "before", "may"),
    [
        (State.ASSIGNED, NOW, {}, True),
        (State.ACCEPTED, FINISH, {}, True),
        (State.ASSIGNED, LEGAL, {}, False),
        (State.SUBMITTED, NOW, {}, False),
        (State.CLOSED, NOW, {}, False),
        (State.ASSIGNED, NOW, {"asked": 1}, False),
        (State.ASSIGNED, NOW, {"granted": 1}, False),
        (State.ASSIGNED, NOW, {"refused": 2}, True),
    ],
)
def test_more_time_is_asked_for_in_time_and_once(
    state: State, now: object, before: dict[str, int], may: object
) -> None:
    assert may_be_extended(state, FINISH, now, before) is may  # type: ignore[arg-type]


def test_a_deadline_in_a_year_that_nobody_loaded_is_uncertain() -> None:
    known = Holidays(years=frozenset({2026, 2027}))
    assert is_uncertain(FINISH, NOW, Holidays(years=frozenset({2026}))) is False
    assert is_uncertain(LEGAL, NOW, Holidays(years=frozenset({2026}))) is True
    assert is_uncertain(LEGAL, NOW, known) is False
    assert is_uncertain(None, NOW, Holidays()) is False


# ---- asked and granted ----------------------------------------------------------


def test_a_second_person_grants_it_and_the_reporter_reads_why(
    case: Receipt, session: Session
) -> None:
    assert SECOND_PERSON
    ask(case)
    assert make.case(case).finish_due == FINISH
    assert make.last_event(case).public_text == ""
    decide(case)
    row = make.case(case)
    assert (row.finish_due, row.legal_finish_due) == (
        day_end(date(2027, 1, 5)),
        day_end(date(2027, 2, 22)),
    )
    assert row.due_at == row.finish_due
    event = make.last_event(case)
    assert (event.move, event.public_text) == ("extend", "要等挖机，找 ［手机号已隐去］。")
    assert make.messages()[-1] == (make.RESIDENT.id, "dumping.extend")
    kept = session.scalars(select(ReportExtension)).one()
    assert (kept.state, kept.asked_by, kept.decided_by) == ("granted", TOWN.id, DISTRICT.id)
    assert (kept.finish_before, kept.legal_before) == (FINISH, LEGAL)


def test_it_is_given_once(case: Receipt) -> None:
    ask(case)
    with pytest.raises(WrongState):
        ask(case, DISTRICT)
    decide(case)
    with pytest.raises(WrongState):
        ask(case)
    with pytest.raises(WrongState):
        decide(case)


def test_what_was_refused_can_be_asked_for_again(case: Receipt) -> None:
    ask(case)
    decide(case, "refuse")
    assert (make.case(case).finish_due, make.moves(case)[-1]) == (FINISH, "extend_refused")
    ask(case)
    decide(case)
    assert make.case(case).finish_due == day_end(date(2027, 1, 5))


def test_after_the_deadline_there_is_no_more_time(case: Receipt, clock: Clock) -> None:
    ask(case)
    clock.now = FINISH
    clock.move(seconds=1)
    with pytest.raises(WrongState):
        decide(case)
    decide(case, "refuse")
    with pytest.raises(WrongState):
        ask(case)


def test_while_nobody_has_it_the_running_clock_stays(session: Session) -> None:
    case = make.accepted()
    due = make.case(case).due_at
    ask(case)
    decide(case)
    assert make.case(case).due_at == due


def test_where_the_rule_wants_nobody_else_one_person_is_enough(case: Receipt) -> None:
    ask(case, second=False)
    assert make.case(case).finish_due == day_end(date(2027, 1, 5))


# ---- who ------------------------------------------------------------------------


def test_nobody_grants_the_own_wish(case: Receipt) -> None:
    ask(case)
    with pytest.raises(NotAllowed) as refused:
        decide(case, actor=TOWN)
    assert refused.value.code == "asked_it_yourself"
    for actor in (make.DEPARTMENT_OFFICER, make.OTHER_OFFICER, make.CREW, make.RESIDENT, ANONYMOUS):
        with pytest.raises(NotAllowed):
            decide(case, actor=actor)
    assert make.case(case).finish_due == FINISH


def test_only_officers_of_the_case_ask(case: Receipt) -> None:
    for actor in (make.OTHER_OFFICER, make.CREW, make.RESIDENT, ANONYMOUS, make.STRANGER):
        with pytest.raises(NotAllowed):
            ask(case, actor)
    ask(case, make.DEPARTMENT_OFFICER)
    decide(case, actor=TOWN)


def test_the_database_lets_nobody_decide_alone(case: Receipt, session: Session) -> None:
    ask(case)
    done = {"state": "granted", "decided_by": TOWN.id, "decided_at": NOW}
    with pytest.raises(IntegrityError, match="decided_by_another"), session.begin_nested():
        session.execute(update(ReportExtension).values(**done))


# ---- on the desk ----------------------------------------------------------------


def test_the_desk_shows_who_waits_and_takes_the_answer(app: Flask, case: Receipt) -> None:
    town, district = (make.browser(app, make.account(one)) for one in (TOWN, DISTRICT))
    path = f"/staff/cases/{case.code}"
    assert "只能延长一次，最晚办完改到 2027年1月5日" in town.get(path).text
    assert town.post(f"{path}/extend", data={"text": REASON}).status_code == 303
    assert "已经申请延长，等另一个人决定。" in town.get(path).text
    assert town.post(f"{path}/longer", data={"decision": "grant"}).status_code == 409
    assert case.code[:5] in district.get("/staff/cases?state=longer").text
    assert "<b>1</b>申请延长" in district.get("/staff/cases").text
    assert district.post(f"{path}/longer", data={}).status_code == 422
    assert district.post(f"{path}/longer", data={"decision": "grant"}).status_code == 303
    assert make.case(case).finish_due == day_end(date(2027, 1, 5))
    assert "期限跨进了还没有放假安排的年份" in district.get(path).text


def test_counts_and_list_of_those_who_wait_agree(case: Receipt, session: Session) -> None:
    make.assigned()
    ask(case)
    rows, _more = desk.queue_page(session, DISTRICT, desk.QueueFilter(state="longer"), NOW)
    assert [row.code for row in rows] == [case.code]
    assert desk.queue_counts(session, DISTRICT, NOW)["longer"] == 1
    assert desk.queue_counts(session, make.OTHER_OFFICER, NOW)["longer"] == 0
