"""Who represents an organisation, who asks to, and what became of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session

from wufei_public.common.actor import Actor, ActorKind
from wufei_public.common.codes import normalise
from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.infra.keys import Keys
from wufei_public.organisations.models import (
    IS_OPEN,
    WAITS,
    Membership,
    MembershipCode,
    MembershipEvent,
    Organisation,
)
from wufei_public.organisations.queries.cards import Rows, in_scope
from wufei_public.organisations.queries.sealing import APPLICANT, unseal
from wufei_public.organisations.rules.memberships import REPRESENTS, SILENCING, Move, Proof, State
from wufei_public.people.rules.codes import CodeFacts

_MINE = (
    Membership.id,
    Membership.code,
    Membership.state,
    Membership.organisation_id,
    Membership.account_id,
    Membership.applied_at,
    Membership.proven_at,
    Membership.ended_at,
    Membership.proof,
    Membership.version,
)
_CARD = (
    Organisation.code.label("organisation"),
    Organisation.name,
    Organisation.uscc,
    Organisation.kind,
    Organisation.division,
    Organisation.town,
)


def missing() -> NotFound:
    """Return the one answer for every membership that is not there, or not for this person."""
    return NotFound("no_membership", N_("没有这份申请。"))


def membership(session: Session, code: str, *, locked: bool = False) -> Membership:
    """Return the membership with that code, locked for a change if asked; NotFound."""
    statement = select(Membership).where(Membership.code == normalise(code))
    found = session.scalar(statement.with_for_update() if locked else statement)
    if found is None:
        raise missing()
    return found


def represents(session: Session, account_id: int | None, organisation_id: int) -> bool:
    """Say whether the account may act in the organisation's name now."""
    if account_id is None:
        return False
    found = session.scalar(
        select(Membership.id).where(
            Membership.organisation_id == organisation_id,
            Membership.account_id == account_id,
            text(IS_OPEN),
            Membership.state.in_(REPRESENTS),
        )
    )
    return found is not None


def is_code_out(session: Session, membership_id: int, now: datetime) -> bool:
    """Say whether a code to the contact may still be typed for the application."""
    row = session.get(MembershipCode, membership_id)
    return row is not None and CodeFacts(row.expires_at, row.tries).is_open(now)


def vouchers(session: Session, account_id: int | None, organisation_id: int) -> frozenset[int]:
    """Return the officials on whose word the account represents the organisation, or goes on to.

    Where a peer proved it, those on whose word the peer does, and so on.
    """
    rows = session.execute(
        select(Membership.account_id, Membership.proof, Membership.proven_by).where(
            Membership.organisation_id == organisation_id, Membership.proven_by.is_not(None)
        )
    ).all()
    upheld = _upheld(session, organisation_id)
    found: set[int] = set()
    asked, waiting = set(), {account_id}
    while waiting:
        asked |= waiting
        own = [row for row in rows if row.account_id in waiting]
        found |= {row.proven_by for row in own if row.proof != Proof.PEER}
        found |= {one for account in waiting for one in upheld.get(account, ())}
        waiting = {row.proven_by for row in own if row.proof == Proof.PEER} - asked
    return frozenset(found)


def _upheld(session: Session, organisation_id: int) -> dict[int | None, set[int]]:
    """Return by account the officials who let it go on to speak where that was disputed."""
    rows = session.execute(
        select(Membership.account_id, MembershipEvent.actor_id)
        .join(Membership, Membership.id == MembershipEvent.membership_id)
        .where(
            Membership.organisation_id == organisation_id,
            MembershipEvent.move == Move.UPHOLD,
            MembershipEvent.actor_kind == ActorKind.STAFF,
            MembershipEvent.actor_id.is_not(None),
        )
    ).tuples()
    found: dict[int | None, set[int]] = {}
    for account, official in rows:
        found.setdefault(account, set()).add(official or 0)
    return found


def silencers(session: Session, organisation_id: int, since: datetime) -> frozenset[int]:
    """Return the officials who ended, refused or disputed who speaks for it, since an instant.

    Where a peer disputed another, those on whose word alone the peer speaks.
    """
    disputed = session.execute(
        select(MembershipEvent.actor_id, Membership.account_id)
        .join(Membership, Membership.id == MembershipEvent.membership_id)
        .where(
            Membership.organisation_id == organisation_id,
            MembershipEvent.move == Move.DISPUTE,
            MembershipEvent.actor_kind == ActorKind.RESIDENT,
            MembershipEvent.at >= since,
        )
    ).tuples()
    behind = [
        vouchers(session, peer, organisation_id) - vouchers(session, silenced, organisation_id)
        for peer, silenced in disputed
    ]
    rows = session.scalars(
        select(MembershipEvent.actor_id)
        .join(Membership, Membership.id == MembershipEvent.membership_id)
        .where(
            Membership.organisation_id == organisation_id,
            MembershipEvent.move.in_(SILENCING),
            MembershipEvent.actor_kind == ActorKind.STAFF,
            MembershipEvent.at >= since,
        )
    )
    return frozenset(one for one in rows if one is not None).union(*behind)


