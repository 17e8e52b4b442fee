"""Organisations and who represents them; nothing surprising."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from tests.dumping.make import (
    AUDITOR,
    DEPARTMENT_OFFICER,
    DISTRICT_OFFICER,
    NEIGHBOUR,
    OTHER_OFFICER,
    OTHER_TOWN,
    RESIDENT,
    TOWN,
    TOWN_OFFICER,
    VILLAGE,
    photo_token,
)
from wufei_public.common.actor import Actor, ActorKind
from wufei_public.common.uscc import check_symbol
from wufei_public.infra.work import reading, work
from wufei_public.organisations.actions import cards, memberships
from wufei_public.organisations.models import Membership, Organisation
from wufei_public.organisations.queries import memberships as queries
from wufei_public.organisations.queries.cards import by_uscc
from wufei_public.organisations.rules.cards import Card

STRANGER = Actor(ActorKind.RESIDENT, 203, "路人")
EVERYBODY = (
    TOWN_OFFICER, OTHER_OFFICER, DISTRICT_OFFICER, DEPARTMENT_OFFICER, AUDITOR, RESIDENT,
    NEIGHBOUR, STRANGER,
)  # fmt: skip
NAME = "示例建材有限公司"


def uscc(number: int = 1) -> str:
    """Return the `number`-th code of a made-up series."""
    first = f"91410307MA{number:07d}"
    return first + check_symbol(first)


def card(number: int = 1, **changes: Any) -> Card:
    values = {"uscc": uscc(number), "name": NAME, "kind": "factory", "division": VILLAGE}
    return Card(**(values | changes))


def organisation(number: int = 1, actor: Actor = TOWN_OFFICER, **changes: Any) -> Organisation:
    """Enter an organisation."""
    return work(actor, lambda w: cards.register(w, card(number, **changes)))


def entered(number: int) -> Organisation:
    """Return the organisation that was entered with the `number`-th code."""
    found = by_uscc(reading(), uscc(number))
    assert found
    return found


def applied(
    to: Organisation, actor: Actor = RESIDENT, *, letters: int = 1, letter: Sequence[str] = ()
) -> Membership:
    """Ask to represent an organisation, with a photo of a letter."""
    letter = letter or [photo_token(seed=number) for number in range(letters)]
    return work(
        actor,
        lambda w: memberships.apply(
            w, organisation=to.code, name="张三", duty="厂长", letter=letter
        ),
    )


def decided(row: Membership, actor: Actor, move: str, **values: Any) -> Membership:
    return work(actor, lambda w: memberships.decide(w, code=row.code, move=move, **values))


def proven(to: Organisation, actor: Actor = RESIDENT, *, letter: Sequence[str] = ()) -> Membership:
    """Make `actor` represent the organisation."""
    return decided(applied(to, actor, letter=letter), TOWN_OFFICER, "prove")


def members(of: Organisation) -> Sequence[Membership]:
    """Return who speaks for an organisation, or asks to."""
    fresh()
    own = select(Membership).where(Membership.organisation_id == of.id)
    return reading().scalars(own.order_by(Membership.id)).all()


def state(row: Membership) -> str:
    fresh()
    return queries.membership(reading(), row.code).state


def fresh() -> None:
    reading().rollback()
    reading().expire_all()


__all__ = ["OTHER_TOWN", "TOWN"]
