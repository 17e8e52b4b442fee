"""Tasks of the plan: what a department has said, and when its silence may be called late."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from wufei_public.common.text import N_

NOTICE_DAYS = 30


class Progress(StrEnum):
    """What the lead department says; nothing yet at first."""

    UNREPORTED = "unreported"
    DOING = "doing"
    DONE = "done"
    CHANGED = "changed"


LABELS = {
    Progress.UNREPORTED: N_("未填报"),
    Progress.DOING: N_("在做"),
    Progress.DONE: N_("已完成"),
    Progress.CHANGED: N_("不做了或有变化"),
}
CHIPS = {
    Progress.UNREPORTED: "none",
    Progress.DOING: "doing",
    Progress.DONE: "done",
    Progress.CHANGED: "soon",
}
_OVER = frozenset({Progress.DONE, Progress.CHANGED})


@dataclass(frozen=True, slots=True)
class Notice:
    """From which day departments are asked, and how many days they have to answer."""

    on_day: date
    days: int


def is_overdue(
    progress: Progress, deadline: date | None, notice: Notice | None, today: date
) -> bool:
    """Say whether a task is past its day, and its department had time to say why."""
    if deadline is None or notice is None or progress in _OVER:
        return False
    return today > max(deadline, notice.on_day + timedelta(days=notice.days))
