"""What an enterprise does: confirm the notice, state its case, object, ask for repair."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from wufei_public.calendar.queries import holidays
from wufei_public.common.clock import day_start, district_day
from wufei_public.common.codes import new_code
from wufei_public.common.errors import Conflict, NotAllowed
from wufei_public.common.text import N_
from wufei_public.infra.work import Work
from wufei_public.media.actions import photos as media
from wufei_public.organisations.queries import memberships
from wufei_public.redblack import policy
from wufei_public.redblack.actions.basis import masked, wrong
from wufei_public.redblack.actions.serving import served
from wufei_public.redblack.actions.steps import (
    REASONS,
    check,
    move,
    open_listing,
    require,
    tell_district,
    took_part,
)
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.papers import ListingPaper
from wufei_public.redblack.queries import listings as queries
from wufei_public.redblack.queries import voices
from wufei_public.redblack.rules.clocks import due_at
from wufei_public.redblack.rules.showing import claim_of, is_shown
from wufei_public.redblack.rules.states import (
    DECIDED,
    LATE,
    Against,
    Move,
    Outcome,
    Paper,
    Part,
    State,
    Way,
)

# So many on one day: whoever has more to say says it tomorrow, and is never cut off for good.
MOST_A_DAY = 20
MOVES = {
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
    # An official of the place may serve too, but nobody receives for somebody else.
    if not memberships.represents(w.session, w.actor.id, row.organisation_id):
        raise NotAllowed("not_yours_to_do", REASONS["not_yours_to_do"])
    check(w, row, Move.SERVE)
    _vouched(w, row)
    move(w, row, Move.SERVE, changes=served(w, w.now, Way.ACCOUNT))
    return row


def hand_in(
    w: Work,
    *,
    code: str,
    kind: str,
    words: str,
    against: str = Against.OTHER,
    names: str = "",
    last: bool = False,
    photo: Sequence[str] = (),
) -> Listing:
    """Hand in a statement, an objection or a request for repair, with its evidence.

    `last` says of a statement that nothing more is to come: after a day to think it over the
    decision need not wait, and another paper takes it back. An objection before publication holds
    it until it is answered, once for each thing that it is `against` (docs/decisions/0066).
    """
    row, paper = open_listing(w, code), Paper(kind)
    check(w, row, MOVES[paper])
    if paper is not Paper.REPAIR:  # which is used up by nobody, and is for it alone
        require(voices.may_speak(w.session, row, w.actor.id, w.now))
    claim = _claim(w, row, paper, Against(against))
    changes: dict[str, object] = {"waived_from": None} if row.state == State.SERVED else {}
    if paper is Paper.STATEMENT and last and changes:
        _vouched(w, row)
        changes = {"waived_from": due_at("cooling", w.now, holidays(w.session))}
    _spoken_for(w, row)
    _take_in(w, row, _write(w, row, paper, words, names, Against(against), claim), photo, changes)
    return row


def receive(
    w: Work,
    *,
    code: str,
    kind: str,
    words: str,
    against: str = Against.OTHER,
    photo: Sequence[str] = (),
    version: int | None = None,
) -> Listing:
    """Enter what an enterprise without an account sent as a letter, with a photo of it (staff).

    It counts as if it were handed in; only the time to answer is not cut short by it. An
    enterprise for which nobody may speak in its account, because the other side proved them,
    writes letters too. Whoever enters one hides nothing in it (`reading.read` does, by two).
    """
    row, paper = open_listing(w, code, version), Paper(kind)
    require(policy.may_enter(w.actor, row.known, MOVES[paper], w.now))
    claim = _claim(w, row, paper, Against(against), letter=True)
    if voices.has_one(w.session, row, w.now):
        raise NotAllowed("has_account", N_("这家企业有自己的账号，材料由它自己交。"))
    if not photo:
        raise wrong("photo", N_("请拍下来信，每一页都要。"))
    found = _write(w, row, paper, words, "", Against(against), claim)
    found.letter = 1
    # Whoever says what the enterprise wrote decides on nothing.
    took_part(w, row, [(w.actor.id, Part.VOUCH)])
    _take_in(w, row, found, photo, {"waived_from": None} if row.state == State.SERVED else {})
    return row


def _take_in(
    w: Work,
    row: Listing,
    found: ListingPaper,
    photo: Sequence[str],
    changes: Mapping[str, object],
) -> None:
    """Do what follows from a paper: its evidence, what it holds, what stands beside the entry."""
    paper = Paper(found.kind)
    found.photos = len(media.claim(w, photo, owner=paper_of(found.code)))
    if paper is Paper.OBJECTION and found.holds:
        changes = {**changes, "holding": row.holding + 1}
    move(w, row, MOVES[paper], changes=changes)
    if paper is not Paper.REPAIR and is_shown(row.known, w.now):
        tell_district(w, row, "redblack.reply")


def _claim(w: Work, row: Listing, paper: Paper, against: Against, *, letter: bool = False) -> str:
    """Return for what a paper holds publication; NotAllowed where an objection did so before.

    Every objection that is taken holds until it is answered, and for each thing one is taken: who
    says the same again and again does not keep off the list by it, and is heard by a statement
    (docs/decisions/0066). A letter that an official entered uses up none of what the enterprise
    says in its account.
    """
    claim = claim_of(row.known, against, w.now) if paper is Paper.OBJECTION else ""
    if claim and queries.claimed(w.session, row.id, row.round, claim, letter=letter):
        raise NotAllowed("objected_before", _SAID[claim if claim in _SAID else ""])
    return claim


_SAID = {
    LATE: N_("期限过了以后，提一次异议。还有话说，请交陈述申辩；公布以后还可以提异议。"),
    DECIDED: N_("对同一个决定提一次异议。还有话说，请交陈述申辩；公布以后还可以提异议。"),
    "": N_("这一条理由已经提过异议了。要补充，请交陈述申辩；有别的理由，请另选一项。"),
}


def _vouchers(w: Work, row: Listing, account: int | None) -> frozenset[int]:
    return memberships.vouchers(w.session, account, row.organisation_id)


def _vouched(w: Work, row: Listing) -> None:
    """Let who proved this representative take no other part: service and waiver rest on it."""
    require(voices.may_receive(w.session, row, w.actor.id, w.now))
    vouchers = _vouchers(w, row, w.actor.id)
    took_part(w, row, [(account, Part.VOUCH) for account in vouchers])


def _spoken_for(w: Work, row: Listing) -> None:
    """Let who proved this representative decide on nothing that the representative speaks of.

    Who has signed the entry already stays what they are.
    """
    signed = {row.proposed_by, row.decided_by, row.approved_by}
    vouchers = _vouchers(w, row, w.actor.id) - signed
    took_part(w, row, [(account, Part.VOUCH) for account in vouchers])


def _public_from(w: Work, paper: Paper) -> datetime | None:
    """Return when everyone may read it whoever read it before; None of what is for nobody else."""
    return None if paper is Paper.REPAIR else due_at("reply", w.now, holidays(w.session))


def _write(
    w: Work, row: Listing, paper: Paper, words: str, names: str, against: Against, claim: str
) -> ListingPaper:
    today = day_start(district_day(w.now))
    if queries.papers_since(w.session, row.id, w.actor.id, today) >= MOST_A_DAY:
        raise Conflict("papers_full", N_("今天交来的材料已经够多了，请明天再交。"))
    clock = _CLOCKS.get(paper)
    found = ListingPaper(
        code=new_code(secrets.token_bytes),
        listing_id=row.id,
        kind=paper,
        words=words,
        public_words=masked(words, names),
        photos=0,
        holds=int(claim != ""),
        against=against if paper is Paper.OBJECTION else "",
        round=row.round,
        claim=claim,
        account_id=w.actor.id,
        at=w.now,
        answer_until=due_at(clock, w.now, holidays(w.session)) if clock else None,
        public_from=_public_from(w, paper),
        proposed_by=row.proposed_by,
        decided_by=row.decided_by,
        approved_by=row.approved_by,
        outcome=Outcome.NONE,
        answer="",
    )
    w.session.add(found)
    return found
