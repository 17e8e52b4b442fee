"""What keeps a decision honest: open objections, parts in a review, grounds, appeals, lists."""

import re
from dataclasses import replace
from http.client import OK
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.cells import make
from tests.cells.make import EXPERTS, OFFICE, OUTSIDER, OWNER, SECOND, SECTOR, code_of, do
from tests.cells.window import DESK, SHEET, Window
from tests.conftest import Clock
from tests.dumping import make as people
from tests.dumping.make import TOWN_OFFICER, photo_token
from tests.redblack import make as listings
from wufei_public.cells import jobs, policy
from wufei_public.cells.actions import (
    applying,
    deciding,
    delays,
    moderating,
    naming,
    objecting,
    panels,
    reviewing,
    standing,
)
from wufei_public.cells.documents import experts as documents
from wufei_public.cells.documents import public
from wufei_public.cells.models.reviews import CellExpert, CellObjection
from wufei_public.cells.queries import applications
from wufei_public.cells.queries.certificates import of_application
from wufei_public.cells.rules.refusing import Record, grounds, require_ground
from wufei_public.cells.rules.stages import Ground, State
from wufei_public.common.actor import SYSTEM, Grant
from wufei_public.common.errors import Invalid, NotAllowed, WrongState
from wufei_public.infra.work import reading, work
from wufei_public.people.rules.roles import Role

pytestmark = pytest.mark.usefixtures("district")
DECISION = {"document": "无废办〔2026〕5号", "minutes": "一致同意。"}


def decide(actor: Any, found: CellObjection, outcome: str) -> Any:
    return do(actor, objecting.decide, code=found.code, outcome=outcome, answer="查过了。")


def test_nobody_decides_again_before_every_objection_is_answered() -> None:
    case = make.noticed()
    first, second = make.objected(case), make.objected(case)
    decide(OUTSIDER, first, "upheld")
    with pytest.raises(WrongState) as refusal:
        do(make.THIRD, deciding.propose, code=case.code, **DECISION)
    assert code_of(refusal) == "objections_open"
    assert refusal.value.facts == {"unit": "洛水饭店"}
    decide(OUTSIDER, second, "rejected")
    do(make.THIRD, deciding.propose, code=case.code, **DECISION)
    assert case.row.state == State.PROPOSED


@pytest.mark.parametrize("part", ["assign", "release", "extend", "name"])
def test_who_chose_the_panel_or_named_decides_on_nothing(part: str, clock: Clock) -> None:
    if part == "name":
        case = make.cleared(clock)
        found = do(OUTSIDER, naming.name, codes=[case.code], document="9号")[0]
        make.remove(found.code, "混投")
        objection = do(OWNER, objecting.appeal, code=case.code, text="不服。")
    else:
        case = make.with_experts()
        more: dict[str, Any] = {
            "assign": {"experts": [EXPERTS[3].id]},
            "release": {"expert": EXPERTS[2].id, "text": "出差"},
            "extend": {"text": "下雨"},
        }[part]
        if part == "release":
            do(OFFICE, panels.assign, code=case.code, experts=[EXPERTS[3].id])
        do(OUTSIDER, panels.assign if part == "assign" else getattr(delays, part),
           code=case.code, **more)  # fmt: skip
        for expert in EXPERTS:
            if part == "assign" or expert is not EXPERTS[2 if part == "release" else 3]:
                make.score(case, expert)
        objection = make.objected(make.confirmed(case))
    with pytest.raises(NotAllowed) as refusal:
        decide(OUTSIDER, objection, "rejected")
    assert code_of(refusal) == "had_part"


def test_nobody_decides_on_an_objection_of_their_own(session: Session) -> None:
    case = make.noticed()
    own = make.objected(case, OUTSIDER)
    with pytest.raises(NotAllowed) as refusal:
        decide(OUTSIDER, own, "upheld")
    assert code_of(refusal) == "own_objection"
    decide(OUTSIDER, make.objected(case), "rejected")  # has the duty now, still not of the own
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            update(CellObjection)
            .where(CellObjection.id == own.id)
            .values(handler_id=OUTSIDER.id, outcome="upheld", answer="x", decided_at=own.due_at)
        )


