"""Reports of departments on the plan's tasks, and the day from which they are asked."""

from datetime import date

from wufei_public.common.errors import Invalid, NotFound
from wufei_public.common.text import N_
from wufei_public.indicators import policy
from wufei_public.indicators.actions.values import require, responsible
from wufei_public.indicators.models.values import GoLive, TaskReport
from wufei_public.indicators.rules.plans import Task, current
from wufei_public.indicators.rules.tasks import Progress
from wufei_public.infra import audit
from wufei_public.infra.work import Work


def task_named(code: str) -> Task:
    """Return the plan's task; NotFound for anything else."""
    found = current().task(code)
    if found is None:
        raise NotFound("no_task", N_("没有这项任务。"))
    return found


def report(w: Work, *, code: str, progress: Progress, words: str, evidence: str = "") -> TaskReport:
    """Say how far a task is; what was said before stays readable."""
    task = task_named(code)
    require(policy.may_enter(w.actor, responsible(w, (task.lead,))))
    if progress is Progress.UNREPORTED:
        raise Invalid("no_progress", N_("请选现在的进展。"))
    made = TaskReport(
        plan=current().code,
        task=code,
        progress=progress,
        words=words,
        evidence=evidence,
        reported_by=w.actor.id,
        reported_at=w.now,
    )
    w.session.add(made)
    w.session.flush()
    audit.record(w, "indicators:task:report", f"indicators-task/{code}", after={"state": progress})
    return made


def go_live(w: Work, *, on_day: date, notice_days: int) -> None:
    """State from which day departments are asked; the last statement counts."""
    plan = current().code
    w.session.merge(GoLive(plan=plan, on_day=on_day, notice_days=notice_days))
    after = {"on": on_day.isoformat(), "days": notice_days}
    audit.record(w, "indicators:plan:go_live", f"indicators-plan/{plan}", after=after)
