"""我的单位: which organisations a resident represents, applying, and deciding about peers."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.common.errors import Conflict, Invalid, WrongState
from wufei_public.common.text import N_
from wufei_public.infra.web.access import access
from wufei_public.infra.web.forms import Form, failed, load_form, typed
from wufei_public.infra.web.limits import limit
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.media.pages import receive
from wufei_public.organisations import documents
from wufei_public.organisations.actions import memberships as actions
from wufei_public.organisations.models import Membership, Organisation
from wufei_public.organisations.queries import cards
from wufei_public.organisations.queries import memberships as queries
from wufei_public.organisations.rules.memberships import REPRESENTS, WITH_REASON, Move, State
from wufei_public.organisations.schemas import ApplyIn, DecideIn, FindQuery

blueprint = Blueprint("my_organisations", __name__, url_prefix="/mine/organisations")

_APPLY, _DECIDE, _FIND = ApplyIn(), DecideIn(), FindQuery()
Page = str | Answer | tuple[str, int]

# A letter, its envelope, a page more.
MOST_LETTERS = 3
TOO_MANY_LETTERS = N_("照片太多了，请只选看得清的几张。")


@blueprint.get("")
@access("resident")
def listed() -> str:
    rows = queries.of_account(reading(), current_actor().id or 0)
    lines = documents.membership_lines(reading(), rows)
    return render_template("organisations/mine.html", rows=lines)


@blueprint.get("/find")
@access("resident")
def find() -> str:
    """Look an organisation up by its name or code, to apply for it."""
    words = _FIND.load(request.args.to_dict())["words"]
    rows = []
    if words:
        limit("look_up")
        rows = documents.card_lines(reading(), cards.search(reading(), words))
    return render_template("organisations/find.html", words=words, rows=rows)


@blueprint.get("/apply/<code>")
@access("resident")
def form(code: str) -> str:
    return _apply_page(code, Form())


def _apply_page(code: str, form: Form) -> str:
    card = cards.organisation(reading(), code)
    return render_template(
        "organisations/apply.html",
        form=form,
        card=card,
        place=documents.place_name(reading(), card.division),
        by_peer=bool(queries.representatives(reading(), card.id)),
        registered=documents.registered_phone(house().keys, card),
    )


@blueprint.post("/apply/<code>")
@access("resident")
def send(code: str) -> Page:
    limit("submit")
    tokens: list[str] = []
    try:
        tokens = receive("letter", most=MOST_LETTERS, too_many=TOO_MANY_LETTERS)
        values = load_form(_APPLY)
        made = work(
            current_actor(),
            lambda w: actions.apply(w, organisation=code, **values, letter=tokens),
        )
    except Invalid as error:
        bad = failed(error)
        return _apply_page(code, Form({**bad.values, "letter_token": tokens}, bad.errors)), 422
    except Conflict as error:
        return _apply_page(code, Form(typed(request.form), notice=_(error.message))), 409
    return redirect(url_for("my_organisations.one", code=made.code), 303)


def _membership(code: str) -> tuple[Membership, Organisation, bool]:
    """Return one's own membership, or a peer's of an organisation that one represents."""
    actor = current_actor()
    row = queries.membership(reading(), code)
    card = reading().get_one(Organisation, row.organisation_id)
    peer = queries.represents(reading(), actor.id, card.id)
    if row.account_id != actor.id and not peer:
        raise queries.missing()
    return row, card, peer


@blueprint.get("/<code>")
@access("resident")
def one(code: str) -> str:
    return show(code, Form())


def show(code: str, form: Form) -> str:
    """Draw one membership with what was refused at it."""
    row, card, peer = _membership(code)
    session, own = reading(), row.account_id == current_actor().id
    pending = own and row.state == State.PENDING
    peers = queries.of_organisation(session, card.id) if own and row.state in REPRESENTS else []
    return render_template(
        "organisations/own.html",
        form=form,
        own=own,
        row=documents.membership_line(row),
        card=card,
        place=documents.place_name(session, card.division),
        applicant=documents.applicant(house().keys, row),
        steps=documents.steps(session, row.id),
        may=documents.moves_for(current_actor(), row, card.facts, peer=peer),
        with_reason=WITH_REASON,
        registered=documents.registered_phone(house().keys, card) if pending else "",
        code_sent=pending and queries.is_code_out(session, row.id, house().clock()),
        peers=[
            documents.membership_line(peer)
            for peer in peers
            if peer.code != row.code and peer.state != State.ENDED
        ],
    )


@blueprint.post("/<code>")
@access("resident")
def move(code: str) -> Page:
    _row, _card, _peer = _membership(code)
    try:
        values: dict[str, Any] = load_form(_DECIDE)
        work(current_actor(), lambda w: actions.decide(w, code=code, **values))
    except Invalid as error:
        return show(code, failed(error)), 422
    except (Conflict, WrongState) as error:
        return show(code, Form(typed(request.form), notice=_(error.message))), 409
    own = values["move"] not in {Move.PROVE, Move.REFUSE, Move.DISPUTE}
    if not own:
        return redirect(url_for("my_organisations.listed"), 303)
    return redirect(url_for("my_organisations.one", code=code), 303)