def represented_by(session: Session, account_id: int) -> Rows:
    """Return `(id, code, name, uscc, kind, division, town)` of what the account represents."""
    return session.execute(
        select(
            Organisation.id,
            Organisation.code,
            Organisation.name,
            Organisation.uscc,
            Organisation.kind,
            Organisation.division,
            Organisation.town,
        )
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.account_id == account_id, text(IS_OPEN), Membership.state.in_(REPRESENTS))
        .order_by(Organisation.name, Organisation.id)
    ).all()


def representatives(session: Session, organisation_id: int) -> Sequence[int]:
    """Return the accounts that represent the organisation now, for telling them something."""
    return session.scalars(
        select(Membership.account_id)
        .where(
            Membership.organisation_id == organisation_id,
            text(IS_OPEN),
            Membership.state.in_(REPRESENTS),
        )
        .order_by(Membership.account_id)
    ).all()


def of_account(session: Session, account_id: int, limit: int = 50) -> Rows:
    """Return the account's own memberships with their organisations, newest first."""
    return session.execute(
        select(*_MINE, *_CARD)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.account_id == account_id)
        .order_by(Membership.id.desc())
        .limit(limit)
    ).all()


def of_organisation(session: Session, organisation_id: int, limit: int = 50) -> Rows:
    """Return the memberships of an organisation, the open ones first."""
    return session.execute(
        select(*_MINE)
        .where(Membership.organisation_id == organisation_id)
        .order_by(Membership.state == State.ENDED, Membership.id.desc())
        .limit(limit)
    ).all()


def handing_over(session: Session, organisation_id: int) -> Sequence[Membership]:
    """Return those who wait for a successor, locked for a change."""
    return session.scalars(
        select(Membership)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.state == State.HANDING_OVER,
        )
        .order_by(Membership.id)
        .with_for_update()
    ).all()


def waiting(session: Session, actor: Actor, limit: int = 50) -> Rows:
    """Return what officials must decide on within their place, the oldest first."""
    return session.execute(
        select(*_MINE, *_CARD)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(text(WAITS), in_scope(actor, Organisation.town))
        .order_by(Membership.applied_at, Membership.id)
        .limit(limit)
    ).all()


def waiting_count(session: Session, actor: Actor) -> int:
    """Return how many memberships wait for a decision, for the menu."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Membership)
            .join(Organisation, Organisation.id == Membership.organisation_id)
            .where(text(WAITS), in_scope(actor, Organisation.town))
        )
        or 0
    )


def events(session: Session, membership_id: int) -> Rows:
    """Return every step of a membership, oldest first."""
    return session.execute(
        select(
            MembershipEvent.number,
            MembershipEvent.move,
            MembershipEvent.actor_kind,
            MembershipEvent.actor_id,
            MembershipEvent.at,
            MembershipEvent.state,
            MembershipEvent.text,
        )
        .where(MembershipEvent.membership_id == membership_id)
        .order_by(MembershipEvent.number)
    ).all()


def copy_of(session: Session, keys: Keys, account_id: int) -> list[dict[str, Any]]:
    """Return everything that the register holds of a resident, to take away."""
    rows = session.execute(
        select(Membership, Organisation.name.label("organisation"))
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.account_id == account_id)
        .order_by(Membership.id.desc())
    )
    return [
        {
            "code": row.Membership.code,
            "organisation": row.organisation,
            "state": row.Membership.state,
            "applied_at": row.Membership.applied_at.isoformat(),
            "letters": row.Membership.letters,
            **unseal(keys, APPLICANT, row.Membership.applicant_sealed),
        }
        for row in rows
    ]


def represented_until(session: Session, at: datetime) -> list[str]:
    """Return the codes of the organisations that somebody represented at an instant."""
    wanted = (
        select(Organisation.code)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(
            Membership.proven_at <= at,
            or_(Membership.ended_at.is_(None), Membership.ended_at > at),
        )
    )
    return list(session.scalars(wanted.distinct().order_by(Organisation.code)))
