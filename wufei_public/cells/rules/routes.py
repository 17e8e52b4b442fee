"""The way of a kind of unit: which steps, in which order, where its score comes from; data.

A way is part of a version of a rubric, so that an application keeps the one it began with;
`data/kinds.csv` holds the way that each kind is shipped with.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from wufei_public.common.errors import FieldError
from wufei_public.common.text import N_


class Stop(StrEnum):
    """One step of a way."""

    TOWN = "town"
    SECTOR = "sector"
    EXPERTS = "experts"
    DECISION = "decision"
    NOTICE = "notice"
    NAMING = "naming"


class Scoring(StrEnum):
    """Where the score comes from: the experts' sheets, or the self-score that was checked."""

    EXPERTS = "experts"
    SELF = "self"


@dataclass(frozen=True, slots=True)
class Route:
    """The way of one version of a rubric."""

    steps: tuple[str, ...]
    scoring: str

    def after(self, stop: Stop) -> Stop:
        """Return the step that follows `stop`."""
        return Stop(self.steps[self.steps.index(stop) + 1])


STOP_LABELS = {
    Stop.TOWN: N_("镇办初审"),
    Stop.SECTOR: N_("部门意见"),
    Stop.EXPERTS: N_("专家评分"),
    Stop.DECISION: N_("集体决定"),
    Stop.NOTICE: N_("公示，听取异议"),
    Stop.NAMING: N_("成批命名"),
}
SCORING_LABELS = {
    Scoring.EXPERTS: N_("专家评分的平均"),
    Scoring.SELF: N_("初审核对过的自评分"),
}
FIRST, LAST = (Stop.TOWN,), (Stop.DECISION, Stop.NOTICE, Stop.NAMING)
_BETWEEN = (
    (Stop.SECTOR, Stop.EXPERTS),
    (Stop.EXPERTS, Stop.SECTOR),
    (Stop.EXPERTS,),
    (Stop.SECTOR,),
    (),
)
# Every sequence that may be chosen.
WAYS = tuple(FIRST + between + LAST for between in _BETWEEN)
# What a version of the time before ways were data goes by.
STANDARD = Route(WAYS[0], Scoring.EXPERTS)


def read_route(row: Mapping[str, Any]) -> Route:
    """Return the way of `row`: `steps` as a list or as words, and `scoring`."""
    steps = row["steps"]
    named = steps.split() if isinstance(steps, str) else steps
    return Route(tuple(str(one) for one in named), str(row["scoring"]))


def route_json(route: Route) -> dict[str, Any]:
    """Return a way as a rubric's file has it."""
    return {"steps": [str(one) for one in route.steps], "scoring": str(route.scoring)}


def faults(route: Route) -> Iterator[FieldError]:
    """Give what is wrong with a way.

    A town's check comes first, and nobody is named without a collective decision and a
    public notice; the experts are left out only where the data says what counts instead.
    """
    if unknown := [one for one in route.steps if one not in set(Stop)]:
        sentence = N_("评审步骤里没有“%(name)s”。")
        yield FieldError("steps", sentence, {"name": " ".join(unknown)})
    elif route.steps not in WAYS:
        yield FieldError("steps", N_("先初审，部门和专家各最多一次，最后是决定、公示、命名。"))
    if route.scoring not in set(Scoring):
        sentence = N_("分数来源里没有“%(name)s”。")
        yield FieldError("scoring", sentence, {"name": route.scoring})
    elif (Stop.EXPERTS in route.steps) != (route.scoring == Scoring.EXPERTS):
        yield FieldError("scoring", N_("有专家这一步就用专家评分，没有就用自评分。"))


def checked(route: Route, name: str) -> Route:
    """Return the way of the data file; ValueError that names the row and its faults."""
    if found := list(faults(route)):
        raise ValueError(f"{name}: {'; '.join(one.message % one.facts for one in found)}")
    return route
