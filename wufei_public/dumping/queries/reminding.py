"""Cases of whose deadline nobody was told yet, and whom to tell."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Exists, and_, exists, or_, select, text
from sqlalchemy.orm import Session

from wufei_public.dumping.models.conditions import IS_OPEN, IS_UNDECIDED
from wufei_public.dumping.models.events import ReleaseReminder, ReportReminder
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.rules.reminding import LEAD, Level
from wufei_public.people.queries.accounts import holders
from wufei_public.people.rules.roles import Role


def to_remind(session: Session, now: datetime, limit: int = 200) -> Sequence[str]:
    """Return the codes of open cases whose deadline asks for a word that was not said yet.

    While the reporter is asked the clock stands, and nobody is reminded.
    """
    return session.scalars(
        select(Report.code)
        .where(
            text(IS_OPEN),
            Report.held_until.is_(None),
            Report.due_at <= now + LEAD,
            or_(
                and_(Report.due_at >= now, ~_said()),
                and_(Report.due_at < now, ~_said(Level.OVER)),
            ),
        )
        .order_by(Report.due_at, Report.id)
        .limit(limit)
    ).all()


def to_remind_of_release(session: Session, now: datetime, limit: int = 200) -> Sequence[str]:
    """Return the codes of cases that wait to be shown or not, and of which it is time to say so."""
    due = Report.release_due
    return session.scalars(
        select(Report.code)
        .where(
            text(IS_UNDECIDED),
            due <= now + LEAD,
            or_(
                and_(due >= now, ~_said_of_release()),
                and_(due < now, ~_said_of_release(Level.OVER)),
            ),
        )
        .order_by(due, Report.id)
        .limit(limit)
    ).all()


def _said(*levels: Level) -> Exists:
    said = [ReportReminder.report_id == Report.id, ReportReminder.due_at == Report.due_at]
    if levels:
        said.append(ReportReminder.level.in_(levels))
    return exists().where(*said)


def _said_of_release(*levels: Level) -> Exists:
    kept = ReleaseReminder
    said = [kept.report_id == Report.id, kept.due_at == Report.release_due]
    if levels:
        said.append(kept.level.in_(levels))
    return exists().where(*said)


def showing_people(session: Session, report: Report, level: Level) -> Sequence[int]:
    """Return who decides whether the case is shown: the town, and once it is over the district."""
    district = _all(session, Role.DISTRICT_OFFICER)
    found = _town(session, report) or district
    return list(dict.fromkeys([*found, *(district if level is Level.OVER else ())]))


def people_of(session: Session, report: Report, level: Level) -> Sequence[int]:
    """Return whom to tell: who has the case, and once it is over the town and the district too."""
    found = _holding(session, report)
    if level is Level.OVER:
        found += _town(session, report) + _all(session, Role.DISTRICT_OFFICER)
    return list(dict.fromkeys(found))


def district_of(session: Session) -> Sequence[int]:
    """Return the district's officers, who decide what towns do not settle."""
    return _all(session, Role.DISTRICT_OFFICER)


def _holding(session: Session, report: Report) -> list[int]:
    """Return who has the case: a crew member, a department, else the town, else the district."""
    found = [report.crew_id] if report.crew_id else []
    if report.department:
        found += _all(session, Role.DEPARTMENT_OFFICER, department=report.department)
    return found or _town(session, report) or _all(session, Role.DISTRICT_OFFICER)


def _town(session: Session, report: Report) -> list[int]:
    return _all(session, Role.TOWN_OFFICER, division=report.town) if report.town else []


def _all(
    session: Session, role: Role, *, division: str | None = None, department: str | None = None
) -> list[int]:
    return [one.id for one in holders(session, role, division=division, department=department)]
