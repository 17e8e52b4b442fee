"""Files of single answers: released after a check, fetched by everybody; whole for auditors."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from wufei_public.common.errors import Invalid, NotFound
from wufei_public.common.text import N_
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import sentence
from wufei_public.infra.web.forms import Form, failed, load_form
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import reading, work
from wufei_public.surveys.actions import releasing
from wufei_public.surveys.actions import waves as actions
from wufei_public.surveys.documents.answers import Prepared, prepare, zipped
from wufei_public.surveys.documents.open import line, published_wave
from wufei_public.surveys.documents.reckoned import reckoned
from wufei_public.surveys.documents.results import assembled
from wufei_public.surveys.documents.whole import whole_csv
from wufei_public.surveys.pages.answering import blueprint as public
from wufei_public.surveys.pages.desk import file_of
from wufei_public.surveys.pages.results import labels_of
from wufei_public.surveys.queries import forms, released, waves
from wufei_public.surveys.rules.waves import State
from wufei_public.surveys.schemas import ReasonIn

blueprint = Blueprint("survey_answers", __name__, url_prefix="/staff/surveys")

REASON = ReasonIn()
# What left no trace of who answered when: an open wave is not given even to auditors.
_WHOLE = {State.CLOSED, State.PUBLISHED, State.DROPPED}
# Of fewer answers there is no estimate.
_LEAST = 2


@blueprint.get("/<code>/file")
@access("surveys:wave:manage")
def page(code: str) -> str:
    return _page(code, Form())


def _page(code: str, form: Form, notice: str = "") -> str:
    wave = waves.wave(reading(), code)
    labels = labels_of(wave)
    found: Prepared | None = None
    if wave.state == State.PUBLISHED:
        try:
            found = prepare(reading(), wave, labels)
        except Invalid as error:
            notice = notice or sentence(error.message, error.facts)
    return render_template(
        "surveys/file.html",
        wave=wave,
        form=form,
        notice=notice,
        found=found,
        labels=labels,
        live=released.live(reading(), wave.id),
        history=released.history(reading(), wave.id),
    )


@blueprint.post("/<code>/file")
@access("surveys:wave:manage")
def release(code: str) -> Answer | tuple[str, int]:
    try:
        reason = load_form(REASON)["reason"]
        wave = waves.wave(reading(), code)
        releasing.require_published(wave)
        found = prepare(reading(), wave, labels_of(wave))
        data: dict[str, Any] = {
            "data": found.data, "digest": found.digest, "checked": found.checked, "reason": reason,
        }  # fmt: skip
        work(current_actor(), lambda w: releasing.release(w, code=code, **data))
    except Invalid as error:
        return _page(code, failed(error), sentence(error.message, error.facts)), 422
    return redirect(url_for("survey_answers.page", code=code), 303)


@blueprint.post("/<code>/file/withdraw")
@access("surveys:wave:manage")
def take_back(code: str) -> Answer | tuple[str, int]:
    try:
        reason = load_form(REASON)["reason"]
        work(current_actor(), lambda w: releasing.take_back(w, code=code, reason=reason))
    except Invalid as error:
        return _page(code, failed(error), sentence(error.message, error.facts)), 422
    return redirect(url_for("survey_answers.page", code=code), 303)


@public.get("/<code>/answers.zip")
@access("public")
def download(code: str) -> Response:
    """Give the coarse file of a published wave to anybody."""
    wave = published_wave(code)
    found = released.live(reading(), wave.id)
    if found is None or found.data is None:
        raise NotFound("no_file", N_("没有公开的回答文件。"))
    return file_of(found.data, "application/zip", f"survey-{wave.code}-answers.zip")


# ---- auditors -----------------------------------------------------------------------


@blueprint.get("/whole")
@access("surveys:answers:open")
def listing() -> str:
    rows = [line(row) for row in waves.listed(reading()) if row.state in _WHOLE]
    return render_template("surveys/whole.html", waves=rows)


@blueprint.post("/<code>/whole")
@access("surveys:answers:open")
def whole(code: str) -> Response:
    wave = waves.wave(reading(), code)
    if wave.state not in _WHOLE:
        raise NotFound("still_open", N_("调查还没有结束。"))
    work(current_actor(), lambda w: actions.open_answers(w, code=code))
    files = {"whole.csv": whole_csv(reading(), wave, forms.questionnaire(reading(), wave.form_key))}
    if waves.counted(reading(), wave.id) >= _LEAST:
        found = assembled(reading(), wave, waves.excluded(reading(), wave.id))
        files |= reckoned(found, waves.floor_of(wave))
    answer = file_of(zipped(files), "application/zip", f"survey-{wave.code}-whole.zip")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
