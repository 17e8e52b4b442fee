"""打卡: one screen, the bins large, one button; what it came to."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from wufei_public.checkins import schemas
from wufei_public.checkins.actions import daily, photos, profiles
from wufei_public.checkins.documents import own as documents
from wufei_public.checkins.queries import own as queries
from wufei_public.checkins.queries import photos as photo_queries
from wufei_public.checkins.rules.limits import LIMITS, Whose
from wufei_public.checkins.rules.people import MOST_MEMBERS, OWN
from wufei_public.checkins.rules.photos import KEEP, MOST
from wufei_public.common.clock import district_day
from wufei_public.common.errors import Conflict, Invalid
from wufei_public.common.text import N_
from wufei_public.divisions import queries as places
from wufei_public.infra.i18n import is_english
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import sentence
from wufei_public.infra.web.forms import Form, failed, load_form
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.media.pages import photo_response, receive
from wufei_public.people.queries.children import children
from wufei_public.points.queries import ledger
from wufei_public.points.rules.worth import worth_of

blueprint = Blueprint("checkins", __name__, url_prefix="/checkin")

CHECK_IN, HOME, MEMBER = schemas.CheckInIn(), schemas.HomeIn(), schemas.MemberIn()
LISTS = frozenset({"bins"})
ONE_PHOTO = N_("打卡只放一张照片。")


def _today() -> date:
    return district_day(house().clock())


def _account() -> int:
    return current_actor().id or 0


@blueprint.get("")
@access("resident")
def page() -> str | Answer:
    place = queries.home(reading(), _account())
    if place is None:
        return redirect(url_for("checkins.home"))
    return _page(place, Form())


def _page(living: queries.Home, form: Form) -> str:
    session, account, today = reading(), _account(), _today()
    code = request.values.get("point", "")
    place, point = queries.at_point(session, code, living)
    at = documents.standing(session, account, today)
    month = _month(request.args.get("month", ""), today)
    return render_template(
        "checkins/daily.html",
        form=form if form.values else Form({"bins": at.chosen}, form.errors, form.notice),
        at=at,
        today=today,
        point=code if point else "",
        point_lost=bool(code) and point is None,
        place=places.directory(session).path(place.village, english=is_english()),
        village=place.village,
        bins=documents.bins_of(place.scheme),
        balance=ledger.balance(session, account),
        worth=worth_of("checkin", today),
        proxy_worth=worth_of("proxy", today),
        members=_members(session, account, today),
        photo=_photo(session, account, today) if at.done else None,
        photo_days=KEEP.days,
        badges=documents.badges_of(session, account),
        deleted=request.args.get("deleted") == "1",
        client_key=secrets.token_urlsafe(24),
        stamp=daily.stamp_of(house().keys, account, house().clock()),
        **_calendar(session, account, month, today),
    )


def _members(session: Session, account: int, today: date) -> list[dict[str, Any]]:
    return [
        {
            "number": row.number,
            "name": row.name,
            "done": bool(queries.lately(session, account, row.number, today)),
            "client_key": secrets.token_urlsafe(24),
        }
        for row in queries.members(session, account)
    ]


def _month(asked: str, today: date) -> date:
    try:
        month = date.fromisoformat(f"{asked}-01")
    except ValueError:
        return today.replace(day=1)
    return min(max(month, date(2020, 1, 1)), today.replace(day=1))


def _calendar(session: Session, account: int, month: date, today: date) -> dict[str, Any]:
    following = (month + timedelta(days=32)).replace(day=1)
    days = queries.days_of_month(session, account, month, following - timedelta(days=1))
    before = (month - timedelta(days=1)).replace(day=1)
    return {
        "month": month,
        "weeks": documents.month_weeks(days, month, today),
        "counted": len(days),
        "before_url": url_for("checkins.page", month=f"{before:%Y-%m}") + "#h-cal",
        "after_url": url_for("checkins.page", month=f"{following:%Y-%m}") + "#h-cal"
        if following <= today
        else "",
    }


@blueprint.post("")
@access("resident")
def check_in() -> Answer | tuple[str, int]:
    tokens: list[str] = []
    try:
        tokens = receive("photo", most=MOST, too_many=ONE_PHOTO, count=schemas.count_photo)
        sent: Any = load_form(CHECK_IN, lists=LISTS)
        draft = schemas.counted(replace(sent, photo=tokens))
        receipt = work(current_actor(), lambda w: daily.check_in(w, draft))
    except Invalid as error:
        place = queries.home(reading(), _account())
        if place is None:
            return redirect(url_for("checkins.home"), 303)
        return _page(place, _photo_again(failed(error, lists=LISTS), tokens, error)), 422
    return redirect(
        url_for(
            "checkins.done",
            day=receipt.day.isoformat(),
            how=receipt.origin.value,
            points=receipt.points or None,
            again=1 if receipt.again else None,
            member=draft.member or None,
            crowded=1 if draft.point != sent.point else None,
        ),
        303,
    )


def _photo_again(form: Form, tokens: Sequence[str], error: Invalid) -> Form:
    """Return a refused form with its photo, or with what is not there any more."""
    gone = list(tokens) if error.code == "photo_gone" else []
    kept = [token for token in tokens if token not in gone]
    return replace(form, values={**form.values, "tokens": kept, "gone": gone})


@blueprint.get("/done")
@access("resident")
def done() -> Response:
    session, account, today = reading(), _account(), _today()
    member = request.args.get("member", OWN, int)
    day = _day(request.args.get("day", ""), today)
    names = {row.number: row.name for row in queries.members(session, account)}
    at = documents.standing(session, account, today)
    again = request.args.get("again") == "1"
    html = render_template(
        "checkins/done.html",
        day=day,
        why=documents.origin_words(request.args.get("how", "")),
        points=max(0, request.args.get("points", 0, int)),
        again=again,
        badges=[] if again or member != OWN else documents.new_badges(session, account, at),
        name=names.get(member, ""),
        crowded=_(LIMITS[Whose.POINT].words) if request.args.get("crowded") == "1" else "",
        photo=_photo(session, account, day) if member == OWN else None,
        at=at,
        balance=ledger.balance(session, account),
    )
    return Response(html, headers={"Cache-Control": "private, no-store"})


def _day(asked: str, today: date) -> date:
    try:
        return date.fromisoformat(asked)
    except ValueError:
        return today


# ---- the photo -------------------------------------------------------------------


def _photo(session: Session, account: int, day: date) -> dict[str, Any] | None:
    """Return the photo of an own check-in, None without one."""
    return documents.photo_of(session, photo_queries.of_day(session, account, OWN, day))


@blueprint.get("/photos/<code>/<size>")
@access("resident")
def photo(code: str, size: str) -> Response:
    row = photo_queries.photo(reading(), code)
    if row.account != _account():
        raise photo_queries.missing()
    owners = [photo_queries.owner_of(row.code)]
    return photo_response(row.photo, owners, size, photo_queries.missing())


@blueprint.post("/photos/<code>/delete")
@access("resident")
def delete_photo(code: str) -> Answer:
    day = work(current_actor(), lambda w: photos.take_back(w, code=code))
    return redirect(url_for("checkins.page", month=f"{day:%Y-%m}", deleted=1), 303)


# ---- home and household ----------------------------------------------------------


@blueprint.get("/home")
@access("resident")
def home() -> str:
    place = queries.home(reading(), _account())
    if place is None:
        return _home_page(Form())
    return _home_page(
        Form({name: getattr(place, name) for name in ("village", "nickname", "listed")})
    )


def _home_page(form: Form, fault: str = "") -> str:
    directory = places.directory(reading())
    names = directory.called(english=is_english())
    account = _account()
    return render_template(
        "checkins/home.html",
        form=form,
        fault=fault,
        new=queries.home(reading(), account) is None,
        towns=[
            (
                names[town.code],
                [(one.code, names[one.code]) for one in directory.children(town.code)],
            )
            for town in directory.towns
        ],
        members=queries.members(reading(), account),
        children=children(reading(), account, house().clock()),
        most=MOST_MEMBERS,
    )


@blueprint.post("/home")
@access("resident")
def settle() -> Answer | tuple[str, int]:
    try:
        values = load_form(HOME)
        work(current_actor(), lambda w: profiles.settle(w, **values))
    except Invalid as error:
        return _home_page(failed(error)), 422
    return redirect(url_for("checkins.page"), 303)


@blueprint.post("/household")
@access("resident")
def add_member() -> Answer | tuple[str, int]:
    try:
        name = load_form(MEMBER)["name"]
        work(current_actor(), lambda w: profiles.add_member(w, name=name))
    except Invalid as error:
        return _home_page(Form({}, failed(error).errors)), 422
    except Conflict as error:
        return _home_page(Form(), sentence(error.message, error.facts)), 409
    return redirect(url_for("checkins.home") + "#h-family", 303)


@blueprint.post("/household/<int:number>/end")
@access("resident")
def end_member(number: int) -> Answer:
    work(current_actor(), lambda w: profiles.end_member(w, number=number))
    return redirect(url_for("checkins.home") + "#h-family", 303)
