"""评分表: the versions of each kind's rubric, and a new one from a file or as a draft."""

import json
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.cells.actions import rubrics as actions
from wufei_public.cells.documents import shown
from wufei_public.cells.queries import rounds as queries
from wufei_public.cells.rules.kinds import KINDS
from wufei_public.common.errors import Conflict, FieldError, Invalid
from wufei_public.common.text import N_
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import field_sentences
from wufei_public.infra.web.forms import Form
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import reading, work

blueprint = Blueprint("cells_rubrics", __name__, url_prefix="/staff/cells/office")

MOST_FILE = 1024 * 1024
Page = str | Answer | tuple[str, int]


@blueprint.get("/rubrics")
@access("cells:round:manage")
def listed() -> str:
    return _page(Form())


def _page(form: Form, faults: Sequence[str] = ()) -> str:
    session = reading()
    return render_template(
        "cells/rubrics.html",
        form=form,
        faults=faults,
        drafts=queries.drafts(session),
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
        work(current_actor(), lambda w: actions.add_rubric(w, content))
    except Conflict as error:
        return _page(Form(), [_(error.message)]), 422
    except Invalid as error:
        return _page(Form(), [fault["message"] for fault in field_sentences(error)]), 422
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


@blueprint.post("/rubrics/<kind>/<version>/draft")
@access("cells:round:manage")
def begin(kind: str, version: str) -> Page:
    try:
        work(current_actor(), lambda w: actions.begin_draft(w, kind=kind, version=version))
    except Conflict as error:
        return _page(Form(notice=_(error.message))), 409
    return redirect(url_for("cells_drafts.one", kind=kind), 303)
