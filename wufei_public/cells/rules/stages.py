"""The state machine of an application: one row per allowed step, and who may make it."""

from collections.abc import Iterator
from enum import StrEnum
from functools import cache

from wufei_public.cells.rules.routes import Route, Stop
from wufei_public.common.text import N_
from wufei_public.common.workflow import Step, Workflow
from wufei_public.people.rules.roles import Role


class State(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    SECTOR = "sector"
    EXPERTS = "experts"
    SCORED = "scored"
    RECTIFYING = "rectifying"
    REINSPECTING = "reinspecting"
    PROPOSED = "proposed"
    NOTICED = "noticed"
    HELD = "held"
    CLEARED = "cleared"
    NAMED = "named"
    REFUSED = "refused"
    APPEALED = "appealed"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"


class Move(StrEnum):
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    RETURN = "return"
    CHECK = "check"
    OPINE = "opine"
    CLOSE_SCORING = "close_scoring"
    RESCORE = "rescore"
    RECTIFY = "rectify"
    MEND = "mend"
    INSPECT = "inspect"
    PROPOSE = "propose"
    SEND_BACK = "send_back"
    CONFIRM = "confirm"
    OBJECT = "object"
    REJECT = "reject"
    UPHOLD = "uphold"
    CLEAR = "clear"
    NAME = "name"
    REFUSE = "refuse"
    APPEAL = "appeal"
    OVERTURN = "overturn"
    READMIT = "readmit"
    DISMISS = "dismiss"


class Who(StrEnum):
    """Actors that hold no staff role."""

    UNIT = "unit"
    SYSTEM = "system"
    # An officer who had no part in the review (`cell_duty` holds it in the database).
    INDEPENDENT = "independent"


LABELS = {
    State.DRAFT: N_("填写中"),
    State.SUBMITTED: N_("待镇办初审"),
    State.RETURNED: N_("退回补正"),
    State.SECTOR: N_("待部门意见"),
    State.EXPERTS: N_("专家评分中"),
    State.SCORED: N_("待集体决定"),
    State.RECTIFYING: N_("限期整改"),
    State.REINSPECTING: N_("待验收"),
    State.PROPOSED: N_("待第二人确认"),
    State.NOTICED: N_("公示中"),
    State.HELD: N_("有异议，公示暂停"),
    State.CLEARED: N_("待命名"),
    State.NAMED: N_("已命名"),
    State.REFUSED: N_("未通过"),
    State.APPEALED: N_("申诉处理中"),
    State.DISMISSED: N_("未通过，已终结"),
    State.WITHDRAWN: N_("已撤回"),
}
# What the chip looks like: shape and colour by meaning (templates/_macros/ui.html).
CHIPS = {
    State.DRAFT: "none",
    State.SUBMITTED: "doing",
    State.RETURNED: "soon",
    State.SECTOR: "doing",
    State.EXPERTS: "doing",
    State.SCORED: "doing",
    State.RECTIFYING: "soon",
    State.REINSPECTING: "doing",
    State.PROPOSED: "doing",
    State.NOTICED: "doing",
    State.HELD: "soon",
    State.CLEARED: "doing",
    State.NAMED: "done",
    State.REFUSED: "bad",
    State.APPEALED: "soon",
    State.DISMISSED: "bad",
    State.WITHDRAWN: "none",
}

_UNIT = frozenset({Who.UNIT})
_SYSTEM = frozenset({Who.SYSTEM})
_INDEPENDENT = frozenset({Who.INDEPENDENT})
_TOWN = frozenset({Role.TOWN_OFFICER, Role.DISTRICT_OFFICER})
_SECTOR = frozenset({Role.DEPARTMENT_OFFICER, Role.DISTRICT_OFFICER})
_OFFICE = frozenset({Role.DISTRICT_OFFICER})
_ANYONE = frozenset({Who.UNIT, Who.SYSTEM, *Role})

FINALS = frozenset({State.NAMED, State.DISMISSED, State.WITHDRAWN})
_STATE_OF = {Stop.SECTOR: State.SECTOR, Stop.EXPERTS: State.EXPERTS, Stop.DECISION: State.SCORED}

# from, move, to, who
_ALWAYS: tuple[Step[State, Move], ...] = (
    Step(State.DRAFT, Move.SUBMIT, State.SUBMITTED, _UNIT),
    Step(State.DRAFT, Move.WITHDRAW, State.WITHDRAWN, _UNIT),
    # The round closed, or the time for putting it right ran out.
    Step(State.DRAFT, Move.LAPSE, State.WITHDRAWN, _SYSTEM),
    Step(State.RETURNED, Move.SUBMIT, State.SUBMITTED, _UNIT),
    Step(State.RETURNED, Move.WITHDRAW, State.WITHDRAWN, _UNIT),
    Step(State.RETURNED, Move.LAPSE, State.WITHDRAWN, _SYSTEM),
    Step(State.SUBMITTED, Move.WITHDRAW, State.WITHDRAWN, _UNIT),
    Step(State.SUBMITTED, Move.RETURN, State.RETURNED, _TOWN),
    Step(State.SUBMITTED, Move.REFUSE, State.REFUSED, _OFFICE),
    Step(State.SCORED, Move.RECTIFY, State.RECTIFYING, _OFFICE),
    Step(State.SCORED, Move.PROPOSE, State.PROPOSED, _OFFICE),
    Step(State.SCORED, Move.REFUSE, State.REFUSED, _OFFICE),
    Step(State.RECTIFYING, Move.MEND, State.REINSPECTING, _UNIT),
    Step(State.RECTIFYING, Move.LAPSE, State.REFUSED, _SYSTEM),
    Step(State.REINSPECTING, Move.INSPECT, State.SCORED, _OFFICE),
    Step(State.REINSPECTING, Move.REFUSE, State.REFUSED, _OFFICE),
    Step(State.PROPOSED, Move.CONFIRM, State.NOTICED, _OFFICE),
    Step(State.PROPOSED, Move.SEND_BACK, State.SCORED, _OFFICE),
    Step(State.NOTICED, Move.OBJECT, State.HELD, _ANYONE),
    Step(State.HELD, Move.OBJECT, State.HELD, _ANYONE),
    # The last open objection was rejected: the clock runs on for what was left of it.
    Step(State.HELD, Move.REJECT, State.NOTICED, _INDEPENDENT),
    Step(State.HELD, Move.UPHOLD, State.SCORED, _INDEPENDENT),
    Step(State.NOTICED, Move.CLEAR, State.CLEARED, _SYSTEM),
    Step(State.CLEARED, Move.NAME, State.NAMED, _OFFICE),
    Step(State.REFUSED, Move.APPEAL, State.APPEALED, _UNIT),
    Step(State.REFUSED, Move.DISMISS, State.DISMISSED, _SYSTEM),
    Step(State.APPEALED, Move.OVERTURN, State.SCORED, _INDEPENDENT),
    # What was refused before anybody scored it begins its review now.
    Step(State.APPEALED, Move.READMIT, State.SUBMITTED, _INDEPENDENT),
    Step(State.APPEALED, Move.DISMISS, State.DISMISSED, _INDEPENDENT),
)


@cache
def workflow(route: Route) -> Workflow[State, Move]:
    """Return the state machine of the applications that go by `route`."""
    return Workflow(start=State.DRAFT, finals=FINALS, steps=(*_ALWAYS, *_between(route)))


def _between(route: Route) -> Iterator[Step[State, Move]]:
    """Give the steps between the hand-in and the decision, which are the route's own."""
    yield Step(State.SUBMITTED, Move.CHECK, _STATE_OF[route.after(Stop.TOWN)], _TOWN)
    if Stop.SECTOR in route.steps:
        yield Step(State.SECTOR, Move.OPINE, _STATE_OF[route.after(Stop.SECTOR)], _SECTOR)
        yield Step(State.SECTOR, Move.RETURN, State.RETURNED, _SECTOR)
        yield Step(State.SECTOR, Move.WITHDRAW, State.WITHDRAWN, _UNIT)
    if Stop.EXPERTS in route.steps:
        after = _STATE_OF[route.after(Stop.EXPERTS)]
        yield Step(State.EXPERTS, Move.CLOSE_SCORING, after, _OFFICE | _SYSTEM)
        yield Step(State.EXPERTS, Move.WITHDRAW, State.WITHDRAWN, _UNIT)
        yield Step(State.REINSPECTING, Move.RESCORE, State.EXPERTS, _OFFICE)
    else:  # the unit scores itself anew
        yield Step(State.REINSPECTING, Move.RESCORE, State.RETURNED, _OFFICE)


OPEN = frozenset(State) - FINALS
# What ends by itself when its deadline is over; until the house has ended it nobody moves it.
ENDS = {
    State.RETURNED: Move.LAPSE,
    State.RECTIFYING: Move.LAPSE,
    State.NOTICED: Move.CLEAR,
    State.REFUSED: Move.DISMISS,
}
# The unit may write in it.
EDITABLE = frozenset({State.DRAFT, State.RETURNED})
# A decision on it is being taken or was: what the experts gave in may be looked at.
AFTER_SCORING = frozenset(
    {
        State.SCORED, State.RECTIFYING, State.REINSPECTING, State.PROPOSED, State.NOTICED,
        State.HELD, State.CLEARED, State.NAMED, State.REFUSED, State.APPEALED, State.DISMISSED,
    }
)  # fmt: skip
# A decision to name it was taken, and holds: it has one of the places of its round.
TAKEN = frozenset({State.PROPOSED, State.NOTICED, State.HELD, State.CLEARED, State.NAMED})
# Everyone may see that it stands on public notice.
ON_NOTICE = frozenset({State.NOTICED, State.HELD})


class Opinion(StrEnum):
    """What the sector department says; advice that binds nobody."""

    SUPPORT = "support"
    OPPOSE = "oppose"


OPINION_LABELS = {Opinion.SUPPORT: N_("同意推荐"), Opinion.OPPOSE: N_("不同意推荐")}


class Ground(StrEnum):
    """Why an application is refused."""

    BARRED = "barred"
    VETO = "veto"
    BELOW = "below"
    QUOTA = "quota"
    NOT_MENDED = "not_mended"
    OBJECTION = "objection"
    FALSE = "false"


# What keeps the unit out for years: two persons find it, after the unit was heard.
BARRING = frozenset({Ground.BARRED, Ground.FALSE})
GROUND_LABELS = {
    Ground.BARRED: N_("近三年有严重失信记录，不得申报"),
    Ground.VETO: N_("有一票否决的情形"),
    Ground.BELOW: N_("得分没有达到标准"),
    Ground.QUOTA: N_("达到标准，但超过了本批名额"),
    Ground.NOT_MENDED: N_("整改没有按期完成"),
    Ground.OBJECTION: N_("公示期间的异议成立"),
    Ground.FALSE: N_("材料不真实"),
}
