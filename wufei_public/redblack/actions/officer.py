"""What officials do with an entry, from its proposal to its end."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from wufei_public.calendar.queries import holidays
from wufei_public.common.codes import new_code, normalise
from wufei_public.common.errors import Conflict, FieldError, Invalid
from wufei_public.common.text import N_
from wufei_public.infra.work import Work
from wufei_public.media.actions import photos as media
from wufei_public.organisations.queries import cards
from wufei_public.redblack import policy
from wufei_public.redblack.actions.steps import (
    check,
    move,
    note,
    open_listing,
    owner_of,
    require,
    tell,
)
from wufei_public.redblack.models.assessments import ListingBasis
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.queries import assessments
from wufei_public.redblack.queries import listings as queries
from wufei_public.redblack.rules.clocks import SEVERITIES, due_at, months_fit, term_ends
from wufei_public.redblack.rules.names import for_public, read_names
from wufei_public.redblack.rules.states import Basis, ListKind, Move, State, Way


@dataclass(frozen=True, slots=True)
class Proposal:
    """What an official proposes: about whom, for which list, on which facts and ground."""

    organisation: str
    kind: str
    facts: str
    ground: str
    months: int
    severity: str = ""
    measure: str = ""
    document: str = ""
    document_on: date | None = None
    names: str = ""
    report: str = ""
    assessment: str = ""


def propose(w: Work, proposal: Proposal, photo: Sequence[str] = ()) -> Listing:
    """Propose an entry; for a black one the enterprise is told that a notice waits for it.

    Raises Conflict while another proposal for the same list runs.
    """
    card = cards.organisation(w.session, proposal.organisation, locked=True)
    require(policy.may_propose(w.actor, card.division))
    kind = ListKind(proposal.kind)
    if queries.running(w.session, card.id, kind) is not None:
        raise Conflict("proposed_before", N_("这个单位已经有一条在办，请先办完那一条。"))
    _check_term(proposal)
    basis = _basis(w, proposal, card.id)
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
        public_facts=for_public(proposal.facts, read_names(proposal.names)),
        ground=proposal.ground,
        measure=proposal.measure,
        document=proposal.document,
        document_on=proposal.document_on,
        report=_report(w, proposal.report, card.id),
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
    basis.listing_id = row.id
    w.session.add(basis)
    if kind is ListKind.BLACK:
        tell(w, row, "redblack.propose")
    return row


def _check_term(proposal: Proposal) -> None:
    black = proposal.kind == ListKind.BLACK
    if black and proposal.severity not in SEVERITIES:
        raise _wrong("severity", N_("请选失信程度。"))
    if not months_fit(proposal.severity if black else "", proposal.months):
        raise _wrong("months", N_("公布的月数不在这个程度的范围里。"))


def _basis(w: Work, proposal: Proposal, organisation_id: int) -> ListingBasis:
    """Return on what the proposal rests; Invalid unless scores or a recorded decision carry it."""
    if proposal.assessment:
        return ListingBasis(
            basis=Basis.ASSESSMENT,
            assessment_id=_assessment(w, proposal, organisation_id),
            document="",
            ground="",
        )
    if not proposal.document:
        raise _wrong("document", N_("请填决定书文号，或者选一次考核作依据。"))
    if proposal.document_on is None:
        raise _wrong("document_on", N_("请填决定书的日期。"))
    return ListingBasis(
        basis=Basis.DECISION,
        document=proposal.document,
        document_on=proposal.document_on,
        ground=proposal.ground,
    )


def _assessment(w: Work, proposal: Proposal, organisation_id: int) -> int:
    rows = assessments.of_organisation(w.session, organisation_id)
    found = next((row for row in rows if row.code == normalise(proposal.assessment)), None)
    if found is None or found.suggests != proposal.kind:
        raise _wrong("assessment", N_("这次考核的得分不支持上这个榜。"))
    if found.used:
        raise _wrong("assessment", N_("已经根据这次考核提出过。"))
    return int(found.id)


def _report(w: Work, code: str, organisation_id: int) -> str:
    """Return the code of a closed dumping case that was sent as evidence; nothing of its reporter.

    Whoever sent it has said how the enterprise was found out and confirmed.
    """
    if not code:
        return ""
    if assessments.case_of(w.session, organisation_id, normalise(code)) is None:
        raise _wrong("report", N_("这个案件还没有作为证据送来：请在案件页面上送。"))
    return normalise(code)


def _wrong(pointer: str, sentence: str) -> Invalid:
    return Invalid("invalid", sentence, [FieldError(pointer, sentence)])


def serve(
    w: Work,
    *,
    code: str,
    way: str,
    served_on: datetime,
    tracking: str = "",
    photo: Sequence[str] = (),
    version: int | None = None,
) -> Listing:
    """Record that the notice reached the enterprise, with its proof; the time to answer runs.

    It runs from service, and never from before it was recorded that there was a proposal.
    """
    row = open_listing(w, code, version)
    check(w, row, Move.SERVE)
    if way == Way.ACCOUNT:
        raise _wrong("way", N_("账号送达由企业自己确认，不能代填。"))
    if not photo:
        raise _wrong("photo", N_("请拍下送达的凭据：签收、回执或公告。"))
    if way == Way.POST and not tracking:
        raise _wrong("tracking", N_("邮寄送达要填单号。"))
    if not row.proposed_at <= served_on <= w.now:
        raise _wrong("served_on", N_("送达的时间要在提出之后、现在之前。"))
    count = len(media.claim(w, photo, owner=f"{owner_of(row.code)}/proof"))
    changes = served(w, served_on) | {"way": way, "tracking": tracking, "proofs": count}
    move(w, row, Move.SERVE, changes=changes)
    tell(w, row, "redblack.serve")
    return row


def served(w: Work, at: datetime) -> dict[str, object]:
    """Return the columns of a service at that instant: the clocks run from it."""
    calendar = holidays(w.session)
    respond = due_at("respond", at, calendar)
    return {
        "served_by": w.actor.id,
        "served_at": at,
        "respond_until": respond,
        "decide_until": due_at("decide", respond, calendar),
    }


def notify(w: Work, *, code: str, version: int | None = None) -> Listing:
    """Begin the public notice of a red entry."""
    row = open_listing(w, code, version)
    check(w, row, Move.NOTIFY)
    calendar = holidays(w.session)
    until = due_at("red_notice", w.now, calendar)
    changes = {"respond_until": until, "decide_until": due_at("decide", until, calendar)}
    move(w, row, Move.NOTIFY, changes=changes)
    return row


def decide(w: Work, *, code: str, reason: str, version: int | None = None) -> Listing:
    """Decide that it is to be listed: not by who proposed it, not before it was heard."""
    row = open_listing(w, code, version)
    check(w, row, Move.DECIDE)
    changes = {"decided_by": w.actor.id, "decided_at": w.now, "reason": reason}
    move(w, row, Move.DECIDE, words=reason, changes=changes)
    return row


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
    nothing = dict.fromkeys(
        ("served_by", "served_at", "respond_until", "waived_at", "decide_until", "decided_by",
         "decided_at")
    )  # fmt: skip
    changes = nothing | {"way": "", "tracking": "", "proofs": 0, "reason": ""}
    move(w, row, Move.RETURN, words=reason, changes=changes)
    return row


def publish(w: Work, *, code: str, version: int | None = None) -> Listing:
    """Approve as the third person and publish: from now to its end, to the day."""
    row = open_listing(w, code, version)
    check(w, row, Move.PUBLISH)
    least = SEVERITIES[row.severity].least_months if row.severity else None
    changes = {
        "approved_by": w.actor.id,
        "published_at": w.now,
        "ends_at": term_ends(w.now, row.months),
        "repair_from": _repair_from(w.now, least),
    }
    move(w, row, Move.PUBLISH, changes=changes)
    return row


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


def expire(w: Work, *, code: str) -> Listing:
    """Write down that the term is over; the public has not seen it since its end (system)."""
    row = open_listing(w, code)
    check(w, row, Move.EXPIRE)
    move(w, row, Move.EXPIRE)
    return row
