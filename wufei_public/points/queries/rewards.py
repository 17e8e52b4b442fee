"""Reads of rewards and redemptions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from wufei_public.common.actor import Actor
from wufei_public.common.codes import normalise
from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.points.models import Redemption, Reward, RewardShop
from wufei_public.points.policy import may_hand_over
from wufei_public.points.queries import shops
from wufei_public.points.rules.redeeming import State

MOST_SHOWN = 30


def rewards(session: Session, *, every: bool = False) -> Sequence[Reward]:
    """Return the rewards that can be had, the cheapest first; `every` one for their keepers."""
    statement = select(Reward).order_by(Reward.cost, Reward.id)
    return session.scalars(statement if every else statement.where(Reward.active)).all()


def reward(session: Session, code: str) -> Reward:
    """Return a reward; NotFound."""
    found = session.scalar(select(Reward).where(Reward.code == normalise(code)))
    if found is None:
        raise NotFound("no_such_reward", N_("没有这样东西。"))
    return found


_SHOWN = (
    Redemption.id,
    Redemption.code,
    Redemption.account,
    Redemption.state,
    Redemption.cost,
    Redemption.made_at,
    Redemption.until,
    Redemption.settled_at,
    Reward.name,
    Reward.name_en,
    Reward.words,
    Redemption.shop,
    RewardShop.name.label("shop_name"),
    RewardShop.address,
    RewardShop.hours,
)


def redemptions(session: Session, account: int) -> Sequence[Row[Any]]:
    """Return a resident's redemptions, newest first."""
    return session.execute(
        select(*_SHOWN)
        .join(Reward, Reward.id == Redemption.reward)
        .outerjoin(RewardShop, RewardShop.id == Redemption.shop)
        .where(Redemption.account == account)
        .order_by(Redemption.id.desc())
        .limit(MOST_SHOWN)
    ).all()


def redemption(session: Session, code: str) -> Row[Any]:
    """Return a redemption by its code; NotFound."""
    row = session.execute(
        select(*_SHOWN)
        .join(Reward, Reward.id == Redemption.reward)
        .outerjoin(RewardShop, RewardShop.id == Redemption.shop)
        .where(Redemption.code == normalise(code))
    ).one_or_none()
    if row is None:
        raise NotFound("no_such_redemption", N_("没有这个兑换码，请再看看有没有抄错。"))
    return row


def redemption_for(session: Session, actor: Actor, code: str) -> Row[Any]:
    """Return a redemption that `actor` may hand out; NotFound also for one in another's shop."""
    row = redemption(session, code)
    if not may_hand_over(actor, shops.facts(session, row.shop)).allowed:
        raise NotFound("no_such_redemption", N_("没有这个兑换码，请再看看有没有抄错。"))
    return row


def overdue(session: Session, now: datetime) -> Sequence[str]:
    """Return the codes that wait although their time is over."""
    return session.scalars(
        select(Redemption.code).where(
            Redemption.state == State.WAITING.value, Redemption.until < now
        )
    ).all()
