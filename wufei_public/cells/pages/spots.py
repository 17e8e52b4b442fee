"""年度抽查: the draw and its results, for the office and for everyone."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.cells.actions import spots
from wufei_public.cells.documents import spots as shown
from wufei_public.cells.schemas import FindingIn
from wufei_public.common.clock import district_day
from wufei_public.common.errors import Conflict, Invalid, WrongState
from wufei_public.infra.web.access import access, shared
from wufei_public.infra.web.forms import Form, failed, load_form, typed
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work

blueprint = Blueprint("cells_spots", __name__)

_FINDING = FindingIn()
Page = str | Answer | tuple[str, int]


@blueprint.get("/cells/checks")
@access("public")
@shared
def public() -> str:
    today = district_day(house().clock())
    return render_template("cells/checks.html", **shown.values(reading(), today))


@blueprint.get("/staff/cells/checks")
@access("cells:certificate:manage")
def listed() -> str:
    return _page(Form(), "")


def _page(form: Form, opened: str) -> str:
    today = district_day(house().clock())
    return render_template(
        "cells/spots.html",
        form=form,
        opened=opened,
        findings=shown.choices(),
        **shown.values(reading(), today),
    )


@blueprint.post("/staff/cells/checks")
@access("cells:certificate:manage")
def draw() -> Page:
    try:
        work(current_actor(), spots.draw)
    except (Conflict, WrongState) as error:
        return _page(Form(notice=_(error.message, **error.facts)), ""), 409
    return redirect(url_for("cells_spots.listed"), 303)


@blueprint.post("/staff/cells/checks/<int:year>/<code>")
@access("cells:certificate:manage")
def find(year: int, code: str) -> Page:
    try:
        values = load_form(_FINDING)
        work(current_actor(), lambda w: spots.find(w, year=year, code=code, **values))
    except Invalid as error:
        return _page(failed(error), code), 422
    except WrongState as error:
        return _page(Form(typed(request.form), notice=_(error.message, **error.facts)), code), 409
    return redirect(url_for("cells_spots.listed"), 303)
