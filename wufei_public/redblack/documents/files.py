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
from wufei_public.infra.work import reading
from wufei_public.media.queries import photos_by_owner, photos_of
from wufei_public.organisations.queries import cards
from wufei_public.people.queries.accounts import names_of
from wufei_public.redblack import policy
from wufei_public.redblack.actions.enterprise import MOVES, paper_of
from wufei_public.redblack.actions.letters import letters_of
from wufei_public.redblack.actions.serving import tried_of
from wufei_public.redblack.documents.assessed import basis_words
from wufei_public.redblack.documents.shown import list_words
from wufei_public.redblack.models.drafts import ListingDraft
from wufei_public.redblack.models.errors import ListingError
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.papers import ListingPaper
from wufei_public.redblack.queries import drafts, errors, letters, listings, readings
from wufei_public.redblack.rules.corrections import Weight
from wufei_public.redblack.rules.errors import FIELD_LABELS, Field
from wufei_public.redblack.rules.facts import owner_of
from wufei_public.redblack.rules.showing import holds
from wufei_public.redblack.rules.states import (
    AGAINST_LABELS,
    AGREED_BY_SILENCE,
    BLACK_INSTEAD,
    CHIPS,
    LABELS,
    MOVE_LABELS,
    OUTCOME_LABELS,
    PAPER_LABELS,
    PART_LABELS,
    TOLD_LABELS,
    TRIED_LABELS,
    WAY_LABELS,
    WORKFLOW,
    Against,
    Move,
    Outcome,
    Paper,
    State,
    Way,
)

# What the house itself wrote; all others wrote in words of their own.
_OWN_WORDS = frozenset({AGREED_BY_SILENCE, BLACK_INSTEAD})


def lines(session: Session, rows: Sequence[Row[Any]], now: datetime) -> list[dict[str, Any]]:
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
            "held": holds(row.holding, row.held_until, now),
            "until": _until(row),
        }
        for row in rows
    ]


def against_words() -> list[tuple[str, str, str]]:
    """Return what an objection can be against, as options of a form."""
    return [(one.value, _(words), "") for one, words in AGAINST_LABELS.items()]


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
    persons = names_of(session, row.known.took_part)
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
        "parties": _parties(row, persons),
        "steps": _steps(session, row.id),
        "papers": papers_in_words(session, listings.papers(session, row.id)),
        "errors": _errors(session, row),
        "evidence": photos_of(session, owner_of(row.code)),
        "released": listings.released_photos(session, row.id),
        "attempts": _attempts(session, row.id),
        "told": _told(session, row.id),
        "letter_proofs": photos_of(session, letters_of(row.code)),
        "tried": photos_of(session, tried_of(row.code)),
        "proofs": photos_of(session, f"{owner_of(row.code)}/proof"),
    }


def _told(session: Session, listing_id: int) -> list[dict[str, Any]]:
    """Return each step that the enterprise was told of, or is to be told on paper."""
    rows = letters.of_listing(session, listing_id)
    names = names_of(session, {row.served_by for row in rows if row.served_by is not None})
    return [
        {
            "number": row.id,
            "what": _step_words(row.step),
            "written_at": row.written_at,
            "way": _(TOLD_LABELS[Way(row.way)]) if row.way else "",
            "tracking": row.tracking,
            "at": row.served_at,
            "by": names.get(row.served_by or 0, ""),
        }
        for row in rows
    ]


def _attempts(session: Session, listing_id: int) -> list[dict[str, Any]]:
    rows = listings.attempts(session, listing_id)
    names = names_of(session, {row.noted_by for row in rows})
    return [
        {
            "way": _(TRIED_LABELS[Way(row.way)]),
            "at": row.tried_at,
            "tracking": row.tracking,
            "words": row.words,
            "by": names.get(row.noted_by, ""),
        }
        for row in rows
    ]


def _parties(row: Listing, persons: Mapping[int, str]) -> list[tuple[str, str]]:
    """Return who did what for the entry before it was decided, in the order of the work."""
    found: list[tuple[str, str]] = []
    for part, label in PART_LABELS.items():
        names = [persons.get(one.account_id, "") for one in row.parties if one.part == part]
        found.append((_(label), "、".join(sorted(names))))
    return [(label, names) for label, names in found if names]


def papers_in_words(session: Session, papers: Sequence[ListingPaper]) -> list[dict[str, Any]]:
    """Return papers with their answers and photos, in as many statements for one as for many."""
    people = {one for paper in papers for one in (paper.answered_by, paper.account_id) if one}
    names = names_of(session, people)
    owners = [paper_of(paper.code) for paper in papers if paper.photos]
    photos = photos_by_owner(session, owners) if owners else {}
    return [_paper(paper, names, photos.get(paper_of(paper.code), ())) for paper in papers]


