"""Who may do what to a case: the fine half of permissions, with reasons."""

from collections.abc import Callable

from wufei_public.common.actor import ALLOW, Actor, ActorKind, Verdict, refuse
from wufei_public.common.places import town_of
from wufei_public.dumping.rules.assigning import can_get
from wufei_public.dumping.rules.facts import ReportFacts
from wufei_public.dumping.rules.release import RELEASES, Show
from wufei_public.dumping.rules.states import MERGED, REVIEWS, WORKFLOW, Move, Who
from wufei_public.people.rules.roles import OFFICERS, Role

STAFF = OFFICERS | {Role.CREW_MEMBER}
_PLACERS = frozenset({Role.TOWN_OFFICER, Role.DISTRICT_OFFICER})


def roles_on(actor: Actor, facts: ReportFacts) -> frozenset[str]:
    """Return the roles that `actor` holds over this very case.

    A town officer within the town, a department officer where the case was assigned to
    the department, a crew member where it was assigned to that person, a district officer
    in the district; a reporter by account. `queries.scopes` says the same in SQL.
    """
    if actor.kind is ActorKind.SYSTEM:
        return frozenset({Who.SYSTEM})
    return frozenset(role for role, holds in _HOLDS.items() if holds(actor, facts))


def _district(actor: Actor, facts: ReportFacts) -> bool:
    return actor.holds(Role.DISTRICT_OFFICER, division=facts.division)


def _town(actor: Actor, facts: ReportFacts) -> bool:
    placed = town_of(facts.division) is not None
    return placed and actor.holds(Role.TOWN_OFFICER, division=facts.division)


def _department(actor: Actor, facts: ReportFacts) -> bool:
    return facts.department is not None and actor.holds(
        Role.DEPARTMENT_OFFICER, division=facts.division, department=facts.department
    )


def _crew(actor: Actor, facts: ReportFacts) -> bool:
    assigned = facts.crew_id is not None and facts.crew_id == actor.id
    # Who was moved to another town's crew has no more to do with what was given before.
    return assigned and can_get(actor.grants, town_of(facts.division), facts.department)


def _reporter(actor: Actor, facts: ReportFacts) -> bool:
    own = facts.reporter_id is not None and facts.reporter_id == actor.id
    return own and actor.kind is ActorKind.RESIDENT


_HOLDS: dict[str, Callable[[Actor, ReportFacts], bool]] = {
    Role.DISTRICT_OFFICER: _district,
    Role.TOWN_OFFICER: _town,
    Role.DEPARTMENT_OFFICER: _department,
    Role.CREW_MEMBER: _crew,
    Who.REPORTER: _reporter,
}


def may_handle(actor: Actor, facts: ReportFacts) -> Verdict:
    """Say whether `actor` may open the case's staff page and add notes."""
    return ALLOW if roles_on(actor, facts) & STAFF else refuse("not_handler_here")


def may_move(actor: Actor, facts: ReportFacts, move: Move, *, reporter: bool = False) -> Verdict:
    """Say whether `actor` may make `move`; `reporter` was proven by the receipt's secret.

    WrongState is raised where nobody could make the move. Whoever gave the result does not
    decide whether it was good.
    """
    step = WORKFLOW.step(facts.state, move)
    held = roles_on(actor, facts) | ({Who.REPORTER} if reporter else set())
    if not held & step.who:
        return refuse("not_yours_to_do")
    if move in REVIEWS and actor.id == facts.closed_by:
        return refuse("closed_it_yourself")
    return ALLOW


def may_show(actor: Actor, facts: ReportFacts, show: Show) -> Verdict:
    """Say whether `actor` may decide so about what the public sees of the case.

    WrongState is raised where nobody could. Of one heap everyone sees one case: a merged one
    stays hidden until it is taken out again.
    """
    if facts.state in MERGED:
        return refuse("merged_elsewhere")
    step = RELEASES.step(facts.release, show)
    return ALLOW if roles_on(actor, facts) & step.who else refuse("not_officer_here")


def may_place(actor: Actor, facts: ReportFacts) -> Verdict:
    """Say whether `actor` may correct the place or the official kind."""
    return ALLOW if roles_on(actor, facts) & _PLACERS else refuse("not_officer_here")


def is_town_alone(actor: Actor, facts: ReportFacts) -> bool:
    """Say whether `actor` has the case for its town only, and so gives it away with a reason."""
    return facts.division is not None and Role.DISTRICT_OFFICER not in roles_on(actor, facts)


def may_extend(actor: Actor, facts: ReportFacts) -> Verdict:
    """Say whether `actor` may ask for more time for the case."""
    return ALLOW if roles_on(actor, facts) & OFFICERS else refuse("not_officer_here")


def may_grant_longer(actor: Actor, facts: ReportFacts, asked_by: int) -> Verdict:
    """Say whether `actor` may decide on more time: towns and the district, not who asked."""
    if not roles_on(actor, facts) & _PLACERS:
        return refuse("not_yours_to_do")
    return refuse("asked_it_yourself") if actor.id == asked_by else ALLOW


def may_propose_award(actor: Actor, facts: ReportFacts, entered_by: int | None) -> Verdict:
    """Say whether `actor` may propose an award: not who entered the case and held its receipt."""
    if not roles_on(actor, facts) & OFFICERS:
        return refuse("not_officer_here")
    return refuse("entered_it_yourself") if actor.id == entered_by else ALLOW


def may_decide_award(
    actor: Actor, facts: ReportFacts, proposed_by: int, entered_by: int | None
) -> Verdict:
    """Say whether `actor` may decide on an award: the district, and not who proposed it."""
    verdict = may_revoke_award(actor, facts)
    if not verdict.allowed:
        return verdict
    if actor.id == entered_by:
        return refuse("entered_it_yourself")
    return refuse("proposed_it_yourself") if actor.id == proposed_by else ALLOW


def may_revoke_award(actor: Actor, facts: ReportFacts) -> Verdict:
    """Say whether `actor` may take an approval back before it was paid: the district."""
    held = Role.DISTRICT_OFFICER in roles_on(actor, facts)
    return ALLOW if held else refuse("not_yours_to_do")


def may_reverse_award(actor: Actor, facts: ReportFacts, paid_by: int) -> Verdict:
    """Say whether `actor` may book a payout back: the district, and not who paid it."""
    verdict = may_revoke_award(actor, facts)
    if not verdict.allowed:
        return verdict
    return refuse("paid_it_yourself") if actor.id == paid_by else ALLOW


def may_open_original(actor: Actor, facts: ReportFacts) -> Verdict:
    """Say whether `actor` may look at a photo's kept original, with a reason."""
    return ALLOW if roles_on(actor, facts) & OFFICERS else refuse("not_officer_here")


def may_see_words(actor: Actor, facts: ReportFacts, *, reporter: bool = False) -> Verdict:
    """Say whether `actor` may read the reporter's own words and see unreleased photos."""
    if reporter or roles_on(actor, facts) & (STAFF | {Who.REPORTER}):
        return ALLOW
    return refuse("not_yours_to_see")
