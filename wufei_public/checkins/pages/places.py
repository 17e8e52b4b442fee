"""Collection points for their keepers: a list by town, a sheet of QR codes to print."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from segno import make_qr
from werkzeug.wrappers import Response as Answer

from wufei_public.checkins import schemas
from wufei_public.checkins.actions import places as actions
from wufei_public.checkins.policy import may_keep_points
from wufei_public.checkins.queries import places as queries
from wufei_public.common.codes import grouped
from wufei_public.common.errors import Invalid
from wufei_public.divisions.queries import directory
from wufei_public.infra.i18n import is_english
from wufei_public.infra.web.access import access
from wufei_public.infra.web.forms import Form, failed, load_form
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import reading, work

blueprint = Blueprint("checkin_places", __name__, url_prefix="/staff/collection-points")

POINT = schemas.PointIn()


def _towns() -> list[tuple[str, str]]:
    """Return the towns in which the actor keeps points."""
    found, names = directory(reading()), directory(reading()).called(english=is_english())
    towns = [one.code for one in found.towns if may_keep_points(current_actor(), one.code).allowed]
    return [(code, names[code]) for code in towns]


def _town(towns: list[tuple[str, str]]) -> str:
    asked = request.values.get("town", "") or request.form.get("village", "")[:9]
    return next((code for code, _name in towns if code == asked), towns[0][0] if towns else "")


@blueprint.get("")
@access("checkins:point:edit")
def listing() -> str:
    return _page(Form())


def _page(form: Form) -> str:
    towns = _towns()
    town = _town(towns)
    return render_template(
        "checkins/points.html", form=form, towns=towns, town=town, **_lines(town, qr=False)
    )


def _lines(town: str, *, qr: bool) -> dict[str, Any]:
    found, names = directory(reading()), directory(reading()).called(english=is_english())
    rows = queries.points(reading(), town) if town else []
    return {
        "villages": [(one.code, names[one.code]) for one in found.children(town)] if town else [],
        "points": [
            {
                "code": row.code,
                "shown_code": grouped(row.code),
                "name": row.name,
                "village": names.get(row.village, row.village),
                "qr": _qr(row.code) if qr else "",
            }
            for row in rows
        ],
    }


def _qr(code: str) -> str:
    address = url_for("checkins.page", point=code, _external=True)
    drawn: str = make_qr(address, error="q").svg_data_uri(border=2, dark="#000", light="#fff")
    return drawn


@blueprint.get("/sheet")
@access("checkins:point:edit")
def sheet() -> str:
    town = _town(_towns())
    return render_template("checkins/sheet.html", town=town, **_lines(town, qr=True))


@blueprint.post("")
@access("checkins:point:edit")
def add() -> Answer | tuple[str, int]:
    try:
        values = load_form(POINT)
        work(current_actor(), lambda w: actions.add_point(w, **values))
    except Invalid as error:
        return _page(failed(error)), 422
    return redirect(url_for("checkin_places.listing", town=values["village"][:9]), 303)


@blueprint.post("/<code>/retire")
@access("checkins:point:edit")
def retire(code: str) -> Answer:
    work(current_actor(), lambda w: actions.retire_point(w, code=code))
    return redirect(url_for("checkin_places.listing", town=request.form.get("town") or None), 303)
