"""For interviewers: numbers to call, one at a time, and the questions beside the number."""

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.common.clock import district_day
from wufei_public.common.errors import Conflict, Invalid, WrongState
from wufei_public.common.text import N_
from wufei_public.divisions import queries as places
from wufei_public.infra.i18n import is_english
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import sentence
from wufei_public.infra.web.forms import Form, failed, load_form
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.surveys import policy
from wufei_public.surveys.actions import calling, mailing
from wufei_public.surveys.actions.steps import require
from wufei_public.surveys.documents import calls as documents
from wufei_public.surveys.documents.open import shown, title_of
from wufei_public.surveys.models import Call, Wave
from wufei_public.surveys.pages.answering import Photos, asked_of, came_back, fresh, take
from wufei_public.surveys.pages.desk import wave_page_with
from wufei_public.surveys.queries import calls, forms, waves
from wufei_public.surveys.schemas import AttemptIn, HolderIn

blueprint = Blueprint("survey_calls", __name__, url_prefix="/staff/surveys")

ATTEMPT, HOLDER = AttemptIn(), HolderIn()


def _called(code: str) -> Wave:
    """Return a wave whose sample the actor may telephone."""
    wave = waves.wave(reading(), code)
    require(policy.may_call(current_actor(), wave.facts))
    return wave


def _asked(code: str) -> Wave:
    """Return a wave whose sample the actor may telephone today."""
    wave = _called(code)
    if not wave.facts.takes_answers(district_day(house().clock())):
        raise WrongState("survey_over", N_("这次调查现在不收回答。"))
    return wave


def _mine(wave: Wave, number: int) -> Call:
    """Return a number that the interviewer took; that of another looks like none."""
    call = calls.call(reading(), wave.id, number)
    if not policy.may_dial(current_actor(), call.assigned_to).allowed:
        raise calls.missing()
    return call


# ---- the list ---------------------------------------------------------------------------


@blueprint.get("/<code>/calls")
@access("surveys:interview:do")
def listing(code: str) -> str:
    wave, me = _asked(code), current_actor().id or 0
    return render_template(
        "surveys/calls.html",
        wave=wave,
        title=title_of(wave),
        done=request.args.get("done", ""),
        places=places.directory(reading()).called(english=is_english()),
        **documents.list_page(reading(), wave, me, house().clock()),
    )


@blueprint.post("/<code>/calls/take")
@access("surveys:interview:do")
def pick(code: str) -> Answer:
    work(current_actor(), lambda w: calling.take(w, code=code))
    return _to_list(code)


def _to_list(code: str, done: str = "") -> Answer:
    return redirect(url_for("survey_calls.listing", code=code, done=done or None), 303)


@blueprint.post("/<code>/calls/free")
@access("surveys:wave:manage")
def free(code: str) -> Answer:
    account = load_form(HOLDER)["account"]
    work(current_actor(), lambda w: calling.free(w, code=code, account=account))
    return redirect(url_for("survey_desk.wave", code=code), 303)


# ---- one number --------------------------------------------------------------------------


@blueprint.get("/<code>/calls/<int:number>")
@access("surveys:interview:do")
def one(code: str, number: int) -> str | Answer:
    wave = _asked(code)
    if calls.call(reading(), wave.id, number).assigned_to is None:
        return _to_list(code)
    return _one(wave, number, Form())


def _one(wave: Wave, number: int, form: Form, phone: str = "") -> str:
    call = _mine(wave, number)
    return render_template(
        "surveys/call.html",
        wave=wave,
        title=title_of(wave),
        call=call,
        phone=phone,
        form=form,
        outcomes=documents.outcomes_to_note(),
        tries=documents.tries(reading(), wave, number),
    )


@blueprint.post("/<code>/calls/<int:number>/number")
@access("surveys:interview:do")
def number(code: str, number: int) -> Answer:
    """Show the telephone number to whoever took it; the look stands in the trail."""
    wave = _asked(code)
    phone = work(current_actor(), lambda w: calling.reveal(w, code=code, number=number))
    answer = make_response(_one(wave, number, Form(), phone))
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.post("/<code>/calls/<int:number>/attempt")
@access("surveys:interview:do")
def attempt(code: str, number: int) -> Answer | tuple[str, int]:
    wave = _asked(code)
    try:
        values: dict[str, Any] = load_form(ATTEMPT)
        work(
            current_actor(),
            lambda w: calling.note_attempt(w, code=code, number=number, **values),
        )
    except Invalid as error:
        return _one(wave, number, failed(error)), 422
    return _to_list(code, "attempt")


@blueprint.post("/<code>/calls/<int:number>/back")
@access("surveys:interview:do")
def back(code: str, number: int) -> Answer:
    work(current_actor(), lambda w: calling.give_back(w, code=code, number=number))
    return _to_list(code)


# ---- the questions -----------------------------------------------------------------------


@blueprint.get("/<code>/calls/<int:number>/interview")
@access("surveys:interview:do")
def interview(code: str, number: int) -> str:
    wave = _asked(code)
    _mine(wave, number)
    return _form(wave, number, Form(fresh(house().keys)))


def _form(wave: Wave, number: int, form: Form) -> str:
    questionnaire = forms.questionnaire(reading(), wave.form_key)
    return render_template(
        "surveys/interview.html",
        wave=shown(wave),
        case=number,
        form=form,
        screens=asked_of(questionnaire),
    )


@blueprint.post("/<code>/calls/<int:number>/interview")
@access("surveys:interview:do")
def send(code: str, number: int) -> Answer | tuple[str, int]:
    wave = _called(code)
    # Nobody's by now, where a phone sends again what had arrived.
    if calls.call(reading(), wave.id, number).assigned_to is not None:
        _mine(wave, number)
    photos: Photos = {}
    try:
        take(code, device="", case=number, photos=photos)
    except Invalid as error:
        return _form(wave, number, came_back(request.form, error, photos)), 422
    except (Conflict, WrongState) as error:
        kept = came_back(request.form, None, photos).values
        return _form(wave, number, Form(kept, notice=_(error.message))), 409
    return _to_list(code, str(number))


# ---- by SMS ------------------------------------------------------------------------------


@blueprint.post("/<code>/letters")
@access("surveys:wave:manage")
def letters(code: str) -> Answer | tuple[str, int]:
    address = url_for("surveys.landing", code=code, _external=True)
    try:
        work(current_actor(), lambda w: mailing.send(w, code=code, address=address))
    except (Conflict, WrongState) as error:
        return wave_page_with(code, Form(), sentence(error.message, error.facts)), 409
    return redirect(url_for("survey_desk.wave", code=code), 303)
