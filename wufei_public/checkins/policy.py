"""Who may look after the points, the register and the weights of a place."""

from collections.abc import Collection

from wufei_public.checkins.rules.classes import SCHOOL
from wufei_public.checkins.rules.coverage import Place, State
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


def may_see_photo(actor: Actor, village: str) -> Verdict:
    """Say whether `actor` may see the photos of a village's check-ins: who checks there."""
    return may_spot_check(actor, village)


def may_blank_nickname(actor: Actor, village: str) -> Verdict:
    """Say whether `actor` may take nicknames of a village from the boards."""
    return ALLOW if actor.holds(*KEEPERS, division=village) else refuse("not_keeper_here")


def may_keep_register(actor: Actor, division: str) -> Verdict:
    """Say whether `actor` may enter where sorting is in place, and set a village's scheme."""
    return ALLOW if actor.holds(*KEEPERS, division=division) else refuse("not_keeper_here")


def may_check_place(actor: Actor, place: Place) -> Verdict:
    """Say whether `actor` may check a place of the register: never the own entry."""
    if not actor.holds(*KEEPERS, division=place.entry.division):
        return refuse("not_keeper_here")
    if place.state is not State.ENTERED:
        return refuse("nothing_to_check")
    return ALLOW if actor.id != place.entered_by else refuse("own_entry")


def may_split(actor: Actor, village: str) -> Verdict:
    """Say whether `actor` may record weights of a village."""
    allowed = actor.holds(Role.VILLAGE_SORTER, division=village)
    return ALLOW if allowed else refuse("not_sorter_here")


def may_lead_classes(kind: str, *, represents: bool) -> Verdict:
    """Say whether somebody may open and close classes: who represents the school."""
    if kind != SCHOOL:
        return refuse("not_a_school")
    return ALLOW if represents else refuse("not_of_the_school")


def may_inspect(actor: Actor, town: str, chiefs: Collection[int]) -> Verdict:
    """Say whether `actor` may record an inspection: who has the stretch, or had it that day."""
    if not actor.holds(Role.ROAD_CHIEF, division=town) or actor.id not in chiefs:
        return refuse("not_chief_here")
    return ALLOW
