"""An answer comes in: once per person, and joined to nobody."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import text, update

from wufei_public.common.actor import ActorKind
from wufei_public.common.clock import day_end, district_day
from wufei_public.common.codes import normalise
from wufei_public.common.errors import Conflict, FieldError, Invalid, NotAllowed, WrongState
from wufei_public.common.text import N_
from wufei_public.divisions import queries as divisions
from wufei_public.infra import replay
from wufei_public.infra.keys import Keys
from wufei_public.infra.work import Work
from wufei_public.media.actions import photos as media
from wufei_public.surveys import policy
from wufei_public.surveys.actions import calling
from wufei_public.surveys.actions.steps import random_key, require
from wufei_public.surveys.models import Contact, Invitation, Quota, Response, Wave
from wufei_public.surveys.queries import forms, quotas, units, waves
from wufei_public.surveys.queries.waves import Asked
from wufei_public.surveys.rules import replies
from wufei_public.surveys.rules.calling import ANSWERED, settled, week_of
from wufei_public.surveys.rules.expressions import Answer
from wufei_public.surveys.rules.outcomes import Outcome, outcome_of
from wufei_public.surveys.rules.questions import Kind, Questionnaire
from wufei_public.surveys.rules.quotas import falls_into, full_sets, key_of
from wufei_public.surveys.rules.waves import Mode

SCOPE = "surveys"
START = "start"
UNUSED = "3.1"
FULL = "4.8"
# What an interviewer may note of somebody who gave no interview.
IN_VAIN = ("2.11", "2.2", "2.3", "3.1", "4.8")
_TOKEN, _DEVICE, _UNIT = (
    text(
        f"INSERT INTO {table} (wave_id, {column}) VALUES (:wave, :value)"  # noqa: S608  own names
        " ON CONFLICT DO NOTHING"
    ).execution_options(preserve_rowcount=True)
    for table, column in (
        ("survey_token", "token"),
        ("survey_device", "device"),
        ("survey_unit", "organisation_id"),
    )
)


@dataclass(frozen=True, slots=True)
class Sent:
    """What a phone sent: fields as they came, how long it took, from which device."""

    client_key: str
    fields: Mapping[str, Sequence[str]]
    seconds: float
    device: str = ""
    code: str = ""
    # Which of the organisations that the sender represents answers, by its code.
    unit: str = ""
    # Which member of the sample an interviewer has on the telephone, by its number.
    case: int | None = None
    whole: bool = True
    # The phone found the sender's cell full, and ended before the questions proper.
    full: bool = False
    english: bool = False
    # The day on which the form was fetched, as the server signed it.
    began: date | None = None


def submit(w: Work, *, wave_code: str, sent: Sent) -> str:
    """Take one answer and return its outcome; the same form again gives the first outcome.

    Raises Invalid at the questions that are wrong, WrongState when nobody may answer, and
    Conflict for a second answer of one person.
    """
    wave = waves.asked(w.session, wave_code)
    form = forms.questionnaire_called(w.session, wave.form)
    whole = sent.whole and not sent.full
    how = replies.Reading(sent.english, whole, _places(w, form))
    answers = replies.given(form, sent.fields, how)
    code = _turned_away(w, wave, form, answers) if sent.full else replies.outcome(form, answers)
    first = replay.claim(
        w, SCOPE, _key(wave_code, sent.client_key), {"outcome": code}, keep=_keep(w)
    )
    if first is not None:
        return str(first["outcome"])
    if not wave.facts.still_takes(district_day(w.now), sent.began):
        raise WrongState("survey_over", N_("这次调查现在不收回答。"))
    invited = _admit(w, wave, sent, code)
    if code in replies.KEPT:
        answers |= _photos(w, wave_code, form, answers)
        _write(w, wave, form, answers, sent, code, invited)
    elif invited is None:
        _count(w, wave.id, code)
    return code


def _places(w: Work, form: Questionnaire) -> frozenset[str]:
    """Return the villages and communities, where the questionnaire asks for one."""
    if not any(question.kind is Kind.PLACE for question in form.pointing):
        return frozenset()
    return frozenset(unit.code for unit in divisions.directory(w.session).units)


def owner_of(wave_code: str) -> str:
    """Return to whom media gives the photos of a wave."""
    return f"surveys/{wave_code}"


def _photos(
    w: Work, wave_code: str, form: Questionnaire, answers: Mapping[str, Answer]
) -> dict[str, Answer]:
    """Claim the photos that were sent; return their numbers in place of their tokens."""
    found: dict[str, Answer] = {}
    for question in form.pointing:
        tokens = answers.get(question.name, ())
        if question.kind is not Kind.PHOTO or isinstance(tokens, str) or not tokens:
            continue
        try:
            ids = media.claim(w, tokens, owner=owner_of(wave_code))
        except Invalid as error:
            fault = FieldError(question.name, error.message, error.facts)
            raise Invalid(error.code, error.message, [fault], **error.facts) from error
        # Where a place is told, it is told to a kilometre; a photo must not tell it to a metre.
        media.forget_facts(w, ids=ids)
        found[question.name] = tuple(map(str, ids))
    return found


def _turned_away(w: Work, wave: Asked, form: Questionnaire, answers: Mapping[str, Answer]) -> str:
    """Return the outcome of who is too many; Conflict where the cell is not full after all."""
    found = wave.quotas
    if found and found["stops"]:
        full = full_sets(form, found["by"], quotas.cells(w.session, wave.id))
        if falls_into(full, answers):
            return FULL
    raise Conflict("not_full", N_("名额还有，请接着答。"))


def _key(wave_code: str, client_key: str) -> str:
    """Return what stands for one form: a program may call its answers the same in each wave."""
    return hashlib.sha256(f"{wave_code}/{client_key}".encode()).hexdigest()


def _keep(w: Work) -> timedelta:
    """Keep the replay to the end of tomorrow: 48 hours at most, and its end tells no instant."""
    return day_end(district_day(w.now)) + timedelta(days=1) - w.now


def _admit(w: Work, wave: Asked, sent: Sent, code: str) -> Invitation | None:
    """Refuse who may not answer, or has; spend the token of who gives answers."""
    mode = wave.facts.mode
    if sent.case is not None:
        at = {"wave_id": wave.id, "number": sent.case}
        return calling.interviewed(w, facts=wave.facts, outcome=code, **at)
    if mode is Mode.INTERVIEWER:
        require(policy.may_interview(w.actor, wave.facts))
        return None
    if mode is Mode.INVITED:
        return _spend_code(w, wave, sent.code, code)
    if mode is not Mode.LINK:
        raise WrongState("survey_over", N_("这次调查现在不收回答。"))
    if code in replies.KEPT and wave.facts.of_units and wave.signed_in:
        _mark_unit(w, wave, sent.unit)
    elif code in replies.KEPT:
        _spend_token(w, wave, _who(w, wave, sent))
    return None


def _mark_unit(w: Work, wave: Asked, wanted: str) -> None:
    """Note that the organisation has answered; its name is no secret, what it said lies apart."""
    mine = units.represented(w.session, w.actor)
    if not mine:
        raise NotAllowed("no_unit", N_("这次调查由单位的代表来答，请先加入您的单位。"))
    chosen = next((one for one in mine if one.code == wanted), mine[0] if len(mine) == 1 else None)
    if chosen is None:
        sentence = N_("请选是替哪个单位答的。")
        raise Invalid("which_unit", sentence, [FieldError("unit", sentence)])
    row = {"wave": wave.id, "value": chosen.id}
    if w.session.connection().execute(_UNIT, row).rowcount != 1:
        raise Conflict(
            "unit_answered", N_("%(unit)s已经答过这次调查了，一个单位一份。"), unit=chosen.name
        )


def _who(w: Work, wave: Asked, sent: Sent) -> tuple[str, str]:
    if w.actor.kind is ActorKind.RESIDENT:
        return "account", str(w.actor.id)
    if wave.signed_in:
        raise NotAllowed("sign_in_first", N_("这次调查要先登录再答。"))
    if not sent.device:
        raise Invalid("no_device", N_("请从调查的第一页开始。"))
    return "device", sent.device


def _spend_token(w: Work, wave: Asked, who: tuple[str, str]) -> None:
    if not _blinded(w, wave, _TOKEN, *who):
        raise Conflict("answered", N_("您已经答过这次调查了，谢谢您。一人一份，不能再交。"))


def _blinded(w: Work, wave: Asked, statement: Any, *parts: str) -> bool:
    """Write a blinded mark; say whether it is new."""
    row = {"wave": wave.id, "value": blind(w.keys, wave.secret, *parts)}
    return w.session.connection().execute(statement, row).rowcount == 1


def blind(keys: Keys, secret: bytes, *parts: str) -> str:
    """Return what stands for a person, a device or a code in the wave of `secret`, and no other."""
    return keys.mac("surveys:token", secret, *(part.encode() for part in parts)).hex()


def _spend_code(w: Work, wave: Asked, typed: str, code: str) -> Invitation:
    lookup = blind(w.keys, wave.secret, "code", normalise(typed))
    found = waves.invitation(w.session, wave.id, lookup)
    if found is None:
        sentence = N_("没有这个邀请码，请看看邀请信。")
        raise Invalid("no_code", sentence, [FieldError("code", sentence)])
    if found.outcome == ANSWERED:
        raise Conflict("answered", N_("这个邀请码已经用过了，谢谢您。一码一份，不能再交。"))
    found.outcome, found.fresh = settled(found.outcome, code), True
    return found


def _write(
    w: Work,
    wave: Asked,
    form: Questionnaire,
    answers: Mapping[str, Answer],
    sent: Sent,
    code: str,
    invited: Invitation | None,
) -> None:
    flags = replies.flags(form, answers, sent.seconds)
    again = bool(sent.device) and not _blinded(w, wave, _DEVICE, "device", sent.device)
    row = {
        "id": random_key(),
        "wave_id": wave.id,
        "day": _day(w, wave, sent, invited),
        "outcome": code,
        "answers": dict(answers),
        "pace": flags.pace,
        "straight": flags.straight,
        "everything": flags.everything,
        "impossible": flags.impossible,
        "duplicate": again,
        "stratum": invited.stratum if invited else "",
        "psu": _village(w, wave, invited),
        "weight": None,
    }
    w.insert(Response, row)
    if wave.quotas and replies.is_counted(code):
        _fill(w, wave, wave.quotas["by"], answers)


def _village(w: Work, wave: Asked, invited: Invitation | None) -> str:
    """Return the mark of the village drawn first: alike for its people, and not its name."""
    if invited is None or not invited.psu:
        return ""
    return blind(w.keys, wave.secret, "psu", invited.stratum, invited.psu)[:16]


def _fill(w: Work, wave: Asked, by: Sequence[str], answers: Mapping[str, Answer]) -> None:
    """Count an answer in its cell; one that lies in none, such as a sex not told, in none."""
    mine = (Quota.wave_id == wave.id, Quota.cell == key_of(by, answers))
    w.session.execute(update(Quota).where(*mine).values(filled=Quota.filled + 1))


def _day(w: Work, wave: Asked, sent: Sent, invited: Invitation | None) -> date:
    today = min(district_day(w.now), wave.facts.closes_on)
    # A village is few people: with the day of an answer they would be fewer.
    exact = sent.case is None and not (invited and invited.psu)
    return today if exact else week_of(today, wave.facts.opens_on)


def _count(w: Work, wave_id: int, outcome: str) -> None:
    row = {"id": random_key(), "wave_id": wave_id, "day": district_day(w.now), "outcome": outcome}
    w.insert(Contact, row)


def start(w: Work, *, wave_code: str) -> Wave:
    """Count that somebody opened the questionnaire: an open link has no other denominator."""
    wave = waves.wave(w.session, wave_code)
    if wave.facts.takes_answers(district_day(w.now)) and wave.mode == Mode.LINK:
        _count(w, wave.id, START)
    return wave


def note_contact(w: Work, *, wave_code: str, outcome: str) -> Wave:
    """Count a contact of an interviewer without an interview, by its AAPOR outcome."""
    wave = waves.wave(w.session, wave_code)
    require(policy.may_interview(w.actor, wave.facts))
    if outcome not in IN_VAIN or outcome_of(outcome) is Outcome.COMPLETE:
        raise Invalid(
            "bad_outcome", N_("请选一种结果。"), [FieldError("outcome", N_("请选一种。"))]
        )
    if not wave.facts.takes_answers(district_day(w.now)):
        raise WrongState("survey_over", N_("这次调查现在不收回答。"))
    _count(w, wave.id, outcome)
    return wave
