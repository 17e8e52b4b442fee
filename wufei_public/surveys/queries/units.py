"""Organisations that answer in their own name."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from wufei_public.common.actor import Actor, ActorKind
from wufei_public.organisations.models import Organisation
from wufei_public.organisations.queries import memberships
from wufei_public.surveys.models import Unit

MOST = 500


def represented(session: Session, actor: Actor) -> Sequence[Row[Any]]:
    """Return `(id, code, name, …)` of the organisations that a resident speaks for."""
    if actor.kind is not ActorKind.RESIDENT or actor.id is None:
        return []
    return memberships.represented_by(session, actor.id)


def answered(session: Session, wave_id: int, limit: int = MOST) -> Sequence[Row[Any]]:
    """Return `(code, name, town)` of the organisations that have answered, by name."""
    wanted = (
        select(Organisation.code, Organisation.name, Organisation.town)
        .join(Unit, Unit.organisation_id == Organisation.id)
        .where(Unit.wave_id == wave_id)
    )
    return session.execute(wanted.order_by(Organisation.name).limit(limit)).all()


def count(session: Session, wave_id: int) -> int:
    """Return how many organisations have answered."""
    return session.scalar(select(func.count()).where(Unit.wave_id == wave_id)) or 0


def spent(session: Session, wave_id: int, ids: Sequence[int]) -> frozenset[int]:
    """Return which of these organisations have answered."""
    wanted = select(Unit.organisation_id).where(
        Unit.wave_id == wave_id, Unit.organisation_id.in_(ids)
    )
    return frozenset(session.scalars(wanted))
