"""An outside collector's file goes in: CSV or Excel, looked through first, whole or not at all."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as Answer

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.sheets import read_lines
from wufei_public.common.text import N_
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import field_sentences, row_faults, sentence
from wufei_public.infra.web.forms import Form, failed, load_form
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.infra.workbooks import read_book
from wufei_public.surveys.actions import external
from wufei_public.surveys.documents.inspected import inspected
from wufei_public.surveys.pages.results import labels_of
from wufei_public.surveys.queries import uploads, waves
from wufei_public.surveys.rules.waves import Mode
from wufei_public.surveys.schemas import ColumnsIn, LoadIn

blueprint = Blueprint("survey_files", __name__, url_prefix="/staff/surveys")

COLUMNS, LOAD = ColumnsIn(), LoadIn()
_LISTS = frozenset({"columns"})
# How the form says that a column means nothing here.
_NOTHING = "-"


@blueprint.get("/<code>/data")
@access("surveys:wave:manage")
def page(code: str) -> str:
    return _page(code, Form())


def _page(code: str, form: Form, notice: str = "") -> str:
    wave = waves.wave(reading(), code)
    if wave.mode != Mode.EXTERNAL:
        raise waves.missing()
    upload = uploads.of(reading(), wave.id)
    found: dict[str, Any] | None = None
    if upload:
        lines = external.lines_of(house().keys, upload)
        found = inspected(reading(), wave, upload, lines, labels_of(wave))
        found |= {"seen": external.mark_of(upload)}
    return render_template(
        "surveys/data.html", wave=wave, form=form, notice=notice, found=found, nothing=_NOTHING
    )


@blueprint.post("/<code>/data")
@access("surveys:wave:manage")
def upload(code: str) -> Answer | tuple[str, int]:
    sent = request.files.get("data")
    data, name = (sent.read(), sent.filename or "data") if sent else (b"", "data")
    try:
        lines = _lines(data, name)
        work(
            current_actor(),
            lambda w: external.keep(w, code=code, lines=lines, name=name, data=data),
        )
    except Invalid as error:
        return _page(
            code, Form({}, {"data": _told(error)}), sentence(error.message, error.facts)
        ), 422
    return redirect(url_for("survey_files.page", code=code), 303)


@blueprint.post("/<code>/data/columns")
@access("surveys:wave:manage")
def name_columns(code: str) -> Answer | tuple[str, int]:
    try:
        named = load_form(COLUMNS, lists=_LISTS)["columns"]
        columns = ["" if one == _NOTHING else one for one in named]
        work(current_actor(), lambda w: external.name_columns(w, code=code, columns=columns))
    except Invalid as error:
        return _page(code, failed(error, lists=_LISTS), sentence(error.message, error.facts)), 422
    return redirect(url_for("survey_files.page", code=code), 303)


@blueprint.post("/<code>/data/load")
@access("surveys:wave:manage")
def load(code: str) -> Answer | tuple[str, int]:
    try:
        values = load_form(LOAD)
        work(current_actor(), lambda w: external.load(w, code=code, **values))
    except Invalid as error:
        return _page(code, failed(error), sentence(error.message, error.facts)), 422
    return redirect(url_for("survey_desk.wave", code=code), 303)


@blueprint.post("/<code>/data/discard")
@access("surveys:wave:manage")
def discard(code: str) -> Answer:
    work(current_actor(), lambda w: external.discard(w, code=code))
    return redirect(url_for("survey_files.page", code=code), 303)


def _told(error: Invalid) -> str:
    """Return every fault with its row and column, where it has one."""
    rows = [
        gettext("第 %(row)s 行", row=fault["row"])
        + (f" {fault['column']}" if fault["column"] else "")
        + f" {fault['text']}"
        for fault in row_faults(error)
    ]
    return "；".join(rows or [fault["message"] for fault in field_sentences(error)])


def _lines(data: bytes, name: str) -> list[list[str]]:
    """Return the rows of the only sheet with anything in it, or of a CSV."""
    if data[:2] != b"PK":
        return read_lines(name, data)
    filled = {title: lines for title, lines in read_book(data).items() if lines}
    if len(filled) > 1:
        words = N_("文件里有 %(count)s 张表有内容（%(names)s），请只留一张。")
        facts = {"count": len(filled), "names": "、".join(filled)}
        raise Invalid("bad_file", words, [FieldError("data", words, facts)], **facts)
    return next(iter(filled.values()), [])
