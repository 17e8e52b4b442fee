"""随手拍: the form, the receipt, one's own case, looking a case up by its code."""

import secrets
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Answer

from wufei_public.common.codes import grouped, normalise
from wufei_public.common.errors import Conflict, FieldError, Invalid, NotFound, WrongState
from wufei_public.common.text import N_
from wufei_public.divisions import queries as places
from wufei_public.dumping.actions import reporter
from wufei_public.dumping.actions.steps import owner_of
from wufei_public.dumping.actions.submit import Draft, receipt_of, submit
from wufei_public.dumping.documents import own as owned
from wufei_public.dumping.documents import shown
from wufei_public.dumping.models import Report
from wufei_public.dumping.queries import cases as queries
from wufei_public.dumping.queries import public
from wufei_public.dumping.rules.clocks import CLOCKS, RUNNING
from wufei_public.dumping.rules.facts import lacks_place
from wufei_public.dumping.rules.kinds import PLAIN, SAFETY_LINE
from wufei_public.dumping.rules.states import BEFORE_ACCEPTANCE, WAITING, WORKFLOW, State
from wufei_public.dumping.schemas import shapes
from wufei_public.dumping.schemas.doors import looked_up, proven, secret_for_pin
from wufei_public.dumping.schemas.uploads import (
    photos_again,
    receive_files,
    require_whole,
    sent_tokens,
)
from wufei_public.infra.i18n import is_english
from wufei_public.infra.web.access import access
from wufei_public.infra.web.forms import Form, failed, load_form, typed
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.media.pages import photo_response
from wufei_public.media.rules.limits import MOST_PER_POST

blueprint = Blueprint("dumping", __name__)

LOOKS = 4
REPORT, ANSWER, LISTS = shapes.ReportIn(), shapes.AnswerIn(), frozenset({"photo"})


# ---- the form -------------------------------------------------------------------


@blueprint.get("/report")
@access("public")
def new() -> str:
    return _form_page(Form({"client_key": _new_key()}))


def _new_key() -> str:
    return secrets.token_urlsafe(24)


def _form_page(form: Form) -> str:
    session = reading()
    tokens = [token for token in form.value("photo", []) if token]
    return render_template(
        "dumping/new.html",
        form=form,
        tokens=tokens,
        room=MOST_PER_POST - len(tokens),
        kinds=[(kind.code, kind.icon, _(kind.label)) for kind in PLAIN.values()],
        safety=_(SAFETY_LINE),
        towns=_towns(session),
        accept_days=CLOCKS["accept"].amount,
    )


def _towns(session: Session) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return code, name and villages of each town, for the plain list and the tiles."""
    directory = places.directory(session)
    names = directory.called(english=is_english())
    return [
        (
            town.code,
            names[town.code],
            [(village.code, names[village.code]) for village in directory.children(town.code)],
        )
        for town in directory.towns
    ]


@blueprint.post("/report")
@access("public")
def send() -> Answer | tuple[str, int]:
    limit("submit")
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
        return _form_page(Form({**form.values, **photos_again(tokens, kept, error)}, both)), 422
    except Conflict as error:
        # Somebody went back and wrote another one: it keeps its answers and gets a key of its own.
        values = typed(request.form, LISTS) | {"photo": tokens, "client_key": _new_key()}
        return _form_page(Form(values, notice=_(error.message))), 409
    own = url_for("dumping.own", code=receipt.code, secret=receipt.secret, new=1)
    return redirect(own, 303)


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
    found = _status(report)
    failed = 0 if found["over"] else queries.unusable(reading(), report.id)
    return found | {"failed": failed}


def _not_found(typed: str, error: NotFound) -> str:
    form = Form({"code": typed}, {"code": _(error.message)})
    return render_template("dumping/track.html", form=form, found=None)


# What the date of a case promises, by the clock that runs.
_NEXT: Mapping[str, str] = {
    "accept_due": N_("最晚答复"),
    "held_until": N_("等您补充到"),
    "transfer_due": N_("最晚办完"),
    "finish_due": N_("最晚办完"),
    "review_due": N_("最晚复核完"),
}
# Until it is accepted, while the reporter is asked and while an objection is looked at, the date
# is that of the running clock.
BEFORE_FINISH = BEFORE_ACCEPTANCE | WAITING | {State.OBJECTED}


def _status(report: Report) -> dict[str, Any]:
    tone, label = shown.chip_of(report.state)
    return {
        "code": report.code,
        "shown_code": grouped(report.code),
        "tone": tone,
        "label": label,
        "submitted_at": report.submitted_at,
        "due_label": _(_NEXT[RUNNING.get(report.facts.state, "finish_due")]),
        "due_at": report.due_at if report.facts.state in BEFORE_FINISH else report.finish_due,
        "over": report.facts.state in WORKFLOW.finals,
        "closed_at": report.closed_at,
        "reopened": report.reopened,
    }


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
    return redirect(url_for("dumping.own", code=found["code"], secret=secret), 303)


# ---- one's own case -------------------------------------------------------------


@blueprint.get("/r/<code>/<secret>")
@access("public")
def own(code: str, secret: str) -> Response:
    return own_page(code, secret, Form())


def own_page(code: str, secret: str, form: Form, status: int = 200) -> Response:
    """Return the reporter's own page with a form that came back."""
    values = _own(code, secret)
    fresh = request.args.get("new") == "1"
    waits = fresh and any(photo["state"] == "quarantined" for photo in values["photos"])
    values |= {"form": form, "fresh": fresh, "secret": secret}
    values["look_again"] = _look_again(code, secret) if waits else ""
    html = render_template("dumping/own.html", **values)
    # The address is a key: it goes to no other site and into no cache.
    headers = {"Referrer-Policy": "no-referrer", "Cache-Control": "private, no-store"}
    return Response(html, status=status, headers=headers)


