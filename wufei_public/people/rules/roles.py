"""Roles of staff, the scope that each needs, and which never meet in one account."""

from collections.abc import Iterable
from enum import StrEnum

from wufei_public.common.text import N_


class Role(StrEnum):
    TOWN_OFFICER = "town_officer"
    DEPARTMENT_OFFICER = "department_officer"
    DISTRICT_OFFICER = "district_officer"
    CREW_MEMBER = "crew_member"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDITOR = "auditor"


class Scope(StrEnum):
    TOWN = "town"
    DEPARTMENT = "department"
    DISTRICT = "district"
    NONE = "none"


LABELS = {
    Role.TOWN_OFFICER: N_("镇办人员"),
    Role.DEPARTMENT_OFFICER: N_("部门人员"),
    Role.DISTRICT_OFFICER: N_("区级人员"),
    Role.CREW_MEMBER: N_("清运人员"),
    Role.SYSTEM_ADMIN: N_("系统管理员"),
    Role.SECURITY_ADMIN: N_("安全管理员"),
    Role.AUDITOR: N_("审计管理员"),
}
SCOPES = {
    Role.TOWN_OFFICER: Scope.TOWN,
    Role.DEPARTMENT_OFFICER: Scope.DEPARTMENT,
    Role.DISTRICT_OFFICER: Scope.DISTRICT,
    Role.CREW_MEMBER: Scope.TOWN,
    Role.SYSTEM_ADMIN: Scope.NONE,
    Role.SECURITY_ADMIN: Scope.NONE,
    Role.AUDITOR: Scope.NONE,
}
# GB/T 22239-2019 8.1.5: the three administrators check each other.
ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR})


def may_meet(roles: Iterable[Role]) -> bool:
    """Say whether one account may hold `roles`: an administrator holds nothing else."""
    held = set(roles)
    return not held & ADMINISTRATORS or len(held) == 1
