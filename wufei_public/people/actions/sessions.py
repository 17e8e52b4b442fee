"""Sessions: a new token at every sign-in, ended at once wherever that is asked."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, insert, select, update

from wufei_public.common.actor import Actor, ActorKind
from wufei_public.common.codes import new_code
from wufei_public.common.errors import DomainError, NotFound
from wufei_public.common.text import N_
from wufei_public.infra.audit import record
from wufei_public.infra.work import Work
from wufei_public.people.models import Account, SessionRow
from wufei_public.people.policy import may_end_sessions, require
from wufei_public.people.queries.accounts import facts_of
from wufei_public.people.queries.sealing import token_hash
from wufei_public.people.rules.sessions import SessionFacts, device_words, ends


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody signed in: the new token, which only the browser keeps, and its end."""

    token: str
    until: datetime
    account: int
    account_code: str
    kind: ActorKind


@dataclass(frozen=True, slots=True)
class Refused:
    """A failed sign-in. It is returned, not raised: what it counted must be committed."""

    error: DomainError


def settle(outcome: Entered | Refused) -> Entered:
    """Return who entered; raise the refusal, now that its failure is on record."""
    if isinstance(outcome, Refused):
        raise outcome.error
    return outcome


def start_session(w: Work, account: Account, *, device: str, old_token: str) -> Entered:
    """Open a session for `account` on `device` (a User-Agent) and end the browser's old one.

    The token is always new, so that one planted in a browser beforehand opens nothing.
    """
    kind = ActorKind(account.kind)
    token = secrets.token_urlsafe(32)
    idle_until, until = ends(kind, w.now, w.now)
    program, system = device_words(device)
    _end(w, SessionRow.token_hash == token_hash(old_token))
    row = {
        "token_hash": token_hash(token),
        "code": new_code(secrets.token_bytes),
        "account": account.id,
        "created_at": w.now,
        "seen_at": w.now,
        "idle_until": idle_until,
        "until": until,
        "program": program,
        "system": system,
    }
    w.session.execute(insert(SessionRow), row)
    person = replace(w, actor=Actor(kind, account.id, account.display_name))
    record(person, "people:session:begin", f"people/{account.code}", after={"session": row["code"]})
    return Entered(token, until, account.id, account.code, kind)


def sign_out(w: Work, *, token: str) -> None:
    """End the session behind a cookie; nothing happens if it is over already."""
    if _end(w, SessionRow.token_hash == token_hash(token)):
        record(w, "people:session:sign_out", "people/session")


def end_session(w: Work, *, code: str) -> None:
    """End one device's session: one's own, or as administrator; NotFound for a stranger's."""
    row = w.session.scalar(select(SessionRow).where(SessionRow.code == code))
    account = w.session.get(Account, row.account) if row else None
    if account is None or not may_end_sessions(w.actor, facts_of(w.session, account)).allowed:
        raise NotFound("no_such_session", N_("没有这次登录，或者它已经结束。"))
    if _end(w, SessionRow.code == code):
        record(w, "people:session:end", f"people/{account.code}", before={"session": code})


def end_sessions(w: Work, *, account: Account) -> int:
    """End every session of `account` at once; return how many there were."""
    require(may_end_sessions(w.actor, facts_of(w.session, account)))
    count = _end(w, SessionRow.account == account.id)
    if count:
        record(w, "people:session:end_all", f"people/{account.code}", before={"sessions": count})
    return count


def end_all(w: Work, account: int) -> int:
    """End every session of an account that ends itself; the caller has asked who may."""
    return _end(w, SessionRow.account == account)


def _end(w: Work, which: ColumnElement[bool]) -> int:
    done = w.session.connection().execute(
        update(SessionRow).where(which, SessionRow.ended_at.is_(None)).values(ended_at=w.now)
    )
    return done.rowcount


def touch_session(w: Work, *, facts: SessionFacts) -> None:
    """Write that a session was used now, which moves its idle end; an ended one stays ended."""
    idle_until, _until = ends(facts.actor.kind, facts.signed_in_at, w.now)
    w.session.execute(
        update(SessionRow)
        .where(SessionRow.code == facts.code, SessionRow.ended_at.is_(None))
        .values(seen_at=w.now, idle_until=idle_until)
    )
