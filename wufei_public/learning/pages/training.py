"""培训: an official makes events and prints their code; whoever is there signs in by phone."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from segno import make_qr
from werkzeug.wrappers import Response as Answer

from wufei_public.common.clock import district_day
from wufei_public.common.errors import Invalid, WrongState
from wufei_public.divisions.queries import directory
from wufei_public.infra.i18n import is_english
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import sentence
from wufei_public.infra.web.forms import Form, failed, load_form
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.paging import pack_day, unpack_day
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.learning import schemas
from wufei_public.learning.actions import training as actions
from wufei_public.learning.models import TrainingEvent
from wufei_public.learning.policy import may_run
from wufei_public.learning.queries import training as queries
from wufei_public.learning.rules.training import CHIPS, LABELS, STANDINGS, Audience, standing

blueprint = Blueprint("training", __name__)

EVENT = schemas.TrainingIn()
Page = str | Answer | tuple[str, int]


def _lines(rows: Iterable[TrainingEvent]) -> list[dict[str, Any]]:
    events, today = list(rows), district_day(house().clock())
    names = directory(reading()).called(english=is_english())
    counts = queries.visitors(reading(), [one.id for one in events])
    lines = []
    for one in events:
        stands = standing(one.day, today, cancelled=one.cancelled_at is not None)
        lines.append(
            {
                "code": one.code,
                "title": one.title,
                "day": one.day,
                "town": names.get(one.town, ""),
                "place": one.place,
                "audience": _(LABELS[Audience(one.audience)]),
                "count": counts.get(one.id, 0),
                "standing": stands.value,
                "tone": CHIPS[stands],
                "state": _(STANDINGS[stands]),
            }
        )
    return lines


# ---- the phone -----------------------------------------------------------------------


@blueprint.get("/training/<code>")
@access("resident")
def page(code: str) -> str:
    return _page(code, "")


def _page(code: str, fault: str) -> str:
    row = queries.event(reading(), code)
    mine = queries.visits(reading(), current_actor().id or 0)
    there = next((one.signed_at for one in mine if one.code == row.code), None)
    return render_template("learning/training.html", it=_lines([row])[0], there=there, fault=fault)


@blueprint.post("/training/<code>")
@access("resident")
def sign_in(code: str) -> Page:
    limit("checkin")
    try:
        work(current_actor(), lambda w: actions.sign_in(w, code=code))
    except WrongState as error:
        return _page(code, sentence(error.message, error.facts)), 409
    return redirect(url_for("training.page", code=code), 303)


# ---- officials -----------------------------------------------------------------------


@blueprint.get("/staff/training")
@access("learning:training:run")
def listing() -> str:
    return _listing(Form())


def _listing(form: Form) -> str:
    after = request.args.get("after")
    rows, following = queries.events(reading(), unpack_day(after) if after else None)
    found, names = directory(reading()), directory(reading()).called(english=is_english())
    towns = [one.code for one in found.towns if may_run(current_actor(), one.code).allowed]
    return render_template(
        "learning/trainings.html",
        form=form,
        lines=_lines(rows),
        first=not after,
        next_url=url_for("training.listing", after=pack_day(following)) if following else "",
        towns=[(code, names[code]) for code in towns],
        audiences=[(one.value, _(label)) for one, label in LABELS.items()],
    )


@blueprint.post("/staff/training")
@access("learning:training:run")
def make() -> Page:
    try:
        plan: Any = load_form(EVENT)
        code = work(current_actor(), lambda w: actions.make_event(w, plan))
    except Invalid as error:
        return _listing(failed(error)), 422
    return redirect(url_for("training.one", code=code), 303)


@blueprint.get("/staff/training/<code>")
@access("learning:training:run")
def one(code: str) -> str:
    """Show how many are there, and the code to hang up at the door."""
    row = queries.event(reading(), code)
    address = url_for("training.page", code=row.code, _external=True)
    return render_template(
        "learning/training_sheet.html",
        it=_lines([row])[0],
        qr=make_qr(address, error="q").svg_data_uri(border=2, dark="#000", light="#fff"),
        may_edit=may_run(current_actor(), row.town).allowed,
    )


@blueprint.post("/staff/training/<code>/cancel")
@access("learning:training:run")
def cancel(code: str) -> Answer:
    work(current_actor(), lambda w: actions.cancel_event(w, code=code))
    return redirect(url_for("training.one", code=code), 303)
