"""Who may do what to an account.

The system administrator makes and ends accounts, the security administrator says what
they may, and nobody decides about themselves.
"""

from collections.abc import Mapping

from wufei_public.common.actor import ALLOW, Actor, ActorKind, Verdict, refuse
from wufei_public.common.errors import NotAllowed
from wufei_public.common.text import N_
from wufei_public.people.rules.accounts import AccountFacts, State
from wufei_public.people.rules.roles import ADMINISTRATORS, Role, clashes

REASONS: Mapping[str, str] = {
    "not_system_admin": N_("这件事由系统管理员办。"),
    "not_security_admin": N_("这件事由安全管理员办。"),
    "own_account": N_("自己的账号要由别人来办。"),
    "last_administrator": N_("这是最后一位这样的管理员，请先设好接替的人。"),
    "duties_clash": N_("三种管理员不能由同一个账号兼任，也不能再兼别的角色。"),
    "administrator": N_(
        "管理员的登录不在网页上重设，请运维人员在服务器上运行 flask staff reset-totp。"
    ),
    "not_staff": N_("这不是工作人员的账号。"),
    "disabled": N_("这个账号已经停用。"),
    "not_yours": N_("您不能管理别人的登录。"),
}


def require(verdict: Verdict) -> None:
    """Raise NotAllowed with the verdict's reason unless it is a yes."""
    if not verdict.allowed:
        raise NotAllowed(verdict.reason, REASONS[verdict.reason])


def _is(actor: Actor, *roles: Role) -> bool:
    # The operator at the machine (flask staff …) acts as the system.
    return actor.kind is ActorKind.SYSTEM or actor.has_role(*roles)


def may_invite(actor: Actor) -> Verdict:
    """Say whether `actor` may make an account for a member of staff."""
    return ALLOW if _is(actor, Role.SYSTEM_ADMIN) else refuse("not_system_admin")


def may_reset(actor: Actor, account: AccountFacts) -> Verdict:
    """Say whether `actor` may give `account` a new set-up link.

    Whoever makes the link could use it: on the site nobody becomes another administrator that way.
    """
    if not _is(actor, Role.SYSTEM_ADMIN):
        return refuse("not_system_admin")
    if actor.id == account.id:
        return refuse("own_account")
    if actor.kind is not ActorKind.SYSTEM and ADMINISTRATORS & set(account.roles):
        return refuse("administrator")
    return _usable(account)


def may_disable(actor: Actor, account: AccountFacts, *, last_of_its_kind: bool) -> Verdict:
    """Say whether `actor` may end `account`; one administrator of each kind must stay."""
    if not _is(actor, Role.SYSTEM_ADMIN):
        return refuse("not_system_admin")
    if actor.id == account.id:
        return refuse("own_account")
    return refuse("last_administrator") if last_of_its_kind else _usable(account)


def may_grant(actor: Actor, account: AccountFacts, role: Role) -> Verdict:
    """Say whether `actor` may give `role` to `account`."""
    if not _is(actor, Role.SECURITY_ADMIN):
        return refuse("not_security_admin")
    if actor.id == account.id:
        return refuse("own_account")
    if clashes(account.roles, role):
        return refuse("duties_clash")
    return _usable(account)


def may_end_role(actor: Actor, account: AccountFacts, *, last_of_its_kind: bool) -> Verdict:
    """Say whether `actor` may take a role from `account`."""
    if not _is(actor, Role.SECURITY_ADMIN):
        return refuse("not_security_admin")
    if actor.id == account.id:
        return refuse("own_account")
    return refuse("last_administrator") if last_of_its_kind else ALLOW


def may_end_sessions(actor: Actor, account: AccountFacts) -> Verdict:
    """Say whether `actor` may end the sessions of `account`: their own, or as administrator."""
    if actor.id == account.id or _is(actor, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN):
        return ALLOW
    return refuse("not_yours")


def _usable(account: AccountFacts) -> Verdict:
    if account.kind is not ActorKind.STAFF:
        return refuse("not_staff")
    return ALLOW if account.state is State.ACTIVE else refuse("disabled")
