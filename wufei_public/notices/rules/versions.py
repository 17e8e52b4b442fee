"""Which version of a piece is shown, and what may become of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from wufei_public.common.errors import FieldError
from wufei_public.common.text import N_
from wufei_public.people.rules.consent import CHILDREN, PRIVACY

MOST_TITLE, MOST_SUMMARY, MOST_BODY, MOST_REASON = 60, 120, 8000, 200
MOST_AHEAD = timedelta(days=366)


class Kind(StrEnum):
    """What a piece is: news of the day, something to learn, a text that the site must have."""

    NOTICE = "notice"
    ARTICLE = "article"
    TEXT = "text"


class State(StrEnum):
    """How a piece stands at one instant; never stored, so no hour is missed."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    SHOWN = "shown"
    WITHDRAWN = "withdrawn"


KINDS = {Kind.NOTICE: N_("公告"), Kind.ARTICLE: N_("文章"), Kind.TEXT: N_("网站文本")}
STATES = {
    State.DRAFT: N_("没有发布"),
    State.SCHEDULED: N_("定时发布"),
    State.SHOWN: N_("在公布"),
    State.WITHDRAWN: N_("已撤回"),
}
# The texts that every site must have, by the last part of their address.
TEXTS = {
    PRIVACY: N_("隐私说明"),
    CHILDREN: N_("儿童隐私说明"),
    "accessibility": N_("无障碍声明"),
    "contact": N_("联系我们"),
}


@dataclass(frozen=True, slots=True)
class Draft:
    """What an editor writes."""

    title: str
    summary: str
    body: str
    title_en: str = ""
    summary_en: str = ""
    body_en: str = ""


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """When a version is to be shown from; a draft has no such hour."""

    number: int
    publish_at: datetime | None


def shown(
    versions: Iterable[VersionFacts], withdrawn_at: datetime | None, now: datetime
) -> VersionFacts | None:
    """Return the version that readers see: the newest whose hour has come after a withdrawal."""
    due = [
        one
        for one in versions
        if one.publish_at is not None
        and one.publish_at <= now
        and (withdrawn_at is None or one.publish_at > withdrawn_at)
    ]
    return max(due, key=lambda one: one.number, default=None)


def state(versions: Sequence[VersionFacts], withdrawn_at: datetime | None, now: datetime) -> State:
    """Return how the piece stands."""
    if shown(versions, withdrawn_at, now) is not None:
        return State.SHOWN
    if any(one.publish_at is not None and one.publish_at > now for one in versions):
        return State.SCHEDULED
    return State.WITHDRAWN if withdrawn_at is not None else State.DRAFT


def is_fixed(version: VersionFacts, now: datetime) -> bool:
    """Say whether the hour of a version has come: from then on nobody changes it."""
    return version.publish_at is not None and version.publish_at <= now


def hour_faults(publish_at: datetime, now: datetime) -> list[FieldError]:
    """Return what is wrong with the hour of a publication."""
    if publish_at < now:
        return [FieldError("publish_at", N_("这个时间已经过了。马上发布请留空。"))]
    if publish_at > now + MOST_AHEAD:
        return [FieldError("publish_at", N_("最多提前一年定时。"))]
    return []
