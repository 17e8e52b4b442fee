"""The state machine of a case: one row per allowed step, and who may make it."""

from enum import StrEnum

from wufei_public.common.text import N_
from wufei_public.common.workflow import Step, Workflow
from wufei_public.people.rules.roles import OFFICERS, Role


class State(StrEnum):
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    ASSIGNED = "assigned"
    # 待补充: one state per place to come back to, so that the table alone says where an
    # answer leads and no case can remember a state that it was never in.
    ASKED_SUBMITTED = "asked_submitted"
    ASKED_ACCEPTED = "asked_accepted"
    ASKED_ASSIGNED = "asked_assigned"
    DISPUTED = "disputed"
    # The reporter is not content once more: somebody else than who closed it decides.
    OBJECTED = "objected"
    REFUSED = "refused"
    CLOSED = "closed"
    # 已办结·未清除: there was a result, but the waste still lies there.
    UNCLEARED = "uncleared"
    # 已并案: the same heap as another case, which goes on for both; one state per place to come
    # back to when the two are taken apart.
    MERGED_SUBMITTED = "merged_submitted"
    MERGED_ACCEPTED = "merged_accepted"


class Move(StrEnum):
    ACCEPT = "accept"
    REFUSE = "refuse"
    ASSIGN = "assign"
    RETURN = "return"
    DISPUTE = "dispute"
    HAND_OVER = "hand_over"
    ASK = "ask"
    ANSWER = "answer"
    RESUME = "resume"
    CLOSE = "close"
    CLOSE_UNCLEARED = "close_uncleared"
    UNPROVEN = "unproven"
    UNPROVEN_LEFT = "unproven_left"
    REOPEN = "reopen"
    OBJECT = "object"
    # So many who saw the heap are not content.
    DOUBT = "doubt"
    REDO = "redo"
    KEEP = "keep"
    KEEP_UNCLEARED = "keep_uncleared"
    MERGE = "merge"
    UNMERGE = "unmerge"


class Who(StrEnum):
    """Actors that hold no staff role."""

    REPORTER = "reporter"
    SYSTEM = "system"


LABELS = {
    State.SUBMITTED: N_("待受理"),
    State.ACCEPTED: N_("已受理"),
    State.ASSIGNED: N_("办理中"),
    State.ASKED_SUBMITTED: N_("待补充"),
    State.ASKED_ACCEPTED: N_("待补充"),
    State.ASKED_ASSIGNED: N_("待补充"),
    State.DISPUTED: N_("待区级决定"),
    State.OBJECTED: N_("待复核"),
    State.REFUSED: N_("不予受理"),
    State.CLOSED: N_("已办结"),
    State.UNCLEARED: N_("已办结·未清除"),
    State.MERGED_SUBMITTED: N_("已并案"),
    State.MERGED_ACCEPTED: N_("已并案"),
}
# What the chip looks like: shape and colour by meaning (templates/_macros/ui.html).
CHIPS = {
    State.SUBMITTED: "none",
    State.ACCEPTED: "doing",
    State.ASSIGNED: "doing",
    State.ASKED_SUBMITTED: "soon",
    State.ASKED_ACCEPTED: "soon",
    State.ASKED_ASSIGNED: "soon",
    State.DISPUTED: "soon",
    State.OBJECTED: "soon",
    State.REFUSED: "bad",
    State.CLOSED: "done",
    State.UNCLEARED: "bad",
    State.MERGED_SUBMITTED: "none",
    State.MERGED_ACCEPTED: "none",
}

_DISTRICT = frozenset({Role.DISTRICT_OFFICER})
_TOWN = frozenset({Role.TOWN_OFFICER, Role.DISTRICT_OFFICER})
_HANDLER = OFFICERS | {Role.CREW_MEMBER}
_REPORTER = frozenset({Who.REPORTER})
_SYSTEM = frozenset({Who.SYSTEM})


def _closing(source: State, who: frozenset[str]) -> tuple[Step[State, Move], ...]:
    """Return the two ends of a case from `source`: the place is clear, or it is not."""
    return (
        Step(source, Move.CLOSE, State.CLOSED, who),
        Step(source, Move.CLOSE_UNCLEARED, State.UNCLEARED, who),
    )


