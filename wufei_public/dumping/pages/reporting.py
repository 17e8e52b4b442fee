"""随手拍: the form, and looking a case up by its code."""

import secrets
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.common.codes import normalise
from wufei_public.common.errors import FieldError, Invalid, NotFound, TooMany
from wufei_public.dumping.actions.receipts import Receipt
from wufei_public.dumping.actions.submit import Draft, KeyUsed, submit
from wufei_public.dumping.documents.own import standing
from wufei_public.dumping.documents.places import town_choices
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries import cases as queries
from wufei_public.dumping.queries import public
from wufei_public.dumping.rules.clocks import CLOCKS
from wufei_public.dumping.rules.kinds import PLAIN, SAFETY_LINE
from wufei_public.dumping.schemas import shapes
from wufei_public.dumping.schemas.doors import looked_up, secret_for_pin
from wufei_public.dumping.schemas.uploads import (
    gone_of,
    photos_again,
    receive_files,
    require_whole,
    sent_tokens,
)
from wufei_public.infra.web.access import access
from wufei_public.infra.web.errors import sentence
from wufei_public.infra.web.forms import Form, failed, load_form, typed
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import reading, work
from wufei_public.media.rules.limits import MOST_PER_POST

blueprint = Blueprint("dumping", __name__)

REPORT, LISTS = shapes.ReportIn(), frozenset({"photo"})


# ---- the form -------------------------------------------------------------------


@blueprint.get("/report")
@access("public")
def new() -> str:
    return _form_page(Form({"client_key": _new_key()}))


def _new_key() -> str:
    return secrets.token_urlsafe(24)


def _form_page(form: Form, first: str = "") -> str:
    session = reading()
    tokens = [token for token in form.value("photo", []) if token]
    return render_template(
        "dumping/new.html",
        form=form,
        first=first,
        tokens=tokens,
        room=MOST_PER_POST - len(tokens),
        kinds=[(kind.code, kind.icon, _(kind.label)) for kind in PLAIN.values()],
        safety=_(SAFETY_LINE),
        towns=town_choices(session),
        accept_days=CLOCKS["accept"].amount,
    )


@blueprint.post("/report")
@access("public")
def send() -> Answer | tuple[str, int]:
    try:
        limit("submit")
    except TooMany as error:
        return _later(error)
    sent = sent_tokens()
    kept, faults = receive_files(room=MOST_PER_POST - len(sent))
    tokens = [*sent, *(photo["token"] for photo in kept)]
    try:
        values = load_form(REPORT, lists=LISTS) | {"photo": tokens}
        require_whole(faults)
        receipt = work(current_actor(), lambda w: submit(w, Draft(**values)))
    except Invalid as error:
        form = failed(error, lists=LISTS)
        both = form.errors if not faults else {**form.errors, **_photo_fault(faults)}
        return _form_page(
            Form({**form.values, **photos_again(tokens, kept, gone_of(tokens, error))}, both)
        ), 422
    except KeyUsed as used:
        return _another(used, tokens, kept), 409
    return redirect(_own_address(receipt, new=1), 303)


def _own_address(receipt: Receipt, **more: Any) -> str:
    return url_for("own.case", code=receipt.code, secret=receipt.secret, **more)


def _another(used: KeyUsed, tokens: list[str], kept: list[dict[str, Any]]) -> str:
    """Return the form that was used before: with a key of its own, and the way to the first.

    Somebody went back and wrote another one, or changed what had arrived without their hearing.
    """
    values = typed(request.form, LISTS) | {"client_key": _new_key()}
    values |= photos_again(tokens, kept, used.taken)
    return _form_page(Form(values, notice=_(used.message)), first=_own_address(used.first))


def _later(error: TooMany) -> Answer:
    """Return the form with all that was written, to be sent again in a while."""
    values = typed(request.form, LISTS) | {"photo": sent_tokens()}
    html = _form_page(Form(values, notice=sentence(error.message, error.facts)))
    headers = {"Retry-After": str(error.retry_after)}
    return Response(html, status=429, headers=headers)


def _photo_fault(faults: list[FieldError]) -> dict[str, str]:
    return {"photo": _(faults[0].message, **dict(faults[0].facts))}


# ---- looking up by code ---------------------------------------------------------


@blueprint.get("/track")
@access("public")
def track() -> str | Answer:
    if "code" not in request.args:
        return render_template("dumping/track.html", form=Form(), found=None)
    try:
        found = _found(looked_up(request.args["code"]))
    except NotFound as error:
        if public.is_shown(reading(), request.args["code"]):
            return redirect(url_for("cases.case", code=normalise(request.args["code"])))
        return _not_found(request.args["code"], error)
    return render_template("dumping/track.html", form=Form({"code": found["code"]}), found=found)


def _found(report: Report) -> dict[str, Any]:
    """Return where a case stands, and how many of its photos could not be used."""
    found = standing(report)
    failed = 0 if found["over"] else queries.unusable(reading(), report.id)
    return found | {"failed": failed}


def _not_found(typed: str, error: NotFound) -> str:
    form = Form({"code": typed}, {"code": _(error.message)})
    return render_template("dumping/track.html", form=form, found=None)


@blueprint.post("/track")
@access("public")
def unlock() -> Answer | tuple[str, int]:
    typed, pin = request.form.get("code", ""), request.form.get("pin", "").strip()
    try:
        found = _found(looked_up(typed))
    except NotFound as error:
        return _not_found(typed, error), 422
    secret = secret_for_pin(found["code"], pin)
    if secret is None:
        form = Form(
            {"code": found["code"]}, {"pin": _("密码不对。密码是提交成功那一页上的 6 位数字。")}
        )
        return render_template("dumping/track.html", form=form, found=found), 422
    return redirect(url_for("own.case", code=found["code"], secret=secret), 303)
