"""Experts: who may sit, how they score, what a discussion changes, rectification."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.cells import make
from tests.cells.make import EXPERTS, OFFICE, OWNER, SECTOR, do
from tests.conftest import Clock
from tests.dumping.make import TOWN_OFFICER, photo_token
from wufei_public.cells import jobs
from wufei_public.cells.actions import (
    applying,
    deciding,
    moderating,
    panels,
    reviewing,
    rounds,
)
from wufei_public.cells.models.reviews import CellSheetChange
from wufei_public.cells.queries import applications as queries
from wufei_public.cells.queries import reviews
from wufei_public.cells.rules.stages import State
from wufei_public.common.errors import Invalid, NotAllowed, NotFound, WrongState
from wufei_public.infra.work import reading

pytestmark = pytest.mark.usefixtures("district")


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
    assert row.result["outliers"] == []


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
        do(OFFICE, deciding.propose, code=case.code, document="x", minutes="y")


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
    do(OFFICE, reviewing.inspect, code=case.code, text="看过。", why="下雨，没有拍。")
    assert case.row.state == State.SCORED
    do(OFFICE, reviewing.rectify, code=case.code, text="又一处。")
    clock.move(days=60)
    jobs.end_overdue("")
    assert (case.row.state, case.row.refuse_ground) == (State.REFUSED, "not_mended")


def test_photos_of_a_visit_that_are_sent_twice_are_added_once(session: Session) -> None:
    case = make.with_experts()
    do(EXPERTS[0], panels.declare, code=case.code)
    sent: dict[str, Any] = {"code": case.code, "item": "hotel-sort-01", "photo": [photo_token(41)]}
    sheet = do(EXPERTS[0], panels.add_visit_photos, **sent)
    do(EXPERTS[0], panels.add_visit_photos, **sent)
    assert len(queries.evidence(session, case.row.id, sheet.id)) == 1
    do(EXPERTS[1], panels.declare, code=case.code)
    with pytest.raises(Invalid):
        do(EXPERTS[1], panels.add_visit_photos, **sent)


def test_a_sheet_that_is_sent_again_with_its_key_counts_once(session: Session) -> None:
    case = make.with_experts()
    first = EXPERTS[0]
    assert reviews.waiting_count(session, first.id) == 1
    make.score(case, first)
    with pytest.raises(WrongState):
        do(first, panels.hand_in, code=case.code, words="看过。", client_key="k1")
    other = EXPERTS[1]
    make.score(case, other, client_key="k2")
    again = do(other, panels.hand_in, code=case.code, words="另一句", client_key="k2")
    assert (again.words, again.total) == ("看过了。", 100)
    assert [e.move for e in queries.events(session, case.row.id)].count("score") == 2


def test_a_sheet_waits_no_longer_once_the_unit_has_withdrawn(session: Session) -> None:
    case = make.with_experts()
    do(OWNER, applying.withdraw, code=case.code)
    assert reviews.waiting_count(session, EXPERTS[0].id) == 0
    assert reviews.waiting_for(session, EXPERTS[0].id) == ([], None)
