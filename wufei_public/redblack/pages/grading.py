"""Credit grades: published ones for everyone; the desk that gives and publishes them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from marshmallow import Schema
from werkzeug.wrappers import Response as Answer

from wufei_public.common.clock import DISTRICT_ZONE, district_day
from wufei_public.common.errors import Invalid, NotAllowed, WrongState
from wufei_public.infra.web.access import access, ask_engines_to_keep_nothing, shared
from wufei_public.infra.web.errors import sentence
from wufei_public.infra.web.forms import Form, failed, load_form, typed
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.media.pages import photo_response, receive
from wufei_public.organisations.policy import may_see
from wufei_public.organisations.queries import cards, memberships
from wufei_public.redblack import policy, schemas
from wufei_public.redblack.actions import grading as actions
from wufei_public.redblack.documents import graded
from wufei_public.redblack.models.grades import CreditGrade
from wufei_public.redblack.queries import grades as queries
from wufei_public.redblack.rules.states import WAY_LABELS, Way

blueprint = Blueprint("credit", __name__, url_prefix="/credit")
blueprint.after_request(ask_engines_to_keep_nothing)
desk = Blueprint("credit_desk", __name__, url_prefix="/staff/credit")

_QUERY, _GRADE, _LISTS = schemas.GradesQuery(), schemas.GradeIn(), frozenset({"vetoes"})
_SERVE, _REPLY = schemas.GradeServeIn(), schemas.GradeReplyIn()
Page = str | Answer | tuple[str, int]


@blueprint.get("")
@access("public")
@shared
def listed() -> str:
    query = _QUERY.load({name: value for name, value in request.args.items() if value})
    years = queries.years(reading())
    year = query["year"] or next(iter(years), district_day(house().clock()).year)
    wanted = queries.GradeFilter(year, query["words"], query["after"])
    rows, following = queries.published(reading(), wanted)
    kept: dict[str, Any] = {"year": year} | ({"words": wanted.words} if wanted.words else {})
    return render_template(
        "redblack/grades.html",
        rows=graded.in_words(reading(), graded.public_rows(reading(), rows)),
        years=[(one, _("%(year)s 年", year=one)) for one in years],
        year=year,
        words=wanted.words,
        grades=graded.table(),
        vetoes=graded.vetoes(),
        first_url=url_for("credit.listed", **kept) if wanted.after else "",
        next_url=url_for("credit.listed", **kept, after=following) if following else "",
    )


@blueprint.get("/<code>")
@access("public")
def one(code: str) -> str:
    card = cards.organisation(reading(), code)
    rows = graded.history(reading(), card.id)
    if not rows:
        raise queries.missing()
    return render_template("redblack/grade.html", card=card, rows=rows)


# ---- officials ------------------------------------------------------------------


@desk.get("")
@access("redblack:assessment:view")
def holders() -> str:
    """List the denominator of indicator 41, and what waits for a second person."""
    words = _QUERY.load(request.args.to_dict())["words"]
    share = queries.graded_share(reading(), district_day(house().clock()))
    found = cards.page(reading(), current_actor(), cards.CardFilter(words))[0] if words else ()
    return render_template(
        "redblack/holders.html",
        rows=graded.holders(reading(), share),
        graded=len(share.graded),
        waiting=graded.waiting(reading(), queries.waiting(reading(), current_actor())),
        words=words,
        found=found,
    )


@desk.get("/<organisation>")
@access("redblack:assessment:view")
def firm(organisation: str) -> str:
    year = district_day(house().clock()).year - 1
    return _firm(organisation, Form({"year": year}))


def _firm(organisation: str, form: Form, opened: str = "") -> str:
    card, actor = cards.organisation(reading(), organisation), current_actor()
    if not may_see(actor, card.facts).allowed:
        raise cards.missing()
    rows = graded.history(reading(), card.id, staff=True)
    begun = Form({"served_on": _local(house().clock())})
    return render_template(
        "redblack/grade_desk.html",
        card=card,
        form=Form() if opened else form,
        opened=opened,
        forms={
            row["code"]: replace(form if row["code"] == opened else begun, under=f"{row['code']}-")
            for row in rows
        },
        ways=[(way.value, _(WAY_LABELS[way]), "") for way in (Way.HAND, Way.POST)],
        represented=bool(memberships.representatives(reading(), card.id)),
        rows=rows,
        vetoes=graded.vetoes(),
        grades=graded.table(),
        now=house().clock(),
        may_grade=policy.may_grade(actor, card.division).allowed,
    )


def _local(at: datetime) -> str:
    return at.astimezone(DISTRICT_ZONE).strftime("%Y-%m-%dT%H:%M")


@desk.post("/<organisation>")
@access("redblack:assessment:give")
def give(organisation: str) -> Page:
    try:
        values = load_form(_GRADE, lists=_LISTS)
        work(current_actor(), lambda w: actions.give(w, organisation=organisation, **values))
    except Invalid as error:
        return _firm(organisation, failed(error, lists=_LISTS)), 422
    except NotAllowed as error:
        return _firm(organisation, Form(notice=sentence(error.message, error.facts))), 409
    return redirect(url_for("credit_desk.firm", organisation=organisation), 303)


@desk.post("/<organisation>/<code>/publish")
@access("redblack:assessment:give")
def publish(organisation: str, code: str) -> Page:
    try:
        work(current_actor(), lambda w: actions.publish(w, code=code))
    except (WrongState, NotAllowed) as error:
        return _firm(organisation, Form(notice=sentence(error.message, error.facts))), 409
    return redirect(url_for("credit_desk.firm", organisation=organisation), 303)


@desk.post("/<organisation>/<code>/serve")
@access("redblack:assessment:give")
def serve(organisation: str, code: str) -> Page:
    """Record how an enterprise without an account was told."""
    return _with_photos(organisation, code, _SERVE, actions.serve)


@desk.post("/<organisation>/<code>/receive")
@access("redblack:assessment:give")
def receive_reply(organisation: str, code: str) -> Page:
    """Enter the letter of an enterprise without an account."""
    return _with_photos(organisation, code, _REPLY, actions.receive)


def _with_photos(
    organisation: str, code: str, schema: Schema, action: Callable[..., CreditGrade]
) -> Page:
    """Take a form with photos about one grade: refused, it keeps its words and photos."""
    tokens: list[str] = []
    try:
        tokens = receive("photo")
        values = load_form(schema)
        if "served_on" in values:
            values["served_on"] = values["served_on"].replace(tzinfo=DISTRICT_ZONE)
        work(current_actor(), lambda w: action(w, code=code, photo=tokens, **values))
    except Invalid as error:
        form = failed(error)
        form = Form({**form.values, "photo_token": tokens}, form.errors)
        return _firm(organisation, form, opened=code), 422
    except (WrongState, NotAllowed) as error:
        notice = sentence(error.message, error.facts)
        form = Form({**typed(request.form), "photo_token": tokens}, notice=notice)
        return _firm(organisation, form, opened=code), 409
    return redirect(url_for("credit_desk.firm", organisation=organisation), 303)


@desk.get("/grades/<code>/photos/<int:photo_id>/<size>")
@access("redblack:assessment:view")
def photo(code: str, photo_id: int, size: str) -> Response:
    """Show a proof of service, or a letter."""
    row = queries.grade(reading(), code)
    code = cards.cards_of(reading(), [row.organisation_id])[row.organisation_id].code
    if not may_see(current_actor(), cards.organisation(reading(), code).facts).allowed:
        raise queries.missing()
    return photo_response(photo_id, [actions.owner_of(row.code)], size, queries.missing())