def _paper(
    paper: ListingPaper, names: Mapping[int, str], photos: Sequence[Row[Any]]
) -> dict[str, Any]:
    asks = paper.kind != Paper.STATEMENT
    return {
        "code": paper.code,
        "kind": paper.kind,
        "label": _(PAPER_LABELS[Paper(paper.kind)]),
        "words": paper.words,
        "against": _(AGAINST_LABELS[Against(paper.against)]) if paper.against else "",
        "by": names.get(paper.account_id, "") if paper.letter else "",
        "at": paper.at,
        "answer_until": paper.answer_until,
        "outcome": _(OUTCOME_LABELS[Outcome(paper.outcome)]) if asks else "",
        "open": asks and not paper.outcome,
        "public": paper.public_words,
        "public_from": paper.public_from if paper.kind != Paper.REPAIR else None,
        "answer": paper.answer,
        "answerer": names.get(paper.answered_by or 0, ""),
        "photos": photos,
    }


def unread_values(session: Session, row: Listing, actor: Actor, now: datetime) -> dict[str, Any]:
    """Return what waits to be read for names, all of it and what `actor` may read."""
    known, over = row.known, row.over_at is not None or row.state == State.DROPPED
    papers = [] if over else readings.unread(session, row, now)
    answers = [] if over else readings.unread_answers(session, row)
    mine = [
        paper for paper in papers if policy.may_read_for_all(actor, known, paper.account_id).allowed
    ]
    return {
        "unread": [(_(PAPER_LABELS[Paper(paper.kind)]), paper.public_words) for paper in papers]
        + [(_("答复"), paper.public_answer) for paper in answers],
        "readable": [
            {
                "code": paper.code,
                "label": _(PAPER_LABELS[Paper(paper.kind)]),
                "words": paper.public_words,
                "public_from": paper.public_from if row.published_at else None,
                "asked": readings.hiding(session, paper, actor.id),
            }
            for paper in mine[:1]  # one after the other
        ],
        "readable_answers": [
            (paper.code, paper.public_answer)
            for paper in answers
            if policy.may_read_answer(actor, known, paper.answered_by).allowed
        ],
    }


def _errors(session: Session, row: Listing) -> list[dict[str, Any]]:
    waiting = {one.error_id: one for one in drafts.open_of(session, row.id)}
    return [_error(one, waiting.get(one.id)) for one in errors.of_listing(session, row.id)]


def _error(one: ListingError, draft: ListingDraft | None) -> dict[str, Any]:
    return {
        "unserved": draft is not None and draft.hears and not draft.way,
        "changes": draft is not None and draft.weight == Weight.CHANGES,
        "heard_until": draft.heard_until if draft is not None else None,
        "draft": one.correction if not one.outcome else "",
        "code": one.code,
        "field": _(FIELD_LABELS[Field(one.field)]),
        "at": one.at,
        "outcome": _(OUTCOME_LABELS[Outcome(one.outcome)]),
    }


def _steps(session: Session, listing_id: int) -> list[dict[str, Any]]:
    rows = listings.events(session, listing_id)
    names = names_of(session, [row.actor_id for row in rows if row.actor_kind == ActorKind.STAFF])
    return [_step(row, names) for row in rows]


def _step_words(step: str) -> str:
    """Return what a step is called: a move, or what else is written down."""
    others = {
        "propose": _("提出"),
        "answer": _("答复了异议"),
        "attempt": _("登记了没有送到"),
        "hide": _("提出隐去企业说法里的人名，等第二个人定"),
        "letter": _("书面送达了一步"),
        "read": _("看过企业的说法，公开了"),
        "read_answer": _("看过答复，公开了"),
        "correct": _("有人报错，改正了"),
        "release": _("选了公开的照片"),
    }
    return others[step] if step in others else _(MOVE_LABELS[Move(step)])


def _step(row: Row[Any], names: Mapping[int, str]) -> dict[str, Any]:
    what = _step_words(row.move)
    by = names.get(row.actor_id, "") if row.actor_kind == ActorKind.STAFF else ""
    return {
        "tone": CHIPS[State(row.state)],
        "title": _("%(what)s（%(name)s）", what=what, name=by) if by else what,
        "when": row.at,
        "text": _(row.words) if row.words in _OWN_WORDS else row.words,
    }


def moves_for(actor: Actor, row: Listing, now: datetime, *, enterprise: bool = False) -> set[Move]:
    """Return the moves that `actor` may make now; the action asks again."""
    found = {
        step.move
        for step in WORKFLOW.moves(State(row.state))
        if policy.may_move(actor, row.known, step.move, now, enterprise=enterprise).allowed
    }
    signs = found & {Move.DECIDE, Move.PUBLISH}
    if signs and not policy.may_sign(actor, listings.judges(reading(), row.id)).allowed:
        return found - signs
    return found


def letters_for(actor: Actor, row: Listing, now: datetime) -> list[Paper]:
    """Return which papers of the enterprise `actor` may enter now, when they come as letters."""
    moves = {step.move for step in WORKFLOW.moves(State(row.state))}
    return [
        paper
        for paper, move in MOVES.items()
        if move in moves and policy.may_enter(actor, row.known, move, now).allowed
    ]
