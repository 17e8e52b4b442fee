"""Roles: granted and ended by the security administrator, never to oneself."""

import secrets

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from wufei_public.common.codes import new_code
from wufei_public.common.errors import Conflict, FieldError, Invalid, NotFound
from wufei_public.common.text import N_
from wufei_public.divisions import queries as places
from wufei_public.infra.audit import record
from wufei_public.infra.work import Work
from wufei_public.people.models import Account, GrantRow
from wufei_public.people.policy import may_end_role, may_grant, require
from wufei_public.people.queries.accounts import facts_of, is_last_of, staff_account
from wufei_public.people.rules.roles import ADMINISTRATORS, Role, scope_faults


def grant_role(
    w: Work,
    *,
    code: str,
    role: Role,
    division: str | None = None,
    department: str | None = None,
) -> str:
    """Give the account `code` a role within a scope and return the grant's code."""
    account = staff_account(w.session, code, locked=True)
    return grant_to(w, account=account, role=role, division=division, department=department)


def grant_to(
    w: Work, *, account: Account, role: Role, division: str | None, department: str | None
) -> str:
    """Do the same for an account that is already at hand, locked or new."""
    require(may_grant(w.actor, facts_of(w.session, account), role))
    faults = scope_faults(role, division, department) or _unknown(w, division, department)
    if faults:
        raise Invalid("bad_scope", N_("这个角色的范围不对。"), faults)
    row = GrantRow(
        code=new_code(secrets.token_bytes),
        account=account.id,
        role=role,
        division=division or "",
        department=department or "",
        granted_by=w.actor.id,
        granted_at=w.now,
    )
    try:
        with w.session.begin_nested():
            w.session.add(row)
    except IntegrityError as error:
        raise Conflict("has_role", N_("这个账号已经有这个角色。")) from error
    record(w, "people:role:grant", f"people/{account.code}", after=_said(row))
    return row.code


def _unknown(w: Work, division: str | None, department: str | None) -> list[FieldError]:
    place = places.directory(w.session).get(division)
    office = places.departments(w.session).get(department)
    faults = []
    if division and (place is None or not place.active):
        faults.append(FieldError("division", N_("没有这个地方。")))
    if department and (office is None or not office.active):
        faults.append(FieldError("department", N_("没有这个部门。")))
    return faults


def _said(row: GrantRow) -> dict[str, str]:
    return {
        "grant": row.code,
        "role": row.role,
        "division": row.division,
        "department": row.department,
    }


def end_role(w: Work, *, code: str, reason: str = "") -> None:
    """End the grant `code`; one administrator of each kind must stay."""
    row = w.session.scalar(
        select(GrantRow).where(GrantRow.code == code, GrantRow.ended_at.is_(None)).with_for_update()
    )
    account = w.session.get(Account, row.account) if row else None
    if row is None or account is None:
        raise NotFound("no_such_grant", N_("没有这个角色，或者它已经收回。"))
    last = row.role in ADMINISTRATORS and is_last_of(w.session, account.id, Role(row.role))
    require(may_end_role(w.actor, facts_of(w.session, account), last_of_its_kind=last))
    _end(w, row)
    record(w, "people:role:end", f"people/{account.code}", before=_said(row), reason=reason)


def end_roles(w: Work, *, account: Account) -> None:
    """End every role of an account that is being ended."""
    open_ones = select(GrantRow).where(GrantRow.account == account.id, GrantRow.ended_at.is_(None))
    for row in w.session.scalars(open_ones):
        _end(w, row)
        record(w, "people:role:end", f"people/{account.code}", before=_said(row))


def _end(w: Work, row: GrantRow) -> None:
    row.ended_at, row.ended_by = w.now, w.actor.id
    w.session.flush()
