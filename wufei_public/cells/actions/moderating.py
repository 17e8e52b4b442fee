"""The moderated discussion: scores that stand far apart are talked over, changes keep a trace."""

from decimal import Decimal

from wufei_public.cells import policy
from wufei_public.cells.actions.panels import check_mark, write_mark, write_total
from wufei_public.cells.actions.results import result_of
from wufei_public.cells.actions.steps import check, note, open_application, opine, require
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.reviews import CellSheet, CellSheetChange
from wufei_public.cells.queries import applications as queries
from wufei_public.cells.queries import reviews, rounds
from wufei_public.cells.rules.scoring import Answer, score
from wufei_public.cells.rules.stages import Move, State
from wufei_public.common.errors import WrongState
from wufei_public.common.text import N_
from wufei_public.infra.work import Work


def moderate(w: Work, *, code: str, text: str, version: int | None = None) -> CellApplication:
    """Write down a discussion of scores that stand far apart."""
    row = open_application(w, code, version)
    check(w, row, Move.PROPOSE)
    opine(w, row, "moderate", "", text)
    note(w, row, "moderate", internal=text)
    return row


def revise(
    w: Work,
    *,
    code: str,
    item: str,
    reason: str,
    step: int | None = None,
    value: Decimal | None = None,
    na: bool = False,
) -> CellSheet:
    """Change one's own mark after a discussion; before, after and why are kept for good.

    WrongState unless a discussion of this evaluation was written down first.
    """
    row = open_application(w, code)
    require(policy.may_score(w.actor, queries.facts_of(w.session, row)))
    sheet = reviews.sheet_of(w.session, row, w.actor.id, locked=True)
    talked = any(
        one.step == "moderate" and sheet.scored_at and one.at >= sheet.scored_at
        for one in reviews.opinions(w.session, row.id)
    )
    if row.state != State.SCORED or sheet.total is None or not talked:
        raise WrongState("no_discussion", N_("讨论之后才能改分，现在不能改。"))
    answer, rubric = Answer(step, value, na), rounds.rubric(w.session, row.rubric_id)
    check_mark(rubric, item, answer)
    marks = {name: given for name, (given, _) in reviews.marks(w.session, sheet.id).items()}
    given = score(rubric, marks | {item: answer}, sheet.vetoes)
    # First of all: the tables change nothing of a sheet that is in without it.
    w.session.add(
        CellSheetChange(
            sheet_id=sheet.id,
            at=w.now,
            item=item,
            before=sheet.total,
            after=given.total,
            reason=reason,
        )
    )
    w.session.flush()
    write_mark(w, row, sheet, item, answer, reason)
    write_total(sheet, given)
    w.session.flush()
    for name, found in result_of(w, row, rubric).items():
        setattr(row, name, found)
    note(w, row, "revise", internal=reason)
    return sheet
