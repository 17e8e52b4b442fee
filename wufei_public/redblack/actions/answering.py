"""Answers to what an enterprise hands in: objections and requests for repair."""

from wufei_public.common.errors import WrongState
from wufei_public.common.text import N_
from wufei_public.infra.work import Work
from wufei_public.redblack import policy
from wufei_public.redblack.actions.steps import check, move, note, open_listing, require, tell
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.papers import ListingPaper
from wufei_public.redblack.queries import listings as queries
from wufei_public.redblack.rules.states import Move, Outcome, Paper, State

# What an objection that is right brings about, by the state of the entry.
_UPHELD = {
    State.SERVED: Move.DROP,
    State.DECIDED: Move.OVERTURN,
    State.PUBLISHED: Move.OVERTURN,
    State.REPAIR_ASKED: Move.OVERTURN,
}


def answer(
    w: Work, *, code: str, paper: str, outcome: str, words: str, version: int | None = None
) -> Listing:
    """Answer an objection, as a person without part in what it is against.

    One that is right takes the entry down, or keeps it from being published.
    """
    row = open_listing(w, code, version)
    found = queries.paper(w.session, paper, row.id)
    require(policy.may_answer(w.actor, row.known))
    if found.kind != Paper.OBJECTION or found.outcome != Outcome.NONE:
        raise WrongState("answered", N_("这份异议已经答复过了。"))
    _answered(w, found, Outcome(outcome), words)
    if row.published_at is None:
        row.holding = max(0, row.holding - 1)
    note(w, row, "answer", words=words)
    tell(w, row, "redblack.answer")
    if outcome == Outcome.UPHELD and State(row.state) in _UPHELD:
        what = _UPHELD[State(row.state)]
        check(w, row, what)
        move(w, row, what, words=words, changes={"holding": 0})
    return row


def _answered(w: Work, found: ListingPaper, outcome: Outcome, words: str) -> None:
    found.outcome, found.answer = outcome, words
    found.answered_by, found.answered_at = w.actor.id, w.now


def review_repair(
    w: Work, *, code: str, outcome: str, words: str, version: int | None = None
) -> Listing:
    """Agree to credit repair and take the entry down, or keep it with a reason."""
    row = open_listing(w, code, version)
    what = Move.REPAIR if outcome == Outcome.UPHELD else Move.KEEP
    check(w, row, what)
    found = queries.open_repair(w.session, row.id)
    if found is not None:
        _answered(w, found, Outcome(outcome), words)
    move(w, row, what, words=words)
    return row
