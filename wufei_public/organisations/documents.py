"""What the readers of the register see: cards, sites and memberships in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from wufei_public.common.actor import Actor, ActorKind
from wufei_public.divisions.queries import directory
from wufei_public.infra.i18n import gettext as _
from wufei_public.infra.i18n import is_english
from wufei_public.infra.keys import Keys
from wufei_public.organisations import policy
from wufei_public.organisations.actions.importing import card_of
from wufei_public.organisations.models import Membership, Organisation
from wufei_public.organisations.queries import cards, memberships, permits
from wufei_public.organisations.queries.sealing import APPLICANT, CONTACT, unseal
from wufei_public.organisations.rules.cards import as_cells
from wufei_public.organisations.rules.facts import OrganisationFacts
from wufei_public.organisations.rules.kinds import KINDS, PERMIT_LABELS, PermitClass
from wufei_public.organisations.rules.memberships import (
    CHIPS,
    LABELS,
    MOVE_LABELS,
    PROOF_LABELS,
    WORKFLOW,
    Move,
    Proof,
    State,
)
from wufei_public.people.queries.accounts import names_of
from wufei_public.people.rules.phones import masked

EXPORT_PAGE = 500


def place_name(session: Session, division: str) -> str:
    """Return town and village in the reader's language."""
    return directory(session).path(division, english=is_english())


def card_lines(session: Session, rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    """Return rows of the register in words."""
    places, english = directory(session), is_english()
    return [
        {
            "code": row.code,
            "uscc": row.uscc,
            "name": row.name,
            "kind": _(KINDS.get(row.kind, row.kind)),
            "place": places.path(row.division, english=english),
            "ended": row.ended_on is not None,
        }
        for row in rows
    ]


def card_values(session: Session, keys: Keys, card: Organisation) -> dict[str, Any]:
    """Return one card in words; the contact's number stays masked."""
    contact = unseal(keys, CONTACT, card.contact_sealed)
    places, english = directory(session), is_english()
    return {
        "card": card,
        "kind": _(KINDS.get(card.kind, card.kind)),
        "place": places.path(card.division, english=english),
        "permit": _(PERMIT_LABELS[PermitClass(card.permit_class)]),
        "permits": [
            (_(PERMIT_LABELS[PermitClass(row.permit_class)]), row.waste_related, row.since)
            for row in permits.history(session, card.id)
        ],
        "former": cards.former_names(session, card.id),
        "contact": contact | {"phone": masked(contact["phone"])}
        if contact.get("phone")
        else contact,
        "sites": [
            {**row._asdict(), "place": places.path(row.division, english=english)}
            for row in cards.sites(session, card.id)
        ],
    }


def registered_phone(keys: Keys, card: Organisation) -> str:
    """Return the masked phone to which a code may go; empty where there is none."""
    phone = unseal(keys, CONTACT, card.contact_sealed).get("phone", "")
    return masked(phone) if phone and card.contact_by is not None else ""


def membership_line(row: Row[Any] | Membership) -> dict[str, Any]:
    """Return a membership's state in words."""
    state = State(row.state)
    return {
        "code": row.code,
        "version": row.version,
        "state": state,
        "chip": (CHIPS[state], _(LABELS[state])),
        "proof": _(PROOF_LABELS[Proof(row.proof)]) if row.proof else "",
        "applied_at": row.applied_at,
        "proven_at": row.proven_at,
        "ended_at": row.ended_at,
    }


def membership_lines(session: Session, rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    """Return memberships with the names and places of their organisations."""
    places, english = directory(session), is_english()
    return [
        membership_line(row)
        | {"name": row.name, "place": places.path(row.division, english=english)}
        for row in rows
    ]


def applicant(keys: Keys, row: Membership) -> dict[str, str]:
    """Return name and duty of who asked, for who decides."""
    return unseal(keys, APPLICANT, row.applicant_sealed)


def moves_for(actor: Actor, row: Membership, facts: OrganisationFacts, *, peer: bool) -> set[Move]:
    """Return the moves that `actor` may make; the action asks again."""
    return {
        step.move
        for step in WORKFLOW.moves(State(row.state))
        if policy.may_move(actor, row.facts(facts), step.move, peer=peer).allowed
    }


def steps(session: Session, membership_id: int) -> list[dict[str, Any]]:
    """Return what was done with a membership, by whom of the staff, as a timeline."""
    rows = memberships.events(session, membership_id)
    staff = [row.actor_id for row in rows if row.actor_kind == ActorKind.STAFF]
    names = names_of(session, staff)
    return [_step(row, names) for row in rows]


def _step(row: Row[Any], names: Mapping[int, str]) -> dict[str, Any]:
    what = _("交了申请") if row.move == "apply" else _(MOVE_LABELS[Move(row.move)])
    by = names.get(row.actor_id, "") if row.actor_kind == ActorKind.STAFF else ""
    return {
        "tone": CHIPS[State(row.state)] if row.state != State.ENDED else "bad",
        "title": _("%(what)s（%(name)s）", what=what, name=by) if by else what,
        "when": row.at,
        "text": row.text,
    }


def register_rows(
    session: Session, actor: Actor, wanted: cards.CardFilter
) -> Iterator[tuple[str, ...]]:
    """Yield the official's cards as rows of a sheet, a page at a time: memory does not grow."""
    places = directory(session)
    while True:
        rows, following = cards.page(session, actor, wanted, EXPORT_PAGE)
        whole = cards.whole(session, [row.id for row in rows])
        since = permits.begun(session, [row.id for row in rows])
        for row in rows:
            card = card_of(whole[row.id], since.get(row.id))
            yield as_cells(card, places.path(card.division) or card.division)
        if following is None:
            return
        wanted = replace(wanted, after=following)
