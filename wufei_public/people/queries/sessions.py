"""Who is asking: session, account and roles in one statement; and the devices of an account."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from wufei_public.common.actor import Actor, ActorKind, Grant
from wufei_public.infra.bare import Bare, Glance
from wufei_public.people.models import Account, GrantRow, SessionRow
from wufei_public.people.queries.sealing import token_hash
from wufei_public.people.rules.accounts import State
from wufei_public.people.rules.sessions import SessionFacts

_LOAD = Glance(
    select(
        SessionRow.code.label("session_code"),
        SessionRow.created_at,
        SessionRow.seen_at,
        SessionRow.until,
        Account.id,
        Account.code,
        Account.kind,
        Account.display_name,
        GrantRow.role,
        GrantRow.division,
        GrantRow.department,
    )
    .join(Account, Account.id == SessionRow.account)
    .outerjoin(GrantRow, (GrantRow.account == Account.id) & GrantRow.ended_at.is_(None))
    .where(
        SessionRow.token_hash == bindparam("digest"),
        SessionRow.idle_until > bindparam("now"),
        SessionRow.until > bindparam("now"),
        SessionRow.ended_at.is_(None),
        Account.state == State.ACTIVE,
    )
    .order_by(GrantRow.id)
)


def load_session(on: Bare | Session, token: str, now: datetime) -> SessionFacts | None:
    """Return the open session behind a cookie's token, None if there is none."""
    found = on if isinstance(on, Bare) else Bare.of(on)
    rows = _LOAD.rows(found, digest=token_hash(token), now=now)
    if not rows:
        return None
    first = rows[0]
    actor = Actor(ActorKind(first.kind), first.id, first.display_name, _grants(rows))
    return SessionFacts(
        first.session_code, actor, first.code, first.created_at, first.seen_at, first.until
    )


def _grants(rows: Sequence[Any]) -> tuple[Grant, ...]:
    return tuple(
        Grant(row.role, row.division or None, row.department or None) for row in rows if row.role
    )


def open_sessions(session: Session, account: int, now: datetime) -> Sequence[SessionRow]:
    """Return the devices on which an account is signed in, the last used first."""
    return session.scalars(
        select(SessionRow)
        .where(
            SessionRow.account == account,
            SessionRow.ended_at.is_(None),
            SessionRow.idle_until > now,
        )
        .order_by(SessionRow.seen_at.desc(), SessionRow.code)
    ).all()
