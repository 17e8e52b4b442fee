"""The one table of permissions: what a route declares, and which roles have it.

This is the coarse half: a role held anywhere opens the door. The fine half, whether
this person may do this to that case, is asked in each feature's `policy`.
"""

from collections.abc import Mapping

from wufei_public.people.rules.roles import Role

_OFFICERS = frozenset({Role.TOWN_OFFICER, Role.DEPARTMENT_OFFICER, Role.DISTRICT_OFFICER})
_HANDLERS = _OFFICERS | {Role.CREW_MEMBER}

PERMISSIONS: Mapping[str, frozenset[Role]] = {
    "dumping:case:see": _HANDLERS,
    "dumping:case:work": _HANDLERS,
    "dumping:case:decide": _OFFICERS,
    "dumping:evidence:open": _OFFICERS,
    "people:account:see": frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR}),
    "people:account:create": frozenset({Role.SYSTEM_ADMIN}),
    "people:account:reset": frozenset({Role.SYSTEM_ADMIN}),
    "people:account:disable": frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}),
    "people:role:grant": frozenset({Role.SECURITY_ADMIN}),
    "audit:see": frozenset({Role.AUDITOR}),
}
