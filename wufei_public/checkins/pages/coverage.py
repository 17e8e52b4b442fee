"""The register of places that sort: figures, a town's units, one unit, import and export."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.checkins import schemas
from wufei_public.checkins.actions import coverage as actions
from wufei_public.checkins.actions import importing
from wufei_public.checkins.documents import coverage as documents
from wufei_public.checkins.policy import may_keep_register
from wufei_public.checkins.queries import coverage as queries
from wufei_public.checkins.queries.places import MOST_SHOWN
from wufei_public.checkins.rules.coverage import Entry
from wufei_public.checkins.rules.schemes import LABELS as SCHEMES
from wufei_public.common.clock import district_day
from wufei_public.common.errors import Conflict, FieldError, Invalid, NotFound
from wufei_public.common.text import N_
from wufei_public.divisions.queries import directory
from wufei_public.divisions.rules.directory import Place
from wufei_public.divisions.rules.levels import UNIT_RANK, Level
from wufei_public.infra.i18n import is_english
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import row_faults, sentence
from wufei_public.infra.web.forms import Form, failed, load_form
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.infra.workbooks import write_book
from wufei_public.organisations.gateway import as_csv

blueprint = Blueprint("coverage", __name__, url_prefix="/staff/coverage")

PLACE, SCHEME = schemas.PlaceIn(), schemas.SchemeIn()
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What a form field may carry between preview and writing.
MOST_BYTES = 300_000
Page = str | Answer | tuple[str, int]


@blueprint.get("")
@access("checkins:coverage:view")
def listing() -> str:
    session, today = reading(), district_day(house().clock())
    found, names = directory(session), directory(session).called(english=is_english())
    town = found.get(request.args.get("town", ""))
    code = town.code if town and len(town.code) < len(found.units[0].code) else ""
    return render_template(
        "checkins/register.html",
        town=code,
        name=names.get(code) or _("全区"),
        towns=[("", _("全区")), *((one.code, names[one.code]) for one in found.towns)],
        figures=documents.figures(session, today, code),
        by_town=[] if code else documents.by_town(session, today),
        units=documents.units(session, code, today) if code else [],
    )


def _unit(division: str) -> Place:
    place = directory(reading()).get(division)
    if place is None or place.rank != UNIT_RANK:
        raise NotFound("no_such_place", N_("登记表里没有这个地方。"))
    return place


@blueprint.get("/<division>")
@access("checkins:coverage:view")
def unit(division: str) -> str:
    place = _unit(division)
    return _unit_page(place, Form(documents.village_values(reading(), division)), Form())


def _unit_page(place: Place, village: Form, estate: Form, fault: str = "") -> str:
    session, actor = reading(), current_actor()
    names = directory(session).called(english=is_english())
    chosen = queries.schemes(session, place.code[:9])[place.code]
    return render_template(
        "checkins/unit.html",
        place=place,
        name=names[place.code],
        town=place.code[:9],
        town_name=names.get(place.code[:9], ""),
        is_village=place.level is Level.VILLAGE,
        lines=documents.lines(session, actor, place.code),
        history=documents.history(session, place.code),
        may_edit=may_keep_register(actor, place.code).allowed,
        village=village,
        estate=replace(estate, under="estate-"),
        fault=fault,
        schemes=[(one.value, _(label)) for one, label in SCHEMES.items()],
        chosen=chosen.value,
        chosen_label=_(SCHEMES[chosen]),
    )


def _typed(division: str, under: str) -> Entry:
    entry = PLACE.entry(division, load_form(PLACE))
    if under == "estate" and not entry.name:
        words = N_("请写小区的名称。")
        raise Invalid("no_name", words, [FieldError("name", words)])
    return entry


@blueprint.post("/<division>")
@access("checkins:coverage:edit")
def enter(division: str) -> Page:
    place, under = _unit(division), request.form.get("form", "")
    try:
        entry = _typed(division, under)
        work(current_actor(), lambda w: actions.enter(w, entry))
    except Invalid as error:
        bad, kept = failed(error), Form(documents.village_values(reading(), division))
        pair = (kept, bad) if under == "estate" else (bad, Form())
        return _unit_page(place, *pair), 422
    return redirect(url_for("coverage.unit", division=division), 303)


@blueprint.post("/<division>/check/<code>")
@access("checkins:coverage:edit")
def check(division: str, code: str) -> Answer:
    work(current_actor(), lambda w: actions.check(w, code=code))
    return redirect(url_for("coverage.unit", division=division), 303)


@blueprint.post("/<division>/scheme")
@access("checkins:coverage:edit")
def set_scheme(division: str) -> Answer:
    values = load_form(SCHEME)
    work(current_actor(), lambda w: actions.set_scheme(w, division=division, **values))
    return redirect(url_for("coverage.unit", division=division), 303)


# ---- a sheet: looked at row by row, written whole or not at all ---------------------


@blueprint.get("/sheet")
@access("checkins:coverage:edit")
def upload_form() -> str:
    return _sheet_page(Form())


def _sheet_page(form: Form, **more: Any) -> str:
    nothing: dict[str, Any] = {"faults": [], "changes": [], "previewed": False}
    # As they must stand in the file, whatever the reader's language.
    heads = {"columns": importing.COLUMNS, "days": importing.DAYS}
    shown = heads | nothing | more
    return render_template("checkins/coverage_sheet.html", form=form, **shown)


@blueprint.post("/sheet")
@access("checkins:coverage:edit")
def preview() -> Page:
    limit("upload")
    try:
        data = _uploaded()
        return _preview(data)
    except Invalid as error:
        return _sheet_page(
            Form(notice=sentence(error.message, error.facts)), faults=row_faults(error)[:MOST_SHOWN]
        ), 422


def _uploaded() -> bytes:
    """Return the sheet that came as CSV."""
    file = request.files.get("sheet")
    data = file.stream.read(importing.MOST_BYTES + 1) if file else b""
    if not data or len(data) > importing.MOST_BYTES:
        words = N_("请选一个不超过 5 MB 的 Excel 或 CSV 文件。")
        raise Invalid("no_file", words, [FieldError("sheet", words)])
    table = as_csv(data)
    if len(table) > MOST_BYTES:
        raise Invalid(
            "too_long", N_("一次最多 %(most)s 行，请分开上传。"), most=importing.MOST_ROWS
        )
    return table


def _preview(data: bytes, notice: str = "") -> str:
    session = reading()
    found = importing.preview(session, current_actor(), data, district_day(house().clock()))
    path = directory(session).path
    english = is_english()
    return _sheet_page(
        Form(notice=notice),
        faults=row_faults(Invalid("bad_rows", "", found.faults))[:MOST_SHOWN],
        previewed=True,
        same=found.same,
        changes=[
            {
                "number": one.number,
                "place": path(one.entry.division, english=english),
                "entry": one.entry,
                "before": one.before,
                "since": documents.dated(one.entry.since),
            }
            for one in found.changes[:MOST_SHOWN]
        ],
        count=len(found.changes),
        digest=found.digest,
        table=data.decode("utf-8-sig", "replace"),
    )


@blueprint.post("/sheet/write")
@access("checkins:coverage:edit")
def write() -> Page:
    data = request.form.get("table", "").replace("\x00", "").encode()
    digest = request.form.get("digest", "")
    try:
        work(current_actor(), lambda w: importing.apply(w, data=data, digest=digest))
    except Conflict as error:
        return _preview(data, sentence(error.message, error.facts)), 409
    except Invalid as error:
        notice = Form(notice=sentence(error.message, error.facts))
        return _sheet_page(notice, faults=row_faults(error)[:MOST_SHOWN]), 422
    return redirect(url_for("coverage.listing"), 303)


@blueprint.get("/register.xlsx")
@access("checkins:coverage:view")
def export() -> Response:
    """Take the register away, with the columns in which it can be read again."""
    town = directory(reading()).get(request.args.get("town", ""))
    rows = documents.sheet(reading(), town.code if town else "")
    day = district_day(house().clock()).isoformat()
    headers = {
        "Content-Disposition": f'attachment; filename="sorting-places-{day}.xlsx"',
        "Cache-Control": "private, no-store",
    }
    return Response(write_book({"Sheet": rows}), mimetype=XLSX, headers=headers)
