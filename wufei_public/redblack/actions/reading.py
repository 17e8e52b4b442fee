"""Reading what everyone is to read, for names and numbers of people; who read it is written down.

What an enterprise says waits for a reader, or for the end of a clock: nobody keeps it back
(docs/decisions/0067).
"""

from sqlalchemy import insert

from wufei_public.common.errors import WrongState
from wufei_public.common.text import N_
from wufei_public.infra import audit
from wufei_public.infra.work import Work
from wufei_public.redblack import policy
from wufei_public.redblack.actions.basis import masked, wrong
from wufei_public.redblack.actions.steps import (
    REASONS,
    note,
    open_listing,
    require,
    show_anew,
    tell,
)
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.papers import ListingPaper
from wufei_public.redblack.models.readings import ListingReading
from wufei_public.redblack.queries import listings as queries
from wufei_public.redblack.rules.facts import owner_of


def state_nameless(w: Work, row: Listing, words: str, *, hidden: bool) -> None:
    """Write down that the actor read these words and found nobody named; Invalid unless said so."""
    if not hidden:
        raise wrong("hidden", REASONS["unread"])
    _keep(w, row, words, words)
    audit.record(w, "redblack:listing:read", owner_of(row.code))


def read(
    w: Work,
    *,
    code: str,
    paper: str,
    hidden: bool = False,
    names: str = "",
    reason: str = "",
    version: int | None = None,
) -> Listing:
    """Let everyone read what an enterprise says, as a person without part in the entry.

    Names that it left are hidden, with a reason that stays; nothing else is.
    """
    row = open_listing(w, code, version)
    found = queries.paper(w.session, paper, row.id)
    require(policy.may_read_for_all(w.actor, row.known, found.account_id))
    if found.public_from is None or found.public_from <= w.now:
        raise WrongState("public_already", N_("这份说法已经公开了。"))
    if not hidden:
        raise wrong("hidden", REASONS["unread"])
    before = found.public_words
    shown = masked(before, names, found.words)
    if shown != before and not reason:
        raise wrong("reason", N_("请写为什么要隐去。"))
    _keep(w, row, shown, before, found, reason)
    found.public_words, found.public_from = shown, w.now
    w.session.flush()
    show_anew(w, row)
    note(w, row, "read", words=reason)
    tell(w, row, "redblack.read")
    return row


def _keep(
    w: Work,
    row: Listing,
    words: str,
    replaced: str,
    paper: ListingPaper | None = None,
    reason: str = "",
) -> None:
    w.session.flush()
    values = {
        "listing_id": row.id,
        "paper_id": paper.id if paper is not None else None,
        "account_id": w.actor.id,
        "at": w.now,
        "words": words,
        "replaced": replaced,
        "reason": reason,
    }
    w.session.execute(insert(ListingReading), values)


def show(w: Work, *, code: str) -> bool:
    """Let what the clock made public stand in the record and a snapshot (system); whether it did.

    Everyone reads it from that very instant, whether this runs or not.
    """
    row = open_listing(w, code)
    before = row.record
    show_anew(w, row)
    return row.record != before
