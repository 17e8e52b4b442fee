"""Rewards for their keepers, and the counter where they are handed out."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.common.codes import grouped
from wufei_public.common.errors import Invalid, NotFound, WrongState
from wufei_public.divisions.queries import directory
from wufei_public.infra.i18n import is_english
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import sentence
from wufei_public.infra.web.forms import Form, failed, load_form
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.points import documents, schemas
from wufei_public.points.actions import rewards as actions
from wufei_public.points.policy import may_hand_over
from wufei_public.points.queries import rewards, shops
from wufei_public.points.rules.redeeming import State

blueprint = Blueprint("points_desk", __name__, url_prefix="/staff/points")

OFFER, CODE = schemas.OfferIn(), schemas.CodeIn()
FIELDS = ("name", "name_en", "words", "cost", "stock", "active")


# ---- the counter -----------------------------------------------------------------


@blueprint.get("/counter")
@access("points:redemption:hand_over")
def counter() -> str | tuple[str, int]:
    """Show the counter; the QR code on the resident's phone leads here with its code."""
    asked = request.args
    return _looked_up(asked, missing=404) if asked.get("code") else _counter(Form(), None)


def _counter(form: Form, found: dict[str, Any] | None, done: str = "") -> str:
    return render_template(
        "points/counter.html", form=form, found=found, done=done, shops=_own_shops()
    )


def _own_shops() -> list[dict[str, Any]]:
    """Return the shops in which the actor hands out, and how many things wait in each."""
    session, actor = reading(), current_actor()
    mine = [
        one
        for one in shops.shops_of(session, actor.id or 0)
        if may_hand_over(actor, shops.facts(session, one.id)).allowed
    ]
    waiting = shops.waiting(session, [one.id for one in mine])
    return [{"name": one.name, "waiting": waiting.get(one.id, 0)} for one in mine]


@blueprint.post("/counter")
@access("points:redemption:hand_over")
def look_up() -> str | tuple[str, int]:
    try:
        return _looked_up(load_form(CODE))
    except Invalid as error:
        return _counter(failed(error), None), 422


def _looked_up(asked: Mapping[str, str], missing: int = 422) -> str | tuple[str, int]:
    limit("secret")
    try:
        row = rewards.redemption_for(reading(), current_actor(), asked["code"])
    except NotFound as error:
        return _counter(_typed(sentence(error.message, {})), None), missing
    return _counter(Form({"code": row.code}), _found(row))


def _typed(fault: str) -> Form:
    return Form({"code": request.values.get("code", "")}, {"code": fault})


def _found(row: Any) -> dict[str, Any]:
    late = row.state == State.WAITING and row.until < house().clock()
    line = documents.redemption_line(row)
    return line | {"shown_code": grouped(row.code), "late": late}


@blueprint.post("/counter/hand-over")
@access("points:redemption:hand_over")
def hand_over() -> str | tuple[str, int]:
    limit("secret")
    code = load_form(CODE)["code"]
    try:
        work(current_actor(), lambda w: actions.hand_over(w, code=code))
    except NotFound as error:
        return _counter(_typed(sentence(error.message, {})), None), 422
    except WrongState as error:
        row = rewards.redemption(reading(), code)
        return _counter(_typed(sentence(error.message, {})), _found(row)), 409
    return _counter(
        Form(), _found(rewards.redemption(reading(), code)), _("已核销，请把东西交给他。")
    )


# ---- the catalogue ---------------------------------------------------------------


@blueprint.get("/rewards")
@access("points:reward:edit")
def catalogue() -> str:
    return render_template(
        "points/rewards.html",
        rewards=rewards.rewards(reading(), every=True),
        shops={one.id: one.name for one in shops.shops(reading())},
        done=_("存好了。") if request.args.get("done") else "",
    )


@blueprint.get("/rewards/new")
@access("points:reward:edit")
def new() -> str:
    return _form_page(Form({"active": True}), "")


@blueprint.post("/rewards/new")
@access("points:reward:edit")
def add() -> Answer | tuple[str, int]:
    return _save("")


@blueprint.get("/rewards/<code>")
@access("points:reward:edit")
def one(code: str) -> str:
    row = rewards.reward(reading(), code)
    values = {name: getattr(row, name) for name in FIELDS}
    where = next((one.code for one in shops.shops(reading()) if one.id == row.shop), "")
    return _form_page(Form(values | {"shop": where}), row.code)


@blueprint.post("/rewards/<code>")
@access("points:reward:edit")
def change(code: str) -> Answer | tuple[str, int]:
    return _save(code)


def _save(code: str) -> Answer | tuple[str, int]:
    try:
        offer: Any = load_form(OFFER)
        if code:
            work(current_actor(), lambda w: actions.change_reward(w, code=code, offer=offer))
        else:
            work(current_actor(), lambda w: actions.add_reward(w, offer))
    except Invalid as error:
        return _form_page(failed(error), code), 422
    return redirect(url_for("points_desk.catalogue", done=1), 303)


def _form_page(form: Form, code: str) -> str:
    open_ones = [one for one in shops.shops(reading()) if one.retired_at is None]
    places = directory(reading()).called(english=is_english())
    choices = [(one.code, f"{places.get(one.division, '')} {one.name}") for one in open_ones]
    return render_template(
        "points/reward.html",
        form=form,
        code=code,
        shops=[("", _("村委会、社区")), *choices],
    )
