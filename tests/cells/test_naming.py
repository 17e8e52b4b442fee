"""Naming in a batch, how a certificate stands, deadlines and reminders."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.cells import make
from tests.cells.make import EXPERTS, OFFICE, OUTSIDER, OWNER, STRANGER, do
from tests.cells.window import Window
from tests.conftest import Clock
from tests.dumping.make import OTHER_OFFICER, TOWN_OFFICER, messages
from wufei_public.cells import jobs
from wufei_public.cells.actions import (
    applying,
    clockwork,
    naming,
    objecting,
    reviewing,
    standing,
)
from wufei_public.cells.queries import certificates, reviews
from wufei_public.cells.queries.certificates import forget_figures
from wufei_public.cells.rules.stages import State
from wufei_public.common.actor import SYSTEM
from wufei_public.common.errors import Invalid, NotAllowed, WrongState
from wufei_public.infra.work import reading, work

pytestmark = pytest.mark.usefixtures("district")


# ---- naming and after -----------------------------------------------------------


def test_a_re_evaluation_replaces_the_certificate_and_counts_once(
    clock: Clock, see: Window
) -> None:
    case, older = make.named(clock)
    other, beside = make.named(clock, number=2, opened=make.a_round())
    clock.move(days=900)
    row = do(OWNER, applying.start, round_code=make.a_round().code, kind="hotel",
             unit=case.unit.name, places=[make.place(case.unit)])  # fmt: skip
    again = make.filled(make.Case(row.code, case.unit))
    do(OWNER, applying.submit, code=again.code, committed=True)
    make.decided(again)
    clock.move(days=20)
    jobs.end_overdue("")
    new = do(OFFICE, naming.name, codes=[again.code], document="10号")[0]
    ends = [certificates.certificate(reading(), one.code).valid_until for one in (older, beside)]
    assert ends == [new.named_on - timedelta(days=1), beside.valid_until]
    assert other.unit.id != case.unit.id
    forget_figures()
    count = see.of(None).get("/api/v1/cells/count").get_json()
    assert count["numbers"] == [beside.number, new.number]
    assert "已过有效期" in see.get(None, f"/cells/c/{older.code}")


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
    make.remove(found.code, "混投")
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
    over = sorted(one for one in messages()[said + 3 :] if one[1] != "cells.panel_over")
    assert over == [(one.id, "cells.sheet_over") for one in EXPERTS[:3]]


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
    told = set(messages()[-16:])
    assert {(OWNER.id, "cells.expires"), (OWNER.id, "cells.report_due")} <= told
    assert {(OWNER.id, "cells.report_over"), (OFFICE.id, "cells.report_missing")} <= told
    said = len(messages())
    jobs.remind("")
    assert len(messages()) == said


def test_the_office_is_reminded_of_an_appeal_against_a_removal(clock: Clock) -> None:
    case, found = make.named(clock)
    make.remove(found.code, "混投")
    appeal = do(OWNER, objecting.appeal, code=case.code, text="请再看")
    for hours, template in ((-1, "cells.desk_soon"), (2, "cells.desk_over")):
        clock.now = appeal.due_at + timedelta(hours=hours)
        jobs.remind("")
        assert (OUTSIDER.id, template) in messages()[-4:]


def test_what_moved_meanwhile_is_left_alone() -> None:
    case = make.noticed()
    assert work(SYSTEM, lambda w: clockwork.end_one(w, code=case.code)) is False
    assert work(SYSTEM, lambda w: clockwork.lapse_draft(w, code=case.code)) is False
