"""Sign-in and sign-out of residents and staff, own sessions."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.common.errors import Invalid
from wufei_public.config import Mode
from wufei_public.infra.web.access import access
from wufei_public.infra.web.addresses import own_address
from wufei_public.infra.web.forms import Form, failed, load_form
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.session import (
    COOKIE,
    clear_session_cookie,
    current_actor,
    set_session_cookie,
)
from wufei_public.infra.work import house, reading, work
from wufei_public.people import queries, schemas
from wufei_public.people.actions import residents, sessions, staff
from wufei_public.people.actions.sessions import Opened
from wufei_public.people.rules.phones import mask_phone

blueprint = Blueprint("people", __name__)

PHONE, CODE, STAFF = schemas.PhoneIn(), schemas.CodeIn(), schemas.StaffSignIn()


def _next() -> str:
    wanted = request.values.get("next", "")
    return own_address(wanted) if wanted else ""


def _device() -> str:
    """Return words by which a person knows the device again, without a fingerprint."""
    agent = request.headers.get("User-Agent", "")
    what = "微信" if "MicroMessenger" in agent else _("浏览器")
    for sign, name in (("iPhone", "iPhone"), ("Android", "Android"), ("Windows", "Windows")):
        if sign in agent:
            return f"{name} {what}"
    return what


def _enter(opened: Opened, target: str) -> Answer:
    response = make_response(redirect(target, 303))
    set_session_cookie(response, opened.token, opened.until)
    return response


@blueprint.get("/people/sign-in")
@access("public")
def sign_in() -> str:
    return _resident_page(Form(), "phone")


def _resident_page(form: Form, step: str) -> str:
    console = house().settings.mode is not Mode.PRODUCTION
    return render_template(
        "people/sign_in.html", form=form, step=step, next=_next(), console=console
    )


@blueprint.post("/people/code")
@access("public")
def request_code() -> str | tuple[str, int]:
    limit("sign_in")
    try:
        values = load_form(PHONE)
        work(current_actor(), lambda w: residents.request_code(w, phone=values["phone"]))
    except Invalid as error:
        return _resident_page(failed(error), "phone"), 422
    return _resident_page(Form(values), "code")


@blueprint.post("/people/sign-in")
@access("public")
def enter() -> Answer | tuple[str, int]:
    limit("sign_in")
    try:
        values = load_form(CODE)
        device = _device()
        opened = work(current_actor(), lambda w: residents.try_code(w, device=device, **values))
        if opened is None:
            raise residents.wrong_code()
    except Invalid as error:
        return _resident_page(failed(error), "code"), 422
    return _enter(opened, _next() or url_for("portal.mine"))


@blueprint.get("/staff/sign-in")
@access("public")
def staff_sign_in() -> str:
    return render_template("people/staff_sign_in.html", form=Form(), next=_next())


@blueprint.post("/staff/sign-in")
@access("public")
def staff_enter() -> Answer | tuple[str, int]:
    limit("sign_in")
    try:
        values = load_form(STAFF)
        device = _device()
        opened = work(current_actor(), lambda w: staff.try_sign_in(w, device=device, **values))
        if opened is None:
            raise staff.refused()
    except Invalid as error:
        page = render_template("people/staff_sign_in.html", form=failed(error), next=_next())
        return page, 422
    return _enter(opened, _next() or url_for("portal.staff_home"))


@blueprint.post("/people/sign-out")
@access("public")
def sign_out() -> Response:
    actor, token = current_actor(), request.cookies.get(COOKIE, "")
    if actor.id is not None:
        digest, account_id = queries.token_hash(token), actor.id
        work(actor, lambda w: sessions.end_session(w, digest, account_id))
    response = make_response(redirect(url_for("portal.home"), 303))
    clear_session_cookie(response)
    return response


@blueprint.get("/people/sessions")
@access("signed_in")
def own_sessions() -> str:
    actor = current_actor()
    here = queries.token_hash(request.cookies.get(COOKIE, ""))
    rows = queries.sessions_of(reading(), actor.id or 0, house().clock())
    sealed = queries.phone_of(reading(), actor.id or 0)
    phone = mask_phone(house().keys.decrypt("phone", sealed).decode()) if sealed else ""
    shown = [
        {
            "key": bytes(row.token_hash).hex(),
            "device": row.device,
            "created_at": row.created_at,
            "seen_at": row.seen_at,
            "here": bytes(row.token_hash) == here,
        }
        for row in rows
    ]
    return render_template("people/sessions.html", rows=shown, phone=phone)


@blueprint.post("/people/sessions/<key>/end")
@access("signed_in")
def end_own_session(key: str) -> Answer:
    actor = current_actor()
    digest = bytes.fromhex(key) if len(key) == 64 and key.isalnum() else b""  # noqa: PLR2004
    work(actor, lambda w: sessions.end_session(w, digest, actor.id or 0))
    return redirect(url_for("people.own_sessions"), 303)
