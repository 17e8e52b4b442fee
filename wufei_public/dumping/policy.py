"""Who may do what to a case: the fine half of permissions, with reasons."""

from wufei_public.common.actor import ALLOW, Actor, ActorKind, Verdict, refuse
from wufei_public.common.places import town_of
from wufei_public.dumping.rules.facts import ReportFacts
from wufei_public.dumping.rules.states import WORKFLOW, Move, Release, Who
from wufei_public.people.rules.roles import Role


def roles_on(actor: Actor, facts: ReportFacts) -> frozenset[str]:
    """Return the roles that `actor` holds over this very case.

    A town officer within the town, a department officer where the case was assigned to
    the department, a crew member where it was assigned to that person, a district officer
    in the district; a reporter by account.
    """
    if actor.kind is ActorKind.SYSTEM:
        return frozenset({Who.SYSTEM})
    held: set[str] = set()
    division, department = facts.division, facts.department
    if actor.holds(Role.DISTRICT_OFFICER, division=division):
        held.add(Role.DISTRICT_OFFICER)
    if town_of(division) and actor.holds(Role.TOWN_OFFICER, division=division):
        held.add(Role.TOWN_OFFICER)
    if department is not None and actor.holds(
        Role.DEPARTMENT_OFFICER, division=division, department=department
    ):
        held.add(Role.DEPARTMENT_OFFICER)
    if facts.crew_id is not None and facts.crew_id == actor.id:
        held.add(Role.CREW_MEMBER)
    if facts.reporter_id is not None and facts.reporter_id == actor.id:
        held.add(Who.REPORTER)
    return frozenset(held)


_STAFF = frozenset(Role)
_OFFICERS = frozenset({Role.TOWN_OFFICER, Role.DEPARTMENT_OFFICER, Role.DISTRICT_OFFICER})
_PLACERS = frozenset({Role.TOWN_OFFICER, Role.DISTRICT_OFFICER})


def may_handle(actor: Actor, facts: ReportFacts) -> Verdict:
    """Say whether `actor` may open the case's staff page and add internal notes."""
    return ALLOW if roles_on(actor, facts) & _STAFF else refuse("not_handler_here")


def may_move(actor: Actor, facts: ReportFacts, move: Move, *, reporter: bool = False) -> Verdict:
    """Say whether `actor` may make `move`; `reporter` was proven by the receipt's secret.

    WrongState is raised where nobody could make the move.
    """
    step = WORKFLOW.step(facts.state, move)
    held = roles_on(actor, facts) | ({Who.REPORTER} if reporter else set())
    return ALLOW if held & step.who else refuse("not_yours_to_do")


def may_release(actor: Actor, facts: ReportFacts) -> Verdict:
    """Say whether `actor` may decide what the public sees of the case."""
    return ALLOW if roles_on(actor, facts) & _OFFICERS else refuse("not_officer_here")


def may_place(actor: Actor, facts: ReportFacts) -> Verdict:
    """Say whether `actor` may correct the place or the official kind."""
    return ALLOW if roles_on(actor, facts) & _PLACERS else refuse("not_officer_here")


def may_see_words(actor: Actor, facts: ReportFacts, *, reporter: bool = False) -> Verdict:
    """Say whether `actor` may read the reporter's own words and see unreleased photos."""
    if reporter or roles_on(actor, facts) & (_STAFF | {Who.REPORTER}):
        return ALLOW
    return refuse("not_yours_to_see")


def is_public(facts: ReportFacts) -> bool:
    """Say whether everyone may see the case: only after an official released it."""
    return facts.release is Release.RELEASED
