"""Staff write a report down for somebody who called, came or wrote."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_
from wufei_public.dumping import policy
from wufei_public.dumping.actions.receipts import Receipt, receipt_of
from wufei_public.dumping.actions.steps import note, open_case
from wufei_public.dumping.actions.submit import Draft, submit
from wufei_public.dumping.models.events import ReportEvent
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries import cases as queries
from wufei_public.infra.work import Work

# So long whoever entered it may print the receipt: it opens the reporter's own page.
PRINTABLE = timedelta(hours=1)


def enter(w: Work, draft: Draft) -> Receipt:
    """Write a case for somebody else; the same outside number of one door never twice.

    Raises Invalid at `outside_number` for one that is there, and at `division` for a place
    that the actor does not handle.
    """
    draft = replace(draft, outside_number=draft.outside_number.strip())
    before = _number_of(w, draft)
    receipt = submit(w, replace(draft, outside_number="") if before else draft)
    if before == receipt.code:
        return receipt  # the same form again
    if before is not None:
        sentence = N_("这个编号已经录过了。")
        raise Invalid("entered_before", sentence, [FieldError("outside_number", sentence)])
    report = open_case(w, receipt.code)
    if report.version > 1:
        return receipt
    if not policy.may_handle(w.actor, report.facts).allowed:
        sentence = N_("请选您管的地方。")
        raise Invalid("not_here", sentence, [FieldError("division", sentence)])
    # Kept with the event: the clocks run from what the other office's sheet says.
    note(w, report, "entered", internal=draft.received_at.isoformat() if draft.received_at else "")
    return receipt


def _number_of(w: Work, draft: Draft) -> str | None:
    """Return the code of the case that has this number of this door already."""
    if not draft.outside_number:
        return None
    return w.session.scalar(
        select(Report.code).where(
            Report.source == draft.source, Report.outside_number == draft.outside_number
        )
    )


def printable(w: Work, *, code: str) -> Receipt:
    """Return the receipt to whoever entered the case just now; NotFound for others and later."""
    report = queries.report(w.session, code)
    entered = w.session.scalar(
        select(ReportEvent.at).where(
            ReportEvent.report_id == report.id,
            ReportEvent.move == "entered",
            ReportEvent.actor_id == w.actor.id,
        )
    )
    if entered is None or w.now - entered > PRINTABLE:
        raise queries.missing()
    return receipt_of(w.keys, report)
