"""我的积分: what I have, what it came from, what I can have for it."""

import secrets
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, redirect, render_template, url_for
from segno import make_qr
from werkzeug.wrappers import Response as Answer

from wufei_public.common.clock import district_day
from wufei_public.common.codes import grouped
from wufei_public.common.errors import Conflict, NotFound
from wufei_public.common.text import N_
from wufei_public.infra.i18n import is_english
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import sentence
from wufei_public.infra.web.forms import load_form
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.points import documents, schemas
from wufei_public.points.actions import rewards as actions
from wufei_public.points.queries import ledger, rewards, shops

blueprint = Blueprint("points", __name__, url_prefix="/points")

KEY = schemas.KeyIn()


@blueprint.get("")
@access("resident")
def mine() -> str:
    return _page("")


def _page(fault: str) -> str:
    account = current_actor().id or 0
    balance = ledger.balance(reading(), account)
    places = {one.id: one.name for one in shops.shops(reading())}
    return render_template(
        "points/mine.html",
        fault=fault,
        balance=balance,
        expiring=documents.expiring_of(reading(), account, district_day(house().clock())),
        entries=documents.entry_lines(reading(), account),
        rewards=[_reward(row, balance, places) for row in rewards.rewards(reading())],
        redemptions=[
            documents.redemption_line(row) for row in rewards.redemptions(reading(), account)
        ],
        client_key=secrets.token_urlsafe(24),
    )


def _reward(row: Any, balance: int, places: Mapping[int, str]) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name_en if is_english() and row.name_en else row.name,
        "words": row.words,
        "shop": places.get(row.shop or 0, ""),
        "cost": row.cost,
        "stock": row.stock,
        "missing": max(0, row.cost - balance),
    }


@blueprint.post("/redeem/<code>")
@access("resident")
def redeem(code: str) -> Answer | tuple[str, int]:
    limit("submit")
    key = load_form(KEY)["client_key"]
    try:
        made = work(current_actor(), lambda w: actions.redeem(w, code=code, client_key=key))
    except Conflict as error:
        return _page(sentence(error.message, error.facts)), 409
    return redirect(url_for("points.redemption", code=made), 303)


@blueprint.get("/redemptions/<code>")
@access("resident")
def redemption(code: str) -> Response:
    row = _own(code)
    html = render_template(
        "points/redemption.html",
        it=documents.redemption_line(row),
        shown_code=grouped(row.code),
        qr=_qr(url_for("points_desk.counter", code=row.code, _external=True)),
    )
    # Whoever has the code has the goods.
    return Response(html, headers={"Cache-Control": "private, no-store"})


def _qr(address: str) -> str:
    """Return the code that a clerk's phone reads: it leads to the counter."""
    drawn: str = make_qr(address, error="m").svg_data_uri(border=2, dark="#000", light="#fff")
    return drawn


def _own(code: str) -> Any:
    row = rewards.redemption(reading(), code)
    if row.account != current_actor().id:
        raise NotFound("no_such_redemption", N_("没有这个兑换码，请再看看有没有抄错。"))
    return row


@blueprint.post("/redemptions/<code>/cancel")
@access("resident")
def cancel(code: str) -> Answer:
    row = _own(code)
    work(current_actor(), lambda w: actions.cancel(w, code=row.code))
    return redirect(url_for("points.mine"), 303)
