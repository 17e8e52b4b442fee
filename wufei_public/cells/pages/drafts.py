"""评分表草稿: a new version of a rubric, row by row, looked at once more before it is published."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.cells import schemas
from wufei_public.cells.actions import rubrics as actions
from wufei_public.cells.documents import drafts as documents
from wufei_public.cells.queries import rounds as queries
from wufei_public.cells.rules import editing
from wufei_public.common.errors import Conflict, Invalid, WrongState
from wufei_public.infra.web.access import access
from wufei_public.infra.web.forms import Form, failed, load_form, typed
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import reading, work

blueprint = Blueprint("cells_drafts", __name__, url_prefix="/staff/cells/office/drafts")

Page = str | Answer | tuple[str, int]
Change = Callable[[Mapping[str, Any]], dict[str, Any]]
_SEEN = schemas.SeenIn()
_MOVE = schemas.MoveIn()
_ROWS: Mapping[str, Callable[[Mapping[str, Any], str, Mapping[str, str]], dict[str, Any]]] = {
    "sections": editing.with_section,
    "items": editing.with_item,
    "vetoes": editing.with_veto,
}


def _change(kind: str, change: Change) -> None:
    seen = load_form(_SEEN)["revision"]
    work(
        current_actor(),
        lambda w: actions.change_draft(w, kind=kind, revision=seen, change=change),
    )


def _back(kind: str, row_id: str = "") -> Answer:
    place = f"r-{row_id}" if row_id else None
    return redirect(url_for("cells_drafts.one", kind=kind, _anchor=place), 303)


@blueprint.get("/<kind>")
@access("cells:round:manage")
def one(kind: str) -> str:
    return _page(kind, "")


def _page(kind: str, notice: str) -> str:
    return render_template(
        "cells/draft.html", notice=notice, **documents.draft_values(reading(), kind)
    )


# ---- one row --------------------------------------------------------------------


@blueprint.get("/<kind>/basics")
@access("cells:round:manage")
def basics(kind: str) -> str:
    fields = editing.basics_fields(queries.draft(reading(), kind).content)
    return _basics_page(kind, Form(fields))


def _basics_page(kind: str, form: Form) -> str:
    return render_template(
        "cells/draft_basics.html", form=form, **documents.row_values(reading(), kind)
    )


@blueprint.post("/<kind>/basics")
@access("cells:round:manage")
def save_basics(kind: str) -> Page:
    written = typed(request.form)
    try:
        _change(kind, lambda content: editing.with_basics(content, written))
    except Invalid as error:
        return _basics_page(kind, failed(error)), 422
    except WrongState as error:
        return _basics_page(kind, Form(written, notice=_(error.message))), 409
    return _back(kind)


@blueprint.get("/<kind>/<any(sections,items,vetoes):part>/<row_id>")
@access("cells:round:manage")
def row(kind: str, part: str, row_id: str) -> str:
    if row_id == editing.NEW:
        blank = {"section": request.args.get("section", ""), "method": "steps"}
        return _row_page(kind, part, row_id, Form(blank))
    return _row_page(kind, part, row_id, Form(documents.row_fields(reading(), kind, row_id)))


def _row_page(kind: str, part: str, row_id: str, form: Form) -> str:
    return render_template(
        f"cells/draft_{part}.html",
        form=form,
        part=part,
        row_id=row_id,
        **documents.row_values(reading(), kind),
    )


@blueprint.post("/<kind>/<any(sections,items,vetoes):part>/<row_id>")
@access("cells:round:manage")
def save_row(kind: str, part: str, row_id: str) -> Page:
    written = typed(request.form)
    try:
        _change(kind, lambda content: _ROWS[part](content, row_id, written))
    except Invalid as error:
        return _row_page(kind, part, row_id, failed(error)), 422
    except WrongState as error:
        return _row_page(kind, part, row_id, Form(written, notice=_(error.message))), 409
    return _back(kind, row_id)


@blueprint.post("/<kind>/<any(sections,items,vetoes):part>/<row_id>/remove")
@access("cells:round:manage")
def remove(kind: str, part: str, row_id: str) -> Page:  # noqa: ARG001  the address of the row
    try:
        _change(kind, lambda content: editing.without(content, row_id))
    except (Invalid, WrongState) as error:
        return _page(kind, _(error.message)), 409
    return _back(kind)


@blueprint.post("/<kind>/move")
@access("cells:round:manage")
def move(kind: str) -> Page:
    try:
        row_id, step = load_form(_MOVE)["move"].rsplit(":", 1)
        _change(kind, lambda content: editing.moved(content, row_id, int(step)))
    except (Invalid, WrongState) as error:
        return _page(kind, _(error.message)), 409
    return _back(kind, row_id)


# ---- the whole ------------------------------------------------------------------


@blueprint.post("/<kind>/drop")
@access("cells:round:manage")
def drop(kind: str) -> Page:
    try:
        seen = load_form(_SEEN)["revision"]
        work(current_actor(), lambda w: actions.drop_draft(w, kind=kind, revision=seen))
    except (Invalid, WrongState) as error:
        return _page(kind, _(error.message)), 409
    return redirect(url_for("cells_rubrics.listed"), 303)


@blueprint.get("/<kind>/check")
@access("cells:round:manage")
def check(kind: str) -> str:
    return _check_page(kind, "")


def _check_page(kind: str, notice: str) -> str:
    return render_template(
        "cells/draft_check.html", notice=notice, **documents.check_values(reading(), kind)
    )


@blueprint.post("/<kind>/publish")
@access("cells:round:manage")
def publish(kind: str) -> Page:
    try:
        seen = load_form(_SEEN)["revision"]
        work(current_actor(), lambda w: actions.publish_draft(w, kind=kind, revision=seen))
    except (Invalid, Conflict, WrongState) as error:
        return _check_page(kind, _(error.message)), 409
    return redirect(url_for("cells_rubrics.listed"), 303)
