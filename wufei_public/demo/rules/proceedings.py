"""What happens to the made-up enterprises: so many days after its beginning each step is taken."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from wufei_public.common.clock import DISTRICT_ZONE
from wufei_public.demo.rules.words import rows_of

Row = Mapping[str, str]
# When the enterprises were entered, and when somebody was proven to represent them.
ENTERED, PROVEN = 340, 335
REGISTER, APPLY, PROVE = "register", "apply", "prove"
# The half year that is assessed, and last year's grade for who holds a permit: every fourth waits.
PERIOD, ASSESS, GRADE, PUBLISH = "period", "assess", "grade", "publish_grade"
OPENED, ASSESSED, GRADED, PUBLISHED = 60, 30, 40, 20
_WAITS = 4
_OPENS = 10
_APART = timedelta(minutes=7)


class By(StrEnum):
    """Whose step it is."""

    TOWN = "town"
    OFFICE = "office"
    CHIEF = "chief"
    SECOND = "second"
    THIRD = "third"  # of another department: without part in anything before
    ENTERPRISE = "enterprise"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Act:
    """One step: of which enterprise, when, what and by whom."""

    at: datetime
    firm: int
    what: str
    by: By


_PROPOSED = ((0, "propose", By.TOWN),)
_SERVED = (*_PROPOSED, (1, "serve", By.TOWN), (3, "statement", By.ENTERPRISE))
_CONFIRMED = (*_PROPOSED, (1, "confirm", By.ENTERPRISE), (3, "statement", By.ENTERPRISE))
_BLACK = (*_SERVED, (28, "decide", By.OFFICE), (30, "publish", By.CHIEF))
_NOTICED = (*_PROPOSED, (1, "notify", By.OFFICE))
_RED = (*_NOTICED, (20, "decide", By.OFFICE), (21, "publish", By.CHIEF))
_REPAIR = (*_BLACK, (130, "repair", By.ENTERPRISE))
STORIES: Mapping[str, Sequence[tuple[int, str, By]]] = {
    "proposed": _PROPOSED,
    "served": _SERVED,
    "answered": (*_CONFIRMED, (4, "objection", By.ENTERPRISE)),
    "decided": _BLACK[:-1],
    # Somebody reported an error: five days ago, and so long ago that its answer is overdue.
    "published": (*_BLACK, (85, "error", By.ENTERPRISE)),
    "objected": (*_BLACK, (33, "objection", By.ENTERPRISE), (40, "error", By.ENTERPRISE)),
    "overturned": (*_BLACK, (33, "objection", By.ENTERPRISE), (40, "uphold", By.THIRD)),
    "repairing": _REPAIR,
    "repaired": (*_REPAIR, (138, "review", By.THIRD)),
    "expired": (*_BLACK, (125, "expire", By.SYSTEM)),
    "dropped": (*_CONFIRMED, (20, "drop", By.OFFICE)),
    "noticed": _NOTICED,
    "praised": _RED,
    "withdrawn": (*_RED, (100, "withdraw", By.THIRD)),
}


def firms() -> Sequence[Row]:
    """Return the made-up enterprises."""
    return rows_of("enterprises.csv")


def acts(until: datetime) -> Sequence[Act]:
    """Return every step of all enterprises up to `until`, in the order of time."""
    found = [act for number, row in enumerate(firms()) for act in _of(number, row, until)]
    found.append(Act(until - timedelta(days=OPENED), 0, PERIOD, By.CHIEF))
    return sorted((act for act in found if act.at < until), key=lambda act: (act.at, act.firm))


def _of(firm: int, row: Row, until: datetime) -> Iterator[Act]:
    first = until.astimezone(DISTRICT_ZONE).replace(hour=_OPENS, minute=0, second=0, microsecond=0)

    def day(before: int) -> datetime:
        return first - timedelta(days=before) + firm * _APART

    yield Act(day(ENTERED), firm, REGISTER, By.TOWN)
    yield Act(day(PROVEN + 2), firm, APPLY, By.ENTERPRISE)
    yield Act(day(PROVEN), firm, PROVE, By.SECOND)
    yield Act(day(ASSESSED), firm, ASSESS, By.TOWN)
    if row["permit"]:
        yield Act(day(GRADED), firm, GRADE, By.OFFICE)
        if firm % _WAITS:
            yield Act(day(PUBLISHED), firm, PUBLISH, By.CHIEF)
    began = int(row["began"])
    for after, what, by in STORIES[row["story"]]:
        yield Act(day(began - after), firm, what, by)
