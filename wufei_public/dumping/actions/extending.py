"""A handler asks for more time; another person grants it, and the reporter is told why."""

from wufei_public.calendar.queries import holidays
from wufei_public.common.errors import WrongState
from wufei_public.common.redact import redact
from wufei_public.common.text import N_
from wufei_public.dumping import policy
from wufei_public.dumping.actions.steps import note, open_case, require, tell_reporter
from wufei_public.dumping.models.extensions import ReportExtension
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries.extending import counted, extensions, waiting
from wufei_public.dumping.rules.clocks import RUNNING
from wufei_public.dumping.rules.extending import (
    SECOND_PERSON,
    Answer,
    Extension,
    longer,
    may_be_extended,
)
from wufei_public.infra.work import Work


def ask_longer(
    w: Work, *, code: str, text: str, version: int | None = None, second: bool = SECOND_PERSON
) -> Report:
    """Ask for more time with a reason that the reporter reads once it is granted.

    Without a `second` person in the rules it is granted at once. WrongState after the deadline,
    and once more time was asked for or given.
    """
    report = open_case(w, code, version)
    require(policy.may_extend(w.actor, report.facts))
    before = counted(extensions(w.session, report.id))
    if not may_be_extended(report.facts.state, report.finish_due, w.now, before):
        raise WrongState("not_extendable", N_("只能在办结期限前申请一次延长。"))
    row = ReportExtension(
        report_id=report.id,
        state=Extension.ASKED,
        reason=redact(text),
        asked_by=w.actor.id,
        asked_at=w.now,
        alone=not second,
        finish_before=report.finish_due,
        legal_before=report.legal_finish_due,
    )
    w.session.add(row)
    if second:
        note(w, report, "extend_asked", internal=text)
    else:
        _grant(w, report, row)
    return report


def decide_longer(
    w: Work, *, code: str, decision: str, text: str = "", version: int | None = None
) -> Report:
    """Grant or refuse more time; never by who asked for it. WrongState if nobody asked."""
    report = open_case(w, code, version)
    row = waiting(extensions(w.session, report.id))
    if row is None:
        raise WrongState("nothing_asked", N_("没有等您决定的延长申请。"))
    require(policy.may_grant_longer(w.actor, report.facts, row.asked_by))
    if decision == Answer.GRANT:
        if not may_be_extended(report.facts.state, report.finish_due, w.now, {}):
            raise WrongState("not_extendable", N_("只能在办结期限前申请一次延长。"))
        _grant(w, report, row)
    else:
        row.state, row.decided_by, row.decided_at = Extension.REFUSED, w.actor.id, w.now
        note(w, report, "extend_refused", internal=text)
    return report


def _grant(w: Work, report: Report, row: ReportExtension) -> None:
    if report.finish_due is None or report.legal_finish_due is None:
        raise AssertionError("a case in hand has its deadlines")
    row.state, row.decided_by, row.decided_at = Extension.GRANTED, w.actor.id, w.now
    row.finish_before, row.legal_before = report.finish_due, report.legal_finish_due
    found = longer(report.finish_due, report.legal_finish_due, holidays(w.session))
    report.finish_due, report.legal_finish_due = found.finish, found.legal
    if RUNNING[report.facts.state] == "finish_due":
        report.due_at = found.finish
    note(w, report, "extend", public=row.reason)
    tell_reporter(w, report, "dumping.extend")
