"""Conflicts are asked whenever somebody sits down, and the office hears of a panel too small."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cells import make, rubrics
from tests.cells.make import EXPERTS, OFFICE, SECTOR, TOWN, code_of, do
from tests.cells.window import DESK, Window
from tests.conftest import Clock
from tests.dumping import make as people
from tests.dumping.make import DISTRICT, messages
from wufei_public.cells import jobs
from wufei_public.cells.actions import deciding, moderating, panels, reviewing, rounds
from wufei_public.cells.queries import reviews
from wufei_public.cells.rules.clocks import after_hold
from wufei_public.cells.rules.panels import split
from wufei_public.cells.rules.stages import State
from wufei_public.common.actor import Actor, ActorKind, Grant
from wufei_public.common.clock import district_day
from wufei_public.common.errors import Invalid, WrongState
from wufei_public.common.workdays import Holidays, workdays_between
from wufei_public.infra.work import reading
from wufei_public.people.rules.roles import Role

SHORT = "cells.panel_short"


def waiting() -> make.Case:
    """Return an application that has just come to the experts, whom nobody has named."""
    case = make.checked()
    do(SECTOR, reviewing.give_opinion, code=case.code, opinion="support")
    return case


def of_town(town: str) -> Actor:
    """Return an expert who is also an officer of a town; the register says nothing of it."""
    grants = (Grant(Role.EXPERT, division=DISTRICT), Grant(Role.TOWN_OFFICER, division=town))
    actor = people.account(Actor(ActorKind.STAFF, 331, "镇办兼专家", grants))
    do(OFFICE, rounds.register_expert, account=331, about="外地专家")
    return actor


@pytest.mark.usefixtures("district")
def test_an_officer_of_the_units_own_town_does_not_score_it() -> None:
    case = waiting()
    with pytest.raises(Invalid, match="同一个镇"):
        do(OFFICE, panels.assign, code=case.code, experts=[of_town(TOWN).id])


@pytest.mark.usefixtures("district")
def test_an_officer_of_another_town_may() -> None:
    case = waiting()
    do(OFFICE, panels.assign, code=case.code, experts=[of_town(make.OTHER_TOWN).id])


@pytest.mark.usefixtures("district")
def test_conflicts_are_asked_again_when_it_is_scored_again() -> None:
    case = make.scored()
    do(OFFICE, reviewing.rectify, code=case.code, text="补台账。")
    do(make.OWNER, make.applying.mend, code=case.code, text="补好了。")
    do(OFFICE, rounds.register_expert, account=EXPERTS[1].id, organisation=case.unit.id)
    said = len(messages())
    do(OFFICE, reviewing.rescore, code=case.code)
    seated = {one.expert_id for one in reviews.sheets(reading(), case.row)}
    assert seated == {EXPERTS[0].id, EXPERTS[2].id}
    assert (OFFICE.id, SHORT) in messages()[said:]


@pytest.mark.usefixtures("district")
def test_nobody_declares_against_what_was_written_down_meanwhile() -> None:
    case = make.with_experts()
    do(OFFICE, rounds.register_expert, account=EXPERTS[0].id, division=make.VILLAGE)
    with pytest.raises(WrongState) as refusal:
        do(EXPERTS[0], panels.declare, code=case.code)
    assert code_of(refusal) == "conflict"
    do(EXPERTS[0], panels.recuse, code=case.code, reason="搬到这个镇了。")


@pytest.mark.usefixtures("district")
def test_the_office_hears_of_a_panel_that_nobody_named_or_that_emptied(clock: Clock) -> None:
    case = waiting()
    assert (OFFICE.id, SHORT) in messages()
    for _day in range(2):
        said = len(messages())
        clock.move(days=1)
        jobs.remind("")
        jobs.remind("")
        assert messages()[said:].count((OFFICE.id, SHORT)) == 1
    do(OFFICE, panels.assign, code=case.code, experts=[one.id for one in EXPERTS[:3]])
    said = len(messages())
    jobs.remind("")
    assert SHORT not in {what for _who, what in messages()[said:]}
    do(EXPERTS[0], panels.recuse, code=case.code, reason="亲戚在那里。")
    heard = messages()[said:]
    assert (OFFICE.id, SHORT) in heard
    assert not {(one.id, SHORT) for one in EXPERTS} & set(heard)


@pytest.mark.usefixtures("district")
@pytest.mark.parametrize("state", [State.SCORED, State.PROPOSED, State.CLEARED])
def test_the_office_is_reminded_of_each_decision_before_its_day_and_after(
    clock: Clock, state: State
) -> None:
    if state is State.CLEARED:
        case = make.cleared(clock)
    else:
        case = make.scored()
        if state is State.PROPOSED:
            do(OFFICE, deciding.propose, code=case.code, document="3号", minutes="同意")
    assert case.row.state == state
    due = case.row.due_at
    assert due
    for moment, what in ((due - timedelta(days=1), "soon"), (due + timedelta(days=1), "over")):
        clock.now = moment
        said = len(messages())
        jobs.remind("")
        assert (OFFICE.id, f"cells.desk_{what}") in messages()[said:]


# ---- vetoes of which the experts say different things -------------------------------


@given(st.lists(st.sets(st.sampled_from(["illegal", "false", "mixed"])), min_size=1, max_size=5))
def test_a_veto_is_split_where_some_say_it_and_some_do_not(said: Sequence[set[str]]) -> None:
    found = split([rubrics.flat("80", *sorted(one)) for one in said])
    for veto in ("illegal", "false", "mixed"):
        assert (veto in found) == (len({veto in one for one in said}) == 2)


@pytest.mark.usefixtures("district")
def test_a_split_veto_is_discussed_before_a_decision(see: Window) -> None:
    case = make.with_experts()
    veto = make.rubric_of(case).vetoes[0]
    make.score(case, EXPERTS[0], vetoes=[veto.id])
    for expert in EXPERTS[1:3]:
        make.score(case, expert)
    desk = DESK.format(case.code)
    assert "专家看法不一" in see.get(OFFICE, desk)
    decision = {"document": "3号", "minutes": "同意"}
    assert "对一票否决看法不一" in see.post(OFFICE, f"{desk}/propose", 409, **decision).text
    do(OFFICE, moderating.moderate, code=case.code, text="逐条核对，没有这种情形。")
    do(OFFICE, deciding.propose, code=case.code, **decision)


# ---- a notice that begins again ------------------------------------------------------

MOMENTS = st.datetimes(datetime(2026, 3, 1), datetime(2026, 4, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(MOMENTS, st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_notice_that_begins_again_leaves_a_whole_working_day(
    held: datetime, left: int, stood: int
) -> None:
    none = Holidays()
    now = held + timedelta(seconds=stood)
    until = after_hold(held + timedelta(seconds=left), held, now, none)
    assert workdays_between(district_day(now), district_day(until), none).days >= 1
    assert until - now >= timedelta(days=1) - timedelta(seconds=1)
