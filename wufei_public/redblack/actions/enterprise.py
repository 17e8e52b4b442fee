"""What an enterprise does: confirm the notice, state its case, object, ask for repair."""

import secrets
from collections.abc import Sequence

from wufei_public.calendar.queries import holidays
from wufei_public.common.codes import new_code
from wufei_public.common.errors import Conflict
from wufei_public.common.text import N_
from wufei_public.infra.work import Work
from wufei_public.media.actions import photos as media
from wufei_public.redblack.actions.officer import served
from wufei_public.redblack.actions.steps import check, move, open_listing
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.papers import ListingPaper
from wufei_public.redblack.queries import listings as queries
from wufei_public.redblack.rules.clocks import due_at
from wufei_public.redblack.rules.names import for_public, read_names
from wufei_public.redblack.rules.states import Move, Outcome, Paper, Way

MOST_PAPERS = 40
_MOVES = {
    Paper.STATEMENT: Move.STATE,
    Paper.OBJECTION: Move.OBJECT,
    Paper.REPAIR: Move.ASK_REPAIR,
}
_CLOCKS = {Paper.OBJECTION: "objection", Paper.REPAIR: "repair_review"}


def paper_of(code: str) -> str:
    """Return the name under which media keeps the evidence of a paper."""
    return f"redblack-paper/{code}"


def confirm(w: Work, *, code: str) -> Listing:
    """Confirm in the enterprise's account that the notice is here: that is its service."""
    row = open_listing(w, code)
    check(w, row, Move.SERVE)
    move(w, row, Move.SERVE, changes=served(w, w.now) | {"way": Way.ACCOUNT})
    return row


def hand_in(
    w: Work,
    *,
    code: str,
    kind: str,
    words: str,
    names: str = "",
    last: bool = False,
    photo: Sequence[str] = (),
) -> Listing:
    """Hand in a statement, an objection or a request for repair, with its evidence.

    `last` says of a statement that nothing more is to come: the decision need not wait.
    An objection before publication holds it until it is answered.
    """
    row, paper = open_listing(w, code), Paper(kind)
    check(w, row, _MOVES[paper])
    if len(queries.papers(w.session, row.id)) >= MOST_PAPERS:
        raise Conflict("papers_full", N_("这一条交来的材料已经够多了，请等答复。"))
    found = _write(w, row, paper, words, names)
    found.photos = len(media.claim(w, photo, owner=paper_of(found.code)))
    changes: dict[str, object] = {}
    if paper is Paper.OBJECTION and row.published_at is None:
        changes["holding"] = row.holding + 1
    if paper is Paper.STATEMENT and last:
        changes["waived_at"] = w.now
    move(w, row, _MOVES[paper], changes=changes)
    return row


def _write(w: Work, row: Listing, paper: Paper, words: str, names: str) -> ListingPaper:
    clock = _CLOCKS.get(paper)
    found = ListingPaper(
        code=new_code(secrets.token_bytes),
        listing_id=row.id,
        kind=paper,
        words=words,
        public_words=for_public(words, read_names(names)),
        photos=0,
        account_id=w.actor.id,
        at=w.now,
        answer_until=due_at(clock, w.now, holidays(w.session)) if clock else None,
        proposed_by=row.proposed_by,
        decided_by=row.decided_by,
        approved_by=row.approved_by,
        outcome=Outcome.NONE,
        answer="",
    )
    w.session.add(found)
    return found
