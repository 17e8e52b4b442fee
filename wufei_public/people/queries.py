"""Reads of accounts, grants and sessions."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session

from wufei_public.common.actor import Actor, ActorKind, Grant, SignedIn
from wufei_public.people.models import Account, GrantRow, SessionRow, SetupLink

PAGE = 50


def token_hash(token: str) -> bytes:
    """Return the hash under which a random token is kept."""
    return hashlib.sha256(token.encode()).digest()


_SIGNED_IN = (
    select(
        SessionRow.account_id,
        SessionRow.created_at,
        SessionRow.seen_at,
        SessionRow.until,
        Account.kind,
        Account.name,
        GrantRow.role,
        GrantRow.division,
        GrantRow.department,
    )
    .join(Account, Account.id == SessionRow.account_id)
    .outerjoin(
        GrantRow, (GrantRow.account_id == SessionRow.account_id) & GrantRow.ended_at.is_(None)
    )
    .where(SessionRow.ended_at.is_(None), Account.state == "active")
)


def load_session(session: Session, token: str, now: datetime) -> SignedIn | None:
    """Return who holds the session `token`, with all grants, in one statement."""
    rows = session.execute(
        _SIGNED_IN.where(
            SessionRow.token_hash == token_hash(token),
            SessionRow.idle_until > now,
            SessionRow.until > now,
        )
    ).all()
    if not rows:
        return None
    first = rows[0]
    grants = tuple(
        Grant(row.role, row.division or None, row.department or None) for row in rows if row.role
    )
    actor = Actor(ActorKind(first.kind), first.account_id, first.name, grants)
    return SignedIn(actor, first.until, first.created_at, first.seen_at)


def grants_of(session: Session, account_id: int) -> Sequence[Row[Any]]:
    """Return the running grants of an account."""
    return session.execute(
        select(
            GrantRow.id,
            GrantRow.role,
            GrantRow.division,
            GrantRow.department,
            GrantRow.granted_at,
        )
        .where(GrantRow.account_id == account_id, GrantRow.ended_at.is_(None))
        .order_by(GrantRow.id)
    ).all()


def holds_role(
    session: Session, account_id: int, role: str, *, division: str | None = None
) -> bool:
    """Say whether an active account holds `role` for the place `division`."""
    active = session.scalar(
        select(Account.id).where(Account.id == account_id, Account.state == "active")
    )
    rows = grants_of(session, account_id) if active else ()
    actor = Actor(
        ActorKind.STAFF,
        account_id,
        grants=tuple(Grant(row.role, row.division or None, row.department or None) for row in rows),
    )
    return actor.holds(role, division=division)


def with_role(session: Session, role: str) -> Sequence[Row[Any]]:
    """Return `(id, name, division)` of the active accounts that hold `role`."""
    return session.execute(
        select(Account.id, Account.name, GrantRow.division)
        .join(GrantRow, GrantRow.account_id == Account.id)
        .where(GrantRow.role == role, GrantRow.ended_at.is_(None), Account.state == "active")
        .order_by(Account.name)
    ).all()


def names_of(session: Session, ids: Sequence[int]) -> Mapping[int, str]:
    """Return the names of staff accounts by id."""
    rows = session.execute(
        select(Account.id, Account.name).where(Account.id.in_(ids), Account.kind == "staff")
    )
    return {row.id: row.name for row in rows}


def staff_list(session: Session, words: str, after: int) -> Sequence[Row[Any]]:
    """Return staff accounts after the id `after`, narrowed by name or user name."""
    statement = select(
        Account.id,
        Account.code,
        Account.name,
        Account.user_name,
        Account.state,
        Account.password_hash.is_not(None).label("ready"),
        Account.last_seen_on,
    ).where(Account.kind == "staff", Account.id > after)
    if words:
        escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        pattern = f"%{escaped}%"
        statement = statement.where(
            or_(
                Account.name.like(pattern, escape="\\"),
                Account.user_name.like(pattern.lower(), escape="\\"),
            )
        )
    return session.execute(statement.order_by(Account.id).limit(PAGE + 1)).all()


def running_grants(session: Session, ids: Sequence[int]) -> Mapping[int, list[Row[Any]]]:
    """Return the running grants of many accounts at once."""
    rows = session.execute(
        select(
            GrantRow.account_id,
            GrantRow.id,
            GrantRow.role,
            GrantRow.division,
            GrantRow.department,
        ).where(GrantRow.account_id.in_(ids), GrantRow.ended_at.is_(None))
    )
    found: dict[int, list[Row[Any]]] = {account_id: [] for account_id in ids}
    for row in rows:
        found[row.account_id].append(row)
    return found


def staff_by_code(session: Session, code: str) -> Account | None:
    """Return a staff account by its public code."""
    return session.scalar(select(Account).where(Account.code == code, Account.kind == "staff"))


def staff_by_user_name(session: Session, user_name: str) -> Account | None:
    """Return a staff account by its user name."""
    return session.scalar(select(Account).where(Account.user_name == user_name.lower()))


def setup_link(session: Session, token: str, now: datetime) -> Row[Any] | None:
    """Return the unused, unexpired set-up link behind `token`, with its account."""
    return session.execute(
        select(SetupLink, Account)
        .join(Account, Account.id == SetupLink.account_id)
        .where(
            SetupLink.token_hash == token_hash(token),
            SetupLink.used_at.is_(None),
            SetupLink.expires_at > now,
            Account.state == "active",
        )
    ).one_or_none()


def count_staff(session: Session) -> int:
    """Return how many staff accounts there are."""
    return session.scalar(select(func.count()).where(Account.kind == "staff")) or 0


def sessions_of(session: Session, account_id: int, now: datetime) -> Sequence[Row[Any]]:
    """Return the running sessions of an account, newest first."""
    return session.execute(
        select(SessionRow.token_hash, SessionRow.created_at, SessionRow.seen_at, SessionRow.device)
        .where(
            SessionRow.account_id == account_id,
            SessionRow.ended_at.is_(None),
            SessionRow.idle_until > now,
            SessionRow.until > now,
        )
        .order_by(SessionRow.created_at.desc())
    ).all()


def phone_of(session: Session, account_id: int) -> bytes | None:
    """Return the sealed phone number of an account."""
    return session.scalar(select(Account.phone_sealed).where(Account.id == account_id))
