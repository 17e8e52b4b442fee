"""An application from its beginning to its end, step by step, and every refusal on the way."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.cells import make
from tests.cells.make import EXPERTS, OFFICE, OUTSIDER, OWNER, SECOND, SECTOR, STRANGER, do
from tests.conftest import Clock
from tests.dumping.make import OTHER_OFFICER, TOWN_OFFICER, messages, photo_token
from wufei_public.cells import jobs
from wufei_public.cells.actions import (
    applying,
    clockwork,
    moderating,
    naming,
    objecting,
    panels,
    reviewing,
    rounds,
    standing,
)
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.reviews import CellDuty, CellObjection, CellOpinion, CellSheetChange
from wufei_public.cells.queries import applications as queries
from wufei_public.cells.queries import certificates, reviews
from wufei_public.cells.queries import rounds as round_queries
from wufei_public.cells.rules.applying import entry_from
from wufei_public.cells.rules.diffs import changes
from wufei_public.cells.rules.stages import State
from wufei_public.common.actor import ANONYMOUS, SYSTEM
from wufei_public.common.errors import Conflict, Invalid, NotAllowed, NotFound, WrongState
from wufei_public.infra.work import reading, work

pytestmark = pytest.mark.usefixtures("district")


def code_of(refusal: pytest.ExceptionInfo[Any]) -> str:
    return str(refusal.value.code)


# ---- rounds and rubrics ---------------------------------------------------------


def test_the_seed_loads_every_rubric_once(session: Session) -> None:
    assert len(round_queries.newest_rubrics(session)) == 16
    assert work(SYSTEM, rounds.seed) == 0


def test_a_new_version_leaves_the_applications_of_the_old_one(session: Session) -> None:
    case = make.started()
    content = round_queries.content(session, "hotel", "2026-1")
    new = {**content, "version": "2027-1"}
    do(OFFICE, rounds.add_rubric, content=new)
    assert make.rubric_of(case).version == "2026-1"
    assert round_queries.newest_rubrics(session)["hotel"].version == "2027-1"
    with pytest.raises(Conflict):
        do(OFFICE, rounds.add_rubric, content=new)
    with pytest.raises(NotAllowed):
        do(TOWN_OFFICER, rounds.add_rubric, content={**content, "version": "2028-1"})
    for broken in ({}, {**content, "version": ""}, {**new, "version": "2028-1", "sections": []}):
        with pytest.raises(Invalid):
            do(OFFICE, rounds.add_rubric, content=broken)


def test_a_round_keeps_to_its_dates_and_says_why_they_moved(clock: Clock, session: Session) -> None:
    opened = make.a_round()
    case = make.filled(make.started(opened=opened))
    clock.move(days=31)
    with pytest.raises(WrongState) as late:
        do(OWNER, applying.submit, code=case.code, committed=True)
    assert code_of(late) == "round_closed"
    longer = opened.closes_at + timedelta(days=10)
    do(OFFICE, rounds.extend_round, code=opened.code, closes_at=longer, reason="连续下雨")
    do(OWNER, applying.submit, code=case.code, committed=True)
    do(OFFICE, rounds.close_round, code=opened.code, reason="名额已满")
    clock.move(seconds=1)
    with pytest.raises(WrongState):
        make.started(opened=opened, number=2)
    said = [row.reason for row in round_queries.changes(session, opened.id)]
    assert said == ["连续下雨", "名额已满"]


def test_only_the_office_opens_a_round_and_for_known_kinds() -> None:
    with pytest.raises(NotAllowed):
        do(TOWN_OFFICER, rounds.open_round, title="甲", notice="", opens_at=make.house().clock(),
           closes_at=make.house().clock() + timedelta(days=1), kinds=["hotel"])  # fmt: skip
    for kinds in ([], ["castle"]):
        with pytest.raises(Invalid):
            make.a_round(kinds=kinds)


# ---- applying -------------------------------------------------------------------


def test_only_who_represents_a_unit_begins_and_once_in_a_round() -> None:
    opened = make.a_round()
    case = make.started(opened=opened)
    again: dict[str, Any] = {
        "round_code": opened.code, "kind": "hotel", "unit": "x", "places": [make.place(case.unit)],
    }  # fmt: skip
    with pytest.raises(Conflict):
        do(OWNER, applying.start, **again)
    with pytest.raises(NotAllowed):
        do(STRANGER, applying.start, **again)
    with pytest.raises(Invalid):
        do(OWNER, applying.start, **(again | {"places": []}))
    do(OWNER, applying.withdraw, code=case.code)
    assert do(OWNER, applying.start, **again).state == State.DRAFT


def test_answers_are_kept_as_they_come_and_counted(session: Session) -> None:
    case = make.started()
    save = {"code": case.code, "item": "hotel-org-01"}
    do(OWNER, applying.save_answer, **save, step=1, note="有表")
    # 5 of the 15 points of its section, the rest not answered.
    assert case.row.self_total == 5
    do(OWNER, applying.save_answer, **save)
    assert case.row.self_total == 0
    assert queries.entries(session, case.row.id)["hotel-org-01"].answer.given is False
    with pytest.raises(Invalid):
        do(OWNER, applying.save_answer, **save, step=9)
    with pytest.raises(NotFound):
        do(OWNER, applying.save_answer, code=case.code, item="hotel-x", step=0)
    for actor in (STRANGER, TOWN_OFFICER, OFFICE, EXPERTS[0]):
        with pytest.raises(NotAllowed):
            do(actor, applying.save_answer, **save, step=0)


def test_a_photo_proves_one_item_and_may_be_taken_out(session: Session) -> None:
    case = make.started()
    token = photo_token(seed=3)
    add: dict[str, Any] = {"code": case.code, "photo": [token]}
    do(OWNER, applying.add_evidence, item="hotel-org-01", **add)
    with pytest.raises(Invalid):
        do(OWNER, applying.add_evidence, item="hotel-org-02", **add)
    (photo,) = queries.evidence(session, case.row.id)
    do(OWNER, applying.remove_evidence, code=case.code, photo_id=photo.photo_id)
    assert queries.evidence(session, case.row.id) == []


def test_what_is_missing_is_named_before_it_is_handed_in() -> None:
    case = make.started()
    with pytest.raises(Invalid) as refusal:
        do(OWNER, applying.submit, code=case.code, committed=True)
    assert [fault.pointer for fault in refusal.value.errors] == [
        item.id for item in make.rubric_of(case).items
    ]
    make.filled(case)
    for words in ({"committed": False}, {"committed": True, "barred": True}):
        with pytest.raises(Invalid):
            do(OWNER, applying.submit, code=case.code, **words)
    do(OWNER, applying.submit, code=case.code, committed=True)
    row = case.row
    assert (row.state, row.commitment, row.self_total, row.submissions) == (
        State.SUBMITTED, "1", 100, 1,
    )  # fmt: skip
    with pytest.raises(WrongState):
        do(OWNER, applying.save_answer, code=case.code, item="hotel-org-01", step=0)


def test_a_resubmission_keeps_both_and_shows_what_changed(session: Session) -> None:
    case = make.submitted()
    remarks = {"hotel-org-01": "缺责任表", "hotel-nothing": "x"}
    with pytest.raises(NotAllowed):
        do(OTHER_OFFICER, reviewing.send_back, code=case.code, remarks=remarks)
    with pytest.raises(Invalid):
        do(TOWN_OFFICER, reviewing.send_back, code=case.code, remarks={"hotel-org-01": ""})
    do(TOWN_OFFICER, reviewing.send_back, code=case.code, remarks=remarks)
    assert [tuple(row) for row in queries.remarks(session, case.row.id, 1)] == [
        ("hotel-org-01", "缺责任表")
    ]
    before = queries.evidence(session, case.row.id)[0]
    do(OWNER, applying.remove_evidence, code=case.code, photo_id=before.photo_id)
    do(OWNER, applying.add_evidence, code=case.code, item="hotel-org-01", photo=[photo_token(5)])
    do(OWNER, applying.submit, code=case.code, committed=True)
    one, two = (
        {item: entry_from(kept) for item, kept in row.content.items()}
        for row in queries.submissions(session, case.row.id)
    )
    (change,) = changes([item.id for item in make.rubric_of(case).items], one, two)
    assert (change.item, change.removed) == ("hotel-org-01", (before.photo_id,))
    assert len(change.added) == 1


def test_who_looked_at_an_older_state_is_told_so() -> None:
    case = make.submitted()
    with pytest.raises(Conflict):
        do(TOWN_OFFICER, reviewing.pass_check, code=case.code, version=1)


# ---- experts --------------------------------------------------------------------


def test_nobody_with_a_conflict_comes_onto_a_panel() -> None:
    case = make.checked()
    do(SECTOR, reviewing.give_opinion, code=case.code, opinion="oppose", text="还要看")
    place = {"account": EXPERTS[0].id, "division": make.VILLAGE}
    do(OFFICE, rounds.register_expert, **place)
    do(OFFICE, rounds.register_expert, account=EXPERTS[1].id, organisation=case.unit.id)
    for wrong in (EXPERTS[0], EXPERTS[1], TOWN_OFFICER, OFFICE):
        with pytest.raises(Invalid):
            do(OFFICE, panels.assign, code=case.code, experts=[wrong.id])
    do(OFFICE, panels.assign, code=case.code, experts=[EXPERTS[2].id])
    do(EXPERTS[2], panels.recuse, code=case.code, reason="亲戚在那里")
    with pytest.raises(NotFound):
        panels_of(case, EXPERTS[2])
    with pytest.raises(Invalid):
        do(OFFICE, panels.assign, code=case.code, experts=[EXPERTS[2].id])
    with pytest.raises(NotAllowed):
        do(SECTOR, panels.assign, code=case.code, experts=[EXPERTS[3].id])


def panels_of(case: make.Case, expert: Any) -> Any:
    return reviews.sheet_of(reading(), case.row, expert.id)


def test_an_expert_declares_before_scoring_and_scores_once() -> None:
    case = make.with_experts()
    expert = EXPERTS[0]
    mark: dict[str, Any] = {"code": case.code, "item": "hotel-org-01", "step": 0}
    with pytest.raises(WrongState):
        do(expert, panels.mark, **mark)
    with pytest.raises(NotAllowed):
        do(EXPERTS[3], panels.declare, code=case.code)
    do(expert, panels.declare, code=case.code)
    with pytest.raises(Invalid):
        do(expert, panels.hand_in, code=case.code)
    make.score(case, expert)
    with pytest.raises(WrongState):
        do(expert, panels.mark, **mark)
    assert case.row.state == State.EXPERTS
    with pytest.raises(WrongState):
        do(OFFICE, panels.close_scoring, code=case.code)


def test_the_last_score_closes_the_scoring_with_mean_median_and_spread() -> None:
    # The first two items of steps are 8 and 7 points: 100, 92, 85.
    row = make.scored(low=(0, 1, 2)).row
    assert (row.state, row.total, row.median, row.spread) == (
        State.SCORED, Decimal("92.33"), Decimal(92), Decimal("7.51"),
    )  # fmt: skip
    # 组织管理 came to 15, 7 and 0 of 15: 7.33 is less than the 9 that it needs, whatever the total.
    assert row.result
    assert (row.stars, row.result["low"]) == (0, ["org"])
    assert row.result["outliers"] == [EXPERTS[0].id, EXPERTS[2].id]


def test_a_score_changes_only_after_a_discussion_and_leaves_its_trace(session: Session) -> None:
    case = make.scored(low=(0, 0, 3))
    far = EXPERTS[2]
    change: dict[str, Any] = {
        "code": case.code, "item": "hotel-org-01", "step": 0, "reason": "补看了责任表",
    }  # fmt: skip
    with pytest.raises(WrongState):
        do(far, moderating.revise, **change)
    do(OFFICE, moderating.moderate, code=case.code, text="三位专家到会。")
    before = case.row.total
    do(far, moderating.revise, **change)
    (kept,) = session.scalars(select(CellSheetChange)).all()
    assert (kept.before, kept.after, kept.reason) == (77, 85, "补看了责任表")
    assert case.row.total is not None
    assert before is not None
    assert case.row.total > before


def test_a_veto_of_most_experts_keeps_a_unit_from_being_proposed() -> None:
    case = make.with_experts()
    for number, expert in enumerate(EXPERTS[:3]):
        make.score(case, expert, vetoes=["hotel-veto-02"] if number else [])
    assert (case.row.total, case.row.stars) == (100, 0)
    with pytest.raises(WrongState):
        do(OFFICE, reviewing.propose, code=case.code, document="x", minutes="y")


# ---- rectification --------------------------------------------------------------


def test_rectification_is_inspected_and_may_be_scored_again(clock: Clock) -> None:
    case = make.scored(low=(4, 4, 4))
    assert case.row.stars == 0
    do(OFFICE, reviewing.rectify, code=case.code, text="厨余要分开。")
    do(OWNER, applying.mend, code=case.code, text="分开了。", photo=[photo_token(8)])
    do(OFFICE, reviewing.rescore, code=case.code)
    row = case.row
    assert (row.state, row.evaluation, row.total, row.stars) == (State.EXPERTS, 2, None, None)
    for expert in EXPERTS[:3]:
        make.score(case, expert)
    assert (case.row.state, case.row.stars) == (State.SCORED, 5)
    do(OFFICE, reviewing.rectify, code=case.code, text="再改一处。")
    do(OWNER, applying.mend, code=case.code, text="改了。")
    do(OFFICE, reviewing.inspect, code=case.code, text="看过。")
    assert case.row.state == State.SCORED
    do(OFFICE, reviewing.rectify, code=case.code, text="又一处。")
    clock.move(days=60)
    jobs.end_overdue("")
    assert (case.row.state, case.row.refuse_ground) == (State.REFUSED, "not_mended")


# ---- decision and notice --------------------------------------------------------


def test_a_decision_needs_a_second_person() -> None:
    case = make.scored()
    do(OFFICE, reviewing.propose, code=case.code, document="3号", minutes="同意")
    for action in (reviewing.confirm, reviewing.disagree):
        with pytest.raises(NotAllowed) as refusal:
            do(OFFICE, action, code=case.code, text="我自己")
        assert code_of(refusal) == "same_person"
    do(SECOND, reviewing.disagree, code=case.code, text="再看")
    assert (case.row.state, case.row.document) == (State.SCORED, "")


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
        do(OFFICE, reviewing.propose, code=second.code, document="4号", minutes="同意")
    assert code_of(refusal) == "quota_full"


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
        do(OUTSIDER, reviewing.propose, code=case.code, document="5号", minutes="同意")
    assert code_of(refusal) == "had_part"


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
    do(OFFICE, reviewing.refuse, code=case.code, ground="quota", reason="名额")
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


# ---- naming and after -----------------------------------------------------------


def test_a_batch_is_named_whole_or_not_at_all(clock: Clock, session: Session) -> None:
    opened = make.a_round()
    one = make.cleared(clock, opened=opened)
    two = make.noticed(opened=opened, number=2)
    batch = {"codes": [one.code, two.code], "document": "9号"}
    with pytest.raises(WrongState):
        do(OFFICE, naming.name, **batch)
    assert certificates.of_application(session, one.row.id) is None
    clock.move(days=9)
    jobs.end_overdue("")
    made = do(OFFICE, naming.name, **batch)
    assert [found.number for found in made] == ["WFXB-2026-0001", "WFXB-2026-0002"]
    assert one.row.state == State.NAMED
    with pytest.raises(WrongState):
        do(OFFICE, naming.name, **batch)
    with pytest.raises(Invalid):
        do(OFFICE, naming.name, codes=[], document="9号")


def test_a_certificate_is_suspended_restored_removed_and_brought_back(clock: Clock) -> None:
    case, found = make.named(clock)
    for actor in (TOWN_OFFICER, OWNER, EXPERTS[0]):
        with pytest.raises(NotAllowed):
            do(actor, standing.suspend, code=found.code, reason="x")
    do(OFFICE, standing.suspend, code=found.code, reason="停业")
    do(OFFICE, standing.restore, code=found.number, reason="开业")
    with pytest.raises(WrongState):
        do(OWNER, objecting.appeal, code=case.code, text="没有摘牌")
    do(OFFICE, standing.revoke, code=found.code, reason="混投")
    removed = do(OWNER, objecting.appeal, code=case.code, text="请再看")
    with pytest.raises(WrongState):
        do(OWNER, objecting.appeal, code=case.code, text="再来一次")
    with pytest.raises(NotAllowed):
        do(OFFICE, objecting.decide, code=removed.code, outcome="upheld", answer="x")
    do(OUTSIDER, objecting.decide, code=removed.code, outcome="upheld", answer="查错了")
    reading().expire_all()
    back = certificates.certificate(reading(), found.code)
    assert (back.standing, back.standing_reason) == ("valid", "")


def test_the_unit_reports_once_a_year(clock: Clock) -> None:
    _case, found = make.named(clock)
    report: dict[str, Any] = {"code": found.code, "year": 2027, "text": "都还在做。"}
    with pytest.raises(WrongState):
        do(OWNER, naming.report_year, **report)
    clock.move(days=200)
    with pytest.raises(NotAllowed):
        do(STRANGER, naming.report_year, **report)
    do(OWNER, naming.report_year, **report)
    with pytest.raises(WrongState):
        do(OWNER, naming.report_year, **report)


# ---- the clock ------------------------------------------------------------------


def test_a_draft_lapses_with_its_round_and_a_correction_with_its_time(clock: Clock) -> None:
    opened = make.a_round()
    draft = make.started(opened=opened)
    returned = make.submitted(opened=opened, number=2)
    do(TOWN_OFFICER, reviewing.send_back, code=returned.code, remarks={}, text="补")
    clock.move(days=31)
    jobs.end_overdue("")
    assert draft.row.state == returned.row.state == State.WITHDRAWN


def test_everyone_is_reminded_once_before_and_once_after(clock: Clock) -> None:
    case = make.with_experts()
    clock.now = reviews.sheets(reading(), case.row)[0].due_at - timedelta(days=1)
    said = len(messages())
    jobs.remind("")
    jobs.remind("")
    soon = messages()[said:]
    assert sorted(soon) == [(one.id, "cells.sheet_soon") for one in EXPERTS[:3]]
    clock.move(days=2)
    jobs.remind("")
    assert messages()[said + 3 :] == [(one.id, "cells.sheet_over") for one in EXPERTS[:3]]


def test_each_side_is_reminded_of_its_own_turn(clock: Clock) -> None:
    opened = make.a_round()
    make.started(opened=opened)
    clock.move(days=28)
    jobs.remind("")
    assert messages()[-1] == (OWNER.id, "cells.unit_soon")
    make.submitted(opened=opened, number=2)
    clock.move(days=5)
    jobs.remind("")
    assert (TOWN_OFFICER.id, "cells.desk_soon") in messages()
    clock.move(days=5)
    jobs.remind("")
    assert (TOWN_OFFICER.id, "cells.desk_over") in messages()
    assert (OTHER_OFFICER.id, "cells.desk_over") not in messages()


def test_a_named_unit_is_reminded_of_its_report_and_of_the_end(clock: Clock) -> None:
    make.named(clock)
    clock.move(days=60)
    jobs.remind("")
    assert messages()[-1] == (OWNER.id, "cells.report_due")
    clock.move(days=3 * 365 - 100)
    jobs.remind("")
    assert {template for _, template in messages()[-2:]} == {"cells.expires", "cells.report_due"}


def test_what_moved_meanwhile_is_left_alone() -> None:
    case = make.noticed()
    assert work(SYSTEM, lambda w: clockwork.end_one(w, code=case.code)) is False
    assert work(SYSTEM, lambda w: clockwork.lapse_draft(w, code=case.code)) is False
