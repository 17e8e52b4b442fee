"""What messages say, when one is sent, and when it is tried again."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from wufei_public.common.budgets import Budget, Span
from wufei_public.common.clock import DISTRICT_ZONE
from wufei_public.common.text import N_

# Gateways have templates of their own: these are the sentences of the console, and what an
# operator registers with a gateway (a message by SMS begins with the site's name, MIIT rule).
SMS: Mapping[str, str] = {
    "messages.notice": N_("您有一条新消息：%(title)s。请打开网站，在“消息”里看。"),
    "people.code": N_("您的验证码是 %(code)s，%(minutes)s 分钟内有效。不要告诉别人。"),
    "organisations.code": N_(
        "有人申请在网上代表%(name)s，核实码 %(code)s，%(minutes)s 分钟内有效。"
        "是单位让他办的，再告诉他；不是，不用理。"
    ),
    "surveys.invite": N_(
        "请您回答“%(title)s”，约 3 分钟，不记名：%(address)s 邀请码 %(code)s，%(day)s 前有效，"
        "一人一份，请不要转给别人。不想答不用理。"
    ),
    "surveys.remind": N_(
        "“%(title)s”到 %(day)s 结束，还等着您的回答：%(address)s 邀请码 %(code)s。"
        "不想答不用理，最多提醒两次。"
    ),
}

# What a registered template of a gateway is filled with.
PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "messages.notice": ("title",),
    "people.code": ("code",),
    "organisations.code": ("name", "code"),
    "surveys.invite": ("title", "address", "code", "day"),
    "surveys.remind": ("title", "address", "code", "day"),
}


class Undelivered(Exception):  # noqa: N818
    """The message did not leave; `again` says whether a later try makes sense."""

    def __init__(self, reason: str, *, again: bool = True) -> None:
        super().__init__(reason)
        self.again = again


# Whoever has the job holds a row this long; what is taken at once fits in with a gateway's
# time-out, one after the other, or by so many carriers (an SMS needs nothing of the others).
LEASE = timedelta(minutes=2)
MOST_AT_ONCE = 10
SMS_AT_ONCE, CARRIERS = 40, 8
PAUSES = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
)


def next_try(tries: int, now: datetime, until: datetime | None = None) -> datetime | None:
    """Return when to try again after the `tries`-th failure; None when a person must look.

    What is useless after `until` (a code that has expired) is not tried after it.
    """
    if tries > len(PAUSES):
        return None
    again = now + PAUSES[tries - 1]
    return None if until is not None and again >= until else again


# ---- letters through WeChat ------------------------------------------------------

WECHAT = "wechat"
# WeChat knows a client_msg_id for ten minutes; a clock and a slow answer take their part.
KNOWN = timedelta(minutes=9)
# Who refused is asked again by itself: they may follow the account anew, and nobody tells us.
REFUSED_FOR = timedelta(days=30)
# What the fields of a template hold, by the kind that their names begin with (模板消息, 参数限制).
_MOST_FIELD = {"thing": 20, "character_string": 32, "phrase": 5, "const": 20, "name": 10}


def next_letter(tries: int, now: datetime, unknown_since: datetime | None) -> datetime | None:
    """Return when to send again; None when a person must look.

    Where nobody knows whether it arrived (`unknown_since`), only while WeChat knows its id.
    """
    again = next_try(tries, now) if tries else now
    if again is None or unknown_since is None or again < unknown_since + KNOWN:
        return again
    return None


def field_values(fields: Mapping[str, str], facts: Mapping[str, object]) -> dict[str, str]:
    """Return what fills the `fields` (name: fact) of a template, cut to what WeChat takes."""
    return {
        name: _cut(str(facts.get(fact, "")), _MOST_FIELD.get(name.rstrip("0123456789")))
        for name, fact in fields.items()
    }


def _cut(text: str, most: int | None) -> str:
    return text if most is None or len(text) <= most else f"{text[: most - 1]}…"


# ---- what a person decides -------------------------------------------------------

MOST_REASON, MOST_TITLE, MOST_WORDS = 200, 60, 300
# A row that is being sent says so: one that still does after its lease was left by a dead process.
UNDER_WAY = "under way"
UNKNOWN, EXPIRED, SEALED = "outcome unknown", "expired", "sealed under another key"
BAD_PLACEHOLDER = N_("只能用上面列出的事实，照原样写；百分号要写两个。")
_PLACEHOLDER = re.compile(r"%\((\w+)\)s")


class Failure(StrEnum):
    """Why a message waits for a person."""

    UNKNOWN = "unknown"
    EXPIRED = "expired"
    SEALED = "sealed"
    REFUSED = "refused"


def failure_of(error: str) -> Failure:
    """Return what kind of failure an outbox row's error is."""
    if error.startswith(UNKNOWN):
        return Failure.UNKNOWN
    return {EXPIRED: Failure.EXPIRED, SEALED: Failure.SEALED}.get(error, Failure.REFUSED)


def placeholders(text: str) -> frozenset[str]:
    """Return the facts that fill a text."""
    return frozenset(_PLACEHOLDER.findall(text))


def placeholder_faults(text: str, shipped: str) -> bool:
    """Say whether a text could not be filled with the facts of the package's own."""
    stray = "%" in _PLACEHOLDER.sub("", text).replace("%%", "")
    return stray or not placeholders(text) <= placeholders(shipped)


# ---- when not to disturb ---------------------------------------------------------

# Somebody waits for these with the phone in the hand, and they have limits of their own.
URGENT = frozenset({"people.code", "organisations.code"})
Hours = tuple[time, time]


def quiet_until(now: datetime, hours: Hours | None) -> datetime | None:
    """Return when the quiet hours around `now` end in the district; None outside of them."""
    if hours is None:
        return None
    begin, end = hours
    local = now.astimezone(DISTRICT_ZONE)
    clock = local.time()
    over_night = begin > end
    if over_night and not (clock >= begin or clock < end):
        return None
    if not over_night and not begin <= clock < end:
        return None
    last = local.date() + timedelta(days=1 if over_night and clock >= begin else 0)
    return datetime.combine(last, end, DISTRICT_ZONE).astimezone(UTC)


def of_person(most: int) -> Budget:
    """Return how many messages that are not urgent reach one person in a day."""
    return Budget("sms:person", most, Span.DAY)


def by_wechat_a_day(most: int) -> Budget:
    """Return how many letters through WeChat reach one person in a day."""
    return Budget("wechat:person", most, Span.DAY)
