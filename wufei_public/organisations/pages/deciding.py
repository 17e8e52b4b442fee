"""Memberships for officials: what waits for a decision, and one of them."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from wufei_public.common.errors import Conflict, Invalid, WrongState
from wufei_public.infra.web.access import access
from wufei_public.infra.web.forms import Form, failed, load_form, typed
from wufei_public.infra.web.session import current_actor
from wufei_public.infra.work import house, reading, work
from wufei_public.media.pages import photo_response
from wufei_public.media.queries import photos_of
from wufei_public.organisations import documents, policy
from wufei_public.organisations.actions.memberships import decide, letters_of
from wufei_public.organisations.models import Membership, Organisation
from wufei_public.organisations.queries import memberships as queries
from wufei_public.organisations.rules.memberships import PROOF_LABELS, WITH_REASON, Proof
from wufei_public.organisations.schemas import DecideIn

blueprint = Blueprint("memberships", __name__, url_prefix="/staff/memberships")

_DECIDE = DecideIn()


@blueprint.get("")
@access("organisations:membership:decide")
def waiting() -> str:
    rows = queries.waiting(reading(), current_actor())
    lines = documents.membership_lines(reading(), rows)
    return render_template("organisations/waiting.html", rows=lines)


def _membership(code: str) -> tuple[Membership, Organisation]:
    """Return the membership and its organisation if the official may decide there."""
    row = queries.membership(reading(), code)
    card = reading().get_one(Organisation, row.organisation_id)
    if not policy.may_edit(current_actor(), card.division).allowed:
        raise queries.missing()
    return row, card


@blueprint.get("/<code>")
@access("organisations:membership:decide")
def one(code: str) -> str:
    return _page(code, Form())


def _page(code: str, form: Form) -> str:
    row, card = _membership(code)
    session = reading()
    return render_template(
        "organisations/membership.html",
        form=form,
        row=documents.membership_line(row),
        card=card,
        place=documents.place_name(session, card.division),
        applicant=documents.applicant(house().keys, row),
        steps=documents.steps(session, row.id),
        photos=photos_of(session, letters_of(row.code)),
        may=documents.moves_for(current_actor(), row, card.facts, peer=False),
        with_reason=WITH_REASON,
        proofs=_proofs(row),
    )


def _proofs(row: Membership) -> list[tuple[str, str, str]]:
    offered = [Proof.LETTER, Proof.REGISTER] if row.letters else [Proof.REGISTER]
    return [(proof.value, _(PROOF_LABELS[proof]), "") for proof in offered]


@blueprint.post("/<code>")
@access("organisations:membership:decide")
def move(code: str) -> str | Answer | tuple[str, int]:
    _membership(code)
    try:
        values: dict[str, Any] = load_form(_DECIDE)
        work(current_actor(), lambda w: decide(w, code=code, **values))
    except Invalid as error:
        return _page(code, failed(error)), 422
    except (Conflict, WrongState) as error:
        return _page(code, Form(typed(request.form), notice=_(error.message))), 409
    return redirect(url_for("memberships.one", code=code), 303)


@blueprint.get("/<code>/letters/<int:photo_id>/<size>")
@access("organisations:membership:decide")
def letter(code: str, photo_id: int, size: str) -> Response:
    row, _card = _membership(code)
    return photo_response(photo_id, [letters_of(row.code)], size, queries.missing())
