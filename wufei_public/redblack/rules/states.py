"""The state machine of an entry: one row per allowed step, and who may make it.

Black: proposal → service → statement → decision by another → approval by a third → published →
repair or end. Red: proposal → public notice → decision → approval → published → withdrawn if a
serious violation comes. Time does not wait for a job: `showing` says what is over.
"""

from collections.abc import Mapping
from enum import StrEnum

from wufei_public.common.text import N_
from wufei_public.common.workflow import Step, Workflow
from wufei_public.people.rules.roles import OFFICERS, Role


class ListKind(StrEnum):
    RED = "red"
    BLACK = "black"


class State(StrEnum):
    PROPOSED = "proposed"
    SERVED = "served"
    NOTICED = "noticed"
    DECIDED = "decided"
    PUBLISHED = "published"
    REPAIR_ASKED = "repair_asked"
    DROPPED = "dropped"
    REMOVED = "removed"
    ENDED = "ended"


class Move(StrEnum):
    SERVE = "serve"
    NOTIFY = "notify"
    STATE = "state"
    DROP = "drop"
    DECIDE = "decide"
    RETURN = "return"
    PUBLISH = "publish"
    OBJECT = "object"
    ASK_REPAIR = "ask_repair"
    KEEP = "keep"
    REPAIR = "repair"
    OVERTURN = "overturn"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    LAPSE = "lapse"


class Who(StrEnum):
    """Actors that hold no staff role."""

    ENTERPRISE = "enterprise"  # who represents the organisation of the entry
    SYSTEM = "system"


LIST_LABELS = {ListKind.RED: N_("红榜"), ListKind.BLACK: N_("黑榜")}
LABELS = {
    State.PROPOSED: N_("拟列入，待送达"),
    State.SERVED: N_("已送达，听取申辩"),
    State.NOTICED: N_("公示中"),
    State.DECIDED: N_("已决定，待复核"),
    State.PUBLISHED: N_("公布中"),
    State.REPAIR_ASKED: N_("公布中，修复审核"),
    State.DROPPED: N_("不列入"),
    State.REMOVED: N_("已撤下"),
    State.ENDED: N_("期满撤下"),
}
CHIPS = {
    State.PROPOSED: "none",
    State.SERVED: "soon",
    State.NOTICED: "soon",
    State.DECIDED: "doing",
    State.PUBLISHED: "doing",
    State.REPAIR_ASKED: "soon",
    State.DROPPED: "none",
    State.REMOVED: "done",
    State.ENDED: "done",
}
MOVE_LABELS = {
    Move.SERVE: N_("送达了"),
    Move.NOTIFY: N_("开始公示"),
    Move.STATE: N_("企业作了申辩"),
    Move.DROP: N_("决定不列入"),
    Move.DECIDE: N_("决定列入"),
    Move.RETURN: N_("复核退回"),
    Move.PUBLISH: N_("复核同意，公布"),
    Move.OBJECT: N_("企业提出异议"),
    Move.ASK_REPAIR: N_("企业申请信用修复"),
    Move.KEEP: N_("不同意修复，继续公布"),
    Move.REPAIR: N_("同意修复，撤下"),
    Move.OVERTURN: N_("异议成立，撤下"),
    Move.WITHDRAW: N_("有严重违法，撤下红榜"),
    Move.EXPIRE: N_("期满"),
    Move.LAPSE: N_("一直没有决定，作罢"),
}

# Why a red entry goes when nobody says it in words of the own.
BLACK_INSTEAD = N_("同一企业列入黑榜，红榜同时撤下。")

# Why an entry goes that asked for repair and heard nothing.
AGREED_BY_SILENCE = N_("修复申请超过期限没有人审核，视为同意，撤下。")

# Who says yes or no; who proposes may be any officer of the place.
DECIDERS = frozenset({Role.DEPARTMENT_OFFICER, Role.DISTRICT_OFFICER})
_ENTERPRISE = frozenset({Who.ENTERPRISE})
_SYSTEM = frozenset({Who.SYSTEM})
_OPEN = (State.PROPOSED, State.SERVED, State.NOTICED, State.DECIDED)
_SHOWN = (State.PUBLISHED, State.REPAIR_ASKED)

