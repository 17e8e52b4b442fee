"""A sheet of cases from other doors: looked at row by row, written whole or not at all."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.common.errors import Conflict, FieldError, Invalid
from wufei_public.common.redact import redact
from wufei_public.common.text import N_
from wufei_public.divisions.queries import directory
from wufei_public.divisions.rules.registers import Change
from wufei_public.dumping.actions import importing as actions
from wufei_public.dumping.rules.kinds import PLAIN
from wufei_public.dumping.rules.sheets import (
    COLUMNS,
    DOORS,
    KINDS,
    MOST_BEFORE,
    MOST_ROWS,
    OPTIONAL,
    Outside,
)
from wufei_public.dumping.rules.states import SOURCE_LABELS
from wufei_public.infra.i18n import is_english
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import row_faults, sentence
from wufei_public.infra.web.forms import Form
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.infra.workbooks import first_sheet, write_book
from wufei_public.people.rules.phones import masked

blueprint = Blueprint("case_sheets", __name__, url_prefix="/staff/entry/sheet")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_BYTES, MOST_UNPACKED, MOST_SHOWN = 2_000_000, 20_000_000, 100
# What a form field may carry between preview and writing.
MOST_CARRIED = 900_000
Page = str | Answer | tuple[str, int]


@blueprint.get("")
@access("dumping:case:enter")
def upload_form() -> str:
    written = request.args.get("written", type=int)
    return _page(Form(), written=written)


def _page(form: Form, **more: Any) -> str:
    nothing: dict[str, Any] = {"faults": [], "changes": [], "previewed": False, "written": None}
    return render_template(
        "dumping/sheet.html",
        form=form,
        columns=COLUMNS
        + OPTIONAL,  # as they must stand in the file, whatever the reader's language
        doors=[name for name in DOORS if not name.isascii()],
        kinds=list(KINDS),
        most=MOST_ROWS,
        days=MOST_BEFORE.days,
        **nothing | more,
    )


@blueprint.get("/template.xlsx")
@access("dumping:case:enter")
def template() -> Response:
    """Give the empty sheet, with the columns in which it is read."""
    headers = {"Content-Disposition": 'attachment; filename="cases.xlsx"'}
    return Response(write_book({"Sheet": [COLUMNS + OPTIONAL]}), mimetype=XLSX, headers=headers)


@blueprint.post("")
@access("dumping:case:enter")
def preview() -> Page:
    limit("upload")
    try:
        return _preview(_uploaded())
    except Invalid as error:
        return _refused(error)


def _refused(error: Invalid) -> tuple[str, int]:
    notice = Form(notice=sentence(error.message, error.facts))
    return _page(notice, faults=row_faults(error)[:MOST_SHOWN]), 422


def _uploaded() -> bytes:
    """Return the sheet that came as CSV."""
    file = request.files.get("sheet")
    data = file.stream.read(MOST_BYTES + 1) if file else b""
    if not data or len(data) > MOST_BYTES:
        words = N_("请选一个不超过 2 MB 的 Excel 或 CSV 文件。")
        raise Invalid("no_file", words, [FieldError("sheet", words)])
    table = first_sheet(data, most=MOST_BYTES, unpacked=MOST_UNPACKED)
    if len(table) > MOST_CARRIED:
        raise Invalid("too_long", N_("一次最多 %(most)s 行，请分开上传。"), most=MOST_ROWS)
    return table


def _preview(data: bytes, notice: str = "") -> str:
    found = actions.preview(reading(), current_actor(), data, house().clock())
    return _page(
        Form(notice=notice),
        faults=row_faults(Invalid("bad_rows", "", found.faults))[:MOST_SHOWN],
        previewed=True,
        same=found.same,
        count=len(found.changes),
        changes=[_line(change) for change in found.changes[:MOST_SHOWN]],
        digest=found.digest,
        table=data.decode("utf-8-sig", "replace"),
    )


def _line(change: Change[Outside]) -> dict[str, Any]:
    one = change.entry
    place = directory(reading()).path(one.division, english=is_english()) if one.division else ""
    return {
        "number": change.number,
        "door": _(SOURCE_LABELS[one.source]),
        "outside": one.number,
        "kind": _(PLAIN[one.kind].label),
        "place": place or _("位置待定"),
        "words": redact(one.words),
        "received": one.received_at,
        "phone": masked(one.phone) if one.phone else "",
    }


@blueprint.post("/write")
@access("dumping:case:enter")
def write() -> Page:
    data = request.form.get("table", "").replace("\x00", "").encode(errors="replace")
    digest = request.form.get("digest", "")
    try:
        count = work(current_actor(), lambda w: actions.apply(w, data=data, digest=digest))
    except Conflict as error:
        return _preview(data, sentence(error.message, error.facts)), 409
    except Invalid as error:
        return _refused(error)
    return redirect(url_for("case_sheets.upload_form", written=count), 303)
