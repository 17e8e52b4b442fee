"""Rounds, rubrics, and a unit that applies: every refusal on the way."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.cells import make
from tests.cells.make import EXPERTS, OFFICE, OWNER, STRANGER, do
from tests.cells.window import Window
from tests.conftest import Clock
from tests.dumping.make import OTHER_OFFICER, TOWN_OFFICER, photo_token
from wufei_public.cells.actions import (
    applying,
    proving,
    reviewing,
    rounds,
)
from wufei_public.cells.actions import rubrics as rubric_actions
from wufei_public.cells.queries import applications as queries
from wufei_public.cells.queries import rounds as round_queries
from wufei_public.cells.rules.applying import entry_from
from wufei_public.cells.rules.diffs import changes
from wufei_public.cells.rules.stages import State
from wufei_public.common.actor import SYSTEM
from wufei_public.common.errors import Conflict, Invalid, NotAllowed, NotFound, WrongState
from wufei_public.infra.work import reading, work

ROUNDS = "/staff/cells/office/rounds"
pytestmark = pytest.mark.usefixtures("district")


# ---- rounds and rubrics ---------------------------------------------------------


def test_the_seed_loads_every_rubric_once(session: Session) -> None:
    assert len(round_queries.choices(session)) == 16
    assert work(SYSTEM, rubric_actions.seed) == 0


def test_a_new_version_leaves_the_applications_of_the_old_one(session: Session) -> None:
    case = make.started()
    content = round_queries.content(session, "hotel", "2026-1")
    new = {**content, "version": "2027-1"}
    do(OFFICE, rubric_actions.add_rubric, content=new)
    assert make.rubric_of(case).version == "2026-1"
    assert next(iter(round_queries.choices(session)["hotel"].values())) == "2027-1"
    with pytest.raises(Conflict):
        do(OFFICE, rubric_actions.add_rubric, content=new)
    with pytest.raises(NotAllowed):
        do(TOWN_OFFICER, rubric_actions.add_rubric, content={**content, "version": "2028-1"})
    for broken in ({}, {**content, "version": ""}, {**new, "version": "2028-1", "sections": []}):
        with pytest.raises(Invalid):
            do(OFFICE, rubric_actions.add_rubric, content=broken)


def test_a_round_takes_an_older_version_and_its_applications_keep_it(see: Window) -> None:
    content = round_queries.content(reading(), "hotel", "2026-1")
    do(OFFICE, rubric_actions.add_rubric, content={**content, "version": "2027-1"})
    new, old = round_queries.choices(reading())["hotel"]
    page = see.get(OFFICE, ROUNDS)
    assert page.index(f'<option value="{new}">2027-1') < page.index(f'<option value="{old}">2026-1')
    form = {"title": "复评批", "notice": "按旧版评。", "opens_on": "2026-11-24", "kinds": ["hotel"]}
    again = see.post(OFFICE, ROUNDS, 422, **form, rubrics=[old]).text
    assert f'<option value="{old}" selected>' in again
    form |= {"closes_on": "2026-12-24"}
    assert "没有这个版本" in see.post(OFFICE, ROUNDS, 422, **form, rubrics=[99_999]).text
    opened = see.post(OFFICE, ROUNDS, **form, rubrics=[old]).location.rsplit("/", 1)[1]
    chosen = round_queries.round_of(reading(), opened)
    assert make.rubric_of(make.started(opened=chosen)).version == "2026-1"
    assert make.rubric_of(make.started(number=2)).version == "2027-1"
    link = "/cells/rubrics/hotel?version=2026-1"
    assert link in see.get(None, f"/cells/rounds/{opened}")
    assert link in see.get(OFFICE, f"{ROUNDS}/{opened}")
    assert "版本 2026-1" in see.get(None, link)
    see.get(None, "/cells/rubrics/hotel?version=2025-1", 404)


def test_a_round_keeps_to_its_dates_and_says_why_they_moved(clock: Clock, session: Session) -> None:
    opened = make.a_round()
    case = make.filled(make.started(opened=opened))
    clock.move(days=31)
    with pytest.raises(WrongState) as late:
        do(OWNER, applying.submit, code=case.code, committed=True)
    assert make.code_of(late) == "round_closed"
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


def test_a_unit_that_was_removed_or_untrue_is_barred_for_three_years(clock: Clock) -> None:
    case, found = make.named(clock)
    make.remove(found.code, "混投")
    opened = make.a_round()
    again: dict[str, Any] = {
        "round_code": opened.code, "kind": "hotel", "unit": "x", "places": [make.place(case.unit)],
    }  # fmt: skip
    with pytest.raises(Invalid) as refusal:
        do(OWNER, applying.start, **again)
    assert (make.code_of(refusal), refusal.value.errors[0].facts) == (
        "barred", {"day": f"{clock.now.year + 3}-12-02"},
    )  # fmt: skip
    other = make.submitted(opened=opened, number=2)
    make.barred(other, reason="照片是别处的。")
    clock.move(days=40)
    again |= {"places": [make.place(other.unit)]}
    with pytest.raises(Invalid):
        do(OWNER, applying.start, **(again | {"round_code": make.a_round().code}))
    clock.move(days=3 * 366)
    assert do(OWNER, applying.start, **(again | {"round_code": make.a_round().code}))


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
    do(OWNER, proving.add_evidence, item="hotel-org-01", **add)
    with pytest.raises(Invalid):
        do(OWNER, proving.add_evidence, item="hotel-org-02", **add)
    (photo,) = queries.evidence(session, case.row.id)
    do(OWNER, proving.remove_evidence, code=case.code, photo_id=photo.photo_id)
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
    do(OWNER, proving.remove_evidence, code=case.code, photo_id=before.photo_id)
    do(OWNER, proving.add_evidence, code=case.code, item="hotel-org-01", photo=[photo_token(5)])
    do(OWNER, applying.submit, code=case.code, committed=True)
    one, two = (
        {item: entry_from(kept) for item, kept in row.content.items()}
        for row in queries.submissions(session, case.row.id)
    )
    (change,) = changes([item.id for item in make.rubric_of(case).items], one, two)
    assert (change.item, change.removed, change.added) == ("hotel-org-01", 1, 1)


def test_who_looked_at_an_older_state_is_told_so() -> None:
    case = make.submitted()
    with pytest.raises(Conflict):
        do(TOWN_OFFICER, reviewing.pass_check, code=case.code, version=1)
