"""Who may do what to an entry, and when: the fine half of due process, with reasons."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from wufei_public.common.actor import ALLOW, Actor, ActorKind, Verdict, refuse
from wufei_public.people.rules.roles import OFFICERS, Role
from wufei_public.redblack.rules.facts import ListingFacts
from wufei_public.redblack.rules.showing import (
    has_lapsed,
    is_heard,
    is_held,
    is_shown,
    may_be_repaired,
)
from wufei_public.redblack.rules.states import DECIDERS, ONLY, SHOWN, WORKFLOW, Move, State, Who


def roles_on(actor: Actor, facts: ListingFacts, *, enterprise: bool) -> frozenset[str]:
    """Return the roles that `actor` holds over this very entry.

    `enterprise` says that the actor represents the organisation that it is about.
    """
    if actor.kind is ActorKind.SYSTEM:
        return frozenset({Who.SYSTEM})
    if actor.kind is ActorKind.RESIDENT:
        return frozenset({Who.ENTERPRISE}) if enterprise else frozenset()
    return frozenset(role for role in OFFICERS if _holds(actor, role, facts.division))


def _holds(actor: Actor, role: Role, division: str) -> bool:
    # A department's field is a trade, not a place: its officers work in the whole district.
    if role is Role.DEPARTMENT_OFFICER:
        return actor.has_role(role)
    return actor.holds(role, division=division)


def may_propose(actor: Actor, division: str, silencers: Collection[int] = ()) -> Verdict:
    """Say whether `actor` may propose an entry for an organisation of `division`.

    Not whoever took away lately who speaks for it (`silencers`).
    """
    here = any(_holds(actor, role, division) for role in OFFICERS)
    if here and actor.id in silencers:
        return refuse("own_silence")
    return ALLOW if here else refuse("not_officer_here")


def may_confirm(actor: Actor, division: str, sent_by: int) -> Verdict:
    """Say whether `actor` may confirm who a case names: an officer of the place who did not."""
    may = may_propose(actor, division)
    return refuse("own_evidence") if may.allowed and actor.id == sent_by else may


def may_manage_periods(actor: Actor) -> Verdict:
    """Say whether `actor` may open and close periods of assessment: the district."""
    return ALLOW if actor.has_role(Role.DISTRICT_OFFICER) else refuse("not_yours_to_do")


def may_grade(actor: Actor, division: str, silencers: Collection[int] = ()) -> Verdict:
    """Say whether `actor` may give a credit grade: a department, or the district.

    Not whoever took away lately who speaks for the enterprise (`silencers`).
    """
    here = any(_holds(actor, role, division) for role in DECIDERS)
    if here and actor.id in silencers:
        return refuse("own_silence")
    return ALLOW if here else refuse("not_yours_to_do")


def may_publish_grade(
    actor: Actor, division: str, makers: Collection[int | None], silencers: Collection[int] = ()
) -> Verdict:
    """Say whether `actor` may publish a grade: who may give one, but none of its `makers`."""
    may = may_grade(actor, division, silencers)
    return refuse("own_decision") if may.allowed and actor.id in makers else may


def may_handle(actor: Actor, facts: ListingFacts) -> Verdict:
    """Say whether `actor` may do something in the entry's file: the officers of the place."""
    return may_propose(actor, facts.division)


def may_release(actor: Actor, facts: ListingFacts) -> Verdict:
    """Say whether `actor` may choose the photos that everyone sees.

    Of what is published already only somebody without part in it does.
    """
    may = may_handle(actor, facts)
    own = facts.state in SHOWN and actor.id in facts.took_part
    return refuse("own_part") if may.allowed and own else may


def may_read(actor: Actor, facts: ListingFacts) -> Verdict:
    """Say whether `actor` may open the entry's file: who handles it, and every auditor."""
    return ALLOW if actor.has_role(Role.AUDITOR) else may_handle(actor, facts)


