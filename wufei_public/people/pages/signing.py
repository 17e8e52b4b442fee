"""Signing in and out, for residents and for staff; who is asking at every request."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog
from flask import (
    Blueprint,
    Response,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext

from wufei_public.common.actor import ANONYMOUS, SYSTEM, SignedIn
from wufei_public.common.errors import Invalid, TooMany
from wufei_public.infra.bare import Bare
from wufei_public.infra.web.access import access
from wufei_public.infra.web.addresses import own_address
from wufei_public.infra.web.errors import sentence
from wufei_public.infra.web.forms import Form, failed, load_form, typed
from wufei_public.infra.web.limits import caller_address, limit
from wufei_public.infra.web.session import (
    COOKIE,
    clear_session_cookie,
    current_actor,
    require_own_origin,
    set_session_cookie,
)
from wufei_public.infra.work import house, reading, work
from wufei_public.people.actions import residents, sessions, setup, staff
from wufei_public.people.actions.passwords import new_password, prove_password
from wufei_public.people.actions.sessions import Entered, settle
from wufei_public.people.documents import authenticator
from wufei_public.people.queries.accounts import open_link
from wufei_public.people.queries.sealing import device_pass, read_pass, totp_secret
from wufei_public.people.queries.sessions import load_session as load_facts
from wufei_public.people.rules.codes import LIFE, RESEND_AFTER
from wufei_public.people.rules.sessions import SessionFacts
from wufei_public.people.schemas import SetupIn, SignInCodeIn, SignInIn, StaffIn

blueprint = Blueprint("people", __name__)
log = structlog.get_logger()

# A device of staff stays known for so long after its last sign-in.
DEVICE, KNOWN = "wf_known_", timedelta(days=180)

_PHONE, _CODE, _STAFF, _SETUP = SignInIn(), SignInCodeIn(), StaffIn(), SetupIn()
Page = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Present(SignedIn):
    """A signed-in person with the session's own facts."""

    facts: SessionFacts


def load_session(on: Bare, token: str, now: datetime) -> SignedIn | None:
    """Return who holds the cookie's token; app.py hands this to infra.web.session."""
    facts = load_facts(on, token, now)
    if facts is None:
        return None
    return Present(facts.actor, facts.until, facts.signed_in_at, facts.seen_at, facts)


def present() -> SessionFacts | None:
    """Return the facts of the session that this request has looked up, None without one."""
    found = g.get("signed_in")
    return found.facts if isinstance(found, Present) else None


@blueprint.after_app_request
def write_use(response: Response) -> Response:
    """Write that the session was used, at most once a minute (staff) or a day (residents).

    After the view, so that reading a page waits for no write lock before its answer is made.
    """
    facts = present()
    if facts is not None and facts.touch_is_due(house().clock()):
        work(SYSTEM, lambda w: sessions.touch_session(w, facts=facts))
    return response


@blueprint.get("/people/sign-in")
@access("public")
def sign_in() -> Page:
    return _phone_page(Form({"next": request.args.get("next", "")}))


@blueprint.post("/people/sign-in")
@access("public")
def ask_code() -> Page:
    guard()
    try:
        body = load_form(_PHONE)
        address = caller_address()
        phone = work(
            ANONYMOUS,
            lambda w: residents.request_code(w, phone=body["phone"], address=address),
        )
    except Invalid as error:
        return _phone_page(failed(error)), 422
    except TooMany as error:
        if error.code == "sms_site":
            log.warning("sms_budget_spent", retry_after=error.retry_after)
        return _too_many(_code_page(_noticed(error)), error)
    return _code_page(
        Form({"phone": phone, "next": body["next"], "consent": "true", "of_age": "true"})
    )


@blueprint.post("/people/sign-in/code")
@access("public")
def enter_code() -> Page:
    guard()
    try:
        body = load_form(_CODE)
        entered = settle(
            work(
                ANONYMOUS,
                lambda w: residents.sign_in_with_code(
                    w, phone=body["phone"], code=body["code"], **browser()
                ),
            )
        )
    except Invalid as error:
        return _code_page(failed(error)), 422
    return enter(entered, body["next"], url_for("portal.mine"))


@blueprint.get("/staff/sign-in")
@access("public")
def staff_sign_in() -> Page:
    return _staff_page(Form({"next": request.args.get("next", "")}))


