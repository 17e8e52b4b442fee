"""What officials do with an entry, from its proposal to its end."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete

from wufei_public.calendar.queries import holidays
from wufei_public.common.codes import new_code
from wufei_public.common.errors import Conflict, NotAllowed
from wufei_public.common.text import N_
from wufei_public.infra.work import Work
from wufei_public.media.actions import photos as media
from wufei_public.organisations.queries import cards, memberships
from wufei_public.redblack import policy
from wufei_public.redblack.actions import letters, reading, uses
from wufei_public.redblack.actions.basis import (
    REOPENED,
    Proposal,
    basis_of,
    carries,
    check_term,
    masked,
    report_of,
    shown_text,
)
from wufei_public.redblack.actions.steps import (
    check,
    move,
    note,
    open_listing,
    require,
    tell,
    took_part,
)
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.papers import ListingProof
from wufei_public.redblack.queries import assessments
from wufei_public.redblack.queries import listings as queries
from wufei_public.redblack.rules.clocks import SEVERITIES, due_at, looked_back, term_ends
from wufei_public.redblack.rules.errors import LONGEST
from wufei_public.redblack.rules.facts import owner_of
from wufei_public.redblack.rules.states import (
    BLACK_INSTEAD,
    ListKind,
    Move,
    Part,
    State,
)


def propose(w: Work, proposal: Proposal, photo: Sequence[str] = ()) -> Listing:
    """Propose an entry; for a black one the enterprise is told that a notice waits for it.

    Raises Conflict while another proposal for the same list runs.
    """
    card = cards.organisation(w.session, proposal.organisation, locked=True)
    silencers = memberships.silencers(w.session, card.id, looked_back(w.now))
    require(policy.may_propose(w.actor, card.division, silencers))
    kind = ListKind(proposal.kind)
    if queries.running(w.session, card.id, kind) is not None:
        raise Conflict("proposed_before", N_("这个单位已经有一条在办，请先办完那一条。"))
    check_term(proposal)
    report = report_of(w, proposal.report, card.id)
    uses.require_new(w, card.id, kind, proposal.document, report)
    basis = basis_of(w, proposal, card.id)
    row = Listing(
        code=new_code(secrets.token_bytes),
        organisation_id=card.id,
        division=card.division,
        town=card.town,
        trade=card.kind,
        kind=kind,
        severity=proposal.severity if kind is ListKind.BLACK else "",
        months=proposal.months,
        state=State.PROPOSED,
        version=0,
        facts=proposal.facts,
        public_facts=masked(proposal.facts, proposal.names),
        ground=shown_text("ground", proposal.ground, proposal.names, LONGEST["ground"]),
        measure=shown_text("measure", proposal.measure, proposal.names, LONGEST["measure"]),
        document=shown_text("document", proposal.document, proposal.names, LONGEST["document"]),
        document_on=proposal.document_on,
        report=report,
        evidence=0,
        proposed_by=w.actor.id or 0,
        proposed_at=w.now,
        way="",
        tracking="",
        proofs=0,
        holding=0,
        reason="",
    )
    row.evidence = len(media.claim(w, photo, owner=owner_of(row.code)))
    w.session.add(row)
    note(w, row, "propose")
    uses.claim(w, row, proposal.document, row.report)
    basis.listing_id = row.id
    w.session.add(basis)
    took_part(w, row, assessments.parties_of(w.session, basis.assessment_id, card.id, row.report))
    took_part(w, row, [(one, Part.SILENCE) for one in silencers])
    if kind is ListKind.BLACK:
        tell(w, row, "redblack.propose")
    return row


def notify(w: Work, *, code: str, hidden: bool = False, version: int | None = None) -> Listing:
    """Begin the public notice of a red entry; `hidden`: who begins it found nobody named in it."""
    row = open_listing(w, code, version)
    check(w, row, Move.NOTIFY)
    reading.state_nameless(w, row, *reading.texts_of(row), hidden=hidden)
    calendar = holidays(w.session)
    until = due_at("red_notice", w.now, calendar)
    changes = {"respond_until": until, "decide_until": due_at("decide", until, calendar)}
    move(w, row, Move.NOTIFY, changes=changes)
    return row


def decide(w: Work, *, code: str, reason: str, version: int | None = None) -> Listing:
    """Decide that it is to be listed: not by who proposed it, not before it was heard."""
    row = open_listing(w, code, version)
    check(w, row, Move.DECIDE)
    require(policy.may_sign(w.actor, queries.judges(w.session, row.id)))
    # What still counts holds no more: an answer's time that is over held long enough.
    _require_case(w, row)
    changes = {"decided_by": w.actor.id, "decided_at": w.now, "reason": reason, "holding": 0}
    move(w, row, Move.DECIDE, words=reason, changes=changes)
    return row


def _require_case(w: Work, row: Listing) -> None:
    """Refuse to go on while the case that an entry rests on is looked into again."""
    if not carries(w, row.report):
        raise NotAllowed("case_reopened", REOPENED)


def drop(w: Work, *, code: str, reason: str, version: int | None = None) -> Listing:
    """Decide that it is not listed."""
    row = open_listing(w, code, version)
    check(w, row, Move.DROP)
    move(w, row, Move.DROP, words=reason, changes={"holding": 0})
    return row


def send_back(w: Work, *, code: str, reason: str, version: int | None = None) -> Listing:
    """Refuse the second signature: the proposal begins anew, with a new notice and service."""
    row = open_listing(w, code, version)
    check(w, row, Move.RETURN)
    nothing: dict[str, object] = dict.fromkeys(
        ("served_by", "served_at", "respond_until", "waived_from", "decide_until", "reminded_at",
         "decided_by", "decided_at")
    )  # fmt: skip
    w.session.execute(delete(ListingProof).where(ListingProof.listing_id == row.id))
    # It lapses if nobody goes on with it, counted from now.
    nothing["decide_until"] = due_at("decide", w.now, holidays(w.session))
    decider, again = row.decided_by, {"round": row.round + 1}
    held = row.holding > 0
    changes = nothing | {"way": "", "tracking": "", "proofs": 0, "reason": ""} | again
    move(w, row, Move.RETURN, words=reason, changes=changes)
    # Whose decision was refused decides on it no more, and answers nothing said against it; nor
    # does who refused it while an objection waited for its answer.
    took_part(w, row, [(one, Part.DECIDE) for one in (decider, w.actor.id if held else None)])
    return row


def publish(w: Work, *, code: str, hidden: bool = False, version: int | None = None) -> Listing:
    """Approve as the third person and publish: from now to its end, to the day.

    `hidden` says that this person read what everyone will, also what the enterprise says and what
    was answered, and found nobody named in it. Nobody stands on both lists: a black entry takes the
    red one down, and keeps another off.
    """
    row = open_listing(w, code, version)
    cards.hold(w.session, row.organisation_id)
    check(w, row, Move.PUBLISH)
    require(policy.may_sign(w.actor, queries.judges(w.session, row.id)))
    _require_case(w, row)
    letters.require_decision_served(w, row)
    reading.read_everything(w, row, hidden=hidden)
    if row.kind == ListKind.BLACK:
        _take_red_down(w, row.organisation_id)
    elif queries.black_until(w.session, row.organisation_id, w.now) is not None:
        raise NotAllowed("on_black", N_("这家企业正在黑榜上，不能上红榜。"))
    least = SEVERITIES[row.severity].least_months if row.severity else None
    changes = {
        "approved_by": w.actor.id,
        "published_at": w.now,
        "ends_at": term_ends(w.now, row.months),
        "repair_from": _repair_from(w.now, least),
    }
    move(w, row, Move.PUBLISH, changes=changes)
    return row


def _take_red_down(w: Work, organisation_id: int) -> None:
    for code in queries.red_shown(w.session, organisation_id, w.now):
        move(w, open_listing(w, code), Move.WITHDRAW, words=BLACK_INSTEAD)


def _repair_from(now: datetime, least_months: int | None) -> datetime | None:
    if least_months is None:
        return None
    return max(now, term_ends(now, least_months)) if least_months else now


def withdraw(w: Work, *, code: str, reason: str, version: int | None = None) -> Listing:
    """Take a red entry down because of a serious violation."""
    row = open_listing(w, code, version)
    check(w, row, Move.WITHDRAW)
    move(w, row, Move.WITHDRAW, words=reason)
    return row
