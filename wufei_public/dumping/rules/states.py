"""The state machine of a case: one row per allowed step, and who may make it."""

from enum import StrEnum

from wufei_public.common.text import N_
from wufei_public.common.workflow import Step, Workflow
from wufei_public.people.rules.roles import Role


class State(StrEnum):
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    ASSIGNED = "assigned"
    # Asked the reporter for more: one state per place to come back to, so that the table
    # alone says where an answer leads.
    ASKED_EARLY = "asked_early"
    ASKED_LATE = "asked_late"
    DISPUTED = "disputed"
    REFUSED = "refused"
    CLOSED = "closed"


class Move(StrEnum):
    ACCEPT = "accept"
    REFUSE = "refuse"
    ASSIGN = "assign"
    RETURN = "return"
    ASK = "ask"
    ANSWER = "answer"
    RESUME = "resume"
    DISPUTE = "dispute"
    CLOSE = "close"


class Who(StrEnum):
    """Actors that hold no staff role."""

    REPORTER = "reporter"
    SYSTEM = "system"


LABELS = {
    State.SUBMITTED: N_("待受理"),
    State.ACCEPTED: N_("已受理"),
    State.ASSIGNED: N_("办理中"),
    State.ASKED_EARLY: N_("等您补充"),
    State.ASKED_LATE: N_("等您补充"),
    State.DISPUTED: N_("待区级决定"),
    State.REFUSED: N_("不予受理"),
    State.CLOSED: N_("已办结"),
}
# What the chip looks like: shape and colour by meaning (templates/_macros/ui.html).
CHIPS = {
    State.SUBMITTED: "none",
    State.ACCEPTED: "doing",
    State.ASSIGNED: "doing",
    State.ASKED_EARLY: "soon",
    State.ASKED_LATE: "soon",
    State.DISPUTED: "soon",
    State.REFUSED: "bad",
    State.CLOSED: "done",
}

_DISTRICT = frozenset({Role.DISTRICT_OFFICER})
_TOWN = frozenset({Role.TOWN_OFFICER, Role.DISTRICT_OFFICER})
_OFFICE = frozenset({Role.TOWN_OFFICER, Role.DEPARTMENT_OFFICER, Role.DISTRICT_OFFICER})
_HANDLER = _OFFICE | {Role.CREW_MEMBER}
_REPORTER = frozenset({Who.REPORTER})
_SYSTEM = frozenset({Who.SYSTEM})

# from, move, to, who
WORKFLOW: Workflow[State, Move] = Workflow(
    start=State.SUBMITTED,
    finals={State.REFUSED, State.CLOSED},
    steps=(
        Step(State.SUBMITTED, Move.ACCEPT, State.ACCEPTED, _TOWN),
        Step(State.SUBMITTED, Move.REFUSE, State.REFUSED, _TOWN),
        Step(State.SUBMITTED, Move.ASK, State.ASKED_EARLY, _TOWN),
        Step(State.ASKED_EARLY, Move.ANSWER, State.SUBMITTED, _REPORTER),
        Step(State.ASKED_EARLY, Move.RESUME, State.SUBMITTED, _SYSTEM),
        Step(State.ASKED_EARLY, Move.REFUSE, State.REFUSED, _TOWN),
        Step(State.ACCEPTED, Move.ASSIGN, State.ASSIGNED, _TOWN),
        Step(State.ACCEPTED, Move.CLOSE, State.CLOSED, _TOWN),
        Step(State.ASSIGNED, Move.ASSIGN, State.ASSIGNED, _OFFICE),
        Step(State.ASSIGNED, Move.RETURN, State.ACCEPTED, _HANDLER),
        # The return that is one too many (clocks.MOST_RETURNS) goes to the district.
        Step(State.ASSIGNED, Move.DISPUTE, State.DISPUTED, _HANDLER),
        Step(State.ASSIGNED, Move.ASK, State.ASKED_LATE, _OFFICE),
        Step(State.ASSIGNED, Move.CLOSE, State.CLOSED, _HANDLER),
        Step(State.ASKED_LATE, Move.ANSWER, State.ASSIGNED, _REPORTER),
        Step(State.ASKED_LATE, Move.RESUME, State.ASSIGNED, _SYSTEM),
        Step(State.ASKED_LATE, Move.CLOSE, State.CLOSED, _HANDLER),
        Step(State.DISPUTED, Move.ASSIGN, State.ASSIGNED, _DISTRICT),
        Step(State.DISPUTED, Move.REFUSE, State.REFUSED, _DISTRICT),
        Step(State.DISPUTED, Move.CLOSE, State.CLOSED, _DISTRICT),
    ),
)
OPEN = frozenset(State) - WORKFLOW.finals
WAITING = frozenset({State.ASKED_EARLY, State.ASKED_LATE})
BEFORE_ACCEPTANCE = frozenset({State.SUBMITTED, State.ASKED_EARLY})


class Release(StrEnum):
    """What the public may see of a case."""

    PENDING = "pending"
    RELEASED = "released"
    WITHHELD = "withheld"


class WithholdReason(StrEnum):
    """Why a case is not shown; the case still counts in every public total."""

    PERSONAL = "personal"
    MINOR = "minor"
    INVESTIGATION = "investigation"
    SECURITY = "security"
    NOT_A_CASE = "not_a_case"


WITHHOLD_LABELS = {
    WithholdReason.PERSONAL: N_("照片或文字里有个人信息"),
    WithholdReason.MINOR: N_("涉及未成年人"),
    WithholdReason.INVESTIGATION: N_("正在调查取证"),
    WithholdReason.SECURITY: N_("涉及公共安全"),
    WithholdReason.NOT_A_CASE: N_("不是乱倒垃圾"),
}


class RefuseGround(StrEnum):
    """Why a report is not accepted (the national hotline rules, art. 8, in paraphrase)."""

    NOT_WASTE = "not_waste"
    IN_COURT = "in_court"
    ANSWERED = "answered"
    NOT_HERE = "not_here"
    NOT_FOUND = "not_found"


REFUSE_LABELS = {
    RefuseGround.NOT_WASTE: N_("不是固体废物方面的问题"),
    RefuseGround.IN_COURT: N_("已经在诉讼、复议或信访办理中"),
    RefuseGround.ANSWERED: N_("已经答复过，没有新的情况"),
    RefuseGround.NOT_HERE: N_("不在本区"),
    RefuseGround.NOT_FOUND: N_("现场没有找到"),
}
