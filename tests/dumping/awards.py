"""Awards for tests: grades in force, a proposal, a decision, a payout."""

from datetime import date
from typing import Any

from tests.dumping import make
from wufei_public.common.actor import ANONYMOUS, Actor, ActorKind, Grant
from wufei_public.common.clock import district_day
from wufei_public.dumping.actions import awards, claiming
from wufei_public.dumping.actions.receipts import Receipt
from wufei_public.dumping.queries import awards as queries
from wufei_public.dumping.rules.awards import Grade
from wufei_public.infra.work import Work, house, reading, work
from wufei_public.people.rules.roles import Role

CASHIER = Actor(ActorKind.STAFF, 111, "出纳", (Grant(Role.AWARD_CASHIER, division=make.DISTRICT),))
OTHER_CASHIER = Actor(
    ActorKind.STAFF, 112, "出纳乙", (Grant(Role.AWARD_CASHIER, division=make.DISTRICT),)
)
OTHER_DISTRICT = Actor(
    ActorKind.STAFF, 113, "区级乙", (Grant(Role.DISTRICT_OFFICER, division=make.DISTRICT),)
)
GRADES = (Grade("一级", 1000, 3000), Grade("二级", 200, 500))
CONDITIONS = "线索没有掌握过，查证属实。"
COUNTER = "区生态环境局一楼，工作日 9 点到 17 点。"


def in_force(
    actor: Actor = make.DISTRICT_OFFICER, starts_on: date | None = None, **changes: Any
) -> int:
    """Put grades in force, from today on unless `starts_on` says another day."""
    values: dict[str, Any] = {
        "starts_on": starts_on or district_day(house().clock()),
        "source": "某区有奖举报办法（2026）第五条",
        "verified": True,
        "claim_days": 60,
        "conditions": CONDITIONS,
        "counter": COUNTER,
        "grades": GRADES,
    } | changes
    return work(actor, lambda w: awards.publish_scheme(w, **values))


def proposed(receipt: Receipt, actor: Actor = make.TOWN_OFFICER, **changes: Any) -> str:
    """Propose an award of the second grade for a case with a result; return its code."""
    values: dict[str, Any] = {"grade": 2, "amount": 300, "text": "查实了，罚了两千。"} | changes
    make.do(actor, awards.propose, receipt.code, **values)
    return code_of(receipt)


def code_of(receipt: Receipt) -> str:
    """Return the code of a case's newest award."""
    found = queries.line_of_case(reading(), make.case(receipt).id)
    if found is None:
        raise AssertionError("the case has no award")
    return str(found.code)


def decided(
    code: str, actor: Actor = make.DISTRICT_OFFICER, *, approve: bool = True, text: str = ""
) -> None:
    """Approve, or decline, a proposal."""
    make.do(actor, awards.decide, code, approve=approve, text=text)


def approved(receipt: Receipt) -> str:
    """Return the code of an approved award of a case with a result."""
    code = proposed(receipt)
    decided(code)
    return code


def drawn(receipt: Receipt, actor: Actor = ANONYMOUS) -> str:
    """Fetch the code of the award of a case, as its reporter."""

    def do(w: Work) -> str:
        return claiming.draw_code(w, code=receipt.code, secret=receipt.secret)

    return work(actor, do)


def paid(receipt: Receipt, actor: Actor = CASHIER) -> str:
    """Fetch the code and redeem it; return the award's code."""
    claim = drawn(receipt)
    return pay(claim, actor)


def pay(claim: str, actor: Actor = CASHIER) -> str:
    """Redeem a code at the counter."""
    return work(actor, lambda w: claiming.pay(w, claim=claim, method="cash", voucher="P-7"))
