"""有奖举报: grades in force, three people, a code that is good once; the database agrees."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.common.graphs import check_graph
from tests.conftest import NOW, Clock
from tests.dumping import awards as given
from tests.dumping import make
from wufei_public.common.actor import ANONYMOUS, Actor
from wufei_public.common.clock import day_end, district_day
from wufei_public.common.errors import Invalid, NotAllowed, TooMany, WrongState
from wufei_public.dumping.actions import awards, claiming, entering
from wufei_public.dumping.actions.receipts import Receipt
from wufei_public.dumping.actions.submit import Draft
from wufei_public.dumping.models.awards import AwardEntry, AwardGrade, ReportAward
from wufei_public.dumping.queries import awards as queries
from wufei_public.dumping.rules.awards import (
    DRAFT,
    WORKFLOW,
    WRONG_CLAIMS,
    Grade,
    State,
    grade_faults,
)
from wufei_public.dumping.rules.states import Source
from wufei_public.infra.audit import AuditRow
from wufei_public.infra.work import house, reading, work

pytestmark = pytest.mark.usefixtures("town")
TODAY = district_day(NOW)


@pytest.fixture
def case(town: None) -> Receipt:
    given.in_force()
    return make.closed(make.account(make.RESIDENT))


def award(receipt: Receipt) -> ReportAward:
    reading().expire_all()
    found = queries.of_case(reading(), make.case(receipt).id)
    assert found is not None
    return found


def ledger() -> list[tuple[int, str, int]]:
    reading().expire_all()
    rows = select(AwardEntry.number, AwardEntry.kind, AwardEntry.amount).order_by(AwardEntry.id)
    return [tuple(row) for row in reading().execute(rows)]


# ---- rules ----------------------------------------------------------------------


def test_every_state_is_reached_and_left() -> None:
    check_graph(WORKFLOW, frozenset({State.DECLINED, State.REVOKED}))


def test_what_is_shipped_is_a_draft_that_could_be_put_in_force() -> None:
    assert grade_faults(DRAFT.grades, TODAY, TODAY) == []
    assert DRAFT.source


@pytest.mark.parametrize(
    ("grades", "starts_on", "field"),
    [
        (given.GRADES, TODAY - timedelta(days=1), "starts_on"),
        ((), TODAY, "name"),
        ((Grade("一级", 1, 2), Grade("一级", 3, 4)), TODAY, "name"),
        ((Grade("一级", 3, 2),), TODAY, "highest"),
    ],
)
def test_grades_that_can_not_be(grades: Any, starts_on: date, field: str) -> None:
    assert [fault.pointer for fault in grade_faults(grades, starts_on, TODAY)] == [field]


# ---- the grades -----------------------------------------------------------------


def test_a_version_is_in_force_from_its_day(app: Flask) -> None:
    first = given.in_force()
    later = given.in_force(starts_on=TODAY + timedelta(days=30), grades=(Grade("甲", 5, 6),))
    corrected = given.in_force(grades=(Grade("乙", 7, 8),))
    assert [
        queries.scheme_on(reading(), day).id  # type: ignore[union-attr]
        for day in (TODAY, TODAY + timedelta(days=29), TODAY + timedelta(days=30))
    ] == [corrected, corrected, later]
    assert queries.scheme_on(reading(), TODAY - timedelta(days=1)) is None
    assert first < corrected


def test_a_version_of_the_past_is_refused(app: Flask) -> None:
    with pytest.raises(Invalid) as refused:
        given.in_force(starts_on=TODAY - timedelta(days=1))
    assert [fault.pointer for fault in refused.value.errors] == ["starts_on"]


def test_a_version_stays_as_it_was_written(session: Session) -> None:
    given.in_force()
    with pytest.raises(IntegrityError, match="stays"), session.begin_nested():
        session.execute(update(AwardGrade).values(highest=9_999))


# ---- proposing and deciding -------------------------------------------------------


def test_nothing_is_proposed_before_grades_are_in_force(town: None) -> None:
    receipt = make.closed()
    with pytest.raises(WrongState) as refused:
        given.proposed(receipt)
    assert refused.value.code == "no_grades"


def test_an_award_needs_a_result(town: None) -> None:
    given.in_force()
    with pytest.raises(WrongState) as refused:
        given.proposed(make.assigned())
    assert refused.value.code == "no_result_yet"


@pytest.mark.parametrize("amount", [199, 501])
def test_the_amount_lies_within_its_grade(case: Receipt, amount: int) -> None:
    with pytest.raises(Invalid) as refused:
        given.proposed(case, amount=amount)
    assert [fault.pointer for fault in refused.value.errors] == ["amount"]


def test_a_case_has_one_award_at_a_time(case: Receipt) -> None:
    code = given.proposed(case)
    with pytest.raises(WrongState):
        given.proposed(case)
    given.decided(code, approve=False, text="早就掌握了。")
    assert given.proposed(case) != code


def test_a_stranger_proposes_nothing(case: Receipt) -> None:
    with pytest.raises(NotAllowed):
        given.proposed(case, make.OTHER_OFFICER)


def test_who_entered_the_case_and_held_its_receipt_neither_proposes_nor_decides(
    case: Receipt,
) -> None:
    draft = Draft(
        client_key="k" * 24, kind="build", words=make.WORDS, division=make.VILLAGE,
        source=Source.HOTLINE_12345,
        outside_number="12345-1",
    )  # fmt: skip
    entered = work(make.TOWN_OFFICER, lambda w: entering.enter(w, draft))
    make.do(make.TOWN_OFFICER, make.officer.accept, entered.code)
    make.do(make.TOWN_OFFICER, make.officer.assign, entered.code, department=make.DEPARTMENT)
    token = make.photo_token(seed=9)
    make.do(make.TOWN_OFFICER, make.officer.close, entered.code, text="清走了。", photo=[token])
    with pytest.raises(NotAllowed) as refused:
        given.proposed(entered)
    assert refused.value.code == "entered_it_yourself"
    assert given.proposed(entered, make.DISTRICT_OFFICER)


def test_the_reporter_hears_of_an_approval_and_the_case_keeps_who_did_what(case: Receipt) -> None:
    code = given.approved(case)
    assert make.messages()[-1] == (make.RESIDENT.id, "dumping.award")
    assert make.moves(case)[-2:] == ["award_proposed", "award_approved"]
    row = award(case)
    assert (row.code, row.state, row.amount) == (code, "approved", 300)
    assert (row.proposed_by, row.decided_by) == (make.TOWN_OFFICER.id, make.DISTRICT_OFFICER.id)
    assert row.claim_until == day_end(TODAY + timedelta(days=60))


def test_the_proposer_does_not_decide(case: Receipt, session: Session) -> None:
    code = given.proposed(case, make.DISTRICT_OFFICER)
    with pytest.raises(NotAllowed) as refused:
        given.decided(code)
    assert refused.value.code == "proposed_it_yourself"
    given.decided(code, given.OTHER_DISTRICT)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(update(ReportAward).values(decided_by=make.DISTRICT_OFFICER.id))


def test_a_town_does_not_decide(case: Receipt) -> None:
    code = given.proposed(case, make.DISTRICT_OFFICER)
    with pytest.raises(NotAllowed):
        given.decided(code, make.TOWN_OFFICER)


def test_a_decision_is_made_once(case: Receipt) -> None:
    code = given.approved(case)
    with pytest.raises(WrongState):
        given.decided(code, given.OTHER_DISTRICT, approve=False)


# ---- the code -------------------------------------------------------------------


def test_the_code_is_kept_as_a_keyed_hash_and_replaced_by_the_next(case: Receipt) -> None:
    given.approved(case)
    first, second = given.drawn(case), given.drawn(case)
    kept = award(case).claim_hash
    assert kept == claiming.hash_of(house().keys, second)
    assert second.encode() not in (kept or b"")
    with pytest.raises(Invalid) as refused:
        given.pay(first)
    assert refused.value.code == "no_claim"
    assert given.pay(second.lower()) == award(case).code


def test_only_the_reporter_draws_it_and_the_trail_names_nobody(case: Receipt) -> None:
    given.approved(case)
    with pytest.raises(NotAllowed):
        work(ANONYMOUS, lambda w: claiming.draw_code(w, code=case.code, secret="x" * 26))
    given.drawn(case, make.RESIDENT)
    row = make.last_audit()
    assert (row.action, row.actor_kind, row.actor_id) == ("dumping:award:draw", "anonymous", None)


def test_there_is_no_code_before_the_approval_and_after_its_time(
    case: Receipt, clock: Clock
) -> None:
    code = given.proposed(case)
    with pytest.raises(WrongState) as refused:
        given.drawn(case)
    assert refused.value.code == "no_award_waits"
    given.decided(code)
    claim = given.drawn(case)
    clock.move(days=61)
    with pytest.raises(WrongState) as late:
        given.pay(claim)
    assert late.value.code == "award_over"
    with pytest.raises(WrongState):
        given.drawn(case)


def test_a_payout_is_booked_once_and_names_neither_case_nor_reporter(case: Receipt) -> None:
    given.approved(case)
    claim = given.drawn(case)
    code = given.pay(claim)
    with pytest.raises(Invalid):
        given.pay(claim, given.OTHER_CASHIER)
    assert ledger() == [(1, "payout", 300)]
    assert award(case).state == "paid"
    assert award(case).claim_hash is None
    trail = reading().scalars(select(AuditRow).where(AuditRow.action == "dumping:award:pay")).one()
    assert (trail.target, trail.after) == (
        f"dumping/award/{code}",
        {"amount": 300, "method": "cash", "number": 1},
    )
    rows, _more = queries.ledger_page(reading(), TODAY.year)
    said = " ".join(str(value) for row in rows for value in row)
    report = make.case(case)
    assert report.code not in said
    assert "case" not in rows[0]._mapping
    assert queries.years(reading()) == [queries.Year(TODAY.year, 1, 300)]


def test_three_people_not_two(case: Receipt, session: Session) -> None:
    given.approved(case)
    claim = given.drawn(case)
    for one in (make.TOWN_OFFICER, make.DISTRICT_OFFICER):
        with pytest.raises(NotAllowed) as refused:
            given.pay(claim, one)
        assert refused.value.code == "not_third"
    row = entry(award(case), make.DISTRICT_OFFICER)
    with pytest.raises(IntegrityError, match="three people"), session.begin_nested():
        session.execute(insert(AwardEntry), row)


def entry(row: ReportAward, actor: Actor, **changes: Any) -> dict[str, Any]:
    return {
        "award_id": row.id,
        "number": 1,
        "kind": "payout",
        "amount": row.amount,
        "method": "cash",
        "voucher": "1",
        "reason": "",
        "booked_by": actor.id,
        "booked_at": NOW,
        "day": TODAY,
    } | changes


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": 299},
        {"number": 2},
        {"number": 3},
        {"kind": "reversal", "amount": -300, "number": 2, "reason": "错了"},
        {"kind": "payout", "amount": -300},
        {"method": "gold"},
    ],
)
def test_entries_that_can_not_be(case: Receipt, session: Session, changes: dict[str, Any]) -> None:
    given.approved(case)
    row = entry(award(case), given.CASHIER, **changes)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(insert(AwardEntry), row)


@pytest.mark.parametrize(
    "changes",
    [{"amount": 301}, {"state": "paid"}, {"proposed_by": 1}, {"state": "gold"}],
)
def test_awards_that_can_not_be(case: Receipt, session: Session, changes: dict[str, Any]) -> None:
    given.approved(case)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(update(ReportAward).values(**changes))


def test_the_ledger_is_only_added_to(case: Receipt, session: Session) -> None:
    given.approved(case)
    given.paid(case)
    with pytest.raises(IntegrityError, match="stays"), session.begin_nested():
        session.execute(update(AwardEntry).values(voucher="P-8"))
    with pytest.raises(IntegrityError, match="stays"), session.begin_nested():
        session.execute(AwardEntry.__table__.delete())  # type: ignore[attr-defined]


def test_what_was_booked_wrongly_is_booked_back_and_paid_again(case: Receipt) -> None:
    code = given.approved(case)
    given.paid(case)
    make.do(make.DISTRICT_OFFICER, awards.reverse, code, text="数错了，钱退回来了。")
    assert award(case).state == "approved"
    given.paid(case, given.OTHER_CASHIER)
    assert ledger() == [(1, "payout", 300), (2, "reversal", -300), (3, "payout", 300)]
    assert queries.years(reading()) == [queries.Year(TODAY.year, 1, 300)]
    assert award(case).state == "paid"


def test_who_paid_does_not_book_it_back(case: Receipt, session: Session) -> None:
    given.approved(case)
    given.paid(case)
    row = entry(award(case), given.CASHIER, number=2, kind="reversal", amount=-300, reason="拿回来")
    with pytest.raises(IntegrityError, match="three people"), session.begin_nested():
        session.execute(insert(AwardEntry), row)


def test_an_approval_is_revoked_before_it_was_paid(case: Receipt) -> None:
    code = given.approved(case)
    claim = given.drawn(case)
    make.do(make.DISTRICT_OFFICER, awards.revoke, code, text="查出是假的。")
    assert make.messages()[-1] == (make.RESIDENT.id, "dumping.award_revoked")
    with pytest.raises(Invalid):
        given.pay(claim)
    with pytest.raises(WrongState):
        make.do(make.DISTRICT_OFFICER, awards.reverse, code, text="没有发过。")


# ---- guessing -------------------------------------------------------------------


def test_wrong_codes_are_counted_and_slips_are_not(case: Receipt) -> None:
    assert claiming.is_slip("AAAAA-AAAAB")
    most = WRONG_CLAIMS[0].most
    for _number in range(most):
        claiming.require_patience(reading(), house(), 111, "203.0.113.7")
        work(given.CASHIER, lambda w: claiming.count_wrong(w, "203.0.113.7"))
    with pytest.raises(TooMany):
        claiming.require_patience(reading(), house(), 111, "203.0.113.7")
    # Another cashier elsewhere goes on.
    claiming.require_patience(reading(), house(), 112, "198.51.100.7")
