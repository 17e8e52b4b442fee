"""Who keeps the register of shops, and who hands out what waits in one."""

from wufei_public.common.actor import ALLOW, Actor, Verdict, refuse
from wufei_public.common.places import TOWN_DIGITS
from wufei_public.people.rules.roles import OFFICERS, Role
from wufei_public.points.rules.shops import ShopFacts

KEEPERS = (Role.TOWN_OFFICER, Role.DISTRICT_OFFICER)
DESKS = (*OFFICERS, Role.CREW_MEMBER)


def may_keep_shop(actor: Actor, division: str) -> Verdict:
    """Say whether `actor` may enter, change and retire shops of a place."""
    return ALLOW if actor.holds(*KEEPERS, division=division) else refuse("not_keeper_here")


def may_hand_over(actor: Actor, shop: ShopFacts | None) -> Verdict:
    """Say whether `actor` may see and hand out what waits in `shop`, None for a village office.

    A clerk only in the own shop, and only while the role in its town runs.
    """
    if shop is None:
        return ALLOW if actor.has_role(*DESKS) else refuse("not_clerk_here")
    if actor.holds(*KEEPERS, Role.CREW_MEMBER, division=shop.division):
        return ALLOW
    town = shop.division[:TOWN_DIGITS]
    is_clerk = actor.holds(Role.SHOP_CLERK, division=town) and actor.id in shop.clerks
    return ALLOW if is_clerk else refuse("not_clerk_here")
