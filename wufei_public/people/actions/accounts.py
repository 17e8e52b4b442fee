"""Accounts of staff: made, ended; and the three administrators of the first start."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from wufei_public.common.actor import ActorKind
from wufei_public.common.codes import new_code
from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_
from wufei_public.infra.audit import record
from wufei_public.infra.work import Work
from wufei_public.people.actions.roles import end_roles, grant_to
from wufei_public.people.actions.sessions import end_sessions
from wufei_public.people.actions.setup import end_links, make_link, open_token
from wufei_public.people.models import Account, GrantRow
from wufei_public.people.policy import may_disable, may_invite, require
from wufei_public.people.queries.accounts import facts_of, is_last_of, staff_account, staff_named
from wufei_public.people.rules.accounts import AccountFacts, State
from wufei_public.people.rules.links import Purpose
from wufei_public.people.rules.names import MOST_WORDS, read_user_name
from wufei_public.people.rules.roles import ADMINISTRATORS, ROLES, Role

FIRST: Mapping[Role, str] = {
    Role.SYSTEM_ADMIN: "system",
    Role.SECURITY_ADMIN: "security",
    Role.AUDITOR: "auditor",
}


@dataclass(frozen=True, slots=True)
class Invited:
    """A new account and the token of its set-up link, which is shown once."""

    code: str
    user_name: str
    token: str


def invite_staff(w: Work, *, user_name: str, display_name: str) -> Invited:
    """Make an account for a member of staff, without any role, and its set-up link."""
    require(may_invite(w.actor))
    name, words = read_user_name(user_name), display_name.strip()
    if not 1 <= len(words) <= MOST_WORDS:
        fault = FieldError(
            "display_name", N_("请填姓名，最多 %(most)s 个字。"), {"most": MOST_WORDS}
        )
        raise Invalid("bad_name", N_("这个姓名不能用。"), (fault,))
    account = _add(w, name, words)
    return Invited(account.code, name, make_link(w, account=account, purpose=Purpose.ENROL))


def _add(w: Work, user_name: str, display_name: str) -> Account:
    account = Account(
        kind=ActorKind.STAFF,
        code=new_code(secrets.token_bytes),
        user_name=user_name,
        display_name=display_name,
        state=State.ACTIVE,
        created_at=w.now,
    )
    try:
        with w.session.begin_nested():
            w.session.add(account)
    except IntegrityError as error:
        fault = FieldError("user_name", N_("已经有人用这个用户名，请换一个。"))
        raise Invalid("user_name_taken", N_("这个用户名不能用。"), (fault,)) from error
    record(w, "people:account:invite", f"people/{account.code}")
    return account


def disable_account(w: Work, *, code: str, reason: str = "") -> AccountFacts:
    """End an account: its sessions, links and roles at once, and for good.

    What was theirs to do is given to others by the jobs of the features.
    """
    account = staff_account(w.session, code, locked=True)
    facts = facts_of(w.session, account)
    last = any(is_last_of(w.session, account.id, role) for role in _administrator_roles(facts))
    require(may_disable(w.actor, facts, last_of_its_kind=last))
    end_sessions(w, account=account)
    end_links(w, account=account)
    end_roles(w, account=account)
    account.state, account.disabled_at = State.DISABLED, w.now
    w.session.flush()
    record(w, "people:account:disable", f"people/{account.code}", reason=reason)
    return facts


def _administrator_roles(facts: AccountFacts) -> set[Role]:
    return set(facts.roles) & ADMINISTRATORS


def bootstrap(w: Work) -> list[tuple[Role, str, str]]:
    """Make the three administrators unless there ever were such; return who has not enrolled.

    Each comes with role, user name and token. A second call changes nothing while the
    links are good; a link that is over is made anew.
    """
    found = []
    for role, user_name in FIRST.items():
        for account in _administrators(w, role) or [_first(w, role, user_name)]:
            if account.password_hash is None and account.state == State.ACTIVE:
                token = open_token(w, account=account)
                token = token or make_link(w, account=account, purpose=Purpose.ENROL)
                found.append((role, account.user_name or "", token))
    return found


def _administrators(w: Work, role: Role) -> list[Account]:
    ever = select(Account).join(GrantRow, GrantRow.account == Account.id)
    return list(w.session.scalars(ever.where(GrantRow.role == role).order_by(Account.id)).unique())


def _first(w: Work, role: Role, user_name: str) -> Account:
    # The name is free: an account with it would be found by its role, or the operator's own.
    if staff_named(w.session, user_name) is not None:
        user_name = f"{user_name}-{new_code(secrets.token_bytes)[:4].lower()}"
    account = _add(w, user_name, ROLES[role].label)
    grant_to(w, account=account, role=role, division=None, department=None)
    return account
