"""A sheet of enterprises: uploaded, looked at change by change, written whole or not at all."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.common.clock import district_day
from wufei_public.common.errors import Conflict, FieldError, Invalid
from wufei_public.common.text import N_
from wufei_public.divisions.queries import directory
from wufei_public.infra.i18n import is_english
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import row_faults, sentence
from wufei_public.infra.web.forms import Form
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.organisations import policy
from wufei_public.organisations.actions import importing as actions
from wufei_public.organisations.documents import register_rows
from wufei_public.organisations.gateway import MOST_BYTES, as_csv, as_xlsx
from wufei_public.organisations.queries.cards import CardFilter
from wufei_public.organisations.rules.cards import COLUMNS, EFFECT_LABELS, Change, Effect
from wufei_public.organisations.rules.kinds import KINDS, PERMIT_LABELS
from wufei_public.organisations.schemas import ListQuery

blueprint = Blueprint("register", __name__, url_prefix="/staff/organisations-sheet")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# So many changes are shown row by row; the counts are of all.
MOST_SHOWN = 200
_LIST = ListQuery()
Page = str | Answer | tuple[str, int]


@blueprint.get("")
@access("organisations:card:edit")
def upload_form() -> str:
    return _form_page(Form(), [])


def _form_page(form: Form, faults: list[dict[str, str]]) -> str:
    columns = [_(label) for label in COLUMNS.values()]
    return render_template("organisations/sheet.html", form=form, faults=faults, columns=columns)


@blueprint.post("")
@access("organisations:card:edit")
def upload() -> Page:
    limit("upload")
    try:
        name, table = _sheet()
        code = work(current_actor(), lambda w: actions.keep_sheet(w, name=name, data=table))
    except Invalid as error:
        return _form_page(Form(notice=sentence(error.message, error.facts)), row_faults(error)), 422
    return redirect(url_for("register.preview", code=code), 303)


def _sheet() -> tuple[str, bytes]:
    """Return the name of the file that came, and its first sheet as CSV."""
    file = request.files.get("sheet")
    data = file.stream.read(MOST_BYTES + 1) if file else b""
    if file is None or not data or len(data) > MOST_BYTES:
        words = N_("请选一个不超过 5 MB 的 Excel 或 CSV 文件。")
        raise Invalid("no_file", words, [FieldError("sheet", words)])
    return (file.filename or "")[-80:], as_csv(data)


@blueprint.get("/<code>")
@access("organisations:card:edit")
def preview(code: str) -> str:
    return _preview_page(code, "")


def _preview_page(code: str, notice: str) -> str:
    actor = current_actor()
    sheet = actions.kept(reading(), code, actor.id)
    found = actions.preview(reading(), sheet, lambda place: policy.may_edit(actor, place).allowed)
    faults = row_faults(Invalid("bad_rows", "", [*found.faults, *_refused(code)]))
    shown = [change for change in found.changes if change.effect is not Effect.SAME]
    return render_template(
        "organisations/preview.html",
        notice=notice,
        sheet=sheet,
        faults=faults[:MOST_SHOWN],
        fault_count=len(faults),
        counts=[(_(EFFECT_LABELS[effect]), found.count(effect)) for effect in Effect],
        changes=[_change(change) for change in shown[:MOST_SHOWN]],
        more=max(0, len(shown) - MOST_SHOWN),
        digest=found.digest,
        writes=len(shown),
    )


def _refused(code: str) -> Sequence[FieldError]:
    """Return the rows that would be refused for what follows from them."""
    try:
        work(current_actor(), lambda w: actions.rehearse(w, code=code))
    except actions.RehearsedError as done:
        return done.faults
    return ()


def _change(change: Change) -> dict[str, Any]:
    labels = {"division": COLUMNS["place"], **COLUMNS}
    return {
        "number": change.number,
        "label": _(EFFECT_LABELS[change.effect]),
        "tone": "done" if change.effect is Effect.NEW else "doing",
        "uscc": change.card.uscc,
        "name": change.card.name,
        "fields": [
            (_(labels[field]), _in_words(field, before), _in_words(field, after))
            for field, before, after in change.fields
        ],
    }


def _in_words(field: str, value: str) -> str:
    """Return a value as people read it."""
    if field == "division":
        return directory(reading()).path(value, english=is_english())
    words: dict[str, dict[str, str]] = {
        "kind": {code: _(label) for code, label in KINDS.items()},
        "permit_class": {permit.value: _(label) for permit, label in PERMIT_LABELS.items()},
        "waste_related": {"True": _("是"), "False": _("否")},
    }
    return words.get(field, {}).get(value, value)


@blueprint.post("/<code>")
@access("organisations:card:edit")
def write(code: str) -> Page:
    digest = request.form.get("digest", "")
    try:
        work(current_actor(), lambda w: actions.apply(w, code=code, digest=digest))
    except (Conflict, Invalid) as error:
        status = 422 if isinstance(error, Invalid) else 409
        return _preview_page(code, sentence(error.message, error.facts)), status
    return redirect(url_for("register.preview", code=code), 303)


@blueprint.get("/register.xlsx")
@access("organisations:card:view")
def export() -> Response:
    """Take the register away, with the columns in which it can be read again."""
    query = _LIST.load({name: value for name, value in request.args.items() if value})
    wanted = CardFilter(query["words"], query["town"], query["kind"])
    rows = register_rows(reading(), current_actor(), wanted)
    day = district_day(house().clock()).isoformat()
    headers = {
        "Content-Disposition": f'attachment; filename="organisations-{day}.xlsx"',
        "Cache-Control": "private, no-store",
    }
    return Response(as_xlsx(list(COLUMNS.values()), rows), mimetype=XLSX, headers=headers)