WORKFLOW: Workflow[State, Move] = Workflow(
    start=State.PROPOSED,
    finals={State.DROPPED, State.REMOVED, State.ENDED},
    steps=(
        # An enterprise serves itself by confirming in its account that it has the notice.
        Step(State.PROPOSED, Move.SERVE, State.SERVED, OFFICERS | _ENTERPRISE),
        Step(State.PROPOSED, Move.NOTIFY, State.NOTICED, OFFICERS),
        Step(State.PROPOSED, Move.DROP, State.DROPPED, OFFICERS),
        Step(State.SERVED, Move.STATE, State.SERVED, _ENTERPRISE),
        Step(State.SERVED, Move.OBJECT, State.SERVED, _ENTERPRISE),
        Step(State.SERVED, Move.DECIDE, State.DECIDED, DECIDERS),
        Step(State.SERVED, Move.DROP, State.DROPPED, DECIDERS),
        Step(State.NOTICED, Move.DECIDE, State.DECIDED, DECIDERS),
        Step(State.NOTICED, Move.DROP, State.DROPPED, DECIDERS),
        Step(State.DECIDED, Move.STATE, State.DECIDED, _ENTERPRISE),
        Step(State.DECIDED, Move.OBJECT, State.DECIDED, _ENTERPRISE),
        Step(State.DECIDED, Move.PUBLISH, State.PUBLISHED, DECIDERS),
        Step(State.DECIDED, Move.RETURN, State.PROPOSED, DECIDERS),
        Step(State.DECIDED, Move.OVERTURN, State.DROPPED, DECIDERS),
        Step(State.PUBLISHED, Move.OBJECT, State.PUBLISHED, _ENTERPRISE),
        Step(State.PUBLISHED, Move.ASK_REPAIR, State.REPAIR_ASKED, _ENTERPRISE),
        Step(State.REPAIR_ASKED, Move.OBJECT, State.REPAIR_ASKED, _ENTERPRISE),
        Step(State.REPAIR_ASKED, Move.KEEP, State.PUBLISHED, DECIDERS),
        # Nobody lets a request rest for ever: after a time silence agrees.
        Step(State.REPAIR_ASKED, Move.REPAIR, State.REMOVED, DECIDERS | _SYSTEM),
        *(Step(state, Move.OVERTURN, State.REMOVED, DECIDERS) for state in _SHOWN),
        Step(State.PUBLISHED, Move.WITHDRAW, State.REMOVED, DECIDERS),
        *(Step(state, Move.EXPIRE, State.ENDED, _SYSTEM) for state in _SHOWN),
        *(Step(state, Move.LAPSE, State.DROPPED, _SYSTEM) for state in _OPEN),
    ),
)
OPEN, SHOWN = frozenset(_OPEN), frozenset(_SHOWN)
# Moves of one list alone; all others belong to both.
ONLY: Mapping[Move, ListKind] = {
    Move.SERVE: ListKind.BLACK,
    Move.STATE: ListKind.BLACK,
    Move.OBJECT: ListKind.BLACK,
    Move.OVERTURN: ListKind.BLACK,
    Move.ASK_REPAIR: ListKind.BLACK,
    Move.KEEP: ListKind.BLACK,
    Move.REPAIR: ListKind.BLACK,
    Move.NOTIFY: ListKind.RED,
    Move.WITHDRAW: ListKind.RED,
}


class Way(StrEnum):
    """How a notice was served (民事诉讼法 2023, arts. 87-95 by analogy)."""

    ACCOUNT = "account"
    HAND = "hand"
    POST = "post"
    ANNOUNCEMENT = "announcement"