def test_an_officer_who_scores_does_not_open_the_desk_meanwhile(see: Window) -> None:
    case = make.with_experts()
    officer = Grant(Role.DEPARTMENT_OFFICER, department="commerce")
    dual = replace(EXPERTS[0], grants=(*EXPERTS[0].grants, officer))
    make.score(case, EXPERTS[1])
    facts = applications.facts_of(reading(), case.row)
    assert policy.may_open(dual, facts).reason == "on_the_panel"
    assert policy.may_open(SECTOR, facts).allowed
    for expert in (EXPERTS[0], EXPERTS[2]):
        make.score(case, expert)
    assert policy.may_open(dual, applications.facts_of(reading(), case.row)).allowed
    see.get(SECTOR, DESK.format(case.code))


def test_scores_far_apart_are_discussed_before_a_decision(see: Window) -> None:
    case = make.scored(low=(0, 0, 4))
    assert case.row.result
    assert case.row.result["outliers"] == [EXPERTS[2].id]
    refused = see.post(OFFICE, f"{DESK.format(case.code)}/propose", 409, **DECISION).text
    assert "“洛水饭店”有专家的评分差得远" in refused
    do(OFFICE, moderating.moderate, code=case.code, text="逐项谈过，各自坚持。")
    do(OFFICE, deciding.propose, code=case.code, **DECISION)


def test_an_expert_of_whom_nothing_is_written_down_is_not_offered(session: Session) -> None:
    case = make.checked()
    do(SECTOR, reviewing.give_opinion, code=case.code, opinion="support")
    work(SYSTEM, lambda w: w.session.delete(w.session.get_one(CellExpert, EXPERTS[0].id)))
    offered = [number for number, *_ in documents.offered(session, case.row)]
    assert offered == [str(one.id) for one in EXPERTS[1:]]
    with pytest.raises(Invalid, match="还没登记"):
        do(OFFICE, panels.assign, code=case.code, experts=[EXPERTS[0].id])


def on_record(state: State, stars: int | None = None, *facts: str) -> Record:
    said = {name: name in facts for name in ("vetoes", "quota_full", "upheld")}
    return Record(state, stars, **said)


@pytest.mark.parametrize(
    ("record", "absent"),
    [
        (on_record(State.SUBMITTED), {"below", "quota", "not_mended", "objection"}),
        (on_record(State.SCORED, 5, "quota_full"), {"veto", "below", "not_mended", "objection"}),
        (on_record(State.SCORED, 0, "vetoes", "upheld"), {"quota", "not_mended"}),
        (on_record(State.REINSPECTING, 0), {"veto", "quota", "objection"}),
    ],
)
def test_a_ground_is_one_that_the_record_bears_out(record: Record, absent: set[str]) -> None:
    assert set(Ground) - set(grounds(record)) == absent
    with pytest.raises(Invalid):
        require_ground(record, min(absent))


def test_a_suspension_is_appealed_once_and_lifted(clock: Clock, see: Window) -> None:
    case, found = make.named(clock)
    see.clients.clear()
    do(OFFICE, standing.suspend, code=found.code, reason="停业")
    assert 'name="text"' in see.get(OWNER, f"/mine/cells/{case.code}")
    lost = do(OWNER, objecting.appeal, code=case.code, text="没有停业。")
    decide(OUTSIDER, lost, "rejected")
    with pytest.raises(WrongState) as again:
        do(OWNER, objecting.appeal, code=case.code, text="再看看。")
    assert code_of(again) == "appealed_before"
    clock.move(days=1)
    make.remove(found.code, "混投")
    won = do(OWNER, objecting.appeal, code=case.code, text="没有混投。")
    decide(OUTSIDER, won, "upheld")
    held = of_application(reading(), case.row.id)
    assert held
    assert (held.standing, held.standing_reason) == ("valid", "")


