"""An entry's file for officials and for its enterprise: everything said, done and still open."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from wufei_public.common.actor import Actor, ActorKind
from wufei_public.divisions.queries import directory
from wufei_public.infra.i18n import gettext as _
from wufei_public.infra.i18n import is_english
from wufei_public.media.queries import photos_of
from wufei_public.organisations.queries import cards
from wufei_public.people.queries.accounts import names_of
from wufei_public.redblack import policy
from wufei_public.redblack.actions.enterprise import paper_of
from wufei_public.redblack.actions.steps import owner_of
from wufei_public.redblack.documents.assessed import basis_words
from wufei_public.redblack.documents.shown import list_words
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.papers import ListingPaper
from wufei_public.redblack.queries import listings
from wufei_public.redblack.rules.states import (
    CHIPS,
    LABELS,
    MOVE_LABELS,
    OUTCOME_LABELS,
    PAPER_LABELS,
    WAY_LABELS,
    WORKFLOW,
    Move,
    Outcome,
    Paper,
    State,
    Way,
)


def lines(session: Session, rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    """Return entries of a desk or of an account, with the names of their organisations."""
    names = cards.cards_of(session, [row.organisation_id for row in rows])
    towns = directory(session).called(english=is_english())
    return [
        {
            "code": row.code,
            "name": names[row.organisation_id].name,
            "where": towns.get(row.town, ""),
            "label": list_words(row.kind, row.severity),
            "chip": chip_of(row.state),
            "held": row.holding > 0,
            "until": _until(row),
        }
        for row in rows
    ]


def chip_of(state: str) -> tuple[str, str]:
    """Return tone and words of a state."""
    return CHIPS[State(state)], _(LABELS[State(state)])


def _until(row: Row[Any]) -> datetime | None:
    """Return the day that matters next: an answer, a decision, the end."""
    return {
        State.SERVED: row.respond_until,
        State.NOTICED: row.respond_until,
        State.DECIDED: row.decide_until,
        State.PUBLISHED: row.ends_at,
        State.REPAIR_ASKED: row.ends_at,
    }.get(State(row.state))


def file_values(session: Session, row: Listing) -> dict[str, Any]:
    """Return everything in an entry's file, in words."""
    card = cards.cards_of(session, [row.organisation_id])[row.organisation_id]
    persons = names_of(session, {row.proposed_by, row.decided_by or 0, row.approved_by or 0})
    return {
        "row": row,
        "card": card,
        "where": directory(session).path(row.division, english=is_english()),
        "label": list_words(row.kind, row.severity),
        "state_chip": chip_of(row.state),
        "basis": basis_words(session, row.id),
        "way": _(WAY_LABELS[Way(row.way)]) if row.way else "",
        "proposer": persons.get(row.proposed_by, ""),
        "decider": persons.get(row.decided_by or 0, ""),
        "approver": persons.get(row.approved_by or 0, ""),
        "steps": _steps(session, row.id),
        "papers": [_paper(session, paper) for paper in listings.papers(session, row.id)],
        "evidence": photos_of(session, owner_of(row.code)),
        "released": listings.released_photos(session, row.id),
        "proofs": photos_of(session, f"{owner_of(row.code)}/proof"),
    }


def _paper(session: Session, paper: ListingPaper) -> dict[str, Any]:
    asks = paper.kind != Paper.STATEMENT
    return {
        "code": paper.code,
        "kind": paper.kind,
        "label": _(PAPER_LABELS[Paper(paper.kind)]),
        "words": paper.words,
        "at": paper.at,
        "answer_until": paper.answer_until,
        "outcome": _(OUTCOME_LABELS[Outcome(paper.outcome)]) if asks else "",
        "open": asks and not paper.outcome,
        "answer": paper.answer,
        "answerer": names_of(session, [paper.answered_by]).get(paper.answered_by, "")
        if paper.answered_by
        else "",
        "photos": photos_of(session, paper_of(paper.code)) if paper.photos else [],
    }


def _steps(session: Session, listing_id: int) -> list[dict[str, Any]]:
    rows = listings.events(session, listing_id)
    names = names_of(session, [row.actor_id for row in rows if row.actor_kind == ActorKind.STAFF])
    return [_step(row, names) for row in rows]


def _step(row: Row[Any], names: Mapping[int, str]) -> dict[str, Any]:
    others = {
        "propose": _("提出"),
        "answer": _("答复了异议"),
        "correct": _("有人报错，改正了"),
        "release": _("选了公开的照片"),
    }
    what = others[row.move] if row.move in others else _(MOVE_LABELS[Move(row.move)])
    by = names.get(row.actor_id, "") if row.actor_kind == ActorKind.STAFF else ""
    return {
        "tone": CHIPS[State(row.state)],
        "title": _("%(what)s（%(name)s）", what=what, name=by) if by else what,
        "when": row.at,
        "text": row.words,
    }


def moves_for(actor: Actor, row: Listing, now: datetime, *, enterprise: bool = False) -> set[Move]:
    """Return the moves that `actor` may make now; the action asks again."""
    return {
        step.move
        for step in WORKFLOW.moves(State(row.state))
        if policy.may_move(actor, row.known, step.move, now, enterprise=enterprise).allowed
    }
