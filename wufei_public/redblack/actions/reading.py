"""Reading what everyone is to read, for names and numbers of people; who read it is written down.

What an enterprise says of a published entry waits for a reader, or for the end of a clock: nobody
keeps it back (docs/decisions/0067). What was said before stands beside the entry from its first
instant, read by whoever publishes (docs/decisions/0073).
"""

from sqlalchemy import insert

from wufei_public.common.errors import NotAllowed, WrongState
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
    tell_district,
)
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.papers import ListingPaper
from wufei_public.redblack.models.readings import TEXTS, ListingReading
from wufei_public.redblack.queries import listings as queries
from wufei_public.redblack.queries import readings
from wufei_public.redblack.rules.facts import owner_of
from wufei_public.redblack.rules.states import Read


def texts_of(row: Listing) -> tuple[str, ...]:
    """Return what officials write of an entry for everyone."""
    return tuple(getattr(row, column) for column in TEXTS)


def state_nameless(w: Work, row: Listing, *texts: str, hidden: bool) -> None:
    """Write down that the actor read these and found nobody named; Invalid unless said so."""
    if not hidden:
        raise wrong("hidden", REASONS["unread"])
    for words in dict.fromkeys(filter(None, texts)):
        _keep(w, row, words, words)
    audit.record(w, "redblack:listing:read", owner_of(row.code))


def read_everything(w: Work, row: Listing, *, hidden: bool) -> None:
    """Write down that whoever publishes read all of it: texts, what was said, what was answered.

    Raises NotAllowed where somebody wants to hide a name, or where the actor wrote an answer.
    """
    state_nameless(w, row, *texts_of(row), hidden=hidden)
    for paper in readings.unread(w.session, row, w.now):
        if readings.hiding(w.session, paper) is not None:
            raise NotAllowed("hiding_waits", REASONS["hiding_waits"])
        _let_read(w, row, paper, paper.public_words, "")
    for paper in readings.unread_answers(w.session, row):
        require(policy.may_read_answer(w.actor, row.known, paper.answered_by))
        _let_read_answer(w, row, paper, paper.public_answer, "")
    w.session.flush()  # the database publishes nothing in which one is left


def read(
    w: Work,
    *,
    code: str,
    paper: str,
    hidden: bool = False,
    agree: bool = False,
    names: str = "",
    reason: str = "",
    version: int | None = None,
) -> Listing:
    """Let everyone read what an enterprise says, as a person without part in the entry.

    Names that it left are hidden with a reason that stays, when a second person says the same
    (`agree`); until then it waits as before, and no longer. Nothing else is hidden.
    """
    row = open_listing(w, code, version)
    found = queries.paper(w.session, paper, row.id)
    require(policy.may_read_for_all(w.actor, row.known, found.account_id))
    if found not in readings.unread(w.session, row, w.now):
        raise WrongState("public_already", N_("这份说法已经公开了。"))
    if not hidden:
        raise wrong("hidden", REASONS["unread"])
    asked = readings.hiding(w.session, found, w.actor.id)
    if agree and asked is None:
        raise WrongState("nothing_to_hide", N_("没有别人提出隐去人名，请看一遍再定。"))
    before = found.public_words
    shown = asked.words if agree and asked else masked(before, names, found.words)
    why = asked.reason if agree and asked else reason
    if shown != before and not why:
        raise wrong("reason", N_("请写为什么要隐去。"))
    if shown != before and (asked is None or asked.words != shown):
        _keep(w, row, shown, before, found, reason=why)
        note(w, row, "hide", words=why)
        tell_district(w, row, "redblack.hide")
        return row
    _let_read(w, row, found, shown, why)
    w.session.flush()
    show_anew(w, row)
    note(w, row, "read", words=why)
    tell(w, row, "redblack.read")
    return row


def read_answer(
    w: Work,
    *,
    code: str,
    paper: str,
    hidden: bool = False,
    names: str = "",
    reason: str = "",
    version: int | None = None,
) -> Listing:
    """Let everyone read what an official answered, as another; names that it left are hidden."""
    row = open_listing(w, code, version)
    found = queries.paper(w.session, paper, row.id)
    if found not in readings.unread_answers(w.session, row):
        raise WrongState("public_already", N_("这份说法已经公开了。"))
    require(policy.may_read_answer(w.actor, row.known, found.answered_by))
    if not hidden:
        raise wrong("hidden", REASONS["unread"])
    shown = masked(found.public_answer, names, found.answer)
    if shown != found.public_answer and not reason:
        raise wrong("reason", N_("请写为什么要隐去。"))
    _let_read_answer(w, row, found, shown, reason)
    w.session.flush()
    show_anew(w, row)
    note(w, row, "read_answer", words=reason)
    return row


def _let_read(w: Work, row: Listing, paper: ListingPaper, words: str, reason: str) -> None:
    _keep(w, row, words, paper.public_words, paper, reason=reason)
    paper.public_words = words
    if paper.public_from is not None:
        paper.public_from = min(paper.public_from, w.now)


def _let_read_answer(w: Work, row: Listing, paper: ListingPaper, words: str, reason: str) -> None:
    _keep(w, row, words, paper.public_answer, paper, Read.ANSWER, reason)
    paper.public_answer, paper.answer_from = words, w.now


def _keep(
    w: Work,
    row: Listing,
    words: str,
    replaced: str,
    paper: ListingPaper | None = None,
    part: Read = Read.WORDS,
    reason: str = "",
) -> None:
    w.session.flush()
    values = {
        "listing_id": row.id,
        "paper_id": paper.id if paper is not None else None,
        "part": part,
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
