"""The register for officials: the list, one card, entering and correcting."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.common.errors import Conflict, Invalid
from wufei_public.divisions.queries import directory
from wufei_public.infra.i18n import is_english
from wufei_public.infra.web.access import access
from wufei_public.infra.web.forms import Form, failed, load_form, typed
from wufei_public.infra.web.paging import pack, unpack, whole
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import Work, house, reading, work
from wufei_public.organisations import documents, policy
from wufei_public.organisations.actions import cards as actions
from wufei_public.organisations.models import Organisation
from wufei_public.organisations.queries import cards as queries
from wufei_public.organisations.queries import memberships, permits
from wufei_public.organisations.rules.cards import Card
from wufei_public.organisations.rules.kinds import KINDS, PERMIT_LABELS
from wufei_public.organisations.schemas import (
    CardIn,
    ContactIn,
    ListQuery,
    ReasonIn,
    SiteIn,
    VersionIn,
)
from wufei_public.people.rules.permissions import PERMISSIONS

blueprint = Blueprint("organisations", __name__, url_prefix="/staff/organisations")

_LIST, _CARD, _VERSION, _SITE = ListQuery(), CardIn(), VersionIn(), SiteIn()
_CONTACT, _REASON = ContactIn(), ReasonIn()
Page = str | Answer | tuple[str, int]


@blueprint.get("")
@access("organisations:card:view")
def listed() -> str:
    query = _LIST.load({name: value for name, value in request.args.items() if value})
    position = query.pop("after")
    wanted = queries.CardFilter(**query, after=_position(position))
    rows, following = queries.page(reading(), current_actor(), wanted)
    kept = {name: value for name, value in query.items() if value}
    return render_template(
        "organisations/list.html",
        rows=documents.card_lines(reading(), rows),
        query=query,
        first_url=url_for("organisations.listed", **kept) if position else "",
        next_url=_next(kept, following),
        waiting=memberships.waiting_count(reading(), current_actor()),
        may_edit=current_actor().has_role(*PERMISSIONS["organisations:card:edit"]),
        **choices(),
    )


def _position(after: str) -> queries.Position | None:
    if not after:
        return None
    at, number = unpack(after, 2)
    return at, whole(number)


def _next(kept: Mapping[str, Any], following: queries.Position | None) -> str:
    if following is None:
        return ""
    return url_for("organisations.listed", **kept, after=pack(following[0], str(following[1])))


def choices() -> dict[str, Any]:
    """Return the choices of forms and filters: kinds, towns, places, permits."""
    places = directory(reading())
    names = places.called(english=is_english())
    path = {place.code: places.path(place.code, english=is_english()) for place in places.units}
    return {
        "kinds": [(code, _(label)) for code, label in KINDS.items()],
        "towns": [(town.code, names[town.code]) for town in places.towns],
        "places": [
            (code, words)
            for town in places.towns
            for code, words in (
                (town.code, names[town.code]),
                *((unit.code, path[unit.code]) for unit in places.children(town.code)),
            )
        ],
        "permits": [(permit.value, _(label)) for permit, label in PERMIT_LABELS.items()],
    }


@blueprint.get("/new")
@access("organisations:card:edit")
def new() -> str:
    return _form_page(Form(), None)


@blueprint.post("/new")
@access("organisations:card:edit")
def enter() -> Page:
    try:
        card = Card(**load_form(_CARD))
        made = work(current_actor(), lambda w: actions.register(w, card))
    except Invalid as error:
        return _form_page(failed(error), None), 422
    return _to(made.code)


def _form_page(form: Form, card: Organisation | None) -> str:
    last = permits.newest(reading(), card.id) if card else None
    return render_template(
        "organisations/form.html",
        form=form,
        card=card,
        since=last.since if last else None,
        **choices(),
    )


def _to(code: str) -> Answer:
    return redirect(url_for("organisations.one", code=code), 303)


def _card(code: str) -> Organisation:
    """Return the card if the official may see it; a stranger's card looks like none."""
    card = queries.organisation(reading(), code)
    if not policy.may_see(current_actor(), card.facts).allowed:
        raise queries.missing()
    return card


@blueprint.get("/<code>")
@access("organisations:card:view")
def one(code: str) -> str:
    return _card_page(_card(code), Form(), "")


def _card_page(card: Organisation, form: Form, opened: str, contact: Any = None) -> str:
    session = reading()
    return render_template(
        "organisations/card.html",
        forms={
            name: replace(form if name == opened else Form(), under=f"{name}-")
            for name in ("site", "contact", "open")
        },
        opened=opened,
        shown_contact=contact,
        may_edit=policy.may_edit(current_actor(), card.division).allowed,
        memberships=[
            documents.membership_line(row) for row in memberships.of_organisation(session, card.id)
        ],
        places=choices()["places"],
        **documents.card_values(session, house().keys, card),
    )


@blueprint.get("/<code>/edit")
@access("organisations:card:edit")
def edit(code: str) -> str:
    card = _card(code)
    values = {column: getattr(card, column, None) for column in _CARD.fields}
    return _form_page(Form(values), card)


@blueprint.post("/<code>/edit")
@access("organisations:card:edit")
def correct(code: str) -> Page:
    card = _card(code)
    try:
        entered = Card(**load_form(_CARD))
        version = load_form(_VERSION)["version"]
        work(
            current_actor(),
            lambda w: actions.correct(w, code=code, version=version, card=entered),
        )
    except Invalid as error:
        return _form_page(failed(error), card), 422
    except Conflict as error:
        return _form_page(Form(typed(request.form), notice=_(error.message)), _card(code)), 409
    return _to(code)


# ---- forms of the card ----------------------------------------------------------


def _try(code: str, opened: str, load: Callable[[], Any], do: Callable[[Work, Any], Any]) -> Page:
    """Do what a form of the card asks; a form that fails comes back open."""
    card = _card(code)
    try:
        values = load()
        work(current_actor(), lambda w: do(w, values))
    except Invalid as error:
        return _card_page(card, failed(error), opened), 422
    return _to(code)


@blueprint.post("/<code>/sites")
@access("organisations:card:edit")
def add_site(code: str) -> Page:
    return _try(
        code, "site", lambda: load_form(_SITE), lambda w, v: actions.add_site(w, code=code, **v)
    )


@blueprint.post("/<code>/sites/<site>/end")
@access("organisations:card:edit")
def end_site(code: str, site: str) -> Page:
    return _try(code, "", dict, lambda w, _values: actions.end_site(w, code=code, site=site))


@blueprint.post("/<code>/contact")
@access("organisations:card:edit")
def set_contact(code: str) -> Page:
    return _try(
        code,
        "contact",
        lambda: load_form(_CONTACT),
        lambda w, v: actions.set_contact(w, code=code, **v),
    )


@blueprint.post("/<code>/contact/open")
@access("organisations:card:view")
def open_contact(code: str) -> Page:
    card = _card(code)
    try:
        reason = load_form(_REASON)["reason"]
        contact = work(current_actor(), lambda w: actions.open_contact(w, code=code, reason=reason))
    except Invalid as error:
        return _card_page(card, failed(error), "open"), 422
    return _card_page(card, Form(), "", contact)
