"""Residents who check in, and their villages; nothing surprising."""

import secrets
from datetime import date, datetime
from typing import Any

from tests.dumping.make import (
    NEIGHBOUR,
    RESIDENT,
    TOWN,
    VILLAGE,
    account,
    browser,
    places,
)
from wufei_public.checkins.actions import daily, profiles
from wufei_public.checkins.actions.daily import Draft, Receipt
from wufei_public.checkins.models import CheckIn
from wufei_public.checkins.rules.schemes import Bin
from wufei_public.common.actor import Actor, ActorKind
from wufei_public.infra.work import house, reading, work

__all__ = ["NEIGHBOUR", "RESIDENT", "TOWN", "VILLAGE", "account", "browser", "places"]
COMMUNITY = "410307004001"
VILLAGE_BINS = (Bin.ROTS, Bin.DOES_NOT_ROT)


def town() -> None:
    """Load the places, and two residents who live in the village."""
    places()
    for one in (RESIDENT, NEIGHBOUR):
        account(one)
        home(one)


def home(actor: Actor, village: str = VILLAGE, **more: Any) -> None:
    work(actor, lambda w: profiles.settle(w, village=village, **more))


def stamp(actor: Actor, opened_at: datetime | None = None) -> str:
    """Return the signed opening of the page, now or earlier."""
    at = opened_at or house().clock()
    return daily.stamp_of(house().keys, actor.id or 0, at)


def draft(**changes: Any) -> Draft:
    values: dict[str, Any] = {"client_key": secrets.token_urlsafe(24), "bins": VILLAGE_BINS}
    return Draft(**(values | changes))


def check_in(actor: Actor = RESIDENT, **changes: Any) -> Receipt:
    wanted = draft(**changes)
    return work(actor, lambda w: daily.check_in(w, wanted))


def days(actor: Actor = RESIDENT, member: int = 0) -> dict[date, int]:
    """Return the streak of every day on which somebody was checked in."""
    reading().rollback()
    reading().expire_all()
    rows = reading().query(CheckIn).filter_by(account=actor.id, member=member)
    return {row.day: row.streak for row in rows.order_by(CheckIn.day)}


def resident(number: int) -> Actor:
    return Actor(ActorKind.RESIDENT, number, f"居民{number}")
