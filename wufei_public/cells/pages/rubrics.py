"""评分表: the versions of each kind's rubric, changed on a page or by a file."""

import json
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from wufei_public.cells.actions import rounds
from wufei_public.cells.documents import files, shown
from wufei_public.cells.queries import rounds as queries
from wufei_public.cells.rules.editing import edited
from wufei_public.cells.rules.kinds import KINDS
from wufei_public.common.errors import Conflict, FieldError, Invalid
from wufei_public.common.text import N_
from wufei_public.infra.web.access import access
from wufei_public.infra.web.forms import Form, failed, typed
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import reading, work

blueprint = Blueprint("cells_rubrics", __name__, url_prefix="/staff/cells/office")

MOST_FILE = 1024 * 1024
Page = str | Answer | tuple[str, int]


@blueprint.get("/rubrics")
@access("cells:round:manage")
def listed() -> str:
    return _page(Form())


def _page(form: Form) -> str:
    session = reading()
    return render_template(
        "cells/rubrics.html",
        form=form,
        kinds=[(kind, shown.kind_label(kind), queries.versions(session, kind)) for kind in KINDS],
    )


@blueprint.get("/rubrics/<kind>/<version>.json")
@access("cells:round:manage")
def file(kind: str, version: str) -> Response:
    body = json.dumps(queries.content(reading(), kind, version), ensure_ascii=False, indent=1)
    name = f"rubric-{kind}.json"
    return Response(
        body,
        mimetype="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@blueprint.post("/rubrics")
@access("cells:round:manage")
def add() -> Page:
    try:
        content = _posted()
        work(current_actor(), lambda w: rounds.add_rubric(w, content))
    except (Invalid, Conflict) as error:
        bad = error if isinstance(error, Invalid) else _at_file(error.message)
        return _page(failed(bad)), 422
    return redirect(url_for("cells_rubrics.listed"), 303)


def _at_file(sentence: str) -> Invalid:
    return Invalid("bad_rubric", sentence, [FieldError("file", sentence)])


def _posted() -> dict[str, Any]:
    file = request.files.get("file")
    data = file.stream.read(MOST_FILE + 1) if file else b""
    try:
        content = json.loads(data) if len(data) <= MOST_FILE else None
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        raise _at_file(N_("请选一个评分表文件（JSON，不超过 1 MB）。"))
    return content


@blueprint.get("/rubrics/<kind>/<version>/edit")
@access("cells:round:manage")
def edit(kind: str, version: str) -> str:
    return _edit_page(kind, version, Form())


def _edit_page(kind: str, version: str, form: Form) -> str:
    content = queries.content(reading(), kind, version)
    return render_template("cells/rubric_edit.html", form=form, **files.editor_values(content))


@blueprint.post("/rubrics/<kind>/<version>/edit")
@access("cells:round:manage")
def save(kind: str, version: str) -> Page:
    written = typed(request.form)
    try:
        content = edited(
            queries.content(reading(), kind, version), written.get("version", "")[:20], written
        )
        work(current_actor(), lambda w: rounds.add_rubric(w, content))
    except Invalid as error:
        return _edit_page(kind, version, failed(error)), 422
    except Conflict as error:
        bad = Invalid("rubric_there", error.message, [FieldError("version", error.message)])
        return _edit_page(kind, version, failed(bad)), 422
    return redirect(url_for("cells_rubrics.listed"), 303)
