"""专家评分: declare, score item by item, photos of the visit, hand in."""

from datetime import datetime, time
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.cells import policy, schemas
from wufei_public.cells.actions import moderating, panels
from wufei_public.cells.actions.steps import owner_of, visit_owner
from wufei_public.cells.documents import sheets, shown
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.reviews import CellSheet
from wufei_public.cells.queries import applications as queries
from wufei_public.cells.queries import reviews
from wufei_public.common.clock import DISTRICT_ZONE
from wufei_public.common.errors import Invalid, NotAllowed, WrongState
from wufei_public.infra.web.access import access
from wufei_public.infra.web.forms import Form, failed, load_form, typed
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.media.pages import paper_response, photo_response, receive

blueprint = Blueprint("cells_scoring", __name__, url_prefix="/staff/scoring")

_ANSWER, _REVISE, _HAND_IN = schemas.AnswerIn(), schemas.ReviseIn(), schemas.HandInIn()
_REASON, _AFTER = schemas.ReasonIn(), schemas.AfterQuery()
_LISTS = frozenset({"vetoes"})
Page = str | Answer | tuple[str, int]


@blueprint.get("")
@access("cells:sheet:score")
def listed() -> str:
    after = _AFTER.load(dict(request.args.items()))["after"]
    rows, following = sheets.lines(reading(), current_actor().id, after)
    return render_template(
        "cells/sheets.html",
        rows=rows,
        first_url=url_for("cells_scoring.listed") if after else "",
        next_url=url_for("cells_scoring.listed", after=following) if following else "",
    )


def _mine(code: str) -> tuple[CellApplication, CellSheet]:
    """Return the application with the actor's own sheet; without one it looks like none."""
    row, actor = queries.application(reading(), code), current_actor()
    if not policy.may_score(actor, queries.facts_of(reading(), row)).allowed:
        raise queries.missing()
    return row, reviews.sheet_of(reading(), row, actor.id)


@blueprint.get("/<code>")
@access("cells:sheet:score")
def one(code: str) -> str:
    return _page(code, Form(), "")


def _page(code: str, form: Form, opened: str) -> str:
    row, sheet = _mine(code)
    found = sheets.values(reading(), row, sheet, house().clock())
    return render_template("cells/sheet.html", form=form, opened=opened, **found)


@blueprint.post("/<code>/<any(declare,recuse,mark,visit,revise,handin):what>")
@access("cells:sheet:score")
def act(code: str, what: str) -> Page:
    _mine(code)
    item = request.form.get("item", "")[:40]
    try:
        _ACTS[what](code, item)
    except Invalid as error:
        return _page(code, failed(error, lists=_LISTS), item or what), 422
    except (WrongState, NotAllowed) as error:
        form = Form(typed(request.form, _LISTS), notice=_(error.message))
        return _page(code, form, item or what), 409
    if what == "recuse":
        return redirect(url_for("cells_scoring.listed"), 303)
    return redirect(url_for("cells_scoring.one", code=code) + (f"#i-{item}" if item else ""), 303)


def _declare(code: str, _item: str) -> Any:
    return work(current_actor(), lambda w: panels.declare(w, code=code))


def _recuse(code: str, _item: str) -> Any:
    reason = load_form(_REASON)["reason"]
    return work(current_actor(), lambda w: panels.recuse(w, code=code, reason=reason))


def _mark(code: str, item: str) -> Any:
    values = load_form(_ANSWER)
    answer = shown.read_answer(values) | {"note": values["note"]}
    return work(current_actor(), lambda w: panels.mark(w, code=code, item=item, **answer))


def _visit(code: str, item: str) -> Any:
    tokens = receive("photos", least=1)
    return work(
        current_actor(), lambda w: panels.add_visit_photos(w, code=code, item=item, photo=tokens)
    )


def _revise(code: str, _item: str) -> Any:
    values = load_form(_REVISE)
    answer = shown.read_answer(values)
    return work(
        current_actor(),
        lambda w: moderating.revise(
            w, code=code, item=values["item"], reason=values["reason"], **answer
        ),
    )


def _hand_in(code: str, _item: str) -> Any:
    values = load_form(_HAND_IN, lists=_LISTS)
    day = values.pop("visited_on")
    visited = datetime.combine(day, time(12), DISTRICT_ZONE) if day else None
    return work(
        current_actor(), lambda w: panels.hand_in(w, code=code, visited_on=visited, **values)
    )


_ACTS = {
    "declare": _declare,
    "recuse": _recuse,
    "mark": _mark,
    "visit": _visit,
    "revise": _revise,
    "handin": _hand_in,
}


@blueprint.get("/<code>/photos/<int:photo_id>/<size>")
@access("cells:sheet:score")
def photo(code: str, photo_id: int, size: str) -> Response:
    row, sheet = _mine(code)
    owners = [owner_of(row.code), visit_owner(row.code, sheet.id)]
    return photo_response(photo_id, owners, size, queries.missing())


@blueprint.get("/<code>/papers/<int:paper_id>")
@access("cells:sheet:score")
def paper(code: str, paper_id: int) -> Response:
    return paper_response(paper_id, [owner_of(_mine(code)[0].code)], queries.missing())
