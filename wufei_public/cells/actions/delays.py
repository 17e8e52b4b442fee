"""A panel that is late: the office gives it more time, or takes an expert off it."""

from wufei_public.calendar.queries import holidays
from wufei_public.cells.actions.results import result_of
from wufei_public.cells.actions.steps import check, move, note, open_application, take_part
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.queries import reviews, rounds
from wufei_public.cells.rules.clocks import due_at
from wufei_public.cells.rules.panels import complete
from wufei_public.cells.rules.stages import Move
from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_
from wufei_public.infra.work import Work
from wufei_public.messages.actions import inbox


def extend(w: Work, *, code: str, text: str, version: int | None = None) -> CellApplication:
    """Give the experts who are not in yet the whole time again, counted from now."""
    row = open_application(w, code, version)
    check(w, row, Move.CLOSE_SCORING)
    take_part(w, row, w.actor.id or 0)
    row.due_at = due_at("scoring", w.now, holidays(w.session))
    for sheet in reviews.sheets(w.session, row):
        if sheet.scored_at is None and sheet.recused_at is None:
            sheet.due_at = row.due_at
            inbox.tell(w, sheet.expert_id, "cells.extended", {"code": row.code, "unit": row.unit})
    note(w, row, "extend", internal=text)
    return row


def release(
    w: Work, *, code: str, expert: int, text: str, version: int | None = None
) -> CellApplication:
    """Take an expert who has not scored off the panel; the scoring closes if all others are in."""
    row = open_application(w, code, version)
    check(w, row, Move.CLOSE_SCORING)
    take_part(w, row, w.actor.id or 0)
    sheets = reviews.sheets(w.session, row)
    found = next((one for one in sheets if one.expert_id == expert), None)
    if found is None or found.scored_at is not None or found.recused_at is not None:
        sentence = N_("请选一位还没交评分的专家。")
        raise Invalid("bad_expert", sentence, [FieldError("expert", sentence)])
    found.recused_at, found.recusal = w.now, text
    w.session.flush()
    note(w, row, "release", internal=text)
    if complete(reviews.panel(sheets)):
        rubric = rounds.rubric(w.session, row.rubric_id)
        move(w, row, Move.CLOSE_SCORING, changes=result_of(w, row, rubric))
    return row
