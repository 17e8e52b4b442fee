"""Sessions: a new random token at every sign-in; ended, it is worth nothing at once."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, update

from wufei_public.infra.audit import record
from wufei_public.infra.work import Work
from wufei_public.people.models import Account, SessionRow
from wufei_public.people.queries import token_hash
from wufei_public.people.rules.limits import (
    RESIDENT_IDLE,
    RESIDENT_WHOLE,
    STAFF_IDLE,
    STAFF_WHOLE,
)

# Writing "seen" with every request would make every read a write.
SEEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Opened:
    """A session as the browser gets it."""

    token: str
    until: datetime


def idle_of(kind: str) -> timedelta:
    """Return after how long without a request a session of `kind` ends."""
    return STAFF_IDLE if kind == "staff" else RESIDENT_IDLE


def open_session(w: Work, account: Account, device: str) -> Opened:
    """Open a session for an account that has just proven who it is."""
    token = secrets.token_urlsafe(32)
    until = w.now + (STAFF_WHOLE if account.kind == "staff" else RESIDENT_WHOLE)
    w.session.execute(
        insert(SessionRow),
        {
            "token_hash": token_hash(token),
            "account_id": account.id,
            "created_at": w.now,
            "seen_at": w.now,
            "idle_until": w.now + idle_of(account.kind),
            "until": until,
            "device": device[:80],
        },
    )
    account.last_seen_on = w.now.date()
    w.session.flush()
    record(w, "people:session:open", f"account/{account.code}")
    return Opened(token, until)


def touch_session(w: Work, token: str, kind: str) -> None:
    """Write that the session was used a moment ago."""
    w.session.execute(
        update(SessionRow)
        .where(SessionRow.token_hash == token_hash(token), SessionRow.ended_at.is_(None))
        .values(seen_at=w.now, idle_until=w.now + idle_of(kind))
    )


def end_session(w: Work, digest: bytes, account_id: int) -> bool:
    """End one session of `account_id`; say whether there was one."""
    done = w.session.connection().execute(
        update(SessionRow)
        .where(
            SessionRow.token_hash == digest,
            SessionRow.account_id == account_id,
            SessionRow.ended_at.is_(None),
        )
        .values(ended_at=w.now)
    )
    if done.rowcount:
        record(w, "people:session:end", f"account/{account_id}")
    return bool(done.rowcount)


def end_all_sessions(w: Work, account_id: int) -> None:
    """End every session of an account at once."""
    w.session.execute(
        update(SessionRow)
        .where(SessionRow.account_id == account_id, SessionRow.ended_at.is_(None))
        .values(ended_at=w.now)
    )
