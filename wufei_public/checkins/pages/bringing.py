"""Collection points from a sheet: looked at row by row, written whole or not at all."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from wufei_public.checkins.actions import bringing as actions
from wufei_public.checkins.queries.places import MOST_SHOWN
from wufei_public.common.errors import Conflict, FieldError, Invalid
from wufei_public.common.text import N_
from wufei_public.divisions.queries import directory
from wufei_public.infra.i18n import is_english
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import row_faults, sentence
from wufei_public.infra.web.forms import Form
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import reading, work
from wufei_public.infra.workbooks import first_sheet

blueprint = Blueprint("point_sheets", __name__, url_prefix="/staff/collection-points/import")

MOST_UNPACKED, MOST_TABLE = 30 * 1024 * 1024, 300_000
Page = str | Answer | tuple[str, int]


@blueprint.get("")
@access("checkins:point:edit")
def upload_form() -> str:
    return _page(Form())


def _page(form: Form, **more: Any) -> str:
    # As they must stand in the file, whatever the reader's language.
    nothing: dict[str, Any] = {"faults": [], "changes": [], "previewed": False}
    shown = {"columns": actions.COLUMNS} | nothing | more
    return render_template("checkins/points_sheet.html", form=form, **shown)


@blueprint.post("")
@access("checkins:point:edit")
def preview() -> Page:
    limit("upload")
    try:
        return _preview(_uploaded())
    except Invalid as error:
        return _refused(error)


def _refused(error: Invalid) -> Page:
    notice = Form(notice=sentence(error.message, error.facts))
    return _page(notice, faults=row_faults(error)[:MOST_SHOWN]), 422


def _uploaded() -> bytes:
    """Return the sheet that came as CSV."""
    file, most = request.files.get("sheet"), actions.MOST_BYTES
    data = file.stream.read(most + 1) if file else b""
    if not data or len(data) > most:
        words = N_("请选一个不超过 2 MB 的 Excel 或 CSV 文件。")
        raise Invalid("no_file", words, [FieldError("sheet", words)])
    table = first_sheet(data, most=most, unpacked=MOST_UNPACKED)
    if len(table) > MOST_TABLE:
        words = N_("一次最多 %(most)s 行，请分开上传。")
        raise Invalid("too_long", words, most=actions.MOST_ROWS)
    return table


def _preview(data: bytes, notice: str = "") -> str:
    found = actions.preview(reading(), current_actor(), data)
    path, english = directory(reading()).path, is_english()
    return _page(
        Form(notice=notice),
        faults=row_faults(Invalid("bad_rows", "", found.faults))[:MOST_SHOWN],
        previewed=True,
        same=found.same,
        changes=[
            {
                "number": one.number,
                "place": path(one.entry.division, english=english),
                "name": one.entry.name,
            }
            for one in found.changes[:MOST_SHOWN]
        ],
        count=len(found.changes),
        digest=found.digest,
        table=data.decode("utf-8-sig", "replace"),
    )


@blueprint.post("/write")
@access("checkins:point:edit")
def write() -> Page:
    data = request.form.get("table", "").replace("\x00", "").encode()
    digest = request.form.get("digest", "")
    try:
        work(current_actor(), lambda w: actions.apply(w, data=data, digest=digest))
    except Conflict as error:
        return _preview(data, sentence(error.message, error.facts)), 409
    except Invalid as error:
        return _refused(error)
    return redirect(url_for("checkin_places.listing"), 303)
