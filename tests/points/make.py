"""Residents with points, rewards and their keepers; nothing surprising."""

import secrets
from datetime import date

from tests.dumping.make import CREW, DISTRICT_OFFICER, NEIGHBOUR, RESIDENT, account, browser
from wufei_public.common.actor import SYSTEM, Actor, ActorKind
from wufei_public.infra.work import reading, work
from wufei_public.points.actions import ledger, rewards
from wufei_public.points.actions.rewards import Offer
from wufei_public.points.queries.ledger import balance as balance_of

__all__ = ["CREW", "DISTRICT_OFFICER", "NEIGHBOUR", "RESIDENT", "account", "browser"]
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


def reward(*, cost: int = 10, stock: int = 5, name: str = "一卷垃圾袋") -> str:
    """Add a reward; return its code."""
    offer = Offer(name, cost, stock, "A roll of bags", "在村委会领")
    return work(SYSTEM, lambda w: rewards.add_reward(w, offer)).code


def redeemed(actor: Actor, code: str, key: str = "") -> str:
    """Redeem a reward; return the redemption's code."""
    client_key = key or secrets.token_urlsafe(24)
    return work(actor, lambda w: rewards.redeem(w, code=code, client_key=client_key))


def resident(number: int) -> Actor:
    return Actor(ActorKind.RESIDENT, number, f"居民{number}")
