"""Residents with points, rewards and their keepers; nothing surprising."""

import secrets
from datetime import date

from tests.dumping.make import (
    CREW,
    DISTRICT_OFFICER,
    NEIGHBOUR,
    RESIDENT,
    TOWN,
    VILLAGE,
    account,
    browser,
    places,
)
from wufei_public.common.actor import SYSTEM, Actor, ActorKind, Grant
from wufei_public.infra.work import reading, work
from wufei_public.people.actions.accounts import invite_staff
from wufei_public.people.actions.roles import grant_role
from wufei_public.people.queries.accounts import holders, staff_account
from wufei_public.people.rules.roles import Role
from wufei_public.points.actions import ledger, rewards, shops
from wufei_public.points.actions.rewards import Offer
from wufei_public.points.queries.ledger import balance as balance_of
from wufei_public.points.rules.shops import Entry

__all__ = [
    "CREW",
    "DISTRICT_OFFICER",
    "NEIGHBOUR",
    "RESIDENT",
    "TOWN",
    "VILLAGE",
    "account",
    "browser",
    "places",
]
DAY = date(2026, 11, 24)


def points(actor: Actor, number: int, begin: int = 0) -> None:
    """Give `number` check-ins' worth of points to a resident who has an account."""

    def do(w: ledger.Work) -> None:
        for day in range(begin, begin + number):
            ledger.award(w, actor.id or 0, "checkin", f"day-{day}", DAY)

    work(SYSTEM, do)


def balance(actor: Actor) -> int:
    reading().rollback()
    return balance_of(reading(), actor.id or 0)


def reward(*, cost: int = 10, stock: int = 5, name: str = "一卷垃圾袋", shop: str = "") -> str:
    """Add a reward; return its code."""
    offer = Offer(name, cost, stock, "A roll of bags", "在村委会领", shop=shop)
    return work(SYSTEM, lambda w: rewards.add_reward(w, offer)).code


def clerk(number: int, *, town: str = TOWN) -> Actor:
    """Hire a shop clerk of a town, with the account that policies and registers know."""
    user_name = f"clerk{number}"

    def do(w: ledger.Work) -> int:
        invited = invite_staff(w, user_name=user_name, display_name=f"店员{number}")
        grant_role(w, code=invited.code, role=Role.SHOP_CLERK, division=town)
        return staff_account(w.session, invited.code).id

    account_id = work(SYSTEM, do)
    return Actor(ActorKind.STAFF, account_id, user_name, (Grant(Role.SHOP_CLERK, town),))


def shop(name: str = "村口便民店", *clerks: Actor, division: str = VILLAGE) -> str:
    """Open a shop with its clerks; return its code."""

    def do(w: ledger.Work) -> str:
        code = shops.enter(w, Entry(division, name, "村委会对面", "8 点到 19 点"))
        for one in clerks:
            found = holders(w.session, Role.SHOP_CLERK, division=division[:9])
            shops.add_clerk(w, code=code, clerk=next(c.code for c in found if c.id == one.id))
        return code

    return work(DISTRICT_OFFICER, do)


def redeemed(actor: Actor, code: str, key: str = "") -> str:
    """Redeem a reward; return the redemption's code."""
    client_key = key or secrets.token_urlsafe(24)
    return work(actor, lambda w: rewards.redeem(w, code=code, client_key=client_key))


def resident(number: int) -> Actor:
    return Actor(ActorKind.RESIDENT, number, f"居民{number}")
