"""Answers to what an enterprise hands in: objections and requests for repair."""

from collections.abc import Collection

from wufei_public.common.errors import NotAllowed, WrongState
from wufei_public.common.text import N_
from wufei_public.infra.work import Work
from wufei_public.redblack import policy
from wufei_public.redblack.actions import uses
from wufei_public.redblack.actions.basis import masked
from wufei_public.redblack.actions.steps import (
    REASONS,
    check,
    move,
    note,
    open_listing,
    require,
    show_anew,
    tell,
    tell_district,
)
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.papers import ListingPaper
from wufei_public.redblack.queries import drafts
from wufei_public.redblack.queries import listings as queries
from wufei_public.redblack.rules.states import Move, Outcome, Paper, State

# What an objection that is right brings about, by the state of the entry.
_UPHELD = {
    State.PROPOSED: Move.DROP,  # it was sent back meanwhile
    State.SERVED: Move.DROP,
    State.DECIDED: Move.OVERTURN,
    State.PUBLISHED: Move.OVERTURN,
    State.REPAIR_ASKED: Move.OVERTURN,
}


def answer(
    w: Work,
    *,
    code: str,
    paper: str,
    outcome: str,
    words: str,
    names: str = "",
    version: int | None = None,
) -> Listing:
    """Answer an objection, as a person without part in what it is against.

    One that is right takes the entry down, or keeps it from being published.
    """
    row = open_listing(w, code, version)
    found = queries.paper(w.session, paper, row.id)
    correctors = drafts.correctors(w.session, row.id, found.at)
    require(policy.may_answer_objection(w.actor, row.known, correctors))
    _require_other(w, found, {found.proposed_by, found.decided_by, found.approved_by})
    if found.kind != Paper.OBJECTION or found.outcome != Outcome.NONE:
        raise WrongState("answered", N_("这份异议已经答复过了。"))
    _answered(w, found, Outcome(outcome), words, names)
    if row.published_at is None and found.holds:
        row.holding = max(0, row.holding - 1)
    note(w, row, "answer", words=words)
    tell(w, row, "redblack.answer")
    if row.published_at is not None:
        tell_district(w, row, "redblack.answer_unread")
    if outcome == Outcome.UPHELD and State(row.state) in _UPHELD:
        what = _UPHELD[State(row.state)]
        check(w, row, what)
        move(w, row, what, words=words, changes={"holding": 0})
    elif row.state == State.DROPPED:
        uses.let_go(w, row)  # as it was dropped nobody knew whether it was right
    show_anew(w, row)
    return row


def _require_other(w: Work, found: ListingPaper, parties: Collection[int | None]) -> None:
    """Refuse who entered the letter, and who had a part as it came: also of a round before this."""
    if w.actor.id in {found.account_id, *parties}:
        raise NotAllowed("own_part", REASONS["own_part"])


def _answered(w: Work, found: ListingPaper, outcome: Outcome, words: str, names: str) -> None:
    found.outcome, found.answer = outcome, words
    found.public_answer = masked(words, names)
    found.answered_by, found.answered_at = w.actor.id, w.now


def remind(w: Work, *, code: str, paper: str) -> int:
    """Tell the district of a paper that nobody answered in time, once; how many (system)."""
    row = open_listing(w, code)
    found = queries.paper(w.session, paper, row.id)
    late = found.answer_until is not None and found.answer_until < w.now
    if found.outcome != Outcome.NONE or found.reminded_at or not late:
        return 0
    found.reminded_at = w.now
    return tell_district(w, row, "redblack.paper_overdue")


def review_repair(
    w: Work,
    *,
    code: str,
    outcome: str,
    words: str,
    names: str = "",
    version: int | None = None,
) -> Listing:
    """Agree to credit repair and take the entry down, or keep it with a reason."""
    row = open_listing(w, code, version)
    what = Move.REPAIR if outcome == Outcome.UPHELD else Move.KEEP
    check(w, row, what)
    found = queries.open_repair(w.session, row.id)
    if found is not None:
        _require_other(w, found, {found.proposed_by})
        _answered(w, found, Outcome(outcome), words, names)
    move(w, row, what, words=words)
    return row
