"""Officers: completeness check, sector opinion, rectification, refusal."""

from collections.abc import Mapping

from wufei_public.cells.actions.panels import seat_again
from wufei_public.cells.actions.steps import check, move, open_application, opine
from wufei_public.cells.models.applications import CellApplication, CellRemark
from wufei_public.cells.queries import rounds
from wufei_public.cells.rules.kinds import KINDS, after_check
from wufei_public.cells.rules.stages import Ground, Move, State
from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_
from wufei_public.infra.work import Work


def send_back(
    w: Work,
    *,
    code: str,
    remarks: Mapping[str, str],
    text: str = "",
    version: int | None = None,
) -> CellApplication:
    """Return the application to be put right, with a remark per item or for the whole."""
    row = open_application(w, code, version)
    check(w, row, Move.RETURN)
    rubric = rounds.rubric(w.session, row.rubric_id)
    said = {item: words for item, words in remarks.items() if words and rubric.item(item)}
    if text:
        said[""] = text
    if not said:
        sentence = N_("请写明要补正什么。")
        raise Invalid("no_remarks", sentence, [FieldError("text", sentence)])
    step = "town" if row.state == State.SUBMITTED else "sector"
    w.session.add_all(
        CellRemark(
            application_id=row.id,
            submission=row.submissions,
            item=item,
            text=words,
            by=w.actor.id or 0,
            at=w.now,
        )
        for item, words in said.items()
    )
    opine(w, row, step, "return", text)
    move(w, row, Move.RETURN, unit=text)
    return row


def pass_check(
    w: Work, *, code: str, text: str = "", version: int | None = None
) -> CellApplication:
    """Say that everything is there; it goes to the sector department, or straight to experts."""
    row = open_application(w, code, version)
    what = after_check(KINDS[row.kind])
    check(w, row, what)
    opine(w, row, "town", "complete", text)
    if what is Move.CHECK_ALONE:
        seat_again(w, row)
    move(w, row, what, internal=text)
    return row


def give_opinion(
    w: Work, *, code: str, opinion: str, text: str = "", version: int | None = None
) -> CellApplication:
    """Give the sector department's opinion; the experts hear it and are not bound by it."""
    row = open_application(w, code, version)
    check(w, row, Move.OPINE)
    opine(w, row, "sector", opinion, text)
    seat_again(w, row)
    move(w, row, Move.OPINE, internal=text)
    return row


def rectify(w: Work, *, code: str, text: str, version: int | None = None) -> CellApplication:
    """Set a time for putting right what the experts found (限期整改)."""
    row = open_application(w, code, version)
    check(w, row, Move.RECTIFY)
    opine(w, row, "inspect", "rectify", text)
    move(w, row, Move.RECTIFY, unit=text)
    return row


def inspect(w: Work, *, code: str, text: str, version: int | None = None) -> CellApplication:
    """Find on inspection (验收) that it was put right; the scores stand as they are."""
    row = open_application(w, code, version)
    check(w, row, Move.INSPECT)
    opine(w, row, "inspect", "mended", text)
    move(w, row, Move.INSPECT, internal=text)
    return row


def rescore(w: Work, *, code: str, text: str = "", version: int | None = None) -> CellApplication:
    """Have the panel score again after the rectification."""
    row = open_application(w, code, version)
    check(w, row, Move.RESCORE)
    opine(w, row, "inspect", "rescore", text)
    seat_again(w, row)
    move(w, row, Move.RESCORE, internal=text)
    return row


def refuse(
    w: Work, *, code: str, ground: str, reason: str, version: int | None = None
) -> CellApplication:
    """Refuse the application on a ground from the list, with the reason; the unit may appeal."""
    row = open_application(w, code, version)
    check(w, row, Move.REFUSE)
    opine(w, row, "refuse", ground, reason)
    changes = {"refuse_ground": Ground(ground), "refuse_reason": reason}
    move(w, row, Move.REFUSE, unit=reason, changes=changes)
    return row
