"""The one table of who may: permission → roles. Scope is asked in each feature's policy.

A name is `feature:thing:verb`; a view declares it with `@access`, and a test proves
that every declared one stands here.
"""

from collections.abc import Mapping

from wufei_public.people.rules.roles import ADMINISTRATORS, OFFICERS, Role

_CREW = frozenset({Role.CREW_MEMBER})
_PLACES = frozenset({Role.TOWN_OFFICER, Role.DISTRICT_OFFICER})
_DISTRICT = frozenset({Role.DISTRICT_OFFICER})
_SYSTEM = frozenset({Role.SYSTEM_ADMIN})
_SECURITY = frozenset({Role.SECURITY_ADMIN})
_CASHIER = frozenset({Role.AWARD_CASHIER})
_AUDITOR = frozenset({Role.AUDITOR})

PERMISSIONS: Mapping[str, frozenset[Role]] = {
    # The system administrator makes accounts, the security administrator says what they may.
    "people:account:list": ADMINISTRATORS,
    "people:account:invite": _SYSTEM,
    "people:account:reset": _SYSTEM,
    "people:account:disable": _SYSTEM,
    # Whoever grants looks again at what was granted; the auditor sees that it is done.
    "people:access:view": _SECURITY | _AUDITOR,
    "people:access:review": _SECURITY,
    "people:role:grant": _SECURITY,
    "people:role:end": _SECURITY,
    "people:session:end": _SYSTEM | _SECURITY,
    "messages:dead:view": _SYSTEM,
    "messages:dead:decide": _SYSTEM,
    "messages:text:edit": _DISTRICT,
    # Only the auditor reads the trail: whoever acts does not watch over it.
    "trail:row:list": _AUDITOR,
    # A crew member sees, notes and closes only what is assigned to them (dumping's policy).
    "dumping:case:view": OFFICERS | _CREW,
    "dumping:case:accept": OFFICERS,
    "dumping:case:refuse": OFFICERS,
    "dumping:case:assign": OFFICERS,
    "dumping:case:return": OFFICERS | _CREW,
    "dumping:case:ask": OFFICERS,
    "dumping:case:note": OFFICERS | _CREW,
    "dumping:case:release": OFFICERS,
    "dumping:case:close": OFFICERS | _CREW,
    "dumping:case:review": OFFICERS,
    "dumping:case:place": OFFICERS,
    "dumping:case:reclassify": OFFICERS,
    "dumping:case:evidence": OFFICERS,
    "dumping:case:merge": OFFICERS,
    "dumping:routing:edit": _DISTRICT,
    "calendar:year:edit": _DISTRICT,
    "divisions:department:edit": _DISTRICT,
    "dumping:case:enter": _PLACES,
    "dumping:case:export": OFFICERS,
    "dumping:case:bulk": OFFICERS,
    # Who grants more time is another than who asks (dumping's policy).
    "dumping:case:extend": OFFICERS,
    "dumping:case:grant_longer": OFFICERS,
    # 有奖举报: who proposes, who approves and who pays are three people (dumping's policy).
    "dumping:case:award": OFFICERS,
    "dumping:award:decide": _DISTRICT,
    "dumping:award:pay": _CASHIER,
    "dumping:award:ledger": _DISTRICT | _CASHIER,
    "open311:application:manage": _DISTRICT,
    # Departments look; towns and the district enter, correct and decide within their place.
    "organisations:card:view": OFFICERS,
    "organisations:card:edit": _PLACES,
    "organisations:membership:decide": _PLACES,
    # Who proposes, who decides and who approves are three people (redblack's policy).
    # Auditors read every file, of what is over too, and move nothing.
    "redblack:listing:view": OFFICERS | _AUDITOR,
    "redblack:listing:move": OFFICERS,
    "redblack:listing:propose": OFFICERS,
    "redblack:snapshot:open": _AUDITOR,
    "redblack:assessment:view": OFFICERS,
    "redblack:assessment:give": OFFICERS,
    "redblack:period:manage": _DISTRICT,
    # Who answers is asked again: nobody who took part in the entry.
    "redblack:error:answer": OFFICERS,
    "checkins:figure:view": OFFICERS,
    "checkins:point:edit": OFFICERS,
    # Village sorters and supervisors are crew members of a town.
    "checkins:spot:check": OFFICERS | _CREW,
    "checkins:nickname:blank": OFFICERS,
    # Everybody in office looks; towns and the district enter, another of them checks.
    "checkins:coverage:view": OFFICERS,
    "checkins:coverage:edit": _PLACES,
    # A village sorter records the own village; officers read the sums.
    "checkins:split:record": frozenset({Role.VILLAGE_SORTER}),
    "checkins:split:view": OFFICERS,
    # 路长制 (task A-28): towns assign stretches, the chiefs look at theirs.
    "checkins:stretch:view": OFFICERS,
    "checkins:stretch:edit": _PLACES,
    "checkins:stretch:inspect": frozenset({Role.ROAD_CHIEF}),
    "learning:sorting:edit": OFFICERS,
    "learning:training:run": OFFICERS,
    # A town writes its own, the district also the texts that the site must have.
    "notices:notice:edit": _PLACES,
    "notices:notice:publish": _PLACES,
    # Officers read and interview; the district plans and decides.
    "surveys:wave:view": OFFICERS,
    "surveys:wave:manage": _DISTRICT,
    "surveys:interview:do": OFFICERS,
    "surveys:answers:open": _AUDITOR,
    # Officers see what comes to their town, department or district; who may do what is policy.
    "cells:application:view": OFFICERS,
    "cells:round:manage": frozenset({Role.DISTRICT_OFFICER}),
    "cells:certificate:manage": frozenset({Role.DISTRICT_OFFICER}),
    # An expert sees only the own sheets.
    "cells:sheet:score": frozenset({Role.EXPERT}),
    # Village offices hand out, and shops what waits in the own shop (points' policy).
    "points:redemption:hand_over": OFFICERS | _CREW | {Role.SHOP_CLERK},
    "points:shop:edit": _PLACES,
    "points:reward:edit": OFFICERS,
    "points:entry:reverse": frozenset({Role.DISTRICT_OFFICER}),
    "dumping:case:contact": OFFICERS | _CREW,
    # Everybody looks; the departments that the plan names enter, the district publishes.
    "indicators:board:view": OFFICERS,
    "indicators:value:enter": frozenset({Role.DEPARTMENT_OFFICER, Role.DISTRICT_OFFICER}),
    # Whoever looks after the machine, and whoever publishes what it computes.
    "indicators:run:manage": _DISTRICT | _SYSTEM,
}
