"""Runs as officials read them: what is due, what runs, what came of those before."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from wufei_public.indicators.documents import words
from wufei_public.indicators.models.runs import Run
from wufei_public.indicators.rules.runs import (
    STATE_CHIPS,
    STATE_LABELS,
    WHY_LABELS,
    RunState,
    Why,
    next_freeze,
)


def line(row: Run) -> dict[str, Any]:
    """Return one run as a row of its history."""
    state = RunState(row.state)
    return {
        "code": row.code,
        "at": row.started_at or row.asked_at,
        "why": _(WHY_LABELS[Why(row.why)]),
        "whole": row.whole,
        "chip": (STATE_CHIPS[state], _(STATE_LABELS[state])),
        "state": state,
        "seconds": f"{row.seconds:.1f}" if row.seconds is not None else "",
        "total": row.total,
        "counted": row.counted,
        "rows": row.rows,
        "values": row.values,
        "outcome": row.outcome,
    }


def lines(rows: Sequence[Run]) -> list[dict[str, Any]]:
    """Return the runs, the newest first."""
    return [line(row) for row in rows]


def timetable(freeze_day: int, now: datetime) -> dict[str, Any]:
    """Return when what is computed."""
    month, at = next_freeze(freeze_day, now)
    return {"freeze_day": freeze_day, "month": words.period(month.key), "at": at}
