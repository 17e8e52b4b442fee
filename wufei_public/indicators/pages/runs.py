"""The timetable of the aggregation, its runs, and a run by hand."""

from flask import Blueprint, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from wufei_public.common.errors import Conflict, Invalid
from wufei_public.indicators import schemas
from wufei_public.indicators.actions import claiming
from wufei_public.indicators.documents import runs as documents
from wufei_public.indicators.queries import runs
from wufei_public.indicators.rules.runs import RunState
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import sentence
from wufei_public.infra.web.forms import Form, failed, load_form
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work

blueprint = Blueprint("indicator_runs", __name__, url_prefix="/staff/indicators/runs")

_RUN, _DAY = schemas.RunIn(), schemas.FreezeIn()


@blueprint.get("")
@access("indicators:run:manage")
def listed() -> Answer:
    answer = make_response(_page(Form()))
    busy = (RunState.ASKED, RunState.RUNNING)
    if any(runs.current(reading(), state) for state in busy):
        # Works without a script; there is nothing to fill in while it runs.
        answer.headers["Refresh"] = "3"
    return answer


def _page(form: Form, notice: str = "") -> str:
    rows = documents.lines(runs.history(reading()))
    day = runs.freeze_day(reading())
    shown = Form({"day": day} | dict(form.values), form.errors, form.notice, form.under)
    return render_template(
        "indicators/runs.html",
        rows=rows,
        now=next((row for row in rows if row["state"] == RunState.RUNNING), None),
        asked=any(row["state"] == RunState.ASKED for row in rows),
        timetable=documents.timetable(day, house().clock()),
        form=shown,
        notice=notice,
    )


@blueprint.post("")
@access("indicators:run:manage")
def start() -> Answer | tuple[str, int]:
    whole = load_form(_RUN)["whole"]
    try:
        work(current_actor(), lambda w: claiming.ask(w, whole=whole))
    except Conflict as error:
        return _page(Form(), sentence(error.message, error.facts)), 409
    return redirect(url_for("indicator_runs.listed"), 303)


@blueprint.post("/freeze-day")
@access("indicators:run:manage")
def freeze_day() -> Answer | tuple[str, int]:
    try:
        day = load_form(_DAY)["day"]
    except Invalid as error:
        return _page(failed(error)), 422
    work(current_actor(), lambda w: claiming.set_freeze_day(w, day=day))
    return redirect(url_for("indicator_runs.listed"), 303)
