"""Bookings for the district: looked up by their number, taken back with a reason."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.common.errors import Conflict, Invalid, NotFound, WrongState
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import sentence
from wufei_public.infra.web.forms import Form, failed, load_form
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import reading, work
from wufei_public.points import documents, schemas
from wufei_public.points.actions import ledger as actions

blueprint = Blueprint("point_entries", __name__, url_prefix="/staff/points/entries")

REASON = schemas.ReasonIn()
MOST_DIGITS = 18


@blueprint.get("")
@access("points:entry:reverse")
def page() -> str | tuple[str, int]:
    asked = request.args.get("number", "").strip()
    if not asked:
        return _page(Form(), None)
    limit("secret")
    try:
        found = documents.entry_of(reading(), _number(asked))
    except NotFound as error:
        form = Form({"number": asked}, {"number": sentence(error.message, {})})
        return _page(form, None), 404
    return _page(Form({"number": asked}), found)


def _number(text: str) -> int:
    """Return the number that was typed; 0, which no booking has, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else 0


def _page(form: Form, found: dict[str, Any] | None) -> str:
    done = _("退回了，原因居民看得到。") if request.args.get("done") else ""
    return render_template("points/entries.html", form=form, found=found, done=done)


@blueprint.post("/<int:number>/reverse")
@access("points:entry:reverse")
def reverse(number: int) -> Answer | tuple[str, int]:
    found = documents.entry_of(reading(), number)
    try:
        reason = load_form(REASON)["reason"]
        work(current_actor(), lambda w: actions.take_back(w, number, reason))
    except Invalid as error:
        return _page(failed(error), found), 422
    except (Conflict, WrongState) as error:
        notice = sentence(error.message, error.facts)
        return _page(Form({"number": str(number)}, notice=notice), found), 409
    return redirect(url_for("point_entries.page", number=number, done=1), 303)
