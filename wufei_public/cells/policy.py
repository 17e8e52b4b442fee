"""Who may do what to an application: the fine half of permissions, with reasons."""

from wufei_public.cells.rules.facts import CellFacts
from wufei_public.cells.rules.stages import Move, State, Who, workflow
from wufei_public.cells.rules.standing import STANDINGS, Act, Standing
from wufei_public.common.actor import ALLOW, Actor, ActorKind, Verdict, refuse
from wufei_public.people.rules.roles import Role

# What those whose decision was taken back do not do again (triggers of `cell_overruled`).
DECISIONS = frozenset({Move.PROPOSE, Move.CONFIRM, Move.SEND_BACK, Move.REFUSE, Move.NAME})
DESK = frozenset({Role.TOWN_OFFICER, Role.DEPARTMENT_OFFICER, Role.DISTRICT_OFFICER})


def roles_on(actor: Actor, facts: CellFacts) -> frozenset[str]:
    """Return the roles that `actor` holds over this very application.

    `queries.lists.scope` says the same of officers in SQL.
    """
    if actor.kind is ActorKind.SYSTEM:
        return frozenset({Who.SYSTEM})
    if actor.kind is ActorKind.RESIDENT:
        return frozenset({Who.UNIT} if actor.id in facts.representatives else ())
    district = actor.holds(Role.DISTRICT_OFFICER, division=facts.division)
    independent = district and actor.id not in facts.reviewers | facts.panel
    held = {
        Role.DISTRICT_OFFICER: district,
        Role.TOWN_OFFICER: any(
            actor.holds(Role.TOWN_OFFICER, division=one)
            for one in {facts.division} | facts.divisions
        ),
        Role.DEPARTMENT_OFFICER: actor.holds(
            Role.DEPARTMENT_OFFICER, division=facts.division, department=facts.department
        ),
        Role.EXPERT: actor.id in facts.panel and actor.has_role(Role.EXPERT),
        Who.INDEPENDENT: independent,
    }
    return frozenset(role for role, holds in held.items() if holds)


def may_move(actor: Actor, facts: CellFacts, move: Move) -> Verdict:
    """Say whether `actor` may make `move`; WrongState where nobody could.

    Who decided on an objection takes no part in the review any more, and an expert of the
    panel decides nothing: `cell_duty` and this line say the same.
    """
    step = workflow(facts.route).step(facts.state, move)
    held = roles_on(actor, facts)
    if not held & step.who:
        return refuse("had_part" if Who.INDEPENDENT in step.who else "not_yours_to_do")
    if actor.id in facts.panel and not held & {Who.UNIT} and step.who & DESK:
        return refuse("on_the_panel")
    if move in DECISIONS and actor.id in facts.overruled:
        return refuse("overruled")
    return ALLOW


def may_act(actor: Actor, facts: CellFacts, standing: Standing, act: Act) -> Verdict:
    """Say whether `actor` may change how the certificate stands; WrongState where nobody could."""
    step = STANDINGS.step(standing, act)
    if roles_on(actor, facts) & step.who:
        return ALLOW
    return refuse("had_part" if Who.INDEPENDENT in step.who else "not_yours_to_do")


def may_open(actor: Actor, facts: CellFacts) -> Verdict:
    """Say whether `actor` may open the officers' page; what was never handed in is the unit's.

    It tells who is in already, which an officer who scores must not know meanwhile.
    """
    if facts.state is State.EXPERTS and actor.id in facts.panel:
        return refuse("on_the_panel")
    unseen = facts.state is State.DRAFT or not facts.handed_in
    if unseen or not roles_on(actor, facts) & DESK:
        return refuse("not_officer_here")
    return ALLOW


def may_write(actor: Actor, facts: CellFacts) -> Verdict:
    """Say whether `actor` speaks for the unit."""
    return ALLOW if Who.UNIT in roles_on(actor, facts) else refuse("not_unit")


def may_score(actor: Actor, facts: CellFacts) -> Verdict:
    """Say whether `actor` is an expert of the panel, now."""
    return ALLOW if Role.EXPERT in roles_on(actor, facts) else refuse("not_on_panel")


def may_lead(actor: Actor) -> Verdict:
    """Say whether `actor` is of the leading group's office: rounds, rubrics, experts."""
    return ALLOW if actor.has_role(Role.DISTRICT_OFFICER) else refuse("not_office")
