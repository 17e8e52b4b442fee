"""An invited sample: the list goes in, printed codes and a list with codes come out."""

import csv
import io

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from wufei_public.common.codes import grouped
from wufei_public.common.errors import Invalid, WrongState
from wufei_public.common.sheets import harmless
from wufei_public.common.text import N_
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import sentence
from wufei_public.infra.web.forms import Form, failed, load_form
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.surveys.actions import sampling
from wufei_public.surveys.actions import waves as actions
from wufei_public.surveys.models import Wave
from wufei_public.surveys.pages.desk import file_of, qr_of, wave_page_with
from wufei_public.surveys.queries import waves
from wufei_public.surveys.schemas import SampleIn

blueprint = Blueprint("survey_samples", __name__, url_prefix="/staff/surveys")

SAMPLE = SampleIn()


@blueprint.post("/<code>/sample")
@access("surveys:wave:manage")
def draw(code: str) -> Answer | tuple[str, int]:
    sent = request.files.get("frame")
    data = sent.read() if sent else b""
    try:
        values = load_form(SAMPLE)
        work(current_actor(), lambda w: sampling.draw(w, code=code, data=data, **values))
    except Invalid as error:
        form = failed(error)
        if not {"size", "clusters"} & set(form.errors) and form.errors:
            form = Form(form.values, {"frame": "；".join(list(form.errors.values())[:5])})
        return wave_page_with(code, form, sentence(error.message, error.facts)), 422
    return redirect(url_for("survey_desk.wave", code=code), 303)


def _invited(code: str, what: str) -> Wave:
    """Return an invited wave whose codes can still be told; that they were stands in the trail."""
    wave = waves.wave(reading(), code)
    if wave.secret is None or not wave.frame:
        raise WrongState("no_codes", N_("没有可以打印的邀请码：还没抽样，或者调查已经结束。"))
    work(current_actor(), lambda w: actions.tell_codes(w, code=code, how=what))
    return wave


@blueprint.get("/<code>/codes")
@access("surveys:wave:manage")
def sheet(code: str) -> str:
    wave = _invited(code, "sheet")
    slips = [
        {
            "number": row.number,
            "reference": row.reference,
            "code": grouped(found),
            "qr": qr_of(url_for("surveys.landing", code=code, c=found, _external=True)),
        }
        for row in waves.invitations(reading(), wave.id)
        for found in (sampling.code_of(house().keys, wave, row.number),)
    ]
    return render_template("surveys/codes.html", wave=wave, slips=slips)


@blueprint.get("/<code>/codes.csv")
@access("surveys:wave:manage")
def listing(code: str) -> Response:
    wave = _invited(code, "csv")
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["id", "stratum", "psu", "code", "address"])
    for row in waves.invitations(reading(), wave.id):
        found = sampling.code_of(house().keys, wave, row.number)
        address = url_for("surveys.landing", code=code, c=found, _external=True)
        told = (harmless(one) for one in (row.reference, row.stratum, row.psu))
        writer.writerow([*told, grouped(found), address])
    return file_of(text.getvalue().encode("utf-8-sig"), "text/csv", f"codes-{code}.csv")
