"""Whoever handles a case hears of its deadline before it, others after it (system)."""

from wufei_public.dumping.actions.steps import open_case
from wufei_public.dumping.models.events import ReleaseReminder, ReportReminder
from wufei_public.dumping.queries import reminding as queries
from wufei_public.dumping.rules.release import Release
from wufei_public.dumping.rules.reminding import Level, level_of
from wufei_public.infra.work import Work
from wufei_public.messages.actions import inbox

TEMPLATES = {Level.SOON: "dumping.due_soon", Level.OVER: "dumping.overdue"}
RELEASES = {Level.SOON: "dumping.release_soon", Level.OVER: "dumping.release_over"}


def remind(w: Work, *, code: str) -> int:
    """Tell of the case's deadline, once per deadline and level; return how many were told."""
    report = open_case(w, code)
    level = level_of(report.due_at, w.now) if report.due_at else None
    if report.due_at is None or level is None:
        return 0
    row = {"report_id": report.id, "due_at": report.due_at, "level": level, "at": w.now}
    w.insert(ReportReminder, row)
    people = queries.people_of(w.session, report, level)
    for account in people:
        inbox.tell(w, account, TEMPLATES[level], {"code": report.code})
    return len(people)


def remind_of_release(w: Work, *, code: str) -> int:
    """Tell that a case waits to be shown or not, once per deadline and level; return how many."""
    report = open_case(w, code)
    level = level_of(report.release_due, w.now)
    if report.release != Release.PENDING or level is None:
        return 0
    row = {"report_id": report.id, "due_at": report.release_due, "level": level, "at": w.now}
    w.insert(ReleaseReminder, row)
    people = queries.showing_people(w.session, report, level)
    for account in people:
        inbox.tell(w, account, RELEASES[level], {"code": report.code})
    return len(people)
