"""路长: the chief's list on a phone, also without a signal; the town's stretches for officials."""

import secrets
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.checkins import schemas
from wufei_public.checkins.actions import daily
from wufei_public.checkins.actions import roads as actions
from wufei_public.checkins.policy import may_keep_register
from wufei_public.checkins.queries import roads as queries
from wufei_public.checkins.rules.roads import CHIPS, LABELS, STATES, State, from_bits, state_of
from wufei_public.common.clock import district_day
from wufei_public.common.errors import Invalid
from wufei_public.divisions.queries import directory
from wufei_public.infra.i18n import is_english
from wufei_public.infra.web.access import access
from wufei_public.infra.web.forms import Form, failed, load_form
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.people.queries.accounts import holders, names_of
from wufei_public.people.rules.roles import Role

blueprint = Blueprint("roads", __name__, url_prefix="/staff")

STRETCH, CHIEF, INSPECTION = schemas.StretchIn(), schemas.ChiefIn(), schemas.InspectionIn()
LISTS = frozenset({"found"})
Page = Answer | tuple[str, int]


def _lines(rows: Sequence[Any]) -> list[dict[str, Any]]:
    today = district_day(house().clock())
    names = names_of(reading(), {row.chief for row in rows if row.chief})
    lines = []
    for row in rows:
        state = state_of(row.day, row.found or 0, today)
        lines.append(
            {
                "code": row.code,
                "name": row.name,
                "town": row.town,
                "chief": names.get(row.chief, ""),
                "day": row.day,
                "due": state is State.DUE,
                "tone": CHIPS[state],
                "state": _(STATES[state]),
                "found": [_(LABELS[one]) for one in from_bits(row.found or 0)],
                "words": row.words or "",
            }
        )
    return sorted(lines, key=lambda line: not line["due"])


# ---- the chief's phone -------------------------------------------------------------


@blueprint.get("/road")
@access("checkins:stretch:inspect")
def page() -> str:
    return _page(Form())


def _page(form: Form) -> str:
    account = current_actor().id or 0
    lines = _lines(queries.of_chief(reading(), account))
    return render_template(
        "checkins/road.html",
        form=form,
        lines=lines,
        due=sum(line["due"] for line in lines),
        done=next((line for line in lines if line["code"] == request.args.get("done")), None),
        stretches=[(line["code"], line["name"]) for line in lines],
        troubles=[(one.value, _(label), "") for one, label in LABELS.items()],
        client_key=secrets.token_urlsafe(24),
        stamp=daily.stamp_of(house().keys, account, house().clock()),
    )


@blueprint.post("/road")
@access("checkins:stretch:inspect")
def inspect() -> Page:
    limit("checkin")
    try:
        draft: Any = load_form(INSPECTION, lists=LISTS)
        code = work(current_actor(), lambda w: actions.inspect(w, draft))
    except Invalid as error:
        return _page(failed(error, lists=LISTS)), 422
    return redirect(url_for("roads.page", done=code), 303)


# ---- officials ---------------------------------------------------------------------


@blueprint.get("/roads")
@access("checkins:stretch:view")
def listing() -> str:
    return _listing(Form(), request.args.get("town", ""))


def _listing(form: Form, asked: str) -> str:
    session, actor = reading(), current_actor()
    found, names = directory(session), directory(session).called(english=is_english())
    codes = [one.code for one in found.towns]
    mine = next((one for one in codes if may_keep_register(actor, one).allowed), codes[0])
    town = asked if asked in codes else mine
    chiefs = holders(session, Role.ROAD_CHIEF, division=town)
    return render_template(
        "checkins/roads.html",
        form=form,
        town=town,
        towns=[(code, names[code]) for code in codes],
        lines=_lines(queries.of_town(session, town)),
        chiefs=[("", _("还没有定")), *((one.code, one.name) for one in chiefs)],
        may_edit=may_keep_register(actor, town).allowed,
    )


@blueprint.post("/roads")
@access("checkins:stretch:edit")
def add() -> Page:
    try:
        values = load_form(STRETCH)
        work(current_actor(), lambda w: actions.add_stretch(w, **values))
    except Invalid as error:
        return _listing(failed(error), request.form.get("town", "")), 422
    return redirect(url_for("roads.listing", town=values["town"]), 303)


@blueprint.post("/roads/<code>/assign")
@access("checkins:stretch:edit")
def assign(code: str) -> Page:
    town = request.form.get("town", "")
    try:
        values = load_form(CHIEF)
        work(current_actor(), lambda w: actions.assign(w, code=code, **values))
    except Invalid as error:
        return _listing(failed(error), town), 422
    return redirect(url_for("roads.listing", town=town or None), 303)


@blueprint.post("/roads/<code>/end")
@access("checkins:stretch:edit")
def end(code: str) -> Answer:
    work(current_actor(), lambda w: actions.end_stretch(w, code=code))
    return redirect(url_for("roads.listing", town=request.form.get("town") or None), 303)
