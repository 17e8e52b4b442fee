"""抽查: what waits for a supervisor, one form each, and the shares by village."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.checkins import policy
from wufei_public.checkins.actions import spots as actions
from wufei_public.checkins.documents import photos as photo_documents
from wufei_public.checkins.documents.own import face_of
from wufei_public.checkins.queries import own, photos, places
from wufei_public.checkins.rules.boards import Length, span_of
from wufei_public.checkins.rules.photos import FAIR
from wufei_public.checkins.rules.schemes import Bin, from_bits
from wufei_public.checkins.rules.spots import LABELS, PER_MILLE, WAITS_DAYS, Finding
from wufei_public.common.clock import district_day
from wufei_public.common.errors import Invalid, NotFound, WrongState
from wufei_public.common.text import N_
from wufei_public.divisions.queries import directory
from wufei_public.infra.i18n import is_english
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import sentence
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.people.queries.accounts import ways_in
from wufei_public.people.queries.sealing import open_phone
from wufei_public.people.rules.phones import masked

blueprint = Blueprint("spots", __name__, url_prefix="/staff/spot-checks")


@blueprint.get("")
@access("checkins:spot:check")
def listing() -> str:
    session, today = reading(), district_day(house().clock())
    names = directory(session).called(english=is_english())
    rows = places.waiting_spots(session, current_actor(), today - timedelta(WAITS_DAYS))
    span = span_of(Length.MONTH, today)
    return render_template(
        "checkins/spots.html",
        rows=[
            {"code": row.code, "day": row.day, "village": names.get(row.village, "")}
            for row in rows
        ],
        shares=[
            {"village": names.get(code, code), "share": share, "interval": share.interval}
            for code, share in sorted(places.shares(session, span).items())
        ],
        per_cent=f"{PER_MILLE / 10:g}",
        done=_("记下了。") if request.args.get("done") else "",
    )


@blueprint.get("/draws")
@access("checkins:spot:check")
def draws() -> str:
    return render_template("checkins/draws.html", rows=places.draws(reading()))


@blueprint.get("/draws/<day>.csv")
@access("checkins:spot:check")
def draw(day: str) -> Response:
    """Give seed, rate and every number of a draw, by which anybody repeats it."""
    try:
        made = places.draw_of(reading(), date.fromisoformat(day))
    except ValueError as error:
        raise NotFound("no_such_draw", N_("那天没有抽查。")) from error
    lines = [
        f"{made.day},{made.seed},{made.per_mille},{number},{int(drawn)}"
        for number, drawn in places.numbers(reading(), made)
    ]
    table = "\r\n".join(["day,seed,per_mille,check_in,drawn", *lines, ""])
    headers = {"Content-Disposition": f'attachment; filename="draw-{made.day}.csv"'}
    return Response(table, mimetype="text/csv", headers=headers)


def _spot(code: str) -> Any:
    """Return the spot check if the actor checks there; a stranger's looks like none."""
    row = places.spot(reading(), code)
    if not policy.may_spot_check(current_actor(), row.village).allowed:
        raise NotFound("no_such_spot", N_("没有这次抽查。"))
    return row


@blueprint.get("/<code>")
@access("checkins:spot:check")
def one(code: str) -> str:
    return _page(_spot(code), "")


def _page(row: Any, fault: str) -> str:
    session = reading()
    names = directory(session).called(english=is_english())
    home = own.home(session, row.account)
    return render_template(
        "checkins/spot.html",
        fault=fault,
        code=row.code,
        day=row.day,
        village=names.get(row.village, ""),
        checked=row.checked_at is not None,
        photo=photo_documents.seen(
            session, current_actor(), photos.of_check_in(session, row.check_in)
        ),
        fair=_(FAIR),
        nickname=home.nickname if home else "",
        phone=_phone(row.account),
        bins=[
            {"value": bin_.value, "label": _(face_of(bin_).label), "icon": face_of(bin_).icon}
            for bin_ in from_bits(row.bins)
        ],
        findings=[(finding.value, _(label)) for finding, label in LABELS.items()],
    )


def _phone(account: int) -> str:
    """Return the masked number by which the supervisor finds the household."""
    sealed, _wechat = ways_in(reading(), account)
    return masked(open_phone(house().keys, sealed)) if sealed else ""


@blueprint.post("/<code>")
@access("checkins:spot:check")
def record(code: str) -> Answer | tuple[str, int]:
    row = _spot(code)
    typed = request.form
    findings = {
        bin_: Finding(typed[bin_.value])
        for bin_ in Bin
        if typed.get(bin_.value) in {one.value for one in Finding}
    }
    try:
        work(current_actor(), lambda w: actions.record(w, code=row.code, findings=findings))
    except (Invalid, WrongState) as error:
        return _page(row, sentence(error.message, error.facts)), 422
    return redirect(url_for("spots.listing", done=1), 303)
