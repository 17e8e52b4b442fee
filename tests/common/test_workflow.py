from enum import StrEnum

import pytest

from wufei_public.common.errors import WrongState
from wufei_public.common.workflow import Step, Workflow


class State(StrEnum):
    OPEN = "open"
    HELD = "held"
    CLOSED = "closed"
    LOST = "lost"


class Move(StrEnum):
    HOLD = "hold"
    RESUME = "resume"
    CLOSE = "close"


OFFICER = frozenset({"officer"})
WORKFLOW = Workflow(
    start=State.OPEN,
    finals=[State.CLOSED],
    steps=[
        Step(State.OPEN, Move.HOLD, State.HELD, OFFICER),
        Step(State.HELD, Move.RESUME, State.OPEN, OFFICER),
        Step(State.OPEN, Move.CLOSE, State.CLOSED, OFFICER),
    ],
)


def test_a_step_leads_on() -> None:
    assert WORKFLOW.step(State.OPEN, Move.HOLD) == Step(State.OPEN, Move.HOLD, State.HELD, OFFICER)
    assert [step.move for step in WORKFLOW.moves(State.OPEN)] == [Move.HOLD, Move.CLOSE]
    assert WORKFLOW.moves(State.CLOSED) == ()
    assert WORKFLOW.finals == {State.CLOSED}


def test_a_move_that_is_not_in_the_table_is_refused() -> None:
    with pytest.raises(WrongState) as refusal:
        WORKFLOW.step(State.CLOSED, Move.HOLD)
    assert refusal.value.code == "wrong_state"


def test_reachable_finds_circles_and_leaves_the_lost_out() -> None:
    assert WORKFLOW.reachable() == {State.OPEN, State.HELD, State.CLOSED}
