"""Accounts of staff: one, a page of them, by role; names for other features' lists."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from wufei_public.common.actor import ActorKind
from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.people.models import Account, GrantRow, Identity, SessionRow, SetupLink
from wufei_public.people.queries.sealing import token_hash
from wufei_public.people.rules.accounts import AccountFacts, State
from wufei_public.people.rules.links import LinkFacts, Purpose
from wufei_public.people.rules.roles import Role

PAGE = 30


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role that an account holds now."""

    code: str
    role: Role
    division: str | None
    department: str | None
    granted_at: datetime


@dataclass(frozen=True, slots=True)
class StaffRow:
    """An account of the list, with what an administrator looks at."""

    facts: AccountFacts
    created_at: datetime
    roles: Sequence[HeldRole]
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody to whom work can be given."""

    id: int
    code: str
    name: str


def staff_account(session: Session, code: str, *, locked: bool = False) -> Account:
    """Return the account of staff with that code, locked for a change if asked; NotFound."""
    found = session.scalar(_lockable(Account.code == code, locked=locked))
    if found is None:
        raise NotFound("no_such_account", N_("没有这个账号。"))
    return found


def resident_account(session: Session, code: str) -> Account:
    """Return the resident's account with that code, locked for a change; NotFound."""
    found = session.scalar(
        select(Account)
        .where(Account.code == code, Account.kind == ActorKind.RESIDENT)
        .with_for_update()
    )
    if found is None:
        raise NotFound("no_such_account", N_("没有这个账号。"))
    return found


def staff_named(session: Session, user_name: str, *, locked: bool = False) -> Account | None:
    """Return the account of staff with that user name, None if there is none."""
    return session.scalar(_lockable(Account.user_name == user_name, locked=locked))


def staff_called(session: Session, words: str) -> int | None:
    """Return the id of the one member of staff with that user name or display name."""
    named = or_(Account.user_name == words, Account.display_name == words)
    statement = select(Account.id).where(named, Account.kind == ActorKind.STAFF)
    return session.scalar(statement.order_by(Account.user_name == words, Account.id).limit(1))


def ways_in(session: Session, account: int) -> tuple[bytes | None, bool]:
    """Return the sealed phone number of a resident, and whether WeChat is tied to the account."""
    row = session.execute(
        select(Account.phone_cipher, Identity.provider)
        .outerjoin(Identity, Identity.account == Account.id)
        .where(Account.id == account)
    ).first()
    return (row.phone_cipher, row.provider is not None) if row else (None, False)


def _lockable(which: ColumnElement[bool], *, locked: bool) -> Select[tuple[Account]]:
    statement = select(Account).where(which, Account.kind == ActorKind.STAFF)
    return statement.with_for_update() if locked else statement


def roles_of(session: Session, accounts: Collection[int]) -> Mapping[int, Sequence[HeldRole]]:
    """Return the roles that each of `accounts` holds now, in the order of granting."""
    held: dict[int, list[HeldRole]] = {account: [] for account in accounts}
    rows = session.scalars(
        select(GrantRow)
        .where(GrantRow.account.in_(accounts), GrantRow.ended_at.is_(None))
        .order_by(GrantRow.granted_at, GrantRow.id)
    )
    for row in rows:
        held[row.account].append(
            HeldRole(
                row.code,
                Role(row.role),
                row.division or None,
                row.department or None,
                row.granted_at,
            )
        )
    return held


def facts_of(session: Session, account: Account) -> AccountFacts:
    """Return what rules and policies see of `account`."""
    held = roles_of(session, [account.id])[account.id]
    return _facts(account, [role.role for role in held])


def _facts(account: Account, roles: Collection[Role]) -> AccountFacts:
    return AccountFacts(
        account.id,
        account.code,
        ActorKind(account.kind),
        State(account.state),
        account.user_name or "",
        account.display_name,
        account.password_hash is not None,
        tuple(roles),
    )


def staff_page(
    session: Session, words: str = "", after: str = "", limit: int = PAGE
) -> Sequence[StaffRow]:
    """Return accounts of staff by user name, those after `after` only; one more than a page.

    `words` is looked for in user name and name. Three statements, however many rows.
    """
    rows = session.scalars(
        select(Account)
        .where(Account.user_name > after, _has(words))  # residents have no user name
        .order_by(Account.user_name)
        .limit(limit + 1)
    ).all()
    ids = [row.id for row in rows]
    held, seen = roles_of(session, ids), _last_seen(session, ids)
    return [
        StaffRow(
            _facts(row, [role.role for role in held[row.id]]),
            row.created_at,
            held[row.id],
            seen.get(row.id),
        )
        for row in rows
    ]


