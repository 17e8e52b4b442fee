"""The reporter's own page: where the case stands, answering, adding, the own photos."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.common.errors import Invalid, WrongState
from wufei_public.divisions import queries as places
from wufei_public.dumping.actions import reporter
from wufei_public.dumping.actions.receipts import receipt_of
from wufei_public.dumping.actions.steps import owner_of, proof_of
from wufei_public.dumping.documents import own as owned
from wufei_public.dumping.documents import shown
from wufei_public.dumping.documents.awards import own_award
from wufei_public.dumping.documents.places import town_choices
from wufei_public.dumping.queries import cases as queries
from wufei_public.dumping.rules.clocks import CLOCKS
from wufei_public.dumping.rules.facts import lacks_place
from wufei_public.dumping.rules.states import WAITING
from wufei_public.dumping.schemas import shapes
from wufei_public.dumping.schemas.doors import proven
from wufei_public.dumping.schemas.uploads import (
    gone_of,
    photos_again,
    receive_files,
    require_whole,
    sent_tokens,
)
from wufei_public.infra.i18n import is_english
from wufei_public.infra.web.access import access
from wufei_public.infra.web.forms import Form, failed, load_form
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.media.pages import photo_response

blueprint = Blueprint("own", __name__)

LOOKS = 4
# What the ids of the further forms on the own page begin with.
MORE, RATING = "more-", "rating-"
ANSWER, ADD, LISTS = shapes.AnswerIn(), shapes.AddIn(), frozenset({"photo"})


@blueprint.get("/r/<code>/<secret>")
@access("public")
def case(code: str, secret: str) -> Response:
    return own_page(code, secret, Form())


def own_page(code: str, secret: str, form: Form, status: int = 200) -> Response:
    """Return the reporter's own page with a form that came back: of those on it, `form.under`."""
    values = _own(code, secret)
    fresh = request.args.get("new") == "1" and values["case"]["just_sent"]
    waits = fresh and any(photo["state"] == "quarantined" for photo in values["photos"])
    values |= {"form": form, "fresh": fresh, "secret": secret}
    forms = {"": Form(), MORE: Form(under=MORE), RATING: Form(under=RATING), form.under: form}
    values |= {"asked_form": forms[""], "more_form": forms[MORE], "rating_form": forms[RATING]}
    values["left"] = "" if _is_open(values, form.under) else form.value("text")
    values["look_again"] = _look_again(code, secret) if waits else ""
    html = render_template("dumping/own.html", **values)
    # The address is a key: it goes to no other site and into no cache.
    headers = {"Referrer-Policy": "no-referrer", "Cache-Control": "private, no-store"}
    return Response(html, status=status, headers=headers)


def _is_open(values: Mapping[str, Any], under: str) -> bool:
    """Say whether the page still has the form that came back."""
    case, rating = values["case"], values["rating"]
    stands = {"": case["waiting"], MORE: not case["over"], RATING: rating["open"]}
    return bool(stands[under])


def _look_again(code: str, secret: str) -> str:
    """Return where a receipt without scripts looks whether its photos are ready; not for ever."""
    looks = request.args.get("looks", 0, type=int)
    if looks >= LOOKS:
        return ""
    return url_for("own.case", code=code, secret=secret, new=1, looks=looks + 1)


def _own(code: str, secret: str) -> dict[str, Any]:
    session, report = reading(), proven(code, secret)
    receipt = receipt_of(house().keys, report)
    names = places.directory(session).called(english=is_english())
    rows = queries.events(session, report.id)
    events = shown.public_events(rows)
    return {
        "award": own_award(session, report, house().clock()),
        "case": owned.standing(report)
        | {
            "pin": receipt.pin,
            "state": report.state,
            "just_sent": owned.is_just_sent(report, house().clock()),
            "unshown": owned.unshown(report),
            "withdrawn": report.withdrawn_at,
            "forgotten": report.forgotten_at,
            "words": report.words,
            "kind": shown.kind_label(report.official_kind),
            "place": names.get(report.division or "", ""),
            "spot": report.spot,
            "accept_due": report.accept_due,
            "outcome": report.outcome,
            "refusal": shown.refusal(report.refuse_ground, house().settings.hotline),
            "public_code": report.public_code if report.release == "released" else "",
            "waiting": report.state in WAITING,
            "reviewed": report.review_due is not None,
            "held_until": report.held_until,
        },
        "other": owned.goes_on(session, report),
        "unplaced": owned.unplaced(session, report),
        "towns": town_choices(session) if lacks_place(report.facts) else [],
        "rating": owned.rating(session, report, house().clock()),
        "photos": shown.own_photos(session, report, secret),
        "proofs": shown.own_proofs(session, report, secret),
        "asked": owned.asked_for(rows),
        "said_later": owned.said_later(session, report),
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
    under: str = "",
) -> Response:
    """Return the own page with what was written and chosen, and what was wrong with it.

    With a notice where the case went on meanwhile: what was written stands there to take along.
    """
    fault = error if isinstance(error, Invalid) else Invalid(error.code, error.message)
    form = failed(fault, lists=LISTS)
    values = {**form.values, **photos_again(tokens, kept, gone_of(tokens, fault))}
    if isinstance(error, Invalid):
        return own_page(code, secret, Form(values, form.errors, under=under), 422)
    return own_page(code, secret, Form(values, {}, _(error.message), under), 409)


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
    return redirect(url_for("own.case", code=code, secret=secret), 303)


@blueprint.post("/r/<code>/<secret>/more")
@access("public")
def add(code: str, secret: str) -> Answer | Response:
    limit("secret", known=proven(code, secret).code)
    kept, faults = receive_files()
    tokens = [*sent_tokens(), *(photo["token"] for photo in kept)]
    try:
        values = load_form(ADD, lists=LISTS)
        require_whole(faults)
        work(
            current_actor(),
            lambda w: reporter.add(w, code=code, secret=secret, text=values["text"], photo=tokens),
        )
    except (Invalid, WrongState) as error:
        return sent_back(code, secret, tokens, kept, error, under=MORE)
    return redirect(url_for("own.case", code=code, secret=secret), 303)


@blueprint.get("/r/<code>/<secret>/photos/<int:photo_id>/<size>")
@access("public")
def photo(code: str, secret: str, photo_id: int, size: str) -> Response:
    report = proven(code, secret)
    proofs = {photo["id"] for photo in shown.own_proofs(reading(), report, secret)}
    owner = proof_of(report.code) if photo_id in proofs else owner_of(report.code)
    return photo_response(photo_id, [owner], size, queries.missing())


@blueprint.get("/mine/reports/<code>")
@access("resident")
def mine_case(code: str) -> Answer:
    """Lead a signed-in resident to the own case."""
    actor, report = current_actor(), queries.report(reading(), code)
    if report.reporter_id != actor.id:
        raise queries.missing()
    secret = receipt_of(house().keys, report).secret
    return redirect(url_for("own.case", code=report.code, secret=secret), 303)
