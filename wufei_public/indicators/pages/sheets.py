"""Figures of a department by a sheet: a template, a preview, drafts, a second person."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.common.clock import district_day
from wufei_public.common.errors import (
    Conflict,
    FieldError,
    Invalid,
    NotAllowed,
    NotFound,
    WrongState,
)
from wufei_public.common.text import N_
from wufei_public.indicators.actions import sheets as actions
from wufei_public.indicators.documents import sheets as documents
from wufei_public.indicators.queries import sheets
from wufei_public.indicators.rules.plans import current
from wufei_public.indicators.rules.sheets import read_sheet
from wufei_public.indicators.rules.states import MOVE_LABELS, WORKFLOW, Move, State
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import field_sentences, sentence
from wufei_public.infra.web.forms import Form
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.infra.workbooks import read_book

blueprint = Blueprint("indicator_sheets", __name__, url_prefix="/staff/indicators/sheets")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_BYTES, MOST_UNPACKED = 2 * 1024 * 1024, 40 * 1024 * 1024
_MOVES = (Move.CHECK, Move.PUBLISH, Move.DROP)
Page = str | Answer | tuple[str, int]


@blueprint.get("")
@access("indicators:value:enter")
def listed() -> str:
    return _page(Form(), [])


def _page(form: Form, faults: list[dict[str, str]]) -> str:
    return render_template(
        "indicators/sheets.html",
        form=form,
        faults=faults,
        count=len(sheets.ours(reading(), current_actor())),
        rows=sheets.newest(reading()),
    )


@blueprint.get("/template.xlsx")
@access("indicators:value:enter")
def template() -> Response:
    """Give the sheet to fill in: a row for each series of this official's departments."""
    mine, today = sheets.ours(reading(), current_actor()), district_day(house().clock())
    data = documents.template(reading(), current(), mine, today)
    headers = {
        "Content-Disposition": "attachment; filename=indicators.xlsx",
        "Cache-Control": "private, no-store",
    }
    return Response(data, mimetype=XLSX, headers=headers)


@blueprint.post("")
@access("indicators:value:enter")
def upload() -> Page:
    limit("upload")
    try:
        name, data = _file()
        lines = next(iter(read_book(data, most=MOST_BYTES, unpacked=MOST_UNPACKED).values()), [])
        made = work(current_actor(), lambda w: actions.keep(w, name=name, data=data, lines=lines))
    except Invalid as error:
        return _page(Form(notice=sentence(error.message, error.facts)), _faults(error)), 422
    return redirect(url_for("indicator_sheets.one", code=made.code), 303)


def _file() -> tuple[str, bytes]:
    file = request.files.get("sheet")
    data = file.stream.read(MOST_BYTES + 1) if file else b""
    if file is None or not data or len(data) > MOST_BYTES:
        words = N_("请选一个不超过 2 MB 的 Excel 文件（.xlsx）。")
        raise Invalid("no_file", words, [FieldError("sheet", words)])
    return (file.filename or "")[-80:], data


def _faults(error: Invalid) -> list[dict[str, str]]:
    found = []
    for fault in field_sentences(error):
        if fault["pointer"].count("/") < 2:  # noqa: PLR2004  not of a row
            continue
        *_name, row, column = fault["pointer"].rsplit("/", 2)
        if row.isdigit():
            said = _(column) if column else ""
            found.append({"row": row, "column": said, "text": fault["message"]})
    return found


@blueprint.get("/<code>")
@access("indicators:value:enter")
def one(code: str) -> str:
    return _one(code, "")


def _one(code: str, notice: str) -> str:
    row, actor = sheets.sheet(reading(), code), current_actor()
    if not row.written and row.kept_by != actor.id:
        raise NotFound("no_sheet", N_("没有这张表。"))
    told: list[dict[str, Any]] = []
    if not row.written:
        mine = sheets.ours(reading(), actor)
        told = documents.told(reading(), read_sheet(row.name, row.lines, current(), mine))
    return render_template(
        "indicators/sheet.html",
        sheet=row,
        notice=notice,
        told=told,
        written=documents.written(reading(), row),
        moves=_moves(row.written, code) if row.kept_by != actor.id else [],
        mine=row.kept_by == actor.id,
    )


def _moves(written: list[Any], code: str) -> list[tuple[str, str]]:
    rows = sheets.values_of(reading(), sheets.sheet(reading(), code)) if written else []
    states = {State(row.state) for row in rows}
    found = {step.move for state in states for step in WORKFLOW.moves(state)}
    return [(move, _(MOVE_LABELS[move])) for move in _MOVES if move in found]


@blueprint.post("/<code>")
@access("indicators:value:enter")
def write(code: str) -> Page:
    try:
        work(current_actor(), lambda w: actions.write(w, code=code))
    except (Conflict, Invalid) as error:
        return _one(code, sentence(error.message, error.facts)), 409
    return redirect(url_for("indicator_sheets.one", code=code), 303)


@blueprint.post("/<code>/<move>")
@access("indicators:value:enter")
def step(code: str, move: str) -> Page:
    if move not in _MOVES:
        raise NotFound("no_move", N_("没有这一步。"))
    try:
        work(current_actor(), lambda w: actions.move_all(w, code=code, what=Move(move)))
    except (NotAllowed, WrongState) as error:
        return _one(code, sentence(error.message, error.facts)), 409
    return redirect(url_for("indicator_sheets.one", code=code), 303)
