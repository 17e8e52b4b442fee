"""After naming: two persons for a removal, tasks with a deadline, what the unit says to it."""

from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.cells import make
from tests.cells.make import OFFICE, OUTSIDER, OWNER, SECOND, STRANGER, do
from tests.cells.window import DESK, UNIT, Window, photo
from tests.conftest import Clock
from tests.dumping import make as people
from tests.dumping.make import TOWN_OFFICER, messages
from wufei_public.cells import jobs
from wufei_public.cells.actions import objecting, removing, spots, standing, tasks
from wufei_public.cells.models.certificates import CellCertificate
from wufei_public.cells.models.removals import CellRemoval, CellTask
from wufei_public.cells.queries import aftercare, certificates
from wufei_public.cells.queries.spots import checks
from wufei_public.common.errors import Conflict, NotAllowed, WrongState
from wufei_public.infra.work import house, reading

pytestmark = pytest.mark.usefixtures("district")


def standing_of(found: CellCertificate) -> tuple[str, str]:
    reading().rollback()
    reading().expire_all()
    held = certificates.certificate(reading(), found.code)
    return held.standing, held.standing_reason


# ---- a removal ------------------------------------------------------------------------


def test_a_removal_takes_two_persons(clock: Clock) -> None:
    case, found = make.named(clock)
    do(OFFICE, removing.propose_removal, code=found.code, reason="厨余混投")
    assert standing_of(found) == ("valid", "")
    assert messages()[-1] == (OWNER.id, "cells.removal_proposed")
    for action in (removing.confirm_removal, removing.decline_removal):
        with pytest.raises(NotAllowed) as refusal:
            do(OFFICE, action, code=found.code, text="我自己")
        assert make.code_of(refusal) == "same_person"
    with pytest.raises(Conflict) as twice:
        do(SECOND, removing.propose_removal, code=found.code, reason="再提")
    assert make.code_of(twice) == "removal_open"
    do(SECOND, removing.confirm_removal, code=found.code)
    assert standing_of(found) == ("revoked", "厨余混投")
    appeal = do(OWNER, objecting.appeal, code=case.code, text="不服。")
    for actor in (OFFICE, SECOND):
        with pytest.raises(NotAllowed):
            do(actor, objecting.decide, code=appeal.code, outcome="upheld", answer="查过了。")


def test_a_removal_that_is_declined_leaves_the_certificate(clock: Clock) -> None:
    _case, found = make.named(clock)
    with pytest.raises(WrongState) as nothing:
        do(SECOND, removing.confirm_removal, code=found.code)
    assert make.code_of(nothing) == "no_removal"
    do(OFFICE, removing.propose_removal, code=found.code, reason="厨余混投")
    do(SECOND, removing.decline_removal, code=found.code, text="证据不够。")
    assert standing_of(found) == ("valid", "")
    assert messages()[-1] == (OWNER.id, "cells.removal_declined")
    do(SECOND, removing.propose_removal, code=found.code, reason="又混投")
    do(OFFICE, removing.confirm_removal, code=found.code)
    assert standing_of(found) == ("revoked", "又混投")
    outcomes = [one.outcome for one in aftercare.removals(reading(), found.id)]
    assert outcomes == ["declined", "confirmed"]


@pytest.mark.parametrize("actor", [TOWN_OFFICER, OWNER, STRANGER, make.EXPERTS[3]])
def test_nobody_but_the_office_removes(actor: Any, clock: Clock) -> None:
    _case, found = make.named(clock)
    with pytest.raises(NotAllowed):
        do(actor, removing.propose_removal, code=found.code, reason="混投")
    do(OFFICE, removing.propose_removal, code=found.code, reason="混投")
    for action in (removing.confirm_removal, removing.decline_removal):
        with pytest.raises(NotAllowed):
            do(actor, action, code=found.code, text="好的")


def test_the_database_refuses_a_removal_by_one_person(clock: Clock, session: Session) -> None:
    _case, found = make.named(clock)
    removed = {"standing": "revoked", "standing_reason": "混投", "standing_at": house().clock()}
    refused = update(CellCertificate).where(CellCertificate.id == found.id).values(**removed)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(refused)
    row = do(OFFICE, removing.propose_removal, code=found.code, reason="混投")
    decided = {"outcome": "confirmed", "decided_by": OFFICE.id, "decided_at": house().clock()}
    own = update(CellRemoval).where(CellRemoval.id == row.id)
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(own.values(**decided))
    # Who has no part in the review confirms nothing either.
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(own.values(**(decided | {"decided_by": STRANGER.id})))
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(refused)


