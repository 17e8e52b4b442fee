"""The way of each kind is data: checked when it is loaded, and enforced by the state machine."""

from typing import Any

import pytest

from tests.cells import make
from tests.cells.make import EXPERTS, OFFICE, OWNER, SECOND, SECTOR, do
from tests.cells.test_editing import DRAFT
from tests.cells.window import Window
from tests.dumping.make import TOWN_OFFICER
from wufei_public.cells.actions import applying, deciding, objecting, panels, reviewing
from wufei_public.cells.actions import rubrics as rubric_actions
from wufei_public.cells.queries import rounds as queries
from wufei_public.cells.rules.editing import basics_fields
from wufei_public.cells.rules.kinds import KINDS
from wufei_public.cells.rules.routes import WAYS, Route, checked, faults, read_route, route_json
from wufei_public.cells.rules.stages import FINALS, Move, State, workflow
from wufei_public.common.errors import Invalid, WrongState
from wufei_public.infra.work import reading

SELF = Route(("town", "decision", "notice", "naming"), "self")
STATES = {"sector": State.SECTOR, "experts": State.EXPERTS}
# Nobody is named without all of these, whatever the data says.
ALWAYS = {State.SUBMITTED, State.SCORED, State.PROPOSED, State.NOTICED, State.CLEARED}


def way(steps: tuple[str, ...]) -> Route:
    return Route(steps, "experts" if "experts" in steps else "self")


def without(route: Route, state: State) -> frozenset[State]:
    """Return what an application comes to that never comes to `state`.

    OVERTURN is for what was scored before it was refused; the rest is readmitted (below).
    """
    machine, seen, todo = workflow(route), set[State](), [State.DRAFT]
    while todo:
        here = todo.pop()
        if here not in seen and here is not state:
            seen.add(here)
            todo += [one.target for one in machine.moves(here) if one.move is not Move.OVERTURN]
    return frozenset(seen)


@pytest.mark.parametrize("route", [*(one.route for one in KINDS.values()), *map(way, WAYS)])
def test_every_way_is_a_whole_graph_and_nobody_is_named_past_a_step(route: Route) -> None:
    machine = workflow(route)
    absent = {state for step, state in STATES.items() if step not in route.steps}
    assert machine.reachable() == set(State) - absent
    assert machine.finals == FINALS
    assert {state for state in machine.reachable() if not machine.moves(state)} == FINALS
    assert {step.move for step in machine.steps.values()} == set(Move) - {
        Move.OPINE for state in absent if state is State.SECTOR
    } - {Move.CLOSE_SCORING for state in absent if state is State.EXPERTS}
    assert all(step.who for step in machine.steps.values())
    for state in ALWAYS | (set(STATES.values()) - absent):
        assert State.NAMED not in without(route, state)


@pytest.mark.parametrize(
    ("steps", "scoring", "said"),
    [
        ("sector town experts decision notice naming", "experts", "steps: 先初审"),
        ("town experts notice naming", "experts", "steps: 先初审"),
        ("town experts decision naming", "experts", "steps: 先初审"),
        ("town experts decision notice", "experts", "steps: 先初审"),
        ("town experts experts decision notice naming", "experts", "steps: 先初审"),
        ("town lottery decision notice naming", "self", "steps: 评审步骤里没有“lottery”"),
        ("town decision notice naming", "dice", "scoring: 分数来源里没有“dice”"),
        ("town sector decision notice naming", "experts", "scoring: 有专家这一步"),
        ("town experts decision notice naming", "self", "scoring: 有专家这一步"),
    ],
)
def test_a_fault_of_a_way_is_named_when_it_is_loaded(steps: str, scoring: str, said: str) -> None:
    route = read_route({"steps": steps, "scoring": scoring})
    told = [f"{fault.pointer}: {fault.message % fault.facts}" for fault in faults(route)]
    assert [one[: len(said)] for one in told] == [said]
    with pytest.raises(ValueError, match=r"^hotel: "):
        checked(route, "hotel")


@pytest.mark.parametrize("steps", WAYS)
def test_a_way_is_read_as_it_was_written(steps: tuple[str, ...]) -> None:
    assert read_route(route_json(way(steps))) == way(steps)
    assert list(faults(way(steps))) == []


def new_version(route: Route) -> None:
    content = queries.content(reading(), "hotel", "2026-1")
    changed: dict[str, Any] = {**content, "version": "2027-1", "route": route_json(route)}
    do(OFFICE, rubric_actions.add_rubric, content=changed)