def _unproven(source: State) -> tuple[Step[State, Move], ...]:
    """Return the way back from a result without proof: to its handler, or to who assigns."""
    return (
        Step(source, Move.UNPROVEN, State.ASSIGNED, _SYSTEM),
        Step(source, Move.UNPROVEN_LEFT, State.ACCEPTED, _SYSTEM),
    )


# from, move, to, who
WORKFLOW: Workflow[State, Move] = Workflow(
    start=State.SUBMITTED,
    finals={
        State.REFUSED,
        State.CLOSED,
        State.UNCLEARED,
        State.MERGED_SUBMITTED,
        State.MERGED_ACCEPTED,
    },
    steps=(
        Step(State.SUBMITTED, Move.ACCEPT, State.ACCEPTED, _TOWN),
        Step(State.SUBMITTED, Move.REFUSE, State.REFUSED, _TOWN),
        Step(State.SUBMITTED, Move.ASK, State.ASKED_SUBMITTED, _TOWN),
        Step(State.ASKED_SUBMITTED, Move.ANSWER, State.SUBMITTED, _REPORTER),
        Step(State.ASKED_SUBMITTED, Move.RESUME, State.SUBMITTED, _SYSTEM),
        Step(State.ASKED_SUBMITTED, Move.REFUSE, State.REFUSED, _TOWN),
        # By a rule, where nobody chose: a case that is done again.
        Step(State.ACCEPTED, Move.ASSIGN, State.ASSIGNED, _TOWN | _SYSTEM),
        Step(State.ACCEPTED, Move.ASK, State.ASKED_ACCEPTED, _TOWN),
        *_closing(State.ACCEPTED, _TOWN),
        Step(State.ASKED_ACCEPTED, Move.ANSWER, State.ACCEPTED, _REPORTER),
        Step(State.ASKED_ACCEPTED, Move.RESUME, State.ACCEPTED, _SYSTEM),
        Step(State.ASKED_ACCEPTED, Move.ASSIGN, State.ASKED_ASSIGNED, _TOWN),
        *_closing(State.ASKED_ACCEPTED, _TOWN),
        Step(State.ASSIGNED, Move.ASSIGN, State.ASSIGNED, OFFICERS),
        Step(State.ASSIGNED, Move.RETURN, State.ACCEPTED, _HANDLER),
        # The return that is one too many (`assigning.MOST_RETURNS`) goes to the district.
        Step(State.ASSIGNED, Move.DISPUTE, State.DISPUTED, _HANDLER),
        # The crew member has left: the town assigns anew.
        Step(State.ASSIGNED, Move.HAND_OVER, State.ACCEPTED, _SYSTEM),
        Step(State.ASSIGNED, Move.ASK, State.ASKED_ASSIGNED, OFFICERS),
        *_closing(State.ASSIGNED, _HANDLER),
        Step(State.ASKED_ASSIGNED, Move.ANSWER, State.ASSIGNED, _REPORTER),
        Step(State.ASKED_ASSIGNED, Move.RESUME, State.ASSIGNED, _SYSTEM),
        Step(State.ASKED_ASSIGNED, Move.ASSIGN, State.ASKED_ASSIGNED, OFFICERS),
        Step(State.ASKED_ASSIGNED, Move.HAND_OVER, State.ASKED_ACCEPTED, _SYSTEM),
        *_closing(State.ASKED_ASSIGNED, _HANDLER),
        Step(State.DISPUTED, Move.ASSIGN, State.ASSIGNED, _DISTRICT),
        Step(State.DISPUTED, Move.REFUSE, State.REFUSED, _DISTRICT),
        *_closing(State.DISPUTED, _DISTRICT),
        # The photos of the result cannot be opened: it is taken back, and whoever had the case
        # has it again.
        *_unproven(State.CLOSED),
        *_unproven(State.UNCLEARED),
        # A closed case rests, unless the reporter is not content (`rules/ratings.py`): the first
        # time it is done again by right, later ones are decided (`policy.may_move`: by another).
        Step(State.CLOSED, Move.REOPEN, State.ACCEPTED, _REPORTER),
        Step(State.UNCLEARED, Move.REOPEN, State.ACCEPTED, _REPORTER),
        Step(State.CLOSED, Move.OBJECT, State.OBJECTED, _REPORTER),
        Step(State.UNCLEARED, Move.OBJECT, State.OBJECTED, _REPORTER),
        Step(State.CLOSED, Move.DOUBT, State.OBJECTED, _SYSTEM),
        Step(State.UNCLEARED, Move.DOUBT, State.OBJECTED, _SYSTEM),
        Step(State.OBJECTED, Move.REDO, State.ACCEPTED, _TOWN),
        Step(State.OBJECTED, Move.KEEP, State.CLOSED, _TOWN),
        Step(State.OBJECTED, Move.KEEP_UNCLEARED, State.UNCLEARED, _TOWN),
        # One heap, one case: what was reported again rests in the other one (issue 5 §1).
        Step(State.SUBMITTED, Move.MERGE, State.MERGED_SUBMITTED, _TOWN),
        Step(State.ASKED_SUBMITTED, Move.MERGE, State.MERGED_SUBMITTED, _TOWN),
        Step(State.ACCEPTED, Move.MERGE, State.MERGED_ACCEPTED, _TOWN),
        Step(State.ASKED_ACCEPTED, Move.MERGE, State.MERGED_ACCEPTED, _TOWN),
        Step(State.ASSIGNED, Move.MERGE, State.MERGED_ACCEPTED, _TOWN),
        Step(State.ASKED_ASSIGNED, Move.MERGE, State.MERGED_ACCEPTED, _TOWN),
        Step(State.DISPUTED, Move.MERGE, State.MERGED_ACCEPTED, _DISTRICT),
        Step(State.MERGED_SUBMITTED, Move.UNMERGE, State.SUBMITTED, _TOWN),
        Step(State.MERGED_ACCEPTED, Move.UNMERGE, State.ACCEPTED, _TOWN),
    ),
)
OPEN = frozenset(State) - WORKFLOW.finals
WAITING = frozenset({State.ASKED_SUBMITTED, State.ASKED_ACCEPTED, State.ASKED_ASSIGNED})
BEFORE_ACCEPTANCE = frozenset({State.SUBMITTED, State.ASKED_SUBMITTED})
WITH_HANDLER = frozenset({State.ASSIGNED, State.ASKED_ASSIGNED})
# There is a result, with its proof and who gave it.
WITH_RESULT = frozenset({State.CLOSED, State.UNCLEARED, State.OBJECTED})
RATEABLE = frozenset({State.CLOSED, State.UNCLEARED})
MERGED = frozenset({State.MERGED_SUBMITTED, State.MERGED_ACCEPTED})
REVIEWS = frozenset({Move.REDO, Move.KEEP, Move.KEEP_UNCLEARED})


