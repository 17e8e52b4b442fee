"""Training events: for whom, and on which day somebody may sign in."""

from datetime import date
from enum import StrEnum

from wufei_public.common.text import N_

MOST_TITLE, MOST_PLACE = 40, 40
MEASURE = "training"


class Audience(StrEnum):
    """The groups that the plan trains (issue 6, part 8)."""

    OFFICE = "office"
    SCHOOL = "school"
    COMMUNITY = "community"
    ENTERPRISE = "enterprise"


LABELS = {
    Audience.OFFICE: N_("机关"),
    Audience.SCHOOL: N_("学校"),
    Audience.COMMUNITY: N_("社区和村"),
    Audience.ENTERPRISE: N_("企业"),
}


class Standing(StrEnum):
    COMING = "coming"
    TODAY = "today"
    OVER = "over"
    CANCELLED = "cancelled"


STANDINGS = {
    Standing.COMING: N_("还没到日子"),
    Standing.TODAY: N_("今天，可以签到"),
    Standing.OVER: N_("办完了"),
    Standing.CANCELLED: N_("取消了"),
}
CHIPS = {
    Standing.COMING: "soon",
    Standing.TODAY: "doing",
    Standing.OVER: "done",
    Standing.CANCELLED: "none",
}


def standing(day: date, today: date, *, cancelled: bool) -> Standing:
    """Say how an event of `day` stands today: signing in runs on its own day alone."""
    if cancelled:
        return Standing.CANCELLED
    if day == today:
        return Standing.TODAY
    return Standing.COMING if day > today else Standing.OVER