def may_move(
    actor: Actor, facts: ListingFacts, move: Move, now: datetime, *, enterprise: bool = False
) -> Verdict:
    """Say whether `actor` may make the move now; WrongState if there is no such step."""
    step = WORKFLOW.step(facts.state, move)
    if ONLY.get(move, facts.kind) is not facts.kind:
        return refuse("other_list")
    if not roles_on(actor, facts, enterprise=enterprise) & step.who:
        return refuse("not_yours_to_do")
    for asked in _ASKED.get(move, ()):
        verdict = asked(actor, facts, now)
        if not verdict.allowed:
            return verdict
    return ALLOW


def may_enter(actor: Actor, facts: ListingFacts, move: Move, now: datetime) -> Verdict:
    """Say whether `actor` may enter an enterprise's letter: an officer of the place."""
    WORKFLOW.step(facts.state, move)
    may = may_handle(actor, facts)
    if may.allowed and actor.id in facts.took_part:
        return refuse("own_part")
    if not may.allowed or ONLY.get(move, facts.kind) is not facts.kind:
        return may if not may.allowed else refuse("other_list")
    asked = (ask(actor, facts, now) for ask in _ASKED.get(move, ()))
    return next((verdict for verdict in asked if not verdict.allowed), ALLOW)


def _took_no_part(actor: Actor, facts: ListingFacts, _now: datetime) -> Verdict:
    if actor.id == facts.proposed_by:
        return refuse("own_proposal")
    return refuse("own_part") if actor.id in facts.parties else ALLOW


def _did_not_propose(actor: Actor, facts: ListingFacts, _now: datetime) -> Verdict:
    return refuse("own_proposal") if actor.id == facts.proposed_by else ALLOW


def _may_drop(actor: Actor, facts: ListingFacts, now: datetime) -> Verdict:
    """Before anybody was told, who proposed may think better of it; later another decides."""
    return ALLOW if facts.state is State.PROPOSED else _took_no_part(actor, facts, now)


def _did_not_decide(actor: Actor, facts: ListingFacts, _now: datetime) -> Verdict:
    return refuse("own_decision") if actor.id == facts.decided_by else ALLOW


def _did_not_approve(actor: Actor, facts: ListingFacts, _now: datetime) -> Verdict:
    return refuse("own_decision") if actor.id == facts.approved_by else ALLOW


def _was_heard(_actor: Actor, facts: ListingFacts, now: datetime) -> Verdict:
    return ALLOW if is_heard(facts, now) else refuse("still_hearing")


def _nothing_open(_actor: Actor, facts: ListingFacts, now: datetime) -> Verdict:
    return refuse("objection_open") if is_held(facts, now) else ALLOW


def _still_shown(_actor: Actor, facts: ListingFacts, now: datetime) -> Verdict:
    """Past the end there is nothing to object to or to repair any more."""
    over = facts.ends_at is not None and not is_shown(facts, now)
    return refuse("over") if over else ALLOW


def _least_term_over(_actor: Actor, facts: ListingFacts, now: datetime) -> Verdict:
    return ALLOW if may_be_repaired(facts, now) else refuse("too_early")


def _still_open(_actor: Actor, facts: ListingFacts, now: datetime) -> Verdict:
    return refuse("lapsed") if has_lapsed(facts, now) else ALLOW


def _lapsed(_actor: Actor, facts: ListingFacts, now: datetime) -> Verdict:
    return ALLOW if has_lapsed(facts, now) else refuse("still_open")


def _term_over(_actor: Actor, facts: ListingFacts, now: datetime) -> Verdict:
    return refuse("still_running") if is_shown(facts, now) else ALLOW


