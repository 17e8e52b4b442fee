"""Reporting an error in an entry: a form and a receipt for everyone, the officials' desk."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.common.clock import DISTRICT_ZONE, district_day
from wufei_public.common.errors import Conflict, Invalid, NotAllowed, WrongState
from wufei_public.infra.web.access import access, ask_engines_to_keep_nothing
from wufei_public.infra.web.errors import sentence
from wufei_public.infra.web.forms import Form, failed, load_form, typed
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.media.pages import receive
from wufei_public.organisations.queries import cards
from wufei_public.people.queries.accounts import names_of
from wufei_public.redblack import policy, schemas
from wufei_public.redblack.actions import correcting, drafting
from wufei_public.redblack.actions import errors as actions
from wufei_public.redblack.documents.shown import list_words
from wufei_public.redblack.models.errors import ListingError
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.queries import drafts, listings, public
from wufei_public.redblack.queries import errors as queries
from wufei_public.redblack.rules.clocks import CLOCKS
from wufei_public.redblack.rules.corrections import Weight
from wufei_public.redblack.rules.errors import COLUMNS, FIELD_LABELS, Field
from wufei_public.redblack.rules.states import (
    OUTCOME_LABELS,
    PAPER_LABELS,
    WAY_LABELS,
    Outcome,
    Paper,
    Way,
)

blueprint = Blueprint("listing_errors", __name__, url_prefix="/redblack")
blueprint.after_request(ask_engines_to_keep_nothing)
desk = Blueprint("listing_errors_desk", __name__, url_prefix="/staff/listing-errors")

_ERROR, _ANSWER, _REASON = schemas.ErrorIn(), schemas.ErrorAnswerIn(), schemas.SendBackIn()
_SERVE, _HIDDEN = schemas.GradeServeIn(), schemas.HiddenIn()
Page = str | Answer | tuple[str, int]


@blueprint.get("/<code>/error")
@access("public")
def form(code: str) -> str:
    return _form(_shown(code), Form())


def _shown(code: str) -> Listing:
    return public.reportable(reading(), code, house().clock())


def _form(row: Listing, filled: Form) -> str:
    card = cards.cards_of(reading(), [row.organisation_id])[row.organisation_id]
    return render_template(
        "redblack/error.html",
        code=row.code,
        noticed=row.published_at is None,
        name=card.name,
        label=list_words(row.kind, row.severity),
        form=filled,
        fields=[(one.value, _(FIELD_LABELS[one])) for one in Field],
        days=CLOCKS["error"].amount,
    )


@blueprint.post("/<code>/error")
@access("public")
def report(code: str) -> Page:
    limit("submit")
    row = _shown(code)
    try:
        values = load_form(_ERROR)
        made = work(current_actor(), lambda w: actions.report(w, code=code, **values))
    except Invalid as error:
        return _form(row, failed(error)), 422
    except Conflict as error:
        notice = sentence(error.message, error.facts)
        return _form(row, Form(typed(request.form), notice=notice)), 409
    return redirect(url_for("listing_errors.receipt", code=made.code), 303)


@blueprint.get("/errors/<code>")
@access("public")
def receipt(code: str) -> str:
    limit("look_up")
    found = queries.error(reading(), code)
    return render_template("redblack/receipt.html", error=found, **_words(found))


def _present(found: ListingError, row: Listing) -> dict[str, Any]:
    """Return what stands there now: words, an end, or what the enterprise is quoted with."""
    field = Field(found.field)
    column = COLUMNS.get(field)
    said = listings.papers(reading(), row.id) if field is Field.REPLY else ()
    return {
        "takes_draft": correcting.takes_draft(reading(), field, row),
        "present": getattr(row, column) if column else "",
        "ends_on": district_day(row.ends_at) if field is Field.DATES and row.ends_at else None,
        "papers": [
            (paper.code, f"{_(PAPER_LABELS[Paper(paper.kind)])}：{paper.public_words[:40]}")
            for paper in said
            if paper.kind != Paper.REPAIR
        ],
    }


def _words(found: ListingError) -> dict[str, Any]:
    names = names_of(reading(), [one for one in (found.handler_id,) if one])
    return {
        "about": _(FIELD_LABELS[Field(found.field)]),
        "outcome": _(OUTCOME_LABELS[Outcome(found.outcome)]),
        "handler": names.get(found.handler_id or 0, ""),
    }


# ---- officials ------------------------------------------------------------------


@desk.get("")
@access("redblack:error:answer")
def waiting() -> str:
    rows = queries.waiting(reading(), current_actor(), house().clock())
    names = cards.cards_of(reading(), [row.organisation_id for row in rows])
    lines = [
        {
            "code": row.code,
            "name": names[row.organisation_id].name,
            "field": _(FIELD_LABELS[Field(row.field)]),
            "until": row.answer_until,
            "late": row.answer_until < house().clock(),
            "nobody": row.handler_id is None,
        }
        for row in rows
    ]
    return render_template("redblack/errors.html", rows=lines)


@desk.get("/<code>")
@access("redblack:error:answer")
def one(code: str) -> str:
    return _one(code, Form())


def _one(code: str, filled: Form) -> str:
    found = queries.error(reading(), code)
    row = reading().get_one(Listing, found.listing_id)
    if not policy.may_handle(current_actor(), row.known).allowed:
        raise queries.missing()
    card = cards.cards_of(reading(), [row.organisation_id])[row.organisation_id]
    draft = drafts.open_draft(reading(), found.id)
    served_on = house().clock().astimezone(DISTRICT_ZONE).strftime("%Y-%m-%dT%H:%M")
    return render_template(
        "redblack/error_desk.html",
        error=found,
        listing=row,
        card=card,
        form=filled,
        **_present(found, row),
        may_answer=not found.outcome and policy.may_answer(current_actor(), row.known).allowed,
        draft=draft,
        may_confirm=draft is not None
        and policy.may_let_stand(
            current_actor(), draft.drafted_by, draft.served_by, (), draft.decided_by
        ).allowed,
        changes=draft is not None and draft.hears == 1 and draft.weight == Weight.CHANGES,
        may_send_back=draft is not None
        and policy.may_let_stand(current_actor(), draft.drafted_by).allowed,
        served=replace(
            Form({"served_on": served_on}) if filled.under != "serve-" else filled, under="serve-"
        ),
        way=_(WAY_LABELS[Way(draft.way)]) if draft is not None and draft.way else "",
        ways=[
            (way.value, _(WAY_LABELS[way]), "")
            for way in (Way.HAND, Way.POST, Way.ANNOUNCEMENT)
            if way is not Way.ANNOUNCEMENT or row.way == way
        ],
        outcomes=[
            (Outcome.UPHELD.value, _("说得对，改正"), ""),
            (Outcome.REJECTED.value, _("没有错，不改"), ""),
        ],
        **_words(found),
    )


@desk.post("/<code>")
@access("redblack:error:answer")
def answer(code: str) -> Page:
    try:
        values = load_form(_ANSWER)
        work(current_actor(), lambda w: actions.answer(w, code=code, **values))
    except Invalid as error:
        return _one(code, failed(error)), 422
    except (WrongState, NotAllowed) as error:
        notice = sentence(error.message, error.facts)
        return _one(code, Form(typed(request.form), notice=notice)), 409
    return redirect(url_for("listing_errors_desk.one", code=code), 303)


@desk.post("/<code>/serve")
@access("redblack:error:answer")
def serve(code: str) -> Page:
    """Record that the draft of a correction reached the enterprise."""
    tokens: list[str] = []
    try:
        tokens = receive("photo")
        values = load_form(_SERVE)
        values["served_on"] = values["served_on"].replace(tzinfo=DISTRICT_ZONE)
        work(current_actor(), lambda w: drafting.serve(w, code=code, **values, photo=tokens))
    except Invalid as error:
        form = failed(error)
        kept = Form({**form.values, "photo_token": tokens}, form.errors)
        return _one(code, replace(kept, under="serve-")), 422
    except (WrongState, NotAllowed) as error:
        return _one(code, Form({}, notice=sentence(error.message, error.facts))), 409
    return redirect(url_for("listing_errors_desk.one", code=code), 303)


@desk.post("/<code>/<any(confirm, send_back):step>")
@access("redblack:error:answer")
def second(code: str, step: str) -> Page:
    """Take the second person's word on a drafted correction."""
    try:
        if step == "confirm":
            given = load_form(_HIDDEN)
            work(current_actor(), lambda w: actions.confirm(w, code=code, **given))
        else:
            words = load_form(_REASON)["reason"]
            work(current_actor(), lambda w: actions.send_back(w, code=code, words=words))
    except Invalid as error:
        return _one(code, failed(error)), 422
    except (WrongState, NotAllowed) as error:
        return _one(code, Form({}, notice=sentence(error.message, error.facts))), 409
    return redirect(url_for("listing_errors_desk.one", code=code), 303)
