"""A wave: one questionnaire asked in one way from one day to another."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from wufei_public.common.text import N_
from wufei_public.common.workflow import Step, Workflow
from wufei_public.people.rules.roles import Role

PUBLIC = "public"
# Of an open wave nothing is shown below so many counted answers.
LEAST_TO_LOOK = 100
# A phone may find its signal after the last day: what was begun by then comes in so long.
GRACE = timedelta(days=2)


class State(StrEnum):
    """Where a wave stands."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    PUBLISHED = "published"
    DROPPED = "dropped"


class Move(StrEnum):
    """What the district does with a wave."""

    BEGIN = "begin"
    CLOSE = "close"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    DROP = "drop"


class Mode(StrEnum):
    """How people are reached."""

    LINK = "link"
    INVITED = "invited"
    INTERVIEWER = "interviewer"
    TELEPHONE = "telephone"
    EXTERNAL = "external"


_WHO = frozenset({Role.DISTRICT_OFFICER})
WORKFLOW: Workflow[State, Move] = Workflow(
    start=State.DRAFT,
    finals=[State.DROPPED],
    steps=[
        Step(State.DRAFT, Move.BEGIN, State.OPEN, _WHO),
        Step(State.DRAFT, Move.DROP, State.DROPPED, _WHO),
        Step(State.OPEN, Move.CLOSE, State.CLOSED, _WHO),
        Step(State.CLOSED, Move.PUBLISH, State.PUBLISHED, _WHO),
        Step(State.CLOSED, Move.DROP, State.DROPPED, _WHO),
        Step(State.PUBLISHED, Move.WITHDRAW, State.CLOSED, _WHO),
    ],
)
LABELS = {
    State.DRAFT: N_("准备中"),
    State.OPEN: N_("正在答"),
    State.CLOSED: N_("答题结束"),
    State.PUBLISHED: N_("结果已公布"),
    State.DROPPED: N_("已作废"),
}
CHIPS = {
    State.DRAFT: "none",
    State.OPEN: "doing",
    State.CLOSED: "soon",
    State.PUBLISHED: "done",
    State.DROPPED: "bad",
}
MODES = {
    Mode.LINK: N_("公开链接（谁都能答，不是概率样本）"),
    Mode.INVITED: N_("抽样邀请（一人一码）"),
    Mode.INTERVIEWER: N_("调查员当面问"),
    Mode.TELEPHONE: N_("抽样电话访问（名单带电话）"),
    Mode.EXTERNAL: N_("外部数据文件"),
}
# Whoever comes is asked: here a full quota may turn somebody away.
ANYBODY = frozenset({Mode.LINK, Mode.INTERVIEWER})
# Each of these has a list that a sample is drawn from.
SAMPLED = frozenset({Mode.INVITED, Mode.TELEPHONE})


@dataclass(frozen=True, slots=True)
class WaveFacts:
    """What rules and policies know of a wave."""

    state: State
    mode: Mode
    opens_on: date
    closes_on: date
    form_id: str

    @property
    def of_persons(self) -> bool:
        """Say whether persons answer: suppression protects them, and only them."""
        return not is_of_units(self.form_id)

    @property
    def of_units(self) -> bool:
        """Say whether organisations answer, each once and in its own name."""
        return not self.of_persons

    @property
    def comes_in(self) -> bool:
        """Say whether answers come in one by one, so that two looks could lie few apart."""
        return self.state in {State.DRAFT, State.OPEN} and self.mode is not Mode.EXTERNAL

    def takes_answers(self, today: date) -> bool:
        """Say whether an answer may come in today."""
        return self.state is State.OPEN and self.opens_on <= today <= self.closes_on

    def still_takes(self, today: date, began: date | None) -> bool:
        """Say whether an answer may come in today that was `began` on some day."""
        if began is None or today <= self.closes_on:
            return self.takes_answers(today)
        begun = self.opens_on <= began <= self.closes_on
        return self.state is State.OPEN and begun and today <= self.closes_on + GRACE


# Questionnaires that organisations answer in their own name: these, and any named so.
UNITS = frozenset({"government", "enterprise", "ngo"})
OF_UNITS = "unit_"


def is_of_units(form_id: str) -> bool:
    """Say whether organisations answer a questionnaire, each once and in its own name."""
    return form_id in UNITS or form_id.startswith(OF_UNITS)