# Both come before an announcement.
TRIED_LABELS = {Way.HAND: N_("当面，没有送到"), Way.POST: N_("邮寄，退回了")}
TRIED_FIRST = frozenset(TRIED_LABELS)
WAY_LABELS = {
    Way.ACCOUNT: N_("企业在账号里确认收到"),
    Way.HAND: N_("当面送达，有签收"),
    Way.POST: N_("邮寄，有单号和签收"),
    Way.ANNOUNCEMENT: N_("公告送达"),
}


# How an enterprise hears of a grade: it need not confirm.
TOLD_LABELS = {**WAY_LABELS, Way.ACCOUNT: N_("发到企业的账号里")}


class Paper(StrEnum):
    """What an enterprise hands in."""

    STATEMENT = "statement"
    OBJECTION = "objection"
    REPAIR = "repair"


PAPER_LABELS = {
    Paper.STATEMENT: N_("陈述申辩"),
    Paper.OBJECTION: N_("异议"),
    Paper.REPAIR: N_("信用修复申请"),
}


class Against(StrEnum):
    """What an objection is against: of each it holds once."""

    FACTS = "facts"
    PARTY = "party"
    LAW = "law"
    MEASURE = "measure"
    PROCESS = "process"
    EVIDENCE = "evidence"
    OTHER = "other"


AGAINST_LABELS = {
    Against.FACTS: N_("事实不对"),
    Against.PARTY: N_("不是我们做的"),
    Against.LAW: N_("依据不对"),
    Against.MEASURE: N_("程度或者处理不对"),
    Against.PROCESS: N_("程序不对：送达、期限、办的人"),
    Against.EVIDENCE: N_("有新的证据"),
    Against.OTHER: N_("别的"),
}
# And once after the time to answer, whatever it is against, and once against each decision.
LATE, DECIDED = "late", "decided"
CLAIMS = (*Against, LATE, DECIDED)


class Outcome(StrEnum):
    """What became of a paper that asks for an answer."""

    NONE = ""
    UPHELD = "upheld"
    REJECTED = "rejected"


OUTCOME_LABELS = {
    Outcome.NONE: N_("还没有答复"),
    Outcome.UPHELD: N_("成立"),
    Outcome.REJECTED: N_("不成立"),
}


class Part(StrEnum):
    """What an official did for an entry before it was decided, beside proposing it."""

    ASSESS = "assess"
    SEND = "send"
    CONFIRM = "confirm"
    SERVE = "serve"
    VOUCH = "vouch"  # proved who speaks in the enterprise's name, or entered its letter
    SILENCE = "silence"  # ended, refused or disputed who spoke for the enterprise
    DECIDE = "decide"  # decided in a round that was sent back, or sent it back over an objection


# Whoever had such a part stands against the enterprise: nobody whom they proved speaks for it.
ADVERSE = frozenset({Part.ASSESS, Part.SEND, Part.CONFIRM, Part.DECIDE})
PART_LABELS = {
    Part.ASSESS: N_("考核打分"),
    Part.SEND: N_("送来案件证据"),
    Part.CONFIRM: N_("核实案件证据"),
    Part.SERVE: N_("送达"),
    Part.VOUCH: N_("核实企业代表或者登记来信"),
    Part.SILENCE: N_("停过企业代表的资格"),
    Part.DECIDE: N_("上一轮决定或者退回"),
}


class Use(StrEnum):
    """What leads to one entry of a list, and to no other."""

    DOCUMENT = "document"
    CASE = "case"


class Read(StrEnum):
    """What of a paper somebody read for names of people."""

    WORDS = "words"  # of the enterprise
    ANSWER = "answer"  # of an official


class DraftEnd(StrEnum):
    """What became of a draft of a correction."""

    NONE = ""
    STOOD = "stood"
    SENT_BACK = "sent_back"


class Basis(StrEnum):
    """On what a proposal rests."""

    ASSESSMENT = "assessment"
    DECISION = "decision"


BASIS_LABELS = {
    Basis.ASSESSMENT: N_("考核得分"),
    Basis.DECISION: N_("有文号的决定"),
}
