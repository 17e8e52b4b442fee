"""A redemption: waits for the shop, is handed out once, or goes back by itself."""

from datetime import timedelta
from enum import StrEnum

from wufei_public.common.text import N_
from wufei_public.common.workflow import Step, Workflow

# So long the goods wait for whoever has redeemed.
WAITS = timedelta(days=7)


class State(StrEnum):
    WAITING = "waiting"
    HANDED = "handed"
    CANCELLED = "cancelled"


class Move(StrEnum):
    HAND_OVER = "hand_over"
    CANCEL = "cancel"


WORKFLOW: Workflow[State, Move] = Workflow(
    start=State.WAITING,
    finals={State.HANDED, State.CANCELLED},
    steps=(
        Step(State.WAITING, Move.HAND_OVER, State.HANDED, frozenset({"clerk"})),
        Step(State.WAITING, Move.CANCEL, State.CANCELLED, frozenset({"resident", "system"})),
    ),
)
LABELS = {
    State.WAITING: N_("等您去领"),
    State.HANDED: N_("已经领了"),
    State.CANCELLED: N_("退回了"),
}
CHIPS = {State.WAITING: "doing", State.HANDED: "done", State.CANCELLED: "none"}