def _look_again(code: str, secret: str) -> str:
    """Return where a receipt without scripts looks whether its photos are ready; not for ever."""
    looks = request.args.get("looks", 0, type=int)
    if looks >= LOOKS:
        return ""
    return url_for("dumping.own", code=code, secret=secret, new=1, looks=looks + 1)


def _own(code: str, secret: str) -> dict[str, Any]:
    session, report = reading(), proven(code, secret)
    receipt = receipt_of(house().keys, report)
    names = places.directory(session).called(english=is_english())
    rows = queries.events(session, report.id)
    events = shown.public_events(rows)
    return {
        "case": _status(report)
        | {
            "pin": receipt.pin,
            "state": report.state,
            "words": report.words,
            "kind": shown.kind_label(report.official_kind),
            "place": names.get(report.division or "", ""),
            "spot": report.spot,
            "accept_due": report.accept_due,
            "outcome": report.outcome,
            "refusal": shown.refuse_words(report.refuse_ground),
            "public_code": report.public_code if report.release == "released" else "",
            "waiting": report.state in WAITING,
            "reviewed": report.review_due is not None,
            "held_until": report.held_until,
        },
        "other": owned.goes_on(session, report),
        "unplaced": owned.unplaced(session, report),
        "towns": _towns(session) if lacks_place(report.facts) else [],
        "rating": owned.rating(session, report, house().clock()),
        "photos": shown.own_photos(session, report.code, secret),
        "asked": owned.asked_for(rows),
        "steps": [*shown.steps(events), *shown.promises(report)],
        "finish_days": CLOCKS["finish"].amount,
        "legal_days": CLOCKS["legal_finish"].amount,
    }


def sent_back(
    code: str,
    secret: str,
    tokens: list[str],
    kept: list[dict[str, Any]],
    error: Invalid | WrongState,
) -> Response:
    """Return the own page with what was written and chosen, and what was wrong with it.

    With a notice where the case went on meanwhile: the words are still there to take along.
    """
    fault = error if isinstance(error, Invalid) else Invalid(error.code, error.message)
    form = failed(fault, lists=LISTS)
    values = {**form.values, **photos_again(tokens, kept, fault)}
    if isinstance(error, Invalid):
        return own_page(code, secret, Form(values, form.errors), 422)
    return own_page(code, secret, Form(values, {}, _(error.message)), 409)


@blueprint.post("/r/<code>/<secret>/answer")
@access("public")
def answer(code: str, secret: str) -> Answer | Response:
    limit("secret", known=proven(code, secret).code)
    kept, faults = receive_files()
    tokens = [*sent_tokens(), *(photo["token"] for photo in kept)]
    try:
        require_whole(faults)
        values = load_form(ANSWER, lists=LISTS)
        work(
            current_actor(),
            lambda w: reporter.answer(
                w, code=code, secret=secret, text=values["text"], photo=tokens
            ),
        )
    except (Invalid, WrongState) as error:
        return sent_back(code, secret, tokens, kept, error)
    return redirect(url_for("dumping.own", code=code, secret=secret), 303)


@blueprint.post("/r/<code>/<secret>/photos")
@access("public")
def more_photos(code: str, secret: str) -> Answer | Response:
    limit("secret", known=proven(code, secret).code)
    kept, faults = receive_files()
    tokens = [*sent_tokens(), *(photo["token"] for photo in kept)]
    try:
        if tokens:
            work(
                current_actor(),
                lambda w: reporter.add_photos(w, code=code, secret=secret, photo=tokens),
            )
        require_whole(faults if faults or tokens else [FieldError("photo", N_("请先选照片。"))])
    except Invalid as error:
        values = photos_again(tokens, kept, error)
        values |= {"more": values.pop("photo")}
        return own_page(code, secret, Form(values, failed(error, lists=LISTS).errors), 422)
    return redirect(url_for("dumping.own", code=code, secret=secret), 303)


@blueprint.get("/r/<code>/<secret>/photos/<int:photo_id>/<size>")
@access("public")
def own_photo(code: str, secret: str, photo_id: int, size: str) -> Response:
    report = proven(code, secret)
    return photo_response(photo_id, [owner_of(report.code)], size, queries.missing())


@blueprint.get("/mine/reports/<code>")
@access("resident")
def mine_case(code: str) -> Answer:
    """Lead a signed-in resident to the own case."""
    actor, report = current_actor(), queries.report(reading(), code)
    if report.reporter_id != actor.id:
        raise queries.missing()
    secret = receipt_of(house().keys, report).secret
    return redirect(url_for("dumping.own", code=report.code, secret=secret), 303)
