"""Grants: the security administrator gives and ends roles, never to himself."""

from sqlalchemy import insert, update

from wufei_public.common.errors import FieldError, Invalid, NotAllowed, NotFound
from wufei_public.common.text import N_
from wufei_public.divisions import queries as places
from wufei_public.infra.audit import record
from wufei_public.infra.work import Work
from wufei_public.people import queries
from wufei_public.people.models import Account, GrantRow
from wufei_public.people.rules.roles import SCOPES, Role, Scope, may_meet

_NEEDS = {
    Scope.TOWN: ("division", N_("这个角色要选镇办。")),
    Scope.DEPARTMENT: ("department", N_("这个角色要选部门。")),
}


def grant(
    w: Work,
    account: Account,
    *,
    role: Role,
    division: str | None = None,
    department: str | None = None,
) -> None:
    """Give `role` with its scope; Invalid at the field that the role needs.

    Administrators hold one role and nothing else; nobody grants to himself.
    """
    if w.actor.id == account.id:
        raise NotAllowed("own_role", N_("不能给自己授权。"))
    scope = SCOPES[role]
    division = division if scope is Scope.TOWN else None
    department = department if scope is Scope.DEPARTMENT else None
    if scope is Scope.DISTRICT:
        division = w.settings.district or None
    _check_scope(w, scope, division, department)
    held = [Role(row.role) for row in queries.grants_of(w.session, account.id)]
    if not may_meet([*held, role]):
        sentence = N_("三类管理员互相制约，一个账号只能有其中一个角色，也不能兼办案。")
        raise Invalid("roles_clash", sentence, [FieldError("role", sentence)])
    w.session.execute(
        insert(GrantRow),
        {
            "account_id": account.id,
            "role": role,
            "division": division or "",
            "department": department or "",
            "granted_by": w.actor.id,
            "granted_at": w.now,
        },
    )
    record(
        w,
        "people:role:grant",
        f"account/{account.code}",
        after={"role": role, "division": division, "department": department},
    )


def _check_scope(w: Work, scope: Scope, division: str | None, department: str | None) -> None:
    given = {"division": division, "department": department}
    if scope in _NEEDS:
        name, sentence = _NEEDS[scope]
        if not given[name]:
            raise Invalid("scope_missing", sentence, [FieldError(name, sentence)])
    if scope is Scope.TOWN and not places.directory(w.session).is_place_for_records(division or ""):
        sentence = N_("名单里没有这个地方，请重新选。")
        raise Invalid("no_place", sentence, [FieldError("division", sentence)])
    office = places.departments(w.session).get(department)
    if scope is Scope.DEPARTMENT and (office is None or not office.active):
        sentence = N_("没有这个部门。")
        raise Invalid("no_department", sentence, [FieldError("department", sentence)])


def end_grant(w: Work, account: Account, grant_id: int) -> None:
    """End one grant; NotFound if the account has no such running grant."""
    done = w.session.connection().execute(
        update(GrantRow)
        .where(
            GrantRow.id == grant_id,
            GrantRow.account_id == account.id,
            GrantRow.ended_at.is_(None),
        )
        .values(ended_at=w.now)
    )
    if not done.rowcount:
        raise NotFound("no_grant", N_("没有这项授权，或者已经收回。"))
    record(w, "people:role:end", f"account/{account.code}", before={"grant": grant_id})
