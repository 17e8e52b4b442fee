"""Rounds as lines of a list: the office's, and those into which a left-over draft may go."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.rounds import CellRound
from wufei_public.cells.queries import rounds
from wufei_public.cells.rules.rounds import PHASE_CHIPS, PHASE_LABELS, left_over, phase
from wufei_public.cells.rules.stages import State
from wufei_public.infra.i18n import day
from wufei_public.infra.i18n import gettext as _


def round_line(found: CellRound, now: datetime) -> dict[str, Any]:
    """Return one round of the office's list; no statement of its own, however many there are."""
    at = phase(found.facts(()), now)
    return {
        "code": found.code,
        "title": found.title,
        "opens_at": found.opens_at,
        "closes_at": found.closes_at,
        "chip": (PHASE_CHIPS[at], _(PHASE_LABELS[at])),
    }


def copies(
    session: Session, row: CellApplication, opened: CellRound, now: datetime
) -> list[tuple[str, str, str]]:
    """Return the running rounds into which an application that was left over may go."""
    if not left_over(State(row.state), row.submissions, opened.closes_at, now):
        return []
    return [
        (found.code, found.title, _("%(day)s 截止", day=day(found.closes_at)))
        for found in rounds.running(session, now)
        if row.kind in rounds.kinds_of(session, found.id)
    ]
