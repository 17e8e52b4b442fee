"""Who may look after the points and spot checks of a place."""

from wufei_public.common.actor import ALLOW, Actor, Verdict, refuse
from wufei_public.people.rules.roles import Role

KEEPERS = (Role.TOWN_OFFICER, Role.DISTRICT_OFFICER)
SUPERVISORS = (*KEEPERS, Role.CREW_MEMBER)


def may_keep_points(actor: Actor, village: str) -> Verdict:
    """Say whether `actor` may add and retire collection points of a village."""
    return ALLOW if actor.holds(*KEEPERS, division=village) else refuse("not_keeper_here")


def may_spot_check(actor: Actor, village: str) -> Verdict:
    """Say whether `actor` may record spot checks in a village."""
    return ALLOW if actor.holds(*SUPERVISORS, division=village) else refuse("not_supervisor_here")
