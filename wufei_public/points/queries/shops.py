"""Reads of the shops where rewards wait."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from wufei_public.common.codes import normalise
from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.points.models import Redemption, RewardShop, ShopClerk
from wufei_public.points.rules.redeeming import State
from wufei_public.points.rules.shops import ShopFacts


def shop(session: Session, code: str) -> RewardShop:
    """Return a shop for a change; NotFound."""
    row = session.scalar(
        select(RewardShop).where(RewardShop.code == normalise(code)).with_for_update()
    )
    if row is None:
        raise NotFound("no_such_shop", N_("没有这个兑换点。"))
    return row


def shops(session: Session, town: str = "") -> Sequence[RewardShop]:
    """Return the shops of a town, or of all, those in use before the retired."""
    return session.scalars(
        select(RewardShop)
        .where(RewardShop.division.startswith(town, autoescape=True))
        .order_by(RewardShop.retired_at.is_not(None), RewardShop.division, RewardShop.id)
    ).all()


def has_name(session: Session, division: str, name: str) -> bool:
    """Say whether a place has a shop of that name, in use or retired."""
    wanted = select(RewardShop.id).where(RewardShop.division == division, RewardShop.name == name)
    return session.scalar(wanted) is not None


def shops_of(session: Session, account: int) -> Sequence[RewardShop]:
    """Return the shops in which somebody hands out, also those that are retired."""
    return session.scalars(
        select(RewardShop)
        .join(ShopClerk, ShopClerk.shop == RewardShop.id)
        .where(ShopClerk.account == account)
        .order_by(RewardShop.division, RewardShop.id)
    ).all()


def clerks(session: Session, shops: Collection[int]) -> Mapping[int, frozenset[int]]:
    """Return the accounts of the clerks of each of `shops`."""
    rows = session.execute(
        select(ShopClerk.shop, ShopClerk.account).where(ShopClerk.shop.in_(shops))
    ).all()
    return {one: frozenset(row.account for row in rows if row.shop == one) for one in shops}


def facts(session: Session, shop: int | None) -> ShopFacts | None:
    """Return where a shop is and who hands out there; None for no shop."""
    if shop is None:
        return None
    division = session.scalars(select(RewardShop.division).where(RewardShop.id == shop)).one()
    return ShopFacts(division, clerks(session, [shop])[shop])


def waiting(session: Session, shops: Collection[int]) -> Mapping[int, int]:
    """Return how many redemptions wait in each of `shops`."""
    rows: Sequence[Row[Any]] = session.execute(
        select(Redemption.shop, func.count().label("number"))
        .where(Redemption.shop.in_(shops), Redemption.state == State.WAITING.value)
        .group_by(Redemption.shop)
    ).all()
    return {row.shop: row.number for row in rows}
