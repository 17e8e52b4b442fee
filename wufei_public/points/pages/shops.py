"""Shops where rewards wait: a town's list, one shop with its clerks, a sheet of many."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from wufei_public.common.clock import district_day
from wufei_public.common.errors import Conflict, FieldError, Invalid
from wufei_public.common.places import TOWN_DIGITS
from wufei_public.common.text import N_
from wufei_public.divisions.queries import directory
from wufei_public.infra.i18n import is_english
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import row_faults, sentence
from wufei_public.infra.web.forms import Form, failed, load_form
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.infra.workbooks import first_sheet, write_book
from wufei_public.people.queries.accounts import holders
from wufei_public.people.queries.accounts import names_of as account_names
from wufei_public.people.rules.roles import Role
from wufei_public.points import documents, schemas
from wufei_public.points.actions import importing
from wufei_public.points.actions import shops as actions
from wufei_public.points.policy import may_keep_shop
from wufei_public.points.queries import rewards
from wufei_public.points.queries import shops as queries

blueprint = Blueprint("reward_shops", __name__, url_prefix="/staff/points/shops")

SHOP, NAME, CLERK = schemas.ShopIn(), schemas.NameIn(), schemas.ClerkIn()
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_UNPACKED, MOST_TABLE, MOST_SHOWN = 30 * 1024 * 1024, 300_000, 200
Page = str | Answer | tuple[str, int]


@blueprint.get("")
@access("points:shop:edit")
def listing() -> str:
    return _listing(Form(), request.args.get("town", ""))


def _listing(form: Form, asked: str) -> str:
    session, actor = reading(), current_actor()
    found, names = directory(session), directory(session).called(english=is_english())
    towns = [one.code for one in found.towns if may_keep_shop(actor, one.code).allowed]
    town = asked if asked in towns else next(iter(towns), "")
    rows = queries.shops(session, town) if town else []
    ids = [one.id for one in rows]
    clerks, waiting = queries.clerks(session, ids), queries.waiting(session, ids)
    return render_template(
        "points/shops.html",
        form=form,
        town=town,
        towns=[(code, names[code]) for code in towns],
        units=[(one.code, names[one.code]) for one in found.children(town)] if town else [],
        shops=[
            {
                "code": one.code,
                "name": one.name,
                "place": names.get(one.division, ""),
                "address": one.address,
                "hours": one.hours,
                "clerks": len(clerks[one.id]),
                "waiting": waiting.get(one.id, 0),
                "retired": one.retired_at is not None,
            }
            for one in rows
        ],
    )


@blueprint.post("")
@access("points:shop:edit")
def enter() -> Page:
    try:
        entry: Any = load_form(SHOP)
        code = work(current_actor(), lambda w: actions.enter(w, entry))
    except Invalid as error:
        return _listing(failed(error), request.form.get("division", "")[:TOWN_DIGITS]), 422
    return redirect(url_for("reward_shops.one", code=code), 303)


@blueprint.get("/<code>")
@access("points:shop:edit")
def one(code: str) -> str:
    return _one(code, Form())


def _one(code: str, form: Form, name: Form | None = None) -> str:
    session = reading()
    row = queries.shop(session, code)
    held = queries.clerks(session, [row.id])[row.id]
    of_town = holders(session, Role.SHOP_CLERK, division=row.division[:TOWN_DIGITS])
    names, able = account_names(session, held), {one.id for one in of_town}
    return render_template(
        "points/shop.html",
        form=form,
        name_form=name or Form({"name": row.name}),
        it=row,
        place=directory(session).path(row.division, english=is_english()),
        town=row.division[:TOWN_DIGITS],
        waiting=queries.waiting(session, [row.id]).get(row.id, 0),
        clerks=[
            {"account": one, "name": names.get(one, ""), "able": one in able}
            for one in sorted(held)
        ],
        choices=[(one.code, one.name) for one in of_town if one.id not in held],
        rewards=[one for one in rewards.rewards(session, every=True) if one.shop == row.id],
        may_edit=may_keep_shop(current_actor(), row.division).allowed,
    )


@blueprint.post("/<code>/name")
@access("points:shop:edit")
def rename(code: str) -> Page:
    try:
        values = load_form(NAME)
        work(current_actor(), lambda w: actions.rename(w, code=code, **values))
    except Invalid as error:
        return _one(code, Form(), failed(error)), 422
    return redirect(url_for("reward_shops.one", code=code), 303)


@blueprint.post("/<code>/retire")
@access("points:shop:edit")
def retire(code: str) -> Answer:
    work(current_actor(), lambda w: actions.retire(w, code=code))
    return redirect(url_for("reward_shops.one", code=code), 303)


@blueprint.post("/<code>/clerks")
@access("points:shop:edit")
def add_clerk(code: str) -> Page:
    try:
        values = load_form(CLERK)
        work(current_actor(), lambda w: actions.add_clerk(w, code=code, **values))
    except Invalid as error:
        return _one(code, failed(error)), 422
    return redirect(url_for("reward_shops.one", code=code), 303)


@blueprint.post("/<code>/clerks/<int:account>/remove")
@access("points:shop:edit")
def remove_clerk(code: str, account: int) -> Answer:
    work(current_actor(), lambda w: actions.remove_clerk(w, code=code, account=account))
    return redirect(url_for("reward_shops.one", code=code), 303)


# ---- a sheet: looked at row by row, written whole or not at all ---------------------


@blueprint.get("/sheet")
@access("points:shop:edit")
def upload_form() -> str:
    return _sheet_page(Form())


def _sheet_page(form: Form, **more: Any) -> str:
    # As they must stand in the file, whatever the reader's language.
    columns = (*importing.COLUMNS, *importing.OPTIONAL)
    nothing: dict[str, Any] = {"faults": [], "changes": [], "previewed": False}
    return render_template("points/shop_sheet.html", form=form, columns=columns, **nothing | more)


@blueprint.post("/sheet")
@access("points:shop:edit")
def preview() -> Page:
    limit("upload")
    try:
        return _preview(_uploaded())
    except Invalid as error:
        return _refused(error)


def _refused(error: Invalid) -> Page:
    notice = Form(notice=sentence(error.message, error.facts))
    return _sheet_page(notice, faults=row_faults(error)[:MOST_SHOWN]), 422


def _uploaded() -> bytes:
    """Return the sheet that came as CSV."""
    file, most = request.files.get("sheet"), importing.MOST_BYTES
    data = file.stream.read(most + 1) if file else b""
    if not data or len(data) > most:
        words = N_("请选一个不超过 2 MB 的 Excel 或 CSV 文件。")
        raise Invalid("no_file", words, [FieldError("sheet", words)])
    table = first_sheet(data, most=most, unpacked=MOST_UNPACKED)
    if len(table) > MOST_TABLE:
        words = N_("一次最多 %(most)s 行，请分开上传。")
        raise Invalid("too_long", words, most=importing.MOST_ROWS)
    return table


def _preview(data: bytes, notice: str = "") -> str:
    found = importing.preview(reading(), current_actor(), data)
    path, english = directory(reading()).path, is_english()
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
            }
            for one in found.changes[:MOST_SHOWN]
        ],
        count=len(found.changes),
        digest=found.digest,
        table=data.decode("utf-8-sig", "replace"),
    )


@blueprint.post("/sheet/write")
@access("points:shop:edit")
def write() -> Page:
    data = request.form.get("table", "").replace("\x00", "").encode()
    digest = request.form.get("digest", "")
    try:
        work(current_actor(), lambda w: importing.apply(w, data=data, digest=digest))
    except Conflict as error:
        return _preview(data, sentence(error.message, error.facts)), 409
    except Invalid as error:
        return _refused(error)
    return redirect(url_for("reward_shops.listing"), 303)


@blueprint.get("/shops.xlsx")
@access("points:shop:edit")
def export() -> Response:
    """Take the register away, with the columns in which it can be read again."""
    rows = documents.shop_rows(reading(), current_actor())
    day = district_day(house().clock()).isoformat()
    headers = {
        "Content-Disposition": f'attachment; filename="reward-shops-{day}.xlsx"',
        "Cache-Control": "private, no-store",
    }
    return Response(write_book({"Sheet": rows}), mimetype=XLSX, headers=headers)
