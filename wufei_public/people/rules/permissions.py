"""The one table of who may: permission → roles. Scope is asked in each feature's policy.

A name is `feature:thing:verb`; a view declares it with `@access`, and a test proves
that every declared one stands here.
"""

from collections.abc import Mapping

from wufei_public.people.rules.roles import ADMINISTRATORS, OFFICERS, Role

_CREW = frozenset({Role.CREW_MEMBER})
_SYSTEM = frozenset({Role.SYSTEM_ADMIN})
_SECURITY = frozenset({Role.SECURITY_ADMIN})
_AUDITOR = frozenset({Role.AUDITOR})

PERMISSIONS: Mapping[str, frozenset[Role]] = {
    # The system administrator makes accounts, the security administrator says what they may.
    "people:account:list": ADMINISTRATORS,
    "people:account:invite": _SYSTEM,
    "people:account:reset": _SYSTEM,
    "people:account:disable": _SYSTEM,
    "people:role:grant": _SECURITY,
    "people:role:end": _SECURITY,
    "people:session:end": _SYSTEM | _SECURITY,
    # Only the auditor reads the trail: whoever acts does not watch over it.
    "trail:row:list": _AUDITOR,
    # A crew member sees, notes and closes only what is assigned to them (dumping's policy).
    "dumping:case:view": OFFICERS | _CREW,
    "dumping:case:accept": OFFICERS,
    "dumping:case:refuse": OFFICERS,
    "dumping:case:assign": OFFICERS,
    "dumping:case:return": OFFICERS,
    "dumping:case:ask": OFFICERS,
    "dumping:case:note": OFFICERS | _CREW,
    "dumping:case:release": OFFICERS,
    "dumping:case:close": OFFICERS | _CREW,
    "dumping:case:place": OFFICERS,
    "dumping:case:reclassify": OFFICERS,
    "dumping:case:evidence": OFFICERS,
    "checkins:figure:view": OFFICERS,
    "checkins:point:edit": OFFICERS,
    # Village sorters and supervisors are crew members of a town.
    "checkins:spot:check": OFFICERS | _CREW,
    "checkins:nickname:blank": OFFICERS,
    "learning:sorting:edit": OFFICERS,
    # Shops and village offices hand out: their people are crew members of a town.
    "points:redemption:hand_over": OFFICERS | _CREW,
    "points:reward:edit": OFFICERS,
}