def test_an_older_removal_is_none_for_the_next_one(clock: Clock, session: Session) -> None:
    case, found = make.named(clock)
    make.remove(found.code)
    appeal = do(OWNER, objecting.appeal, code=case.code, text="不服。")
    do(OUTSIDER, objecting.decide, code=appeal.code, outcome="upheld", answer="查过了。")
    assert standing_of(found) == ("valid", "")
    clock.move(hours=1)
    removed = {"standing": "revoked", "standing_reason": "混投", "standing_at": house().clock()}
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            update(CellCertificate).where(CellCertificate.id == found.id).values(**removed)
        )


# ---- tasks ----------------------------------------------------------------------------


def slipped(clock: Clock) -> tuple[make.Case, CellCertificate, CellTask]:
    """Return a named unit at which a spot check found slips, and its task."""
    case, found = make.named(clock)
    draw = do(OFFICE, spots.draw)
    (row,) = checks(reading(), [draw.year])
    do(OFFICE, spots.find, year=draw.year, code=row.code, finding="slipped", text="厨余混投。")
    (task,) = aftercare.tasks(reading(), found.id)
    return case, found, task


def test_a_spot_check_that_failed_makes_a_task_with_a_deadline(clock: Clock) -> None:
    case, _found, task = slipped(clock)
    assert (task.kind, task.year, task.text, task.outcome) == ("rectify", 2026, "厨余混投。", "")
    assert (task.due_at - clock.now).days >= 25  # twenty working days
    with pytest.raises(WrongState) as early:
        do(OFFICE, tasks.conclude, code=task.code, outcome="failed", text="没改")
    assert make.code_of(early) == "task_running"
    with pytest.raises(NotAllowed):
        do(STRANGER, tasks.reply_to_task, code=task.code, text="改好了。")
    do(OWNER, tasks.reply_to_task, code=task.code, text="改好了。")
    for actor in (OWNER, TOWN_OFFICER):
        with pytest.raises(NotAllowed):
            do(actor, tasks.conclude, code=task.code, outcome="passed", text="看过了")
    do(SECOND, tasks.conclude, code=task.code, outcome="passed", text="看过了")
    assert messages()[-1] == (OWNER.id, "cells.task_passed")
    for action, values in (
        (tasks.conclude, {"outcome": "failed", "text": "再来"}),
        (tasks.reply_to_task, {"text": "再来"}),
    ):
        with pytest.raises(WrongState) as over:
            do(OWNER if action is tasks.reply_to_task else OFFICE, action, code=task.code, **values)
        assert make.code_of(over) == "task_closed"
    assert case.row.state == "named"


def test_a_check_that_found_nothing_makes_no_task(clock: Clock) -> None:
    _case, found = make.named(clock)
    draw = do(OFFICE, spots.draw)
    do(OFFICE, spots.find, year=draw.year, code=found.code, finding="kept", text="很好。")
    assert aftercare.tasks(reading(), found.id) == []


def test_a_task_is_reminded_of_before_and_after(clock: Clock) -> None:
    _case, _found, task = slipped(clock)
    jobs.remind("")
    told = (OWNER.id, "cells.task_soon"), (OWNER.id, "cells.task_over")
    office = [(actor.id, "cells.desk_over") for actor in (OFFICE, SECOND, OUTSIDER)]
    assert not set(told) & set(messages())
    clock.now = task.due_at
    clock.move(days=-1)
    for _ in range(2):
        jobs.remind("")
    assert [messages().count(one) for one in told] == [1, 0]
    clock.move(days=1, seconds=1)
    with pytest.raises(WrongState) as late:
        do(OWNER, tasks.reply_to_task, code=task.code, text="改好了。")
    assert make.code_of(late) == "too_late"
    for _ in range(2):
        jobs.remind("")
    assert [messages().count(one) for one in (*told, *office)] == [1, 1, 1, 1, 1]
    do(OFFICE, tasks.conclude, code=task.code, outcome="failed", text="没有改。")
    assert messages()[-1] == (OWNER.id, "cells.task_failed")


def test_whoever_set_or_concluded_a_task_decides_on_no_appeal(clock: Clock) -> None:
    case, found, task = slipped(clock)
    do(OWNER, tasks.reply_to_task, code=task.code, text="改好了。")
    do(OUTSIDER, tasks.conclude, code=task.code, outcome="failed", text="没有改。")
    make.remove(found.code)
    appeal = do(OWNER, objecting.appeal, code=case.code, text="不服。")
    with pytest.raises(NotAllowed):
        do(OUTSIDER, objecting.decide, code=appeal.code, outcome="upheld", answer="查过了。")