def test_a_listed_unit_is_neither_named_nor_restored(clock: Clock, see: Window) -> None:
    for actor in listings.EVERYBODY:
        if actor not in make.EVERYBODY:
            people.account(actor)
    case, found = make.named(clock)
    other = make.cleared(clock, number=2)
    for one in (case, other):
        listings.published(one.unit)
    with pytest.raises(WrongState) as refusal:
        do(SECOND, standing.restore, code=found.code, reason="先恢复")
    assert code_of(refusal) == "listed"
    with pytest.raises(WrongState) as appeal:
        do(OWNER, objecting.appeal, code=case.code, text="不服。")
    assert code_of(appeal) == "suspended_by_list"
    see.clients.clear()
    page = "/staff/cells/office/naming"
    answer = see.post(OFFICE, page, 409, codes=[other.code], document="9号").text
    assert f"“{other.row.unit}”在失信期内" in answer


def test_a_unit_whose_papers_were_untrue_meanwhile_is_not_named(clock: Clock) -> None:
    case = make.noticed()
    row = do(OWNER, applying.start, round_code=make.a_round().code, kind="hotel",
             unit=case.unit.name, places=[make.place(case.unit)])  # fmt: skip
    again = make.filled(make.Case(row.code, case.unit))
    do(OWNER, applying.submit, code=again.code, committed=True)
    make.barred(again, reason="材料造假。")
    clock.move(days=9)
    jobs.end_overdue("")
    with pytest.raises(WrongState) as refusal:
        do(OFFICE, naming.name, codes=[case.code], document="9号")
    assert code_of(refusal) == "barred"


# ---- what is shown of a review ----------------------------------------------------


def test_the_office_reads_what_each_expert_gave_and_why_once_all_are_in(see: Window) -> None:
    case = make.with_experts()
    page, item = DESK.format(case.code), make.rubric_of(case).items[0].id
    first = EXPERTS[0]
    do(first, panels.declare, code=case.code)
    do(first, panels.mark, code=case.code, item=item, step=1, note="台账缺一个月。")
    do(first, panels.add_visit_photos, code=case.code, item=item, photo=[photo_token(seed=5)])
    work(first, make.marking(case, but=item))
    do(first, panels.hand_in, code=case.code, words="总的还好。", visited_on=make.house().clock())
    for expert in EXPERTS[1:3]:
        assert "台账缺一个月" not in see.get(OFFICE, page)
        make.score(case, expert)
    read = see.get(OFFICE, page)
    assert "台账缺一个月" in read
    people.develop()
    photos = re.findall(rf"/staff/cells/{case.code}/photos/(\d+)/thumb", see.get(OFFICE, page))
    seen = f"/staff/cells/{case.code}/photos/{max(map(int, photos))}/thumb"
    see.get(TOWN_OFFICER, seen, 404)
    assert see.of(OFFICE).get(seen).status_code == OK
    assert "台账缺一个月" not in see.get(TOWN_OFFICER, page)
    assert "台账缺一个月" not in see.get(OWNER, f"/mine/cells/{case.code}")


def test_photos_of_what_was_mended_are_seen_by_unit_office_and_experts(see: Window) -> None:
    case = make.scored()
    do(OFFICE, reviewing.rectify, code=case.code, text="补台账。")
    do(OWNER, applying.mend, code=case.code, text="补好了。", photo=[photo_token(seed=6)])
    people.develop()
    assert "整改后的照片" in see.get(OFFICE, DESK.format(case.code))
    assert "整改后的照片" in see.get(OWNER, f"/mine/cells/{case.code}")
    do(OFFICE, reviewing.rescore, code=case.code)
    do(EXPERTS[0], panels.declare, code=case.code)
    assert "整改后的照片" in see.get(EXPERTS[0], SHEET.format(case.code))


def test_public_notices_have_a_next_page(see: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public, "MOST_NOTICES", 2)
    cases = [make.noticed(number=number) for number in (1, 2, 3)]
    first = see.get(None, "/cells/notices")
    link = re.findall(r"/cells/notices\?after=\w+", first)
    assert len(link) == 1
    pages = (first, see.get(None, link[0]))
    shown = [set(re.findall(r"/cells/notices/(\w{10})", page)) for page in pages]
    assert [len(found) for found in shown] == [2, 1]
    assert shown[0] | shown[1] == {case.code for case in cases}
