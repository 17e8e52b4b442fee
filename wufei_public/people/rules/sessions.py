"""How long a session lasts, when its use is written down, and how its device is called."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from wufei_public.common.actor import Actor, ActorKind
from wufei_public.common.text import N_


@dataclass(frozen=True, slots=True)
class Lifetime:
    """A session ends after `idle` without use and after `absolute` in any case.

    Use is written at most every `touch`, so that reading pages stays reading.
    """

    idle: timedelta
    absolute: timedelta
    touch: timedelta


LIFETIMES: Mapping[ActorKind, Lifetime] = {
    ActorKind.RESIDENT: Lifetime(timedelta(days=90), timedelta(days=365), timedelta(days=1)),
    ActorKind.STAFF: Lifetime(timedelta(minutes=30), timedelta(hours=12), timedelta(minutes=1)),
}


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """A session that is open now, and who holds it."""

    code: str
    actor: Actor
    account_code: str
    signed_in_at: datetime
    seen_at: datetime
    until: datetime

    def touch_is_due(self, now: datetime) -> bool:
        """Say whether this use should be written down."""
        return now - self.seen_at >= LIFETIMES[self.actor.kind].touch


def ends(kind: ActorKind, signed_in_at: datetime, seen_at: datetime) -> tuple[datetime, datetime]:
    """Return when a session ends: if unused from `seen_at` on, and in any case."""
    life = LIFETIMES[kind]
    until = signed_in_at + life.absolute
    return min(seen_at + life.idle, until), until


# The first that fits; WeChat's browser also calls itself Safari or Chrome.
_PROGRAMS = (
    ("MicroMessenger", N_("微信")),
    ("Edg", N_("Edge 浏览器")),
    ("Firefox", N_("火狐浏览器")),
    ("Chrome", N_("Chrome 浏览器")),
    ("Safari", N_("Safari 浏览器")),
)
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
OTHER_PROGRAM = N_("其他浏览器")


def device_words(user_agent: str) -> tuple[str, str]:
    """Return program and system of a device as marked words; the system may be empty."""
    program = next((words for mark, words in _PROGRAMS if mark in user_agent), OTHER_PROGRAM)
    return program, next((words for mark, words in _SYSTEMS if mark in user_agent), "")
