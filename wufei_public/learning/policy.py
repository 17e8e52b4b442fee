"""Who runs training events."""

from wufei_public.common.actor import ALLOW, Actor, Verdict, refuse
from wufei_public.people.rules.roles import Role


def may_run(actor: Actor, town: str) -> Verdict:
    """Say whether `actor` may run events in a town: its officers, the district's, departments'."""
    here = actor.holds(Role.TOWN_OFFICER, Role.DISTRICT_OFFICER, division=town)
    return ALLOW if here or actor.has_role(Role.DEPARTMENT_OFFICER) else refuse("not_here")
