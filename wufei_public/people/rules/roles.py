"""Roles, the scope that each needs, and which never meet in one account."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from wufei_public.common.errors import FieldError
from wufei_public.common.places import DISTRICT_DIGITS, TOWN_DIGITS, VILLAGE_DIGITS
from wufei_public.common.text import N_


class Role(StrEnum):
    """What a member of staff may be; residents need no role."""

    TOWN_OFFICER = "town_officer"
    DEPARTMENT_OFFICER = "department_officer"
    DISTRICT_OFFICER = "district_officer"
    CREW_MEMBER = "crew_member"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDITOR = "auditor"
    EXPERT = "expert"
    VILLAGE_SORTER = "village_sorter"
    ROAD_CHIEF = "road_chief"
    SHOP_CLERK = "shop_clerk"
    AWARD_CASHIER = "award_cashier"


class Scope(StrEnum):
    """What a role is held for."""

    TOWN = "town"
    VILLAGE = "village"
    DISTRICT = "district"
    DEPARTMENT = "department"
    TEAM = "team"  # a town or the district, a department, or both
    WHOLE = "whole"  # the whole site


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """A role's name and the scope that a grant of it must state."""

    label: str
    scope: Scope


ROLES: Mapping[Role, RoleFacts] = {
    Role.TOWN_OFFICER: RoleFacts(N_("镇办人员"), Scope.TOWN),
    Role.DEPARTMENT_OFFICER: RoleFacts(N_("部门人员"), Scope.DEPARTMENT),
    Role.DISTRICT_OFFICER: RoleFacts(N_("区级人员"), Scope.DISTRICT),
    Role.CREW_MEMBER: RoleFacts(N_("作业人员"), Scope.TEAM),
    Role.SYSTEM_ADMIN: RoleFacts(N_("系统管理员"), Scope.WHOLE),
    Role.SECURITY_ADMIN: RoleFacts(N_("安全管理员"), Scope.WHOLE),
    Role.AUDITOR: RoleFacts(N_("审计员"), Scope.WHOLE),
    Role.EXPERT: RoleFacts(N_("评审专家"), Scope.DISTRICT),
    Role.VILLAGE_SORTER: RoleFacts(N_("村分拣员"), Scope.VILLAGE),
    Role.ROAD_CHIEF: RoleFacts(N_("路长"), Scope.TOWN),
    Role.SHOP_CLERK: RoleFacts(N_("兑换点店员"), Scope.TOWN),
    Role.AWARD_CASHIER: RoleFacts(N_("奖金出纳"), Scope.DISTRICT),
}

# What a grant asks for beside the role, as its choice says it.
SCOPE_WORDS: Mapping[Scope, str] = {
    Scope.TOWN: N_("选镇或街道"),
    Scope.VILLAGE: N_("选村或社区"),
    Scope.DISTRICT: N_("选区"),
    Scope.TEAM: N_("选地方或部门"),
    Scope.DEPARTMENT: N_("选部门"),
    Scope.WHOLE: N_("全站"),
}
OFFICERS = frozenset({Role.TOWN_OFFICER, Role.DEPARTMENT_OFFICER, Role.DISTRICT_OFFICER})
# 等保 2.0 (GB/T 22239-2019): system, security and audit are kept apart.
ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR})

_DIVISION_DIGITS: Mapping[Scope, frozenset[int]] = {
    Scope.TOWN: frozenset({TOWN_DIGITS}),
    Scope.VILLAGE: frozenset({VILLAGE_DIGITS}),
    Scope.DISTRICT: frozenset({DISTRICT_DIGITS}),
    Scope.TEAM: frozenset({0, TOWN_DIGITS, DISTRICT_DIGITS}),
    Scope.DEPARTMENT: frozenset({0}),
    Scope.WHOLE: frozenset({0}),
}
_DIVISION_FAULTS: Mapping[Scope, str] = {
    Scope.TOWN: N_("这个角色要选一个镇或街道。"),
    Scope.VILLAGE: N_("这个角色要选一个村或社区。"),
    Scope.DISTRICT: N_("这个角色要选区。"),
    Scope.TEAM: N_("这里要选镇、街道或区。"),
    Scope.DEPARTMENT: N_("这个角色只按部门划分，地方请留空。"),
    Scope.WHOLE: N_("这个角色管全站，地方请留空。"),
}


def clashes(held: Iterable[Role], wanted: Role) -> bool:
    """Say whether `wanted` may not join `held`: an administrator's role stands alone."""
    others = set(held) - {wanted}
    return bool(others) and bool((others | {wanted}) & ADMINISTRATORS)


def scope_faults(role: Role, division: str | None, department: str | None) -> list[FieldError]:
    """Return what is wrong with a grant's scope, one fault per field."""
    scope = ROLES[role].scope
    faults = []
    if len(division or "") not in _DIVISION_DIGITS[scope]:
        faults.append(FieldError("division", _DIVISION_FAULTS[scope]))
    if scope is Scope.DEPARTMENT and not department:
        faults.append(FieldError("department", N_("这个角色要选一个部门。")))
    if scope not in {Scope.DEPARTMENT, Scope.TEAM} and department:
        faults.append(FieldError("department", N_("这个角色不按部门划分，部门请留空。")))
    if scope is Scope.TEAM and not division and not department:
        faults.append(FieldError("division", N_("请选一个地方或一个部门。")))
    return faults
