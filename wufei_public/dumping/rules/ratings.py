"""What the reporter says of a closed case, until when, and what follows from being not content."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from importlib import resources

from wufei_public.common.text import N_
from wufei_public.dumping.rules.states import RATEABLE, Move, State


class Rating(StrEnum):
    SATISFIED = "satisfied"
    MOSTLY = "mostly"
    UNSATISFIED = "unsatisfied"


RATING_LABELS = {
    Rating.SATISFIED: N_("满意"),
    Rating.MOSTLY: N_("基本满意"),
    Rating.UNSATISFIED: N_("不满意"),
}
RATING_ICONS = {
    Rating.SATISFIED: "st-done",
    Rating.MOSTLY: "st-doing",
    Rating.UNSATISFIED: "st-bad",
}
# So often the reporter's word alone has a case done again (issue 5 §3).
BY_RIGHT = 1
# So many who saw the heap and are not content have it decided by another (`data/votes.csv`).
DOUBTS = next(
    int(row["value"])
    for row in csv.DictReader(
        (resources.files("wufei_public.dumping") / "data" / "votes.csv")
        .read_text(encoding="utf-8")
        .splitlines()
    )
    if row["name"] == "doubts"
)


def may_rate(state: State, until: datetime | None, now: datetime) -> bool:
    """Say whether the reporter may still rate; after a review there is no `until` any more."""
    return state in RATEABLE and until is not None and now <= until


def objection_move(reopened: int) -> Move:
    """Return the move of a reporter who is not content with a case done again `reopened` times."""
    return Move.REOPEN if reopened < BY_RIGHT else Move.OBJECT


class Decision(StrEnum):
    """What a review can come to."""

    REDO = "redo"
    KEEP = "keep"
    KEEP_UNCLEARED = "keep_uncleared"


DECISION_LABELS = {
    Decision.REDO: N_("重新办理"),
    Decision.KEEP: N_("维持办结，已经清除"),
    Decision.KEEP_UNCLEARED: N_("维持办结，没有清除"),
}


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """How results were rated, each closing once; who said nothing was not satisfied."""

    results: int = 0
    rated: Mapping[Rating, int] = field(default_factory=dict)

    @property
    def silent(self) -> int:
        """Return how many results nobody rated."""
        return self.results - sum(self.rated.values())

    @property
    def content(self) -> int:
        """Return how many results were called good or mostly good."""
        return self.rated.get(Rating.SATISFIED, 0) + self.rated.get(Rating.MOSTLY, 0)
