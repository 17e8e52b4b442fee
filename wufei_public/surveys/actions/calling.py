"""Interviewers telephone a sample: they take numbers, try them, and give them back.

Who took a number sees it, nobody else; each look stands in the trail. What somebody answers
goes the way of every answer (actions/answering.py) and meets neither number nor interviewer.
"""

from datetime import datetime

from wufei_public.common.clock import district_day
from wufei_public.common.errors import Conflict, FieldError, Invalid, WrongState
from wufei_public.common.text import N_
from wufei_public.infra import audit
from wufei_public.infra.work import Work
from wufei_public.people.queries.sealing import open_phone
from wufei_public.surveys import policy
from wufei_public.surveys.actions.steps import note, require, target_of
from wufei_public.surveys.models import Attempt, Call, Invitation, Wave
from wufei_public.surveys.queries import calls, waves
from wufei_public.surveys.rules import calling as rules
from wufei_public.surveys.rules.waves import WaveFacts


def take(w: Work, *, code: str) -> int:
    """Take as many free numbers as one interviewer may hold; return how many are new."""
    wave = _asked(w, code)
    held = len(calls.mine(w.session, wave.id, w.actor.id or 0))
    found = calls.free(w.session, wave.id, max(rules.MOST_HELD - held, 0))
    for call in found:
        call.assigned_to = w.actor.id
    w.session.flush()
    return len(found)


def give_back(w: Work, *, code: str, number: int) -> None:
    """Give a number back, for another interviewer to take; an appointment stays with it."""
    _mine(w, _asked(w, code), number).assigned_to = None
    w.session.flush()


def free(w: Work, *, code: str, account: int) -> int:
    """Take from an interviewer the numbers that are held; return how many."""
    require(policy.may_manage(w.actor))
    wave = waves.wave(w.session, code)
    held = calls.held_by(w.session, wave.id, account)
    for call in held:
        call.assigned_to = None
    w.session.flush()
    note(w, wave, "free_numbers", account=account, count=len(held))
    return len(held)


def reveal(w: Work, *, code: str, number: int) -> str:
    """Return the telephone number, to whoever took it; the look stands in the trail."""
    wave = _asked(w, code)
    sealed = _mine(w, wave, number).sealed
    if sealed is None:
        raise WrongState("number_gone", N_("号码已经销毁了。"))
    audit.record(w, "surveys:call:reveal", f"{target_of(wave)}/calls/{number}")
    return open_phone(w.keys, sealed)


def note_attempt(
    w: Work, *, code: str, number: int, outcome: str, seen: int, at: datetime | None
) -> None:
    """Note a call without an interview; `seen` is how many attempts the page showed.

    The same form twice counts once. Raises Invalid at `outcome` or `at`.
    """
    wave = _asked(w, code)
    call = _mine(w, wave, number)
    if outcome not in rules.NOTED:
        sentence = N_("请选一种结果。")
        raise Invalid("bad_outcome", sentence, [FieldError("outcome", sentence)])
    if call.attempts != seen:
        return
    wanted = at if outcome in rules.AGAIN else None
    call.next_at = rules.appointment(wanted, w.now, wave.closes_on)
    w.insert(
        Attempt,
        {
            "wave_id": wave.id,
            "number": number,
            "day": district_day(w.now),
            "slot": rules.slot_of(w.now),
            "outcome": outcome,
        },
    )
    _settle(call, calls.member(w.session, wave.id, number), outcome)
    w.session.flush()


def interviewed(
    w: Work, *, wave_id: int, facts: WaveFacts, number: int, outcome: str
) -> Invitation:
    """Write what an interview came to; Conflict if the member has answered before."""
    require(policy.may_call(w.actor, facts))
    call = calls.call(w.session, wave_id, number, locked=True)
    require(policy.may_dial(w.actor, call.assigned_to))
    member = calls.member(w.session, wave_id, number)
    if not rules.is_open(member.outcome, 0):
        raise Conflict("answered", N_("这位已经答过或者不愿意答，不能再交。"))
    call.next_at = None
    _settle(call, member, outcome)
    w.session.flush()
    return member


def _settle(call: Call, member: Invitation, outcome: str) -> None:
    call.attempts += 1
    member.outcome, member.fresh = rules.settled(member.outcome, outcome), True
    if not rules.is_open(member.outcome, call.attempts):
        call.assigned_to = call.next_at = None


def _asked(w: Work, code: str) -> Wave:
    wave = waves.wave(w.session, code)
    require(policy.may_call(w.actor, wave.facts))
    if not wave.facts.takes_answers(district_day(w.now)):
        raise WrongState("survey_over", N_("这次调查现在不收回答。"))
    return wave


def _mine(w: Work, wave: Wave, number: int) -> Call:
    call = calls.call(w.session, wave.id, number, locked=True)
    require(policy.may_dial(w.actor, call.assigned_to))
    return call
