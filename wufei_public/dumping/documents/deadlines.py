"""Deadlines of a case in words and as a bar."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext, pgettext

from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.rules.clocks import RUNNING, days_left, urgency
from wufei_public.dumping.rules.states import State

TONES = {"over": "bad", "today": "soon", "soon": "soon", "later": "none", "none": "none"}


def running_due(row: Any, now: datetime) -> dict[str, Any]:
    """Return tone and words of the clock that runs, with its name: 派办超 1 天."""
    found = due_words(row.due_at, now)
    if not found["words"]:
        return found
    clock = _clock_names()[RUNNING[State(row.state)]]
    words = pgettext("deadline", "%(clock)s%(left)s", clock=clock, left=found["words"])
    return found | {"words": words}


def _clock_names() -> Mapping[str, str]:
    """Return what each deadline that can run is for, as it stands before the days."""
    return {
        "accept_due": pgettext("deadline", "受理"),
        "transfer_due": pgettext("deadline", "派办"),
        "finish_due": pgettext("deadline", "办结"),
        "held_until": pgettext("deadline", "补充"),
        "review_due": pgettext("deadline", "复核"),
    }


def due_words(due: datetime | None, now: datetime) -> dict[str, Any]:
    """Return tone and words of a deadline: 超 1 天, 今天到期, 还有 2 天."""
    how = urgency(due, now)
    if due is None:
        return {"tone": "none", "words": "", "at": None}
    left = days_left(due, now)
    if how == "over":
        words = ngettext("超 %(num)d 天", "超 %(num)d 天", max(1, -left))
    elif how == "today":
        words = _("今天到期")
    else:
        words = ngettext("还有 %(num)d 天", "还有 %(num)d 天", left)
    return {"tone": TONES[how], "words": words, "at": due}


def clock_bar(report: Report, now: datetime) -> dict[str, Any] | None:
    """Return the deadline bar's places (per cent of begin to legal limit); None before it runs."""
    if not (report.accepted_at and report.finish_due and report.legal_finish_due):
        return None
    whole = (report.legal_finish_due - report.accepted_at).total_seconds()
    end = report.closed_at or now
    # A case that is done again may be promised for later than the law has it.
    due = min(100.0, (report.finish_due - report.accepted_at).total_seconds() / whole * 100)
    today = (end - report.accepted_at).total_seconds() / whole * 100
    return {
        "begin_at": report.accepted_at,
        "due_at": report.finish_due,
        "legal_at": report.legal_finish_due,
        "over": report.closed_at is not None,
        "due": round(due, 1),
        "today": round(min(100.0, max(0.0, today)), 1),
    }
