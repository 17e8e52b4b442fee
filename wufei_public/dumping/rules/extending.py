"""More time for a case: once, with a reason for the reporter, by a second person where data say so.

The local promise grows by the clock `extend`, the legal limit by `legal_extend`; the promise
never passes the limit.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from importlib import resources

from wufei_public.common.clock import day_end, district_day
from wufei_public.common.text import N_
from wufei_public.common.workdays import Holidays, add_workdays
from wufei_public.dumping.rules.clocks import CLOCKS
from wufei_public.dumping.rules.states import State

# While the reporter is asked the clock stands; before acceptance it does not run.
EXTENDABLE = frozenset({State.ACCEPTED, State.ASSIGNED, State.DISPUTED})


class Extension(StrEnum):
    """How a wish for more time stands."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"


class Answer(StrEnum):
    """What a second person says to it."""

    GRANT = "grant"
    REFUSE = "refuse"


ANSWER_LABELS = {Answer.GRANT: N_("同意延长"), Answer.REFUSE: N_("不同意")}


def _second_person() -> bool:
    data = resources.files("wufei_public.dumping") / "data" / "extension.csv"
    rows = csv.DictReader(data.read_text(encoding="utf-8").splitlines())
    return {row["name"]: row["value"] for row in rows}["second_person"] == "yes"


SECOND_PERSON = _second_person()


@dataclass(frozen=True, slots=True)
class Longer:
    """The local promise and the legal limit after an extension (UTC)."""

    finish: datetime
    legal: datetime


def longer(finish: datetime, legal: datetime, holidays: Holidays) -> Longer:
    """Return both deadlines with more time, each reckoned from its own last day."""
    limit = day_end(district_day(legal) + timedelta(days=CLOCKS["legal_extend"].amount))
    promised = add_workdays(district_day(finish), CLOCKS["extend"].amount, holidays)
    return Longer(min(day_end(promised.day), limit), limit)


def may_be_extended(
    state: State, finish: datetime | None, now: datetime, before: Mapping[str, int]
) -> bool:
    """Say whether more time may be asked for: in hand, in time, not asked or granted yet.

    `before` is how many wishes of the case there are by how they stand.
    """
    asked = before.get(Extension.ASKED, 0) + before.get(Extension.GRANTED, 0)
    return state in EXTENDABLE and finish is not None and now <= finish and not asked
