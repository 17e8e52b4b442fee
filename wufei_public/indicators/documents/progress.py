"""The plan's tasks as a list of progress, each with what its department said."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _

from wufei_public.indicators.documents import words
from wufei_public.indicators.models.values import TaskReport
from wufei_public.indicators.rules.plans import Plan, Task
from wufei_public.indicators.rules.tasks import CHIPS, LABELS, Notice, Progress, is_overdue


def line(
    task: Task, report: TaskReport | None, notice: Notice | None, today: date
) -> dict[str, Any]:
    """Return one task as a row of the list."""
    progress = Progress(report.progress) if report else Progress.UNREPORTED
    return {
        "code": task.code,
        "title": words.told(task.title),
        "group": words.told(task.group),
        "lead": ", ".join(words.offices((task.lead,))),
        "deadline": task.deadline,
        "deadline_written": words.translated(task.deadline_written),
        "progress": progress,
        "chip": (CHIPS[progress], _(LABELS[progress])),
        "overdue": is_overdue(progress, task.deadline, notice, today),
        "words": report.words if report else "",
        "reported_at": report.reported_at if report else None,
    }


def lines(
    plan: Plan, reports: Mapping[str, TaskReport], notice: Notice | None, today: date
) -> list[dict[str, Any]]:
    """Return all tasks in the order of the plan."""
    return [line(task, reports.get(task.code), notice, today) for task in plan.tasks]


def tally(rows: list[dict[str, Any]]) -> list[tuple[str, str, int]]:
    """Return how many tasks there are of each progress: tone, word, count."""
    found = [row["progress"] for row in rows]
    return [(CHIPS[one], _(LABELS[one]), found.count(one)) for one in Progress]


def chip_of(report: TaskReport) -> tuple[str, str]:
    """Return shape and word of what a report says."""
    progress = Progress(report.progress)
    return CHIPS[progress], _(LABELS[progress])
