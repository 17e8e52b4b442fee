"""Invitations and reminders by SMS: how many, how far apart."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from wufei_public.common.errors import Conflict
from wufei_public.common.text import N_

MOST_REMINDERS = 2
PAUSE = timedelta(days=3)
# Who has not answered and has not said no either.
UNANSWERED = ("3.1", "3.2")


class Letter(StrEnum):
    """What a sample gets by SMS."""

    INVITE = "invite"
    REMIND = "remind"


LETTERS = {Letter.INVITE: N_("邀请"), Letter.REMIND: N_("提醒")}
TEMPLATES = {Letter.INVITE: "surveys.invite", Letter.REMIND: "surveys.remind"}


def next_letter(before: Sequence[tuple[Letter, datetime]]) -> Letter | None:
    """Return what may be sent after what was sent `before`; None when it was enough."""
    if not before:
        return Letter.INVITE
    reminded = sum(letter is Letter.REMIND for letter, _at in before)
    return Letter.REMIND if reminded < MOST_REMINDERS else None


def check_next(before: Sequence[tuple[Letter, datetime]], now: datetime) -> Letter:
    """Return what is sent now; Conflict where it was enough, or the last is too near."""
    letter = next_letter(before)
    if letter is None:
        raise Conflict(
            "reminded_enough", N_("已经提醒过 %(most)s 次，不再打扰。"), most=MOST_REMINDERS
        )
    if before and now < before[-1][1] + PAUSE:
        raise Conflict("too_soon", N_("离上一次不到 %(days)s 天，过几天再提醒。"), days=PAUSE.days)
    return letter