def _last_seen(session: Session, accounts: Collection[int]) -> Mapping[int, datetime]:
    """Return when each of `accounts` last used the site; only their own sessions are read."""
    rows = session.execute(
        select(SessionRow.account, func.max(SessionRow.seen_at))
        .where(SessionRow.account.in_(accounts))
        .group_by(SessionRow.account)
    )
    return dict(rows.tuples().all())


def _has(words: str) -> ColumnElement[bool]:
    wanted = words.strip()
    return or_(
        Account.user_name.contains(wanted.lower(), autoescape=True),
        Account.display_name.contains(wanted, autoescape=True),
    )


def holders(
    session: Session, role: Role, *, division: str | None = None, department: str | None = None
) -> Sequence[Colleague]:
    """Return who holds `role` now, of exactly that division or department where given."""
    statement = (
        select(Account.id, Account.code, Account.display_name)
        .join(GrantRow, GrantRow.account == Account.id)
        .where(GrantRow.role == role, GrantRow.ended_at.is_(None), Account.state == State.ACTIVE)
        .distinct()
        .order_by(Account.display_name, Account.code)
    )
    if division is not None:
        statement = statement.where(GrantRow.division == division)
    if department is not None:
        statement = statement.where(GrantRow.department == department)
    return [Colleague(*row) for row in session.execute(statement)]


def one_of_each(session: Session) -> Sequence[tuple[str, str, Role | None]]:
    """Return code, name and role of one usable account per role, and of one resident."""
    first = (
        select(GrantRow.role, func.min(Account.id).label("id"))
        .join(Account, Account.id == GrantRow.account)
        .where(GrantRow.ended_at.is_(None), Account.state == State.ACTIVE)
        .group_by(GrantRow.role)
        .subquery()
    )
    rows = session.execute(
        select(Account.code, Account.display_name, first.c.role).join(
            first, first.c.id == Account.id
        )
    ).all()
    found = {Role(row.role): (row.code, row.display_name, Role(row.role)) for row in rows}
    resident = session.execute(
        select(Account.code, Account.display_name)
        .where(Account.kind == ActorKind.RESIDENT, Account.state == State.ACTIVE)
        .order_by(Account.id)
        .limit(1)
    ).all()
    return [
        *((row.code, row.display_name, None) for row in resident),
        *(found[role] for role in Role if role in found),
    ]


def is_last_of(session: Session, account: int, role: Role) -> bool:
    """Say whether no other account that can sign in holds `role`.

    The others' grants are locked: two administrators who end each other at once meet
    in a deadlock, and the one that is repeated sees that it would be the last.
    """
    others = session.scalars(
        select(GrantRow.id)
        .join(Account, Account.id == GrantRow.account)
        .where(
            GrantRow.role == role,
            GrantRow.ended_at.is_(None),
            GrantRow.account != account,
            Account.state == State.ACTIVE,
            Account.password_hash.is_not(None),
        )
        .with_for_update(of=GrantRow)
    ).all()
    return not others


def names_of(session: Session, accounts: Collection[int]) -> Mapping[int, str]:
    """Return the display names of `accounts`, also of those that have left."""
    rows = session.execute(select(Account.id, Account.display_name).where(Account.id.in_(accounts)))
    return {row.id: row.display_name for row in rows}


def open_link(session: Session, token: str, now: datetime) -> LinkFacts:
    """Return what a set-up link is for; NotFound once it is used, ended or over."""
    row = session.execute(
        select(
            Account.id, Account.code, Account.user_name, Account.display_name,
            SetupLink.purpose, SetupLink.expires_at,
        )
        .join(Account, Account.id == SetupLink.account)
        .where(
            SetupLink.token_hash == token_hash(token),
            SetupLink.used_at.is_(None),
            SetupLink.ended_at.is_(None),
            SetupLink.expires_at > now,
            Account.state == State.ACTIVE,
        )
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound("no_such_link", N_("这个链接已经用过或过期了，请找管理员要一个新的。"))
    return LinkFacts(
        row.id, row.code, row.user_name, row.display_name, Purpose(row.purpose), row.expires_at
    )
