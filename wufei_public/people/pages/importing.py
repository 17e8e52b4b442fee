"""New members of staff from a sheet: looked at first, then made all together."""

import csv
import io
from typing import Any

from flask import Blueprint, render_template, request, url_for

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import field_sentences, sentence
from wufei_public.infra.web.forms import Form
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.infra.workbooks import first_sheet
from wufei_public.people.actions.importing import StaffSheet, invite_all, look_at
from wufei_public.people.rules.links import LIFE
from wufei_public.people.rules.staff_sheets import COLUMNS

blueprint = Blueprint("staff_sheet", __name__, url_prefix="/staff/accounts-sheet")

MOST_BYTES, MOST_UNPACKED = 1024 * 1024, 20 * 1024 * 1024
Page = str | tuple[str, int]


@blueprint.get("")
@access("people:account:invite")
def upload_form() -> str:
    return _form_page(Form(), [])


def _form_page(form: Form, faults: list[dict[str, str]]) -> str:
    return render_template("people/sheet.html", form=form, faults=faults, columns=COLUMNS)


@blueprint.post("")
@access("people:account:invite")
def upload() -> Page:
    limit("upload")
    try:
        name, table = _sheet()
        found = look_at(reading(), name=name, data=table)
        _refuse_faults(found)
    except Invalid as error:
        return _refused(error)
    return render_template(
        "people/sheet_preview.html", people=found.people, name=name, table=_as_csv(found)
    )


def _sheet() -> tuple[str, bytes]:
    """Return the name of the file that came, and its first sheet as CSV."""
    file = request.files.get("sheet")
    data = file.stream.read(MOST_BYTES + 1) if file else b""
    if file is None or not data or len(data) > MOST_BYTES:
        words = N_("请选一个不超过 1 MB 的 Excel 或 CSV 文件。")
        raise Invalid("no_file", words, [FieldError("sheet", words)])
    name = (file.filename or "")[-80:].replace("/", "-")
    return name, first_sheet(data, most=MOST_BYTES, unpacked=MOST_UNPACKED)


def _refuse_faults(found: StaffSheet) -> None:
    if found.faults:
        raise Invalid("bad_rows", N_("文件里还有错的行，没有导入任何内容。"), found.faults)


def _as_csv(found: StaffSheet) -> str:
    made = io.StringIO()
    rows = [COLUMNS, *((one.user_name, one.display_name) for one in found.people)]
    csv.writer(made, lineterminator="\n").writerows(rows)
    return made.getvalue()


def _refused(error: Invalid) -> tuple[str, int]:
    form = Form(notice=sentence(error.message, error.facts))
    return _form_page(form, _lines(error)), 422


def _lines(error: Invalid) -> list[dict[str, str]]:
    """Return faults with their row and column."""
    found = []
    for fault in field_sentences(error):
        _file, _slash, place = fault["pointer"].partition("/")
        row, _slash, column = place.partition("/")
        if row.isdigit():
            found.append({"row": row, "column": column, "text": fault["message"]})
    return found


@blueprint.post("/write")
@access("people:account:invite")
def write() -> Page:
    """Make the accounts of what was looked at; everything is judged again."""
    table = request.form.get("table", "").encode()[: MOST_BYTES + 1]
    try:
        invited = work(current_actor(), lambda w: invite_all(w, name="sheet", data=table))
    except Invalid as error:
        return _refused(error)
    base = house().settings.public_url or request.host_url.rstrip("/")
    rows: list[dict[str, Any]] = [
        {
            "user_name": one.user_name,
            "url": url_for("accounts.one", code=one.code),
            "link": base + url_for("people.set_up", token=one.token),
        }
        for one in invited
    ]
    return render_template("people/sheet_done.html", rows=rows, days=LIFE.days)
