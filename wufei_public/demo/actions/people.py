"""Whom the fill lets act: an account with the roles that it holds, at a moment of the year."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from wufei_public.common.actor import Actor, ActorKind, Grant
from wufei_public.demo import queries
from wufei_public.infra.work import Work
from wufei_public.people.queries.accounts import holders, roles_of
from wufei_public.people.rules.roles import Role


def official(session: Session, account: int) -> Actor:
    """Return the official behind `account` with every role that is held now."""
    grants = tuple(
        Grant(held.role, held.division, held.department)
        for held in roles_of(session, [account])[account]
    )
    return Actor(ActorKind.STAFF, account, "", grants)


@dataclass(frozen=True, slots=True)
class Offices:
    """Those who handle a unit of one town and one department."""

    town: Actor
    sector: Actor
    office: Actor
    second: Actor
    experts: tuple[Actor, ...]


def first_of(session: Session, role: Role, **where: str) -> Actor:
    """Return the official who has held `role` there for longest."""
    return official(session, min(one.id for one in holders(session, role, **where)))


def offices(session: Session, town: str, department: str) -> Offices:
    """Return who handles a unit there."""
    district = sorted(one.id for one in holders(session, Role.DISTRICT_OFFICER))
    experts = sorted(one.id for one in holders(session, Role.EXPERT))
    office, second = (official(session, one) for one in district[:2])
    return Offices(
        first_of(session, Role.TOWN_OFFICER, division=town),
        first_of(session, Role.DEPARTMENT_OFFICER, department=department),
        office,
        second,
        tuple(official(session, one) for one in experts),
    )


def resident(session: Session, number: int) -> Actor:
    """Return the `number`-th resident; the first is whom a demonstration signs in."""
    everyone = queries.residents(session)
    return Actor(ActorKind.RESIDENT, everyone[number % len(everyone)][1])


def at(w: Work, actor: Actor, now: datetime) -> Work:
    """Return the same work as done by `actor` at an earlier moment."""
    return replace(w, actor=actor, now=now)