class Phase(StrEnum):
    """What residents tell apart in a list."""

    OPEN = "open"
    CLOSED = "closed"
    UNCLEARED = "uncleared"
    REFUSED = "refused"


PHASE_LABELS = {
    Phase.OPEN: N_("在办"),
    Phase.CLOSED: N_("已办结"),
    Phase.UNCLEARED: N_("已办结·未清除"),
    Phase.REFUSED: N_("不予受理"),
}


class RefuseGround(StrEnum):
    """Why a report is not accepted (环保举报热线工作管理办法 and 信访工作条例, in paraphrase)."""

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


class Source(StrEnum):
    """Through which door a report came in."""

    H5 = "h5"
    # Another program, by GeoReport (`open311`).
    OPEN311 = "open311"
    # Entered by staff for somebody who called, came or wrote, or handed down from elsewhere.
    HOTLINE_12345 = "12345"
    HOTLINE_12369 = "12369"
    LETTER = "letter"
    VISIT = "visit"
    HANDED = "handed"


SOURCE_LABELS = {
    Source.H5: N_("网页"),
    Source.OPEN311: N_("Open311 接口"),
    Source.HOTLINE_12345: N_("12345 热线"),
    Source.HOTLINE_12369: N_("12369 热线"),
    Source.LETTER: N_("来信"),
    Source.VISIT: N_("来访"),
    Source.HANDED: N_("上级交办"),
}
ENTERED = tuple(source for source in Source if source not in {Source.H5, Source.OPEN311})
