"""Who may plan, ask, and read a survey."""

from wufei_public.common.actor import ALLOW, Actor, Verdict, refuse
from wufei_public.people.rules.roles import OFFICERS, Role
from wufei_public.surveys.rules.waves import (
    LEAST_TO_LOOK,
    SAMPLED,
    WORKFLOW,
    Mode,
    Move,
    State,
    WaveFacts,
)


def may_manage(actor: Actor) -> Verdict:
    """Say whether `actor` may load questionnaires and plan waves: the district's officers."""
    return ALLOW if actor.has_role(Role.DISTRICT_OFFICER) else refuse("not_district_officer")


def may_move(actor: Actor, facts: WaveFacts, move: Move) -> Verdict:
    """Say whether `actor` may make `move`; WrongState is raised where nobody could."""
    step = WORKFLOW.step(facts.state, move)
    return ALLOW if actor.has_role(*step.who) else refuse("not_district_officer")


def may_open_answers(actor: Actor) -> Verdict:
    """Say whether `actor` may have every single answer of a wave that is over: auditors."""
    return ALLOW if actor.has_role(Role.AUDITOR) else refuse("not_auditor")


def may_interview(actor: Actor, facts: WaveFacts) -> Verdict:
    """Say whether `actor` may ask people in this wave."""
    asks = facts.mode is Mode.INTERVIEWER and actor.has_role(*OFFICERS)
    return ALLOW if asks else refuse("not_interviewer_here")


def may_call(actor: Actor, facts: WaveFacts) -> Verdict:
    """Say whether `actor` may telephone members of this wave's sample."""
    calls = facts.mode in SAMPLED and actor.has_role(*OFFICERS)
    return ALLOW if calls else refuse("not_interviewer_here")


def may_dial(actor: Actor, assigned_to: int | None) -> Verdict:
    """Say whether `actor` may see and try a number: whoever took it, and nobody else."""
    mine = actor.id is not None and actor.id == assigned_to
    return ALLOW if mine else refuse("not_your_number")


def may_look(actor: Actor, facts: WaveFacts, counted: int) -> Verdict:
    """Say whether `actor` may see results: of an open wave not before there are enough."""
    if not actor.has_role(*OFFICERS):
        return refuse("not_officer")
    if facts.state in {State.DRAFT, State.OPEN} and counted < LEAST_TO_LOOK:
        return refuse("too_few_to_look")
    return ALLOW
