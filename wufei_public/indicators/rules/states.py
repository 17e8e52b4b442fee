"""What may become of a value: drafted, checked, published by a second person, superseded."""

from dataclasses import dataclass
from enum import StrEnum

from wufei_public.common.text import N_
from wufei_public.common.workflow import Step, Workflow
from wufei_public.people.rules.roles import Role


class State(StrEnum):
    """Where a value stands."""

    DRAFT = "draft"
    CHECKED = "checked"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    DROPPED = "dropped"


class Move(StrEnum):
    """What is done with a value."""

    CHECK = "check"
    PUBLISH = "publish"
    SUPERSEDE = "supersede"
    DROP = "drop"


class Source(StrEnum):
    """Where a figure comes from."""

    EXTERNAL = "external"
    WAVE = "wave"
    CELLS = "cells"
    CASES = "cases"
    CHECKINS = "checkins"
    GRADES = "grades"
    REGISTER = "register"
    QUIZ = "quiz"
    PEOPLE = "people"
    UNITS = "units"
    TRAININGS = "trainings"


class Who(StrEnum):
    """Actors that hold no staff role."""

    SYSTEM = "system"


_BOTH = frozenset({Role.DEPARTMENT_OFFICER, Role.DISTRICT_OFFICER})
_DISTRICT = frozenset({Role.DISTRICT_OFFICER})
_NEXT = frozenset({Role.DISTRICT_OFFICER, Who.SYSTEM})
WORKFLOW: Workflow[State, Move] = Workflow(
    start=State.DRAFT,
    finals=[State.SUPERSEDED, State.DROPPED],
    steps=[
        Step(State.DRAFT, Move.CHECK, State.CHECKED, _BOTH),
        Step(State.DRAFT, Move.DROP, State.DROPPED, _BOTH),
        Step(State.CHECKED, Move.PUBLISH, State.PUBLISHED, _DISTRICT),
        Step(State.CHECKED, Move.DROP, State.DROPPED, _NEXT),
        Step(State.PUBLISHED, Move.SUPERSEDE, State.SUPERSEDED, _DISTRICT),
    ],
)
LABELS = {
    State.DRAFT: N_("草稿"),
    State.CHECKED: N_("核对过，等公布"),
    State.PUBLISHED: N_("已公布"),
    State.SUPERSEDED: N_("已被新的一版代替"),
    State.DROPPED: N_("不用了"),
}
CHIPS = {
    State.DRAFT: "none",
    State.CHECKED: "soon",
    State.PUBLISHED: "done",
    State.SUPERSEDED: "none",
    State.DROPPED: "bad",
}
SOURCES = {
    Source.EXTERNAL: N_("部门报的外部数字，本站不能重算"),
    Source.WAVE: N_("本站的抽样调查"),
    Source.CELLS: N_("无废细胞名册"),
    Source.CASES: N_("随手拍案件"),
    Source.CHECKINS: N_("每日打卡"),
    Source.GRADES: N_("企业环境信用等级"),
    Source.REGISTER: N_("垃圾分类登记表"),
    Source.QUIZ: N_("每日答题"),
    Source.PEOPLE: N_("打卡、答题和随手拍的账号"),
    Source.UNITS: N_("单位名册和认证的代表"),
    Source.TRAININGS: N_("培训的签到"),
}
MOVE_LABELS = {
    Move.CHECK: N_("核对无误"),
    Move.PUBLISH: N_("公布"),
    Move.DROP: N_("不用这一条"),
    Move.SUPERSEDE: N_("被新的一版代替"),
}


@dataclass(frozen=True, slots=True)
class ValueFacts:
    """What policies know of a value."""

    state: State
    series: str
    entered_by: int | None
    checked_by: int | None
