"""Telephone interviews: what an attempt may end in, and when a number is tried again.

The codes are the final dispositions of the AAPOR Standard Definitions (10th edition, 2023)
for telephone surveys; what is not final yet stands by the code that it would have if nothing
more was learnt.
"""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from wufei_public.common.clock import DISTRICT_ZONE, day_end
from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_
from wufei_public.surveys.rules.outcomes import Outcome, outcome_of
from wufei_public.surveys.rules.replies import KEPT

NOT_TRIED, BUSY, NO_ANSWER, MACHINE = "3.11", "3.12", "3.13", "3.14"
LATER = "2.21"
# All that the list of a sample keeps of somebody whose answers are kept.
ANSWERED = "1"
# What an interviewer may note; after those of AGAIN the number is tried once more.
AGAIN = (NO_ANSWER, BUSY, MACHINE, LATER)
FOR_GOOD = ("2.11", "2.31", "2.32", "2.33", "4.1", "4.7", "4.32", "4.51")
NOTED = (*AGAIN, *FOR_GOOD)
# "3.1" is a member of a sample whose code was not used, "3.2" opened the questions and left.
OPEN = frozenset({"3.1", "3.2", NOT_TRIED, *AGAIN})
MOST_ATTEMPTS = 6
# So many open numbers one interviewer holds at once.
MOST_HELD = 10
_FROM, _UNTIL = time(8, 30), time(21)
_UNKNOWN = frozenset({Outcome.UNKNOWN_HOUSEHOLD, Outcome.UNKNOWN_OTHER})


class Slot(StrEnum):
    """The part of the day of an attempt: numbers are tried at different ones."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


SLOTS = {
    Slot.MORNING: N_("上午"),
    Slot.AFTERNOON: N_("下午"),
    Slot.EVENING: N_("晚上"),
}
_NOON, _DUSK = 12, 18


def slot_of(now: datetime) -> Slot:
    """Return the part of the district's day that `now` lies in."""
    hour = now.astimezone(DISTRICT_ZONE).hour
    if hour < _NOON:
        return Slot.MORNING
    return Slot.AFTERNOON if hour < _DUSK else Slot.EVENING


def is_open(outcome: str, attempts: int) -> bool:
    """Say whether a number with this outcome is tried (again) after so many attempts."""
    return outcome in OPEN and attempts < MOST_ATTEMPTS


def settled(before: str, now: str) -> str:
    """Return the outcome that stands after another attempt: what is known is not unlearnt.

    Nobody lifting the receiver after somebody had asked to be called later is still 2.21, and
    who has answered has. How fully somebody answered is not said: few answer in part, so that
    it would join a member of the sample to the answers.
    """
    if before == ANSWERED or now in KEPT:
        return ANSWERED
    forgets = outcome_of(now) in _UNKNOWN and outcome_of(before) not in _UNKNOWN
    return before if forgets else now


def appointment(typed: datetime | None, now: datetime, last: date) -> datetime | None:
    """Return the instant of an appointment typed in the district's time; None without one.

    Invalid at `at` if it is over, after the wave's `last` day, or when nobody should call.
    """
    if typed is None:
        return None
    at = typed.replace(tzinfo=DISTRICT_ZONE).astimezone(UTC)
    if not now - timedelta(minutes=5) <= at <= day_end(last):
        raise _bad(N_("约的时间要在现在以后、调查结束以前。"))
    if not _FROM <= typed.time() <= _UNTIL:
        raise _bad(N_("请约在 8:30 到 21:00 之间。"))
    return at


def _bad(sentence: str) -> Invalid:
    return Invalid("bad_appointment", sentence, [FieldError("at", sentence)])


def week_of(day: date, opens_on: date) -> date:
    """Return the day that an answer by telephone carries: its week's Monday, or the first day.

    Whoever looks at a number stands in the trail with the day; the answer must not meet it.
    """
    return max(day - timedelta(days=day.weekday()), opens_on)
