"""Who may enter, check and publish a value, and report on a task."""

from collections.abc import Collection

from wufei_public.common.actor import ALLOW, Actor, ActorKind, Verdict, refuse
from wufei_public.indicators.rules.states import WORKFLOW, Move, ValueFacts, Who
from wufei_public.people.rules.roles import Role


def may_enter(actor: Actor, responsible: Collection[str]) -> Verdict:
    """Say whether `actor` may enter a figure or report on a task of these departments."""
    if actor.has_role(Role.DISTRICT_OFFICER):
        return ALLOW
    mine = {grant.department for grant in actor.grants if grant.role == Role.DEPARTMENT_OFFICER}
    return ALLOW if mine & set(responsible) else refuse("not_your_department")


def may_move(actor: Actor, facts: ValueFacts, move: Move, responsible: Collection[str]) -> Verdict:
    """Say whether `actor` may make the move; WrongState if there is no such step."""
    step = WORKFLOW.step(facts.state, move)
    if not _roles(actor, responsible) & step.who:
        return refuse("not_yours_to_do")
    if move in {Move.CHECK, Move.PUBLISH} and actor.id == facts.entered_by:
        return refuse("own_figure")
    return ALLOW


def _roles(actor: Actor, responsible: Collection[str]) -> frozenset[str]:
    if actor.kind is ActorKind.SYSTEM:
        return frozenset({Who.SYSTEM})
    roles = (Role.DISTRICT_OFFICER, Role.DEPARTMENT_OFFICER)
    held = frozenset(role for role in roles if actor.has_role(role))
    return held if may_enter(actor, responsible).allowed else frozenset()
