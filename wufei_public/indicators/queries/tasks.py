"""What departments said of the plan's tasks."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wufei_public.indicators.models.values import GoLive, TaskReport
from wufei_public.indicators.rules.tasks import Notice


def newest(session: Session, plan: str) -> Mapping[str, TaskReport]:
    """Return the newest report on each task that has one."""
    last = select(func.max(TaskReport.id)).where(TaskReport.plan == plan).group_by(TaskReport.task)
    rows = session.scalars(select(TaskReport).where(TaskReport.id.in_(last)))
    return {row.task: row for row in rows}


def reports(session: Session, plan: str, task: str) -> Sequence[TaskReport]:
    """Return everything that was reported on a task, the newest first."""
    wanted = select(TaskReport).where(TaskReport.plan == plan, TaskReport.task == task)
    return session.scalars(wanted.order_by(TaskReport.id.desc())).all()


def notice(session: Session, plan: str) -> Notice | None:
    """Return since when departments are asked, None before the operator said so."""
    row = session.get(GoLive, plan)
    return Notice(row.on_day, row.notice_days) if row else None
