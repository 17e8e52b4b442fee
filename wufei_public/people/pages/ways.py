"""Ways in: WeChat beside the phone number; tie, untie, and make two accounts one."""

import hmac
import secrets
from collections.abc import Mapping
from datetime import timedelta

import structlog
from flask import (
    Blueprint,
    Response,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as Answer

from wufei_public.common.actor import ANONYMOUS, ActorKind
from wufei_public.common.errors import DomainError, Invalid, NotFound, TooMany
from wufei_public.common.text import N_
from wufei_public.infra.i18n import is_english
from wufei_public.infra.web.access import RESIDENT, access
from wufei_public.infra.web.errors import sentence
from wufei_public.infra.web.forms import Form, failed, load_form, typed
from wufei_public.infra.web.limits import caller_address, limit
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.web.shell import belongings
from wufei_public.infra.work import house, reading, work
from wufei_public.people.actions import residents, wechat
from wufei_public.people.actions.merging import merge_accounts
from wufei_public.people.actions.sessions import Refused, settle
from wufei_public.people.pages.signing import browser, enter, guard
from wufei_public.people.queries.accounts import ways_in
from wufei_public.people.queries.sealing import merge_tokens, open_phone
from wufei_public.people.rules.phones import masked
from wufei_public.people.schemas import CONSENT, OF_AGE, CodeIn, PhoneIn
from wufei_public.wechat.gateway import WeChat, WeChatDown, WeChatRefused
from wufei_public.wechat.gateway import wechat as wechat_of

blueprint = Blueprint("ways", __name__)
log = structlog.get_logger()

COOKIE = "wf_wechat"
PATIENCE = timedelta(minutes=10)
_PHONE, _CODE = PhoneIn(), CodeIn()
Page = str | Response | Answer | tuple[str, int]

AGAIN = N_("微信登录没有成功，请再点一次。")
DOWN = N_("微信现在没有应答。过一会儿再试，或者用手机号登录。")


def _adapter() -> WeChat:
    found = wechat_of(house().settings)
    if found is None:
        raise NotFound("no_wechat", N_("这个站没有接微信登录。"))
    return found


# ---- WeChat ---------------------------------------------------------------------


@blueprint.post("/people/wechat")
@access("public")
def start() -> Answer:
    """Send the browser to WeChat with a state that only this browser knows.

    A press on our own page: by a link of somebody else an account would be made, and a yes to
    the privacy text written down, of who only opened it.
    """
    guard()
    adapter, state = _adapter(), secrets.token_urlsafe(18)
    missing = {} if _resident() else _unsaid()
    if missing:
        return make_response(_sign_in_page(missing))
    base = house().settings.public_url or request.host_url.rstrip("/")
    response = redirect(adapter.authorise_url(base + url_for("ways.back"), state), 303)
    response.set_cookie(
        COOKIE,
        f"{state}|{request.form.get('next', '')[:400]}",
        max_age=int(PATIENCE.total_seconds()),
        secure=house().settings.secure,
        httponly=True,
        samesite="Lax",
        path="/people/wechat",
    )
    return response


@blueprint.get("/people/wechat/back")
@access("public")
def back() -> Page:
    """Take the resident back from WeChat: sign in, or tie to the account that is signed in."""
    limit("sign_in")
    state, _, wanted = request.cookies.get(COOKIE, "").partition("|")
    same = hmac.compare_digest(state.encode(), request.args.get("state", "").encode())
    code = request.args.get("code", "")
    if not state or not same or not code:
        return _spent(_sign_in(AGAIN))
    try:
        openid = _adapter().openid_of(code)
    except WeChatRefused:
        return _spent(_sign_in(AGAIN))
    except WeChatDown as error:
        log.warning("wechat_down", why=str(error))
        return _spent(_sign_in(DOWN))
    return _spent(_tie(openid) if _resident() else _enter(openid, wanted))


def _unsaid() -> dict[str, str]:
    """Return what somebody who signs in has not said yes to, with its sentence."""
    asked = {"of_age": OF_AGE, "consent": CONSENT}
    return {
        name: sentence(words, {})
        for name, words in asked.items()
        if request.form.get(name) != "true"
    }


def _resident() -> bool:
    return current_actor().kind is ActorKind.RESIDENT


def _enter(openid: str, wanted: str) -> Page:
    outcome = work(
        ANONYMOUS,
        lambda w: wechat.sign_in_with_openid(w, openid=openid, language=_language(), **browser()),
    )
    return enter(settle(outcome), wanted, url_for("portal.mine"))


def _tie(openid: str) -> Page:
    try:
        other = work(
            current_actor(),
            lambda w: wechat.link_openid(w, openid=openid, language=_language()),
        )
    except DomainError as error:
        return _page(Form(notice=sentence(error.message, error.facts))), 409
    return _ask_merge(other) if other else redirect(url_for("ways.listed"), 303)


def _language() -> str:
    return "en" if is_english() else "zh"


def _spent(page: Page) -> Response:
    """Answer, and take the state back: a second use of the address finds none."""
    response = make_response(page)
    response.delete_cookie(COOKIE, path="/people/wechat")
    return response


def _sign_in(notice: str) -> Page:
    if _resident():
        return _page(Form(notice=sentence(notice, {}))), 422
    return _sign_in_page({}, sentence(notice, {}))


def _sign_in_page(errors: Mapping[str, str], notice: str = "") -> tuple[str, int]:
    form = Form({"next": request.form.get("next", "")}, errors, notice)
    page = render_template("people/sign_in.html", form=form, console=_console(), wechat=True)
    return page, 422


# ---- my ways in -----------------------------------------------------------------


@blueprint.get("/people/ways")
@access(RESIDENT)
def listed() -> Page:
    return _page(Form())


def _console() -> bool:
    return house().settings.sms == "console"


def _page(form: Form, stage: str = "phone") -> str:
    sealed, tied = ways_in(reading(), current_actor().id or 0)
    phone = masked(open_phone(house().keys, sealed)) if sealed else ""
    return render_template(
        "people/ways.html",
        form=form,
        stage=stage,
        phone=phone,
        tied=tied,
        wechat=wechat_of(house().settings) is not None,
        console=_console(),
    )


@blueprint.post("/people/ways/wechat/unlink")
@access(RESIDENT)
def unlink() -> Page:
    try:
        work(current_actor(), wechat.unlink_wechat)
    except DomainError as error:
        return _page(Form(notice=sentence(error.message, error.facts))), 409
    return redirect(url_for("ways.listed"), 303)


@blueprint.post("/people/ways/phone")
@access(RESIDENT)
def ask_phone_code() -> Page:
    guard()
    try:
        body = load_form(_PHONE)
        number = work(
            ANONYMOUS,
            lambda w: residents.request_code(w, phone=body["phone"], address=caller_address()),
        )
    except Invalid as error:
        return _page(failed(error)), 422
    except TooMany as error:
        form = Form(typed(request.form), notice=sentence(error.message, error.facts))
        return _page(form, "code"), 429
    return _page(Form({"phone": number}), "code")


@blueprint.post("/people/ways/phone/code")
@access(RESIDENT)
def prove_phone() -> Page:
    guard()
    try:
        body = load_form(_CODE)
        outcome = work(
            current_actor(),
            lambda w: residents.link_phone(w, phone=body["phone"], code=body["code"]),
        )
        if isinstance(outcome, Refused):
            raise outcome.error
    except Invalid as error:
        return _page(failed(error), "code"), 422
    return _ask_merge(outcome) if outcome else redirect(url_for("ways.listed"), 303)


# ---- two accounts become one ----------------------------------------------------


def _ask_merge(other: str) -> str:
    """Ask before two proven accounts become one; the token says for a while that both were."""
    until = int((house().clock() + PATIENCE).timestamp())
    return render_template(
        "people/merge.html", other=other, until=until, token=_merge_tokens(other, until)[0]
    )


def _merge_tokens(other: str, until: int) -> list[str]:
    return merge_tokens(house().keys, current_actor().id or 0, other, until)


@blueprint.post("/people/merge")
@access(RESIDENT)
def merge() -> Page:
    other, until = request.form.get("other", ""), request.form.get("until", "")
    given = request.form.get("token", "").encode()
    right = until.isdigit() and any(
        hmac.compare_digest(one.encode(), given) for one in _merge_tokens(other, int(until))
    )
    if not right or int(until) < house().clock().timestamp():
        raise NotFound("merge_over", N_("这一步过期了，请重新绑定一次。"))
    absorbers = [owned.absorb for owned in belongings()]
    try:
        work(current_actor(), lambda w: merge_accounts(w, other=other, absorbers=absorbers))
    except NotFound:  # a second tap: it is done
        return redirect(url_for("ways.listed"), 303)
    except DomainError as error:
        return _page(Form(notice=sentence(error.message, error.facts))), 409
    return redirect(url_for("ways.listed"), 303)
