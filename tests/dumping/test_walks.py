"""Whatever people do in whatever order, a case obeys its table and the database its constraints."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Clock
from tests.dumping import make
from wufei_public.common.actor import ANONYMOUS, SYSTEM, Actor
from wufei_public.common.errors import DomainError
from wufei_public.dumping.actions import merging, officer, placing, rating, reporter, showing
from wufei_public.dumping.actions.receipts import Receipt
from wufei_public.dumping.queries import cases
from wufei_public.dumping.rules.clocks import RUNNING
from wufei_public.dumping.rules.ratings import Rating
from wufei_public.dumping.rules.states import WITH_RESULT, WORKFLOW, Move, State
from wufei_public.infra.work import Work, reading, work

HERE = {"lat": 34.7, "lon": 112.8, "accuracy": 20.0}
STAFF = [
    make.TOWN_OFFICER, make.OTHER_OFFICER, make.DISTRICT_OFFICER, make.DEPARTMENT_OFFICER,
    make.CREW, make.STRANGER,
]  # fmt: skip


@dataclass(frozen=True)
class Try:
    """Somebody tries something; what is refused leaves the case as it was."""

    actor: Actor
    action: Callable[..., Any]
    values: tuple[tuple[str, Any], ...] = ()

    def __repr__(self) -> str:
        return f"{self.actor.name or self.actor.kind}: {self.action.__name__} {dict(self.values)}"


OFFICIAL: list[tuple[Callable[..., Any], dict[str, Any]]] = [
    (officer.accept, {}),
    (officer.refuse, {"ground": "not_here", "text": "不在本区。"}),
    (officer.assign, {"department": make.DEPARTMENT}),
    (officer.assign, {"crew": make.CREW.id}),
    (officer.assign, {"department": make.DEPARTMENT, "crew": make.CREW.id}),
    (officer.send_back, {"text": "不归我们。"}),
    (officer.ask, {"text": "哪一天？"}),
    (officer.add_note, {"text": "看过了。", "public": True}),
    (officer.close, {"text": "清走了。", **HERE}),
    (officer.close, {"text": "挖不出来。", "cleared": False, **HERE}),
    (rating.review, {"decision": "redo", "text": "还有。"}),
    (rating.review, {"decision": "keep", "text": "清了。"}),
    (rating.review, {"decision": "keep_uncleared", "text": "没清。"}),
    (merging.merge, {"into": "other"}),
    (merging.unmerge, {"text": "是两处。"}),
    (placing.place, {"division": make.TOWN}),
    (placing.place, {"division": make.OTHER_TOWN, "text": "桥那边的。"}),
    (officer.reclassify, {"kind": "hazardous"}),
    (showing.release, {"public_words": "砖"}),
    (showing.withhold, {"reason": "minor"}),
]


def leave(w: Work, *, code: str) -> None:
    officer.hand_over(w, make.CREW.id or 0)


tries = st.one_of(
    st.builds(
        lambda actor, what: Try(actor, what[0], tuple(what[1].items())),
        # The officials of the case come more often than strangers, so that walks get far.
        st.sampled_from([*STAFF, make.TOWN_OFFICER, make.DISTRICT_OFFICER, make.DISTRICT_OFFICER]),
        st.sampled_from(OFFICIAL),
    ),
    st.sampled_from([Try(SYSTEM, officer.resume), Try(SYSTEM, leave)]),
    st.just(Try(ANONYMOUS, reporter.answer, (("text", "周二。"),))),
    st.sampled_from([Try(ANONYMOUS, rating.rate, (("rating", said),)) for said in Rating]),
)


@pytest.fixture
def crew(town: None) -> None:
    """Give accounts to all who close cases: they hear of what becomes of it."""
    for actor in (make.TOWN_OFFICER, make.DISTRICT_OFFICER, make.DEPARTMENT_OFFICER, make.CREW):
        make.account(actor)


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    steps=st.lists(st.tuples(tries, st.integers(0, 4)), max_size=14),
    placed=st.sampled_from([make.VILLAGE, None]),
)
def test_a_walk_keeps_to_the_table(
    crew: None, clock: Clock, steps: list[tuple[Try, int]], placed: str | None
) -> None:
    other = make.accepted()
    receipt = make.report(division=placed, lat=34.7, lon=112.8)
    for step, days in steps:
        clock.move(days=days)
        attempt(step, receipt, other)
    check_history(receipt)


def attempt(step: Try, receipt: Receipt, other: Receipt) -> None:
    before = make.case(receipt)
    was = (before.state, before.version, before.finish_due)
    extra = {"secret": receipt.secret} if step.actor is ANONYMOUS else {}
    values = dict(step.values) | extra
    values |= {"into": other.code} if "into" in values else {}
    try:
        work(step.actor, lambda w: step.action(w, code=receipt.code, **values))
    except DomainError:
        row = make.case(receipt)
        assert (row.state, row.version, row.finish_due) == was
    row = make.case(receipt)
    assert row.due_at == (getattr(row, RUNNING[State(row.state)]) if row.due_at else None)
    assert (row.due_at is None) == (row.state in WORKFLOW.finals)
    assert (row.closed_at is not None) == (row.state in WITH_RESULT)
    assert row.reviewed_by is None or row.reviewed_by != row.closed_by
    assert was[2] is None or (row.finish_due or was[2]) >= was[2]


def check_history(receipt: Receipt) -> None:
    """Check that the events are numbered without gaps and each is a row of the table."""
    row = make.case(receipt)
    events = cases.events(reading(), row.id)
    assert [event.number for event in events] == list(range(1, row.version + 1))
    assert events[-1].state == row.state
    moves = [event.move for event in events]
    assert moves.count(Move.ASK) <= 1
    assert moves.count(Move.REOPEN) <= 1
    assert row.reopened == moves.count(Move.REOPEN) + moves.count(Move.REDO)
    for before, event in pairwise(events):
        assert event.came_from == before.state
        moved = (State(event.came_from), event.move) in WORKFLOW.steps
        target = WORKFLOW.step(State(event.came_from), event.move).target if moved else before.state
        # Where a department is left with the case, a leaver's going changes no state.
        assert event.state == target or event.move == Move.HAND_OVER


def test_a_walk_through_the_whole_life_ends(crew: None, clock: Clock) -> None:
    receipt = make.report(**make.POSITION)
    life: list[tuple[Actor, Callable[..., Any], dict[str, Any]]] = [
        (make.TOWN_OFFICER, officer.accept, {}),
        (make.TOWN_OFFICER, officer.assign, {"crew": make.CREW.id}),
        (make.CREW, officer.send_back, {"text": "路太窄。"}),
        (make.TOWN_OFFICER, officer.assign, {"department": make.DEPARTMENT}),
        (make.DEPARTMENT_OFFICER, officer.send_back, {"text": "不归我们。"}),
        (make.DISTRICT_OFFICER, officer.assign, {"crew": make.CREW.id}),
        (make.CREW, officer.close, {"text": "清走了。", **HERE}),
        (ANONYMOUS, rating.rate, {"secret": receipt.secret, "rating": "unsatisfied"}),
        (make.TOWN_OFFICER, officer.assign, {"crew": make.CREW.id}),
        (make.CREW, officer.close, {"text": "又清了。", **HERE}),
        (ANONYMOUS, rating.rate, {"secret": receipt.secret, "rating": "unsatisfied"}),
        (make.DISTRICT_OFFICER, rating.review, {"decision": "keep", "text": "看过，清了。"}),
    ]
    for actor, action, values in life:
        clock.move(days=1)
        make.do(actor, action, receipt.code, **values)
    assert make.moves(receipt) == [
        "submit", "accept", "assign", "return", "assign", "dispute", "assign", "close", "reopen",
        "assign", "close", "object", "keep",
    ]  # fmt: skip
    assert make.case(receipt).state == State.CLOSED
    check_history(receipt)
