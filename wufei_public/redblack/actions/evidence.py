"""A closed case as evidence against an enterprise: sent by one, confirmed by another."""

from datetime import date

from wufei_public.common.clock import district_day
from wufei_public.common.codes import normalise
from wufei_public.common.errors import Conflict, FieldError, Invalid, WrongState
from wufei_public.common.text import N_
from wufei_public.dumping import policy as dumping_policy
from wufei_public.dumping.queries import cases as dumping
from wufei_public.dumping.rules.states import RATEABLE
from wufei_public.infra import audit
from wufei_public.infra.work import Work
from wufei_public.organisations.queries import cards
from wufei_public.redblack import policy
from wufei_public.redblack.actions.basis import require_past
from wufei_public.redblack.actions.steps import require
from wufei_public.redblack.models.assessments import CaseEvidence
from wufei_public.redblack.queries import assessments as queries


def send_case(
    w: Work,
    *,
    report: str,
    organisation: str,
    confirmed: str,
    document: str = "",
    document_on: date | None = None,
) -> CaseEvidence:
    """Send a closed case as evidence against a named enterprise, and say how it was found out.

    A document that names the offender confirms it; without one a second official has to. Only
    kind, place and day of the case go along: nothing of who reported it.
    """
    card = cards.organisation(w.session, organisation, locked=True)
    require(policy.may_propose(w.actor, card.division))
    if bool(document) != (document_on is not None):
        sentence = N_("文号和日期要么都填，要么都不填。")
        raise Invalid("invalid", sentence, [FieldError("document_on", sentence)])
    require_past(w, document_on)
    case = dumping.report(w.session, report)
    if not dumping_policy.may_handle(w.actor, case.facts).allowed:
        raise dumping.missing()
    if case.state not in RATEABLE or case.closed_at is None:
        raise WrongState("case_open", N_("只有办结的案件能作为证据。"))
    if queries.case_of(w.session, card.id, normalise(report)) is not None:
        raise Conflict("case_sent", N_("这个案件已经作为这家企业的证据了。"))
    row = CaseEvidence(
        organisation_id=card.id,
        report=case.code,
        kind=case.official_kind,
        division=case.division,
        closed_on=district_day(case.closed_at),
        confirmed=confirmed,
        sent_by=w.actor.id or 0,
        sent_at=w.now,
        town=card.town,
        document=document,
        document_on=document_on,
    )
    w.session.add(row)
    w.session.flush()
    _record(w, "send", row, card.code)
    return row


def confirm_case(w: Work, *, report: str, organisation: str) -> CaseEvidence:
    """Confirm as a second official that the case is the enterprise's."""
    row = _waiting(w, report, organisation)
    row.confirmed_by, row.confirmed_at = w.actor.id, w.now
    _record(w, "confirm", row, organisation)
    return row


def refuse_case(w: Work, *, report: str, organisation: str, reason: str) -> CaseEvidence:
    """Take the evidence out as a second official: it does not show that it was the enterprise."""
    row = _waiting(w, report, organisation)
    w.session.delete(row)
    _record(w, "refuse", row, organisation, reason)
    return row


def _waiting(w: Work, report: str, organisation: str) -> CaseEvidence:
    card = cards.organisation(w.session, organisation, locked=True)
    row = queries.case_of(w.session, card.id, normalise(report))
    if row is None:
        raise dumping.missing()
    require(policy.may_confirm(w.actor, card.division, row.sent_by))
    if row.stands:
        raise WrongState("case_confirmed", N_("这份证据已经核实过了。"))
    return row


def _record(w: Work, what: str, row: CaseEvidence, organisation: str, reason: str = "") -> None:
    audit.record(
        w,
        f"redblack:case:{what}",
        f"dumping/{row.report}",
        reason=reason,
        after={"organisation": organisation},
    )
