"""Who may do what in the register: the fine half of permissions, with reasons."""

from wufei_public.common.actor import ALLOW, Actor, ActorKind, Verdict, refuse
from wufei_public.organisations.rules.facts import MembershipFacts, OrganisationFacts
from wufei_public.organisations.rules.memberships import STAFF, WORKFLOW, Move, Who
from wufei_public.people.rules.roles import Role


def may_see(actor: Actor, facts: OrganisationFacts) -> Verdict:
    """Say whether `actor` may open the organisation's card: officers of the place, departments."""
    if actor.has_role(Role.DEPARTMENT_OFFICER) or may_edit(actor, facts.division).allowed:
        return ALLOW
    return refuse("not_officer_here")


def may_edit(actor: Actor, division: str) -> Verdict:
    """Say whether `actor` may enter or correct an organisation of `division`."""
    here = actor.kind is ActorKind.SYSTEM or actor.holds(*STAFF, division=division)
    return ALLOW if here else refuse("not_officer_here")


def roles_on(actor: Actor, facts: MembershipFacts, *, peer: bool) -> frozenset[str]:
    """Return the roles that `actor` holds over this very membership.

    `peer` says that the actor represents the same organisation; nobody is one's own peer.
    """
    if actor.kind is ActorKind.SYSTEM:
        return frozenset({Who.SYSTEM})
    if actor.kind is ActorKind.RESIDENT:
        if actor.id == facts.account_id:
            return frozenset({Who.SELF})
        return frozenset({Who.PEER}) if peer else frozenset()
    here = facts.organisation.division
    return frozenset(role for role in STAFF if actor.holds(role, division=here))


def may_move(actor: Actor, facts: MembershipFacts, move: Move, *, peer: bool) -> Verdict:
    """Say whether `actor` may make the move; WrongState if there is no such step."""
    step = WORKFLOW.step(facts.state, move)
    if roles_on(actor, facts, peer=peer) & step.who:
        return ALLOW
    return refuse("not_yours_to_do")