Ask = Callable[[Actor, ListingFacts, datetime], Verdict]
_ASKED: Mapping[Move, tuple[Ask, ...]] = {
    Move.DROP: (_may_drop,),
    Move.SERVE: (_still_open,),
    # What everyone reads of it on notice is read by another than who wrote it.
    Move.NOTIFY: (_still_open, _did_not_propose),
    Move.DECIDE: (_still_open, _took_no_part, _was_heard, _nothing_open),
    Move.PUBLISH: (_still_open, _took_no_part, _did_not_decide, _was_heard, _nothing_open),
    Move.RETURN: (_still_open, _took_no_part, _did_not_decide),
    Move.OBJECT: (_still_shown,),
    Move.ASK_REPAIR: (_still_shown, _least_term_over),
    # Who found the fault finds it mended (谁认定、谁修复): who decided may review, no other party.
    Move.KEEP: (_took_no_part, _still_shown),
    Move.REPAIR: (_took_no_part, _still_shown),
    Move.OVERTURN: (_took_no_part, _did_not_decide, _did_not_approve, _still_shown),
    Move.WITHDRAW: (_took_no_part, _still_shown),
    Move.EXPIRE: (_term_over,),
    Move.LAPSE: (_lapsed,),
}


def may_sign(actor: Actor, judges: Collection[int]) -> Verdict:
    """Say whether `actor` may decide on an entry, or approve it: none of its `judges`.

    They answered what the enterprise said before, or chose what everyone reads of it.
    """
    return refuse("own_answer") if actor.id in judges else ALLOW


def may_answer(actor: Actor, facts: ListingFacts) -> Verdict:
    """Say whether `actor` may answer an objection: a decider without part in what it is against."""
    if not roles_on(actor, facts, enterprise=False) & DECIDERS:
        return refuse("not_yours_to_do")
    return refuse("own_decision") if actor.id in facts.took_part else ALLOW


def may_answer_objection(actor: Actor, facts: ListingFacts, correctors: Collection[int]) -> Verdict:
    """Say whether `actor` may answer an objection: none of those who corrected the entry before it.

    `correctors` drafted a correction that was there when the objection came, or let it stand.
    """
    may = may_answer(actor, facts)
    return refuse("own_correction") if may.allowed and actor.id in correctors else may


def may_let_stand(
    actor: Actor,
    drafted_by: int,
    served_by: int | None = None,
    judges: Collection[int] = (),
    decided_by: int | None = None,
) -> Verdict:
    """Say whether `actor` may let a correction stand: another than who drafted or served it.

    Nor who decided on one that changes what is said, nor one of the `judges`, who answered what the
    enterprise said against it.
    """
    if actor.id == drafted_by:
        return refuse("own_draft")
    if decided_by is not None and actor.id == decided_by:
        return refuse("own_decision")
    return refuse("own_part") if actor.id == served_by or actor.id in judges else ALLOW


def may_read_for_all(actor: Actor, facts: ListingFacts, wrote: int) -> Verdict:
    """Say whether `actor` may let all read what an enterprise says: no party, nor its writer."""
    may = may_handle(actor, facts)
    own = actor.id == wrote or actor.id in facts.took_part
    return refuse("own_part") if may.allowed and own else may


def may_read_answer(actor: Actor, facts: ListingFacts, wrote: int | None) -> Verdict:
    """Say whether `actor` may let all read an answer: an official here who did not write it."""
    may = may_handle(actor, facts)
    return refuse("own_words") if may.allowed and actor.id == wrote else may


def may_speak(
    facts: ListingFacts, vouchers: Collection[int], silencers: Collection[int]
) -> Verdict:
    """Say whether a representative whom `vouchers` proved may speak for the enterprise.

    Not where one of them stands against it in this entry, or took its voice away (`silencers`):
    it writes a letter then, which somebody without part enters.
    """
    against = facts.against | set(silencers)
    return ALLOW if against.isdisjoint(vouchers) else refuse("planted")


def may_receive(
    facts: ListingFacts,
    vouchers: Collection[int],
    silencers: Collection[int],
    drafted_by: Collection[int] = (),
) -> Verdict:
    """Say whether a representative whom `vouchers` proved may take service, or waive the time.

    As of who speaks: nobody who stands against an enterprise makes the one that receives; nor does
    who drafted the correction that is served (`drafted_by`).
    """
    may = may_speak(facts, vouchers, [*silencers, *drafted_by])
    return may if may.allowed else refuse("own_voucher")