@blueprint.post("/staff/sign-in")
@access("public")
def enter_staff() -> Page:
    given = passes()
    guard(known=next(filter(None, (read_pass(house().keys, *one) for one in given.items())), ""))
    try:
        body = load_form(_STAFF)
        proof = prove_password(reading(), body["user_name"], body["password"])
        entered = settle(
            work(
                ANONYMOUS,
                lambda w: staff.sign_in_staff(
                    w,
                    proof=proof,
                    code=body["code"],
                    address=caller_address(),
                    passes=given,
                    **browser(),
                ),
            )
        )
    except Invalid as error:
        return _staff_page(failed(error) if error.errors else _noticed(error)), 422
    except TooMany as error:
        return _too_many(_staff_page(_noticed(error)), error)
    response = enter(entered, body["next"], url_for("portal.staff_home"))
    remember_device(response, entered.account_code)
    return response


@blueprint.get("/staff/setup/<token>")
@access("public")
def set_up(token: str) -> Page:
    limit("secret")
    return _setup_page(token, Form())


@blueprint.post("/staff/setup/<token>")
@access("public")
def finish_set_up(token: str) -> Page:
    require_own_origin()
    limit("secret")
    link = open_link(reading(), token, house().clock())
    try:
        body = load_form(_SETUP)
        password = new_password(body["password"], link.user_name)
        work(
            ANONYMOUS,
            lambda w: setup.enrol(w, token=token, password=password, code=body["code"]),
        )
    except Invalid as error:
        # Passwords are never sent back, so the usual "all is still there" would be wrong.
        notice = gettext("有地方要改，密码请再填一遍。")
        return _setup_page(token, replace(failed(error), notice=notice)), 422
    response = make_response(redirect(url_for("people.staff_sign_in", ready=1), 303))
    remember_device(response, link.account_code)
    return response


@blueprint.post("/people/sign-out")
@access("public")
def sign_out() -> Page:
    return _leave(url_for("portal.home"))


@blueprint.post("/staff/sign-out")
@access("public")
def staff_sign_out() -> Page:
    return _leave(url_for("people.staff_sign_in"))


def guard(known: str = "") -> None:
    """Refuse a foreign page that would sign its reader in as somebody else, and floods."""
    require_own_origin()
    limit("sign_in", known)


def passes() -> dict[str, str]:
    """Return what this browser was given at earlier sign-ins of staff, by code of account."""
    found = {name: value for name, value in request.cookies.items() if name.startswith(DEVICE)}
    return {name.removeprefix(DEVICE): value for name, value in found.items()}


def remember_device(response: Response, account_code: str) -> None:
    """Let the browser show next time that this member of staff has used it before."""
    response.set_cookie(
        DEVICE + account_code,
        device_pass(house().keys, account_code),
        max_age=int(KNOWN.total_seconds()),
        secure=house().settings.secure,
        httponly=True,
        samesite="Strict",
        path=url_for("people.staff_sign_in"),
    )


def browser() -> dict[str, str]:
    """Return what a sign-in writes of the browser: its device and the session it had."""
    return {
        "device": request.headers.get("User-Agent", ""),
        "old_token": request.cookies.get(COOKIE, ""),
    }


def _noticed(error: Invalid | TooMany) -> Form:
    """Return the posted form with one sentence for the whole of it."""
    return Form(typed(request.form), notice=sentence(error.message, error.facts))


def _too_many(page: str, error: TooMany) -> Page:
    return page, 429, {"Retry-After": str(error.retry_after)}


def _phone_page(form: Form) -> str:
    wechat = bool(house().settings.wechat_app_id)
    return render_template("people/sign_in.html", form=form, console=_console(), wechat=wechat)


def _code_page(form: Form) -> str:
    return render_template(
        "people/code.html",
        form=form,
        console=_console(),
        minutes=LIFE.seconds // 60,
        seconds=RESEND_AFTER.seconds,
    )


def _console() -> bool:
    return house().settings.sms == "console"


def _staff_page(form: Form) -> str:
    ready = "ready" in request.args
    return render_template("people/staff_sign_in.html", form=form, ready=ready)


def _setup_page(token: str, form: Form) -> str:
    link = open_link(reading(), token, house().clock())
    secret = totp_secret(house().keys, token)
    shown = authenticator(secret, link.user_name, house().settings.site_name)
    return render_template("people/setup.html", form=form, link=link, shown=shown)


def enter(entered: Entered, wanted: str, otherwise: str) -> Response:
    """Give the browser its new session and send it on, within this site."""
    response = make_response(redirect(own_address(wanted, otherwise), 303))
    set_session_cookie(response, entered.token, entered.until)
    return response


def _leave(address: str) -> Response:
    token = request.cookies.get(COOKIE, "")
    work(current_actor(), lambda w: sessions.sign_out(w, token=token))
    response = make_response(redirect(address, 303))
    clear_session_cookie(response)
    return response
