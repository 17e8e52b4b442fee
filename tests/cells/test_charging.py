"""What bars a unit for years: charged by one, heard, decided by another; the tables hold it."""

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.cells import make
from tests.cells.make import OFFICE, OUTSIDER, OWNER, SECOND, STRANGER, code_of, do
from tests.cells.window import DESK, UNIT, Window
from tests.conftest import Clock
from tests.dumping.make import messages
from wufei_public.cells import jobs
from wufei_public.cells.actions import applying, charging, deciding, objecting, reviewing
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.rules.stages import State
from wufei_public.common.errors import Conflict, Invalid, NotAllowed, WrongState

pytestmark = pytest.mark.usefixtures("district")


def charged(ground: str = "false") -> make.Case:
    case = make.scored()
    do(OFFICE, reviewing.refuse, code=case.code, ground=ground, reason="照片是别处的。")
    return case


def apply_again(case: make.Case) -> None:
    do(OWNER, applying.start, round_code=make.a_round().code, kind="hotel",
       unit=case.unit.name, places=[make.place(case.unit)])  # fmt: skip


@pytest.mark.parametrize("ground", ["false", "barred"])
def test_one_person_bars_nobody(ground: str) -> None:
    case = charged(ground)
    assert (case.row.state, case.row.refuse_ground) == (State.SCORED, "")
    apply_again(case)
    with pytest.raises(NotAllowed) as own:
        do(OFFICE, charging.confirm, code=case.code)
    assert code_of(own) == "same_person"
    for action, values in (
        (reviewing.refuse, {"ground": "false", "reason": "再说一次。"}),
        (deciding.propose, {"document": "1号", "minutes": "同意"}),
    ):
        with pytest.raises(Conflict) as waits:
            do(SECOND, action, code=case.code, **values)
        assert code_of(waits) == "charge_open"


def test_the_unit_is_heard_before_a_second_person_confirms(clock: Clock) -> None:
    case = charged()
    with pytest.raises(WrongState) as early:
        do(SECOND, charging.confirm, code=case.code)
    assert code_of(early) == "hearing_runs"
    with pytest.raises(NotAllowed):
        do(STRANGER, charging.answer, code=case.code, text="是假的。")
    do(OWNER, charging.answer, code=case.code, text="是我们店里的。")
    do(SECOND, charging.confirm, code=case.code)
    assert (case.row.state, case.row.refuse_ground) == (State.REFUSED, "false")
    with pytest.raises(Invalid) as bar:
        apply_again(case)
    assert code_of(bar) == "barred"
    # Both who took part are overruled when an appeal is won, and the bar is gone.
    appeal = do(OWNER, objecting.appeal, code=case.code, text="有原图。")
    do(OUTSIDER, objecting.decide, code=appeal.code, outcome="upheld", answer="查过，属实。")
    for actor in (OFFICE, SECOND):
        with pytest.raises(NotAllowed):
            do(actor, deciding.propose, code=case.code, document="1号", minutes="同意")
    apply_again(case)


def test_who_does_not_answer_in_time_is_decided_on(clock: Clock) -> None:
    case = charged()
    clock.move(days=8)
    with pytest.raises(WrongState) as late:
        do(OWNER, charging.answer, code=case.code, text="晚了。")
    assert code_of(late) == "too_late"
    do(SECOND, charging.confirm, code=case.code)
    assert case.row.state == State.REFUSED


def test_unit_and_office_are_reminded_of_a_charge(clock: Clock) -> None:
    charged()
    for days, who, what in ((5, OWNER, "cells.unit_soon"), (4, SECOND, "cells.desk_over")):
        clock.move(days=days)
        said = len(messages())
        jobs.remind("")
        assert (who.id, what) in messages()[said:]


def test_a_charge_that_is_dropped_changes_nothing_and_nobody_flees_one() -> None:
    case = make.submitted()
    do(OFFICE, reviewing.refuse, code=case.code, ground="false", reason="照片是别处的。")
    with pytest.raises(Conflict):
        do(OWNER, applying.withdraw, code=case.code)
    do(SECOND, charging.drop, code=case.code, text="原图在。")
    assert case.row.state == State.SUBMITTED
    do(OWNER, applying.withdraw, code=case.code)
    apply_again(case)


def test_the_pages_of_the_unit_and_of_the_office(see: Window) -> None:
    case = charged()
    assert "请说明" in see.get(OWNER, UNIT.format(case.code))
    desk = DESK.format(case.code)
    assert "do-confirm_charge" not in see.get(OFFICE, desk)
    see.post(OWNER, f"{UNIT.format(case.code)}/answer", text="是我们店里的。")
    assert "是我们店里的" in see.get(SECOND, desk)
    see.post(OFFICE, f"{desk}/confirm_charge", 409)
    see.post(SECOND, f"{desk}/confirm_charge")
    assert "材料不真实" in see.get(OWNER, UNIT.format(case.code))


def test_the_tables_bar_nobody_without_both_persons(session: Session) -> None:
    row = charged().row
    wanted = {"state": "refused", "refuse_ground": "false", "due_at": row.started_at}
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(
            update(CellApplication).where(CellApplication.id == row.id).values(**wanted)
        )
