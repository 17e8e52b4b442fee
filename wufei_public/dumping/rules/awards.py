"""有奖举报: grades with amounts in force from a day, an award's way to its reporter, its code.

The law wants true reports rewarded and the reporter kept secret (固体废物污染环境防治法 art. 31;
环办执法〔2020〕8号); amounts are local, so nothing is paid before a district has put its own
in force. What is shipped (`data/awards.csv`) is a draft for that page and no more.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from importlib import resources

from wufei_public.common.budgets import Budget, Span
from wufei_public.common.clock import day_end, district_day
from wufei_public.common.errors import FieldError
from wufei_public.common.text import N_
from wufei_public.common.workflow import Step, Workflow
from wufei_public.dumping.rules.states import State as CaseState

MOST_YUAN = 1_000_000
MOST_GRADES = 6
# How long a code may wait for its reporter, in days.
CLAIM_DAYS = (7, 365)
AWARDABLE = frozenset({CaseState.CLOSED, CaseState.UNCLEARED})


class State(StrEnum):
    """How an award stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"
    PAID = "paid"
    REVOKED = "revoked"


class Move(StrEnum):
    """What is done with an award."""

    APPROVE = "approve"
    DECLINE = "decline"
    PAY = "pay"
    REVERSE = "reverse"
    REVOKE = "revoke"


class Who(StrEnum):
    """Who does it, as far as the table of steps tells them apart."""

    DECIDER = "decider"
    CASHIER = "cashier"


class Method(StrEnum):
    """How the money leaves."""

    CASH = "cash"
    TRANSFER = "transfer"
    PHONE = "phone"


class EntryKind(StrEnum):
    """What an entry of the ledger books."""

    PAYOUT = "payout"
    REVERSAL = "reversal"


_DECIDER, _CASHIER = frozenset({Who.DECIDER}), frozenset({Who.CASHIER})
WORKFLOW: Workflow[State, Move] = Workflow(
    start=State.PROPOSED,
    finals={State.DECLINED, State.REVOKED},
    steps=(
        Step(State.PROPOSED, Move.APPROVE, State.APPROVED, _DECIDER),
        Step(State.PROPOSED, Move.DECLINE, State.DECLINED, _DECIDER),
        Step(State.APPROVED, Move.PAY, State.PAID, _CASHIER),
        Step(State.APPROVED, Move.REVOKE, State.REVOKED, _DECIDER),
        # What was booked wrongly is booked back; the reporter fetches a new code.
        Step(State.PAID, Move.REVERSE, State.APPROVED, _DECIDER),
    ),
)
# One award of a case that is not over; a declined one may be proposed anew.
LIVE = frozenset({State.PROPOSED, State.APPROVED, State.PAID})
LABELS = {
    State.PROPOSED: N_("待批准"),
    State.APPROVED: N_("已批准，待领"),
    State.DECLINED: N_("没有批准"),
    State.PAID: N_("已发放"),
    State.REVOKED: N_("撤销了"),
}
CHIPS = {
    State.PROPOSED: "soon",
    State.APPROVED: "doing",
    State.DECLINED: "none",
    State.PAID: "done",
    State.REVOKED: "bad",
}
METHOD_LABELS = {
    Method.CASH: N_("现金"),
    Method.TRANSFER: N_("转账"),
    Method.PHONE: N_("充话费"),
}
ENTRY_LABELS = {EntryKind.PAYOUT: N_("发放"), EntryKind.REVERSAL: N_("冲回")}
# Wrong codes at a counter: of one cashier, of one network, and of the whole site.
WRONG_CLAIMS = (Budget("claim", 10, Span.HOUR), Budget("claim", 30, Span.DAY))
WRONG_CLAIMS_NETWORK = Budget("claim:network", 30, Span.HOUR)
WRONG_CLAIMS_SITE = Budget("claim:site", 200, Span.DAY)


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade with the least and the most it gives, in whole yuan."""

    name: str
    lowest: int
    highest: int


@dataclass(frozen=True, slots=True)
class Draft:
    """What a district's page begins with: nobody has compared it with a local document."""

    source: str
    grades: Sequence[Grade]


def _draft() -> Draft:
    data = resources.files("wufei_public.dumping") / "data" / "awards.csv"
    rows = list(csv.DictReader(data.read_text(encoding="utf-8").splitlines()))
    grades = [Grade(row["name"], int(row["lowest"]), int(row["highest"])) for row in rows]
    return Draft(rows[0]["source"], grades)


DRAFT = _draft()


def grade_faults(grades: Sequence[Grade], starts_on: date, today: date) -> list[FieldError]:
    """Return what is wrong with a version of the grades, one fault per field.

    It starts today or later: nobody changes what an award of the past was worth.
    """
    faults = []
    if starts_on < today:
        faults.append(FieldError("starts_on", N_("生效日不能早于今天。")))
    if not grades:
        faults.append(FieldError("name", N_("至少写一个等级。")))
    if len({grade.name for grade in grades}) < len(grades):
        faults.append(FieldError("name", N_("等级的名称不能重复。")))
    if any(grade.lowest > grade.highest for grade in grades):
        faults.append(FieldError("highest", N_("最高金额不能小于最低金额。")))
    return faults


def claim_until(approved_at: datetime, days: int) -> datetime:
    """Return the end of the last day on which the code is good (UTC)."""
    return day_end(district_day(approved_at) + timedelta(days=days))
