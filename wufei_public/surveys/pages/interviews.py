"""For interviewers: one questionnaire after the other on a phone, also without a signal."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.common.clock import district_day
from wufei_public.common.errors import Conflict, Invalid, WrongState
from wufei_public.common.text import N_
from wufei_public.infra.web.access import access
from wufei_public.infra.web.forms import Form, load_form
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.surveys import policy
from wufei_public.surveys.actions import answering
from wufei_public.surveys.actions.steps import require
from wufei_public.surveys.documents.desk import OUTCOME_WORDS, quota_rows
from wufei_public.surveys.documents.open import shown
from wufei_public.surveys.models import Wave
from wufei_public.surveys.pages.answering import Photos, asked_of, came_back, fresh, take
from wufei_public.surveys.queries import forms, quotas, waves
from wufei_public.surveys.schemas import ContactIn

blueprint = Blueprint("survey_interviews", __name__, url_prefix="/staff/surveys")

CONTACT = ContactIn()


def _mine(code: str) -> Wave:
    """Return a wave in which the actor may interview."""
    wave = waves.wave(reading(), code)
    require(policy.may_interview(current_actor(), wave.facts))
    return wave


def _asked(code: str) -> Wave:
    """Return a wave in which the actor may interview today."""
    wave = _mine(code)
    if not wave.facts.takes_answers(district_day(house().clock())):
        raise WrongState("survey_over", N_("这次调查现在不收回答。"))
    return wave


@blueprint.get("/<code>/interview")
@access("surveys:interview:do")
def page(code: str) -> str:
    return _page(_asked(code), Form(fresh(house().keys)))


def _page(wave: Wave, form: Form) -> str:
    questionnaire = forms.questionnaire(reading(), wave.form_key)
    return render_template(
        "surveys/interview.html",
        wave=shown(wave),
        form=form,
        screens=asked_of(questionnaire),
        outcomes=[(key, _(OUTCOME_WORDS[key])) for key in answering.IN_VAIN],
        done=request.args.get("done") == "1",
        full=quotas.full(reading(), wave),
        cells=quota_rows(reading(), wave),
    )


@blueprint.post("/<code>/interview")
@access("surveys:interview:do")
def send(code: str) -> Answer | tuple[str, int]:
    # The action knows whether one that was begun in time may still come.
    wave = _mine(code)
    photos: Photos = {}
    try:
        take(code, device="", photos=photos)
    except Invalid as error:
        return _page(wave, came_back(request.form, error, photos)), 422
    except (Conflict, WrongState) as error:
        kept = came_back(request.form, None, photos).values
        return _page(wave, Form(kept, notice=_(error.message))), 409
    return redirect(url_for("survey_interviews.page", code=code, done=1), 303)


@blueprint.post("/<code>/contact")
@access("surveys:interview:do")
def contact(code: str) -> Answer:
    values = load_form(CONTACT)
    work(
        current_actor(),
        lambda w: answering.note_contact(w, wave_code=code, outcome=values["outcome"]),
    )
    return redirect(url_for("survey_interviews.page", code=code, done=1), 303)
