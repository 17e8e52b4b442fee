"""Deadlines are the server's: what comes too late is refused, whoever is late is told on."""

from datetime import timedelta

import pytest

from tests.cells import make
from tests.cells.make import EXPERTS, OFFICE, OWNER, STRANGER, do
from tests.cells.window import DESK, SHEET, Window
from tests.conftest import Clock
from tests.dumping.make import TOWN_OFFICER, messages
from wufei_public.cells import jobs
from wufei_public.cells.actions import applying, delays, objecting, panels, reviewing
from wufei_public.cells.rules.stages import State
from wufei_public.common.errors import Invalid, WrongState

pytestmark = pytest.mark.usefixtures("district")


def late(clock: Clock, case: make.Case) -> None:
    """Let the deadline of an application pass, before the house has heard of it."""
    due = case.row.due_at
    assert due
    clock.now = due + timedelta(seconds=1)


def returned() -> make.Case:
    case = make.submitted()
    do(TOWN_OFFICER, reviewing.send_back, code=case.code, remarks={}, text="补合同。")
    return case


def rectifying() -> make.Case:
    case = make.scored()
    do(OFFICE, reviewing.rectify, code=case.code, text="补台账。")
    return case


@pytest.mark.parametrize(
    ("begin", "actor", "act", "more"),
    [
        (returned, OWNER, applying.submit, {"committed": True}),
        (rectifying, OWNER, applying.mend, {"text": "好了。"}),
        (make.refused, OWNER, objecting.appeal, {"text": "不服。"}),
        (make.noticed, STRANGER, objecting.object_to, {"text": "没有分开。"}),
    ],
)
def test_what_comes_after_its_deadline_is_refused_before_any_job_ran(
    clock: Clock, begin: object, actor: object, act: object, more: dict[str, object]
) -> None:
    case = begin()  # type: ignore[operator]
    before = case.row.state
    late(clock, case)
    with pytest.raises(WrongState) as refusal:
        do(actor, act, code=case.code, **more)  # type: ignore[arg-type]
    assert make.code_of(refusal) == "too_late"
    assert case.row.state == before
    jobs.end_overdue("")
    assert case.row.state != before


def test_a_late_expert_scores_no_more_until_the_office_gives_more_time(
    see: Window, clock: Clock
) -> None:
    case = make.with_experts()
    do(EXPERTS[0], panels.declare, code=case.code)
    late(clock, case)
    mark = {"item": "hotel-org-01", "answer": "0"}
    sheet = SHEET.format(case.code)
    assert "评分的期限过了" in see.post(EXPERTS[0], f"{sheet}/mark", 409, **mark).text
    assert "评分的期限过了" in see.get(EXPERTS[0], sheet)
    see.post(OFFICE, f"{DESK.format(case.code)}/extend", text="下了一周雨。")
    assert messages()[-3:] == [(one.id, "cells.extended") for one in EXPERTS[:3]]
    assert (case.row.due_at or clock.now) > clock.now
    see.post(EXPERTS[0], f"{sheet}/mark", **mark)
    assert "评分的期限过了" not in see.get(EXPERTS[0], sheet)


def test_an_expert_who_stays_silent_is_taken_off_and_the_panel_closes(see: Window) -> None:
    case = make.with_experts()
    do(OFFICE, panels.assign, code=case.code, experts=[EXPERTS[3].id])
    for expert in EXPERTS[:3]:
        make.score(case, expert)
    assert case.row.state == State.EXPERTS
    desk = DESK.format(case.code)
    silent = {"expert": str(EXPERTS[3].id), "text": "住院了。"}
    see.post(TOWN_OFFICER, f"{desk}/release", 409, **silent)
    with pytest.raises(Invalid):
        do(OFFICE, delays.release, code=case.code, expert=EXPERTS[0].id, text="不行")
    see.post(OFFICE, f"{desk}/release", **silent)
    assert (case.row.state, case.row.total) == (State.SCORED, 100)
    assert "住院了。" in see.get(OFFICE, desk)
    assert see.of(EXPERTS[3]).get(SHEET.format(case.code)).status_code == 404


def test_the_office_hears_of_what_town_and_panel_are_late_with(clock: Clock) -> None:
    case = make.submitted()
    late(clock, case)
    said = len(messages())
    jobs.remind("")
    heard = messages()[said:]
    assert {(TOWN_OFFICER.id, "cells.desk_over"), (OFFICE.id, "cells.desk_over")} <= set(heard)
    do(TOWN_OFFICER, reviewing.pass_check, code=case.code)
    make.seated(case)
    late(clock, case)
    said = len(messages())
    jobs.remind("")
    jobs.remind("")
    heard = messages()[said:]
    assert heard.count((OFFICE.id, "cells.panel_over")) == 1
    assert heard.count((EXPERTS[0].id, "cells.sheet_over")) == 1
