"""An outside collector's file goes in: CSV or Excel, whole or not at all."""

import csv
import io

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import field_sentences, sentence
from wufei_public.infra.web.forms import Form
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import work
from wufei_public.infra.workbooks import read_book
from wufei_public.surveys.actions import external
from wufei_public.surveys.pages.desk import wave_page_with

blueprint = Blueprint("survey_files", __name__, url_prefix="/staff/surveys")

_TOLD = 20


@blueprint.post("/<code>/data")
@access("surveys:wave:manage")
def load(code: str) -> Answer | tuple[str, int]:
    sent = request.files.get("data")
    data, name = (sent.read(), sent.filename or "data") if sent else (b"", "data")
    try:
        lines = _lines(data)
        work(
            current_actor(),
            lambda w: external.load(w, code=code, lines=lines, name=name, data=data),
        )
    except Invalid as error:
        told = [f"{f['pointer']}: {f['message']}" for f in field_sentences(error)[:_TOLD]]
        words = sentence(error.message, error.facts)
        return wave_page_with(code, Form({}, {"data": "\n".join(told) or words}), words), 422
    return redirect(url_for("survey_desk.wave", code=code), 303)


def _lines(data: bytes) -> list[list[str]]:
    """Return the rows of the first sheet, or of a CSV in UTF-8 or GB 18030."""
    if data[:2] == b"PK":
        return next(iter(read_book(data).values()), [])
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return list(csv.reader(io.StringIO(data.decode(encoding), newline="")))
        except (UnicodeDecodeError, csv.Error):
            continue
    words = N_("认不出文件的编码，请另存为 UTF-8 编码的 CSV。")
    raise Invalid("bad_file", words, [FieldError("data", words)])