def test_a_re_evaluation_is_ordered_once_at_a_time(clock: Clock) -> None:
    _case, found = make.named(clock)
    with pytest.raises(NotAllowed):
        do(TOWN_OFFICER, tasks.order_review, code=found.code, text="满一年复核")
    do(OFFICE, tasks.order_review, code=found.code, text="满一年复核")
    with pytest.raises(Conflict) as twice:
        do(SECOND, tasks.order_review, code=found.code, text="再来")
    assert make.code_of(twice) == "task_open"
    (task,) = aftercare.tasks(reading(), found.id)
    assert task.kind == "review"
    make.remove(found.code)
    with pytest.raises(WrongState):
        do(OFFICE, tasks.order_review, code=found.code, text="再来")


def test_a_suspended_unit_may_still_be_re_evaluated(clock: Clock) -> None:
    _case, found = make.named(clock)
    do(OFFICE, standing.suspend, code=found.code, reason="停业装修")
    assert do(OFFICE, tasks.order_review, code=found.code, text="开业前复核").kind == "review"


def test_the_database_holds_one_open_task_of_a_kind(clock: Clock, session: Session) -> None:
    _case, _found, task = slipped(clock)
    for wrong in ({"outcome": "passed"}, {"reply": "好了"}, {"text": ""}, {"kind": "other"}):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(update(CellTask).where(CellTask.id == task.id).values(**wrong))


def test_a_task_is_done_on_the_pages(clock: Clock, see: Window) -> None:
    case, _found, task = slipped(clock)
    see.clients.clear()
    unit, desk = UNIT.format(case.code), DESK.format(case.code)
    assert "抽查后整改" in see.get(OWNER, unit)
    see.post(STRANGER, f"/mine/cells/tasks/{task.code}", 404, text="改好了。")
    see.post(OWNER, f"/mine/cells/tasks/{task.code}", 422)
    assert (
        "期限也还没到"
        in see.post(
            OFFICE, f"/staff/cells/tasks/{task.code}", 409, outcome="failed", text="没改"
        ).text
    )
    see.post(OWNER, f"/mine/cells/tasks/{task.code}", text="桶换了。", photos=photo(41))
    people.develop()
    page = see.get(OFFICE, desk)
    assert "桶换了。" in page
    thumb = page.split("/thumb")[-2].rsplit('"', 1)[1] + "/thumb"
    assert see.of(OFFICE).get(thumb).mimetype == "image/webp"
    see.post(OFFICE, f"/staff/cells/tasks/{task.code}", 422, outcome="maybe", text="没改")
    see.post(OFFICE, f"/staff/cells/tasks/{task.code}", outcome="passed", text="看过了，改好了。")
    assert "看过了，改好了。" in see.get(OWNER, unit)
    assert "桶换了。" not in see.get(None, f"/cells/c/{_found.code}")
    see.post(TOWN_OFFICER, f"{desk}/review", 403, text="复核")
    see.post(OFFICE, f"{desk}/review", text="满一年，请交台账。")
    assert "满一年，请交台账。" in see.get(OWNER, unit)
    assert "已经有一项复核" in see.post(OFFICE, f"{desk}/review", 409, text="再来").text


# ---- what the unit says to a conclusion -------------------------------------------------


def test_the_unit_answers_the_conclusion_of_an_objection_once(see: Window) -> None:
    case = make.noticed()
    found = make.objected(case)
    with pytest.raises(WrongState) as early:
        do(OWNER, tasks.reply_to_objection, code=found.code, text="不是这样。")
    assert make.code_of(early) == "not_concluded"
    do(OUTSIDER, objecting.decide, code=found.code, outcome="upheld", answer="确实没有分开。")
    page = f"/mine/cells/objections/{found.code}"
    see.post(STRANGER, page, 404, text="不是这样。")
    see.post(OWNER, page, 422)
    see.post(OWNER, page, text="桶是前一天才换的。")
    assert "桶是前一天才换的。" in see.get(OWNER, UNIT.format(case.code))
    assert "桶是前一天才换的。" in see.get(OFFICE, DESK.format(case.code))
    assert "已经说过了" in see.post(OWNER, page, 409, text="再说一次").text


def test_an_appeal_takes_no_reply() -> None:
    case = make.refused()
    appeal = do(OWNER, objecting.appeal, code=case.code, text="不服。")
    do(OUTSIDER, objecting.decide, code=appeal.code, outcome="rejected", answer="查过了。")
    with pytest.raises(WrongState):
        do(OWNER, tasks.reply_to_objection, code=appeal.code, text="还是不服。")