def named(case: make.Case) -> None:
    """Take a scored unit to its public notice: nothing in between is left out."""
    do(OFFICE, deciding.propose, code=case.code, document="3号", minutes="一致同意。")
    do(SECOND, deciding.confirm, code=case.code)
    assert case.row.state == State.NOTICED


@pytest.mark.usefixtures("district")
def test_a_way_without_experts_takes_the_checked_self_score() -> None:
    new_version(SELF)
    case = make.submitted()
    do(TOWN_OFFICER, reviewing.pass_check, code=case.code)
    row = case.row
    assert (row.state, row.total, row.median, row.spread) == (State.SCORED, 100, 100, 0)
    assert (row.stars, row.result and row.result["experts"]) == (5, 0)
    for actor, action, more in (
        (SECTOR, reviewing.give_opinion, {"opinion": "support"}),
        (OFFICE, panels.assign, {"experts": [EXPERTS[0].id]}),
    ):
        with pytest.raises(WrongState):
            do(actor, action, code=case.code, **more)
    do(OFFICE, reviewing.rectify, code=case.code, text="补台账。")
    do(OWNER, applying.mend, code=case.code, text="补好了。")
    do(OFFICE, reviewing.rescore, code=case.code, text="请重新自评。")
    assert (case.row.state, case.row.total) == (State.RETURNED, None)
    do(OWNER, applying.submit, code=case.code, committed=True)
    do(TOWN_OFFICER, reviewing.pass_check, code=case.code)
    named(case)


@pytest.mark.usefixtures("district")
def test_the_sector_department_may_speak_after_the_experts() -> None:
    new_version(Route(("town", "experts", "sector", "decision", "notice", "naming"), "experts"))
    case = make.checked()
    assert case.row.state == State.EXPERTS
    do(OFFICE, panels.assign, code=case.code, experts=[one.id for one in EXPERTS[:3]])
    for expert in EXPERTS[:3]:
        make.score(case, expert)
    assert (case.row.state, case.row.total) == (State.SECTOR, 100)
    do(SECTOR, reviewing.send_back, code=case.code, remarks={}, text="补合同。")
    assert (case.row.state, case.row.total) == (State.RETURNED, None)
    do(OWNER, applying.submit, code=case.code, committed=True)
    do(TOWN_OFFICER, reviewing.pass_check, code=case.code)
    for expert in EXPERTS[:3]:
        make.score(case, expert)
    do(SECTOR, reviewing.give_opinion, code=case.code, opinion="support")
    named(case)


@pytest.mark.usefixtures("district")
def test_an_application_keeps_the_way_that_it_began_with() -> None:
    case = make.submitted()
    new_version(SELF)
    do(TOWN_OFFICER, reviewing.pass_check, code=case.code)
    assert case.row.state == State.SECTOR


@pytest.mark.usefixtures("district")
def test_what_was_refused_before_its_review_begins_it_after_an_appeal() -> None:
    case = make.submitted()
    make.barred(case, "barred", "有失信记录。")
    found = do(OWNER, objecting.appeal, code=case.code, text="记录是别家的。")
    do(make.OUTSIDER, objecting.decide, code=found.code, outcome="upheld", answer="查过，不是。")
    assert case.row.state == State.SUBMITTED
    do(TOWN_OFFICER, reviewing.pass_check, code=case.code)


@pytest.mark.usefixtures("district")
def test_the_office_changes_the_way_with_the_words_and_points(see: Window) -> None:
    do(OFFICE, rubric_actions.begin_draft, kind="hotel", version="2026-1")
    page = see.get(OFFICE, f"{DRAFT}/basics")
    assert 'value="town sector experts decision notice naming" checked' in page
    form = basics_fields(queries.draft(reading(), "hotel").content) | {"version": "2027-1"}
    form |= {"steps": "town sector decision notice naming"}
    see.post(OFFICE, f"{DRAFT}/basics", revision=0, **form)
    assert "有专家这一步就用专家评分" in see.get(OFFICE, DRAFT)
    with pytest.raises(Invalid):
        new_version(Route(("town", "naming"), "self"))
    see.post(OFFICE, f"{DRAFT}/basics", revision=1, **form | {"scoring": "self"})
    see.post(OFFICE, f"{DRAFT}/publish", revision=2)
    text = see.get(None, "/cells/rubrics/hotel")
    assert "镇办初审 → 部门意见 → 集体决定 → 公示，听取异议 → 成批命名" in text
