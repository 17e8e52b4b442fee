"""Who speaks for an organisation: a state machine, one row per allowed step.

Nobody does before it is proven. The first is approved by staff, every later one by staff or
by who already represents the organisation. Who hands over goes on until a successor is
proven; who is disputed may do nothing until staff have decided.
"""

from enum import StrEnum

from wufei_public.common.text import N_
from wufei_public.common.workflow import Step, Workflow
from wufei_public.people.rules.roles import Role


class State(StrEnum):
    PENDING = "pending"
    PROVEN = "proven"
    HANDING_OVER = "handing_over"
    DISPUTED = "disputed"
    ENDED = "ended"


class Move(StrEnum):
    PROVE = "prove"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    HAND_OVER = "hand_over"
    STAY = "stay"
    SUCCEED = "succeed"
    DISPUTE = "dispute"
    UPHOLD = "uphold"
    LEAVE = "leave"
    END = "end"


class Who(StrEnum):
    """Actors that hold no staff role."""

    SELF = "self"
    PEER = "peer"  # another who represents the same organisation
    SYSTEM = "system"


class Proof(StrEnum):
    """By what a membership was proven."""

    LETTER = "letter"
    REGISTER = "register"
    PEER = "peer"


LABELS = {
    State.PENDING: N_("等待核实"),
    State.PROVEN: N_("已核实"),
    State.HANDING_OVER: N_("正在交接"),
    State.DISPUTED: N_("有争议，暂停"),
    State.ENDED: N_("已结束"),
}
CHIPS = {
    State.PENDING: "soon",
    State.PROVEN: "done",
    State.HANDING_OVER: "doing",
    State.DISPUTED: "bad",
    State.ENDED: "none",
}
MOVE_LABELS = {
    Move.PROVE: N_("核实了"),
    Move.REFUSE: N_("没有通过"),
    Move.WITHDRAW: N_("本人撤回"),
    Move.HAND_OVER: N_("开始交接"),
    Move.STAY: N_("不交接了"),
    Move.SUCCEED: N_("由新的代表接任"),
    Move.DISPUTE: N_("提出争议"),
    Move.UPHOLD: N_("争议不成立"),
    Move.LEAVE: N_("本人不再代表"),
    Move.END: N_("终止"),
}
PROOF_LABELS = {
    Proof.LETTER: N_("盖章的授权书"),
    Proof.REGISTER: N_("向登记的联系人核实"),
    Proof.PEER: N_("由已有的代表确认"),
}

STAFF = frozenset({Role.TOWN_OFFICER, Role.DISTRICT_OFFICER})
_SELF = frozenset({Who.SELF})
_PEERS = STAFF | {Who.PEER}

WORKFLOW: Workflow[State, Move] = Workflow(
    start=State.PENDING,
    finals={State.ENDED},
    steps=(
        Step(State.PENDING, Move.PROVE, State.PROVEN, _PEERS),
        Step(State.PENDING, Move.REFUSE, State.ENDED, _PEERS),
        Step(State.PENDING, Move.WITHDRAW, State.ENDED, _SELF),
        Step(State.PROVEN, Move.HAND_OVER, State.HANDING_OVER, _SELF),
        Step(State.PROVEN, Move.DISPUTE, State.DISPUTED, _PEERS),
        Step(State.PROVEN, Move.LEAVE, State.ENDED, _SELF),
        Step(State.PROVEN, Move.END, State.ENDED, STAFF),
        Step(State.HANDING_OVER, Move.STAY, State.PROVEN, _SELF),
        Step(State.HANDING_OVER, Move.SUCCEED, State.ENDED, frozenset({Who.SYSTEM})),
        Step(State.HANDING_OVER, Move.DISPUTE, State.DISPUTED, _PEERS),
        Step(State.HANDING_OVER, Move.LEAVE, State.ENDED, _SELF),
        Step(State.HANDING_OVER, Move.END, State.ENDED, STAFF),
        Step(State.DISPUTED, Move.UPHOLD, State.PROVEN, STAFF),
        Step(State.DISPUTED, Move.LEAVE, State.ENDED, _SELF),
        Step(State.DISPUTED, Move.END, State.ENDED, STAFF),
    ),
)
# Who may act in the organisation's name.
REPRESENTS = frozenset({State.PROVEN, State.HANDING_OVER})
WAITING = frozenset({State.PENDING, State.DISPUTED})
# By these nobody speaks for the organisation any more, or not yet.
SILENCING = frozenset({Move.REFUSE, Move.DISPUTE, Move.END})
# Moves that say why, to whoever they concern.
WITH_REASON = frozenset({Move.REFUSE, Move.DISPUTE, Move.UPHOLD, Move.END})
