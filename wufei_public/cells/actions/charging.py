"""Untrue papers, a serious record: one person charges, the unit is heard, another one decides."""

from wufei_public.calendar.queries import holidays
from wufei_public.cells import policy
from wufei_public.cells.actions.steps import (
    check,
    move,
    note,
    open_application,
    opine,
    require,
    tell_unit,
)
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.charges import CellCharge
from wufei_public.cells.models.reviews import REVIEW
from wufei_public.cells.queries import applications as queries
from wufei_public.cells.queries.charges import open_charge
from wufei_public.cells.rules.aftercare import Removal
from wufei_public.cells.rules.clocks import due_at
from wufei_public.cells.rules.stages import Ground, Move
from wufei_public.common.actor import refuse as no
from wufei_public.common.errors import Conflict, WrongState
from wufei_public.common.text import N_
from wufei_public.infra.work import Work


def charge(w: Work, row: CellApplication, ground: Ground, reason: str) -> CellCharge:
    """Hold against an application what would bar its unit; the unit hears and may answer.

    Nothing is refused before a second person has confirmed it.
    """
    require_uncharged(w, row)
    opine(w, row, "refuse", "charge", reason)
    made = CellCharge(
        application_id=row.id,
        duty=REVIEW,
        ground=ground,
        reason=reason,
        made_by=w.actor.id or 0,
        made_at=w.now,
        due_at=due_at("hearing", w.now, holidays(w.session)),
        answer="",
        outcome=Removal.OPEN,
        words="",
    )
    w.session.add(made)
    note(w, row, "charge", unit=reason)
    tell_unit(w, row, "cells.charge")
    return made


def require_uncharged(w: Work, row: CellApplication) -> None:
    """Raise Conflict while a charge is open: the unit is heard, and a second person decides."""
    if open_charge(w.session, row.id) is not None:
        raise Conflict(
            "charge_open", N_("已经有人认定会限制申报的情形，先听单位的说明，再由第二人决定。")
        )


def answer(w: Work, *, code: str, text: str) -> CellCharge:
    """Say what the unit has to say to a charge; said again in time, the last word counts."""
    row = open_application(w, code)
    require(policy.may_write(w.actor, queries.facts_of(w.session, row)))
    found = _open(w, row)
    if found.due_at < w.now:
        raise WrongState("too_late", N_("期限已经过了。"))
    found.answer, found.answered_by, found.answered_at = text, w.actor.id, w.now
    note(w, row, "charge_answer", unit=text)
    return found


def confirm(w: Work, *, code: str, text: str = "", version: int | None = None) -> CellApplication:
    """Confirm a charge as a second person, once the unit was heard: the application is refused."""
    row = open_application(w, code, version)
    check(w, row, Move.REFUSE)
    found = _second(w, row)
    if found.answered_at is None and found.due_at >= w.now:
        raise WrongState("hearing_runs", N_("单位还没有说明，说明的期限也还没到。"))
    _decide(w, row, found, Removal.CONFIRMED, text)
    changes = {"refuse_ground": Ground(found.ground), "refuse_reason": found.reason}
    move(w, row, Move.REFUSE, unit=found.reason, internal=text, changes=changes)
    return row


def drop(w: Work, *, code: str, text: str, version: int | None = None) -> CellApplication:
    """Drop a charge as a second person: the application goes on as it stood."""
    row = open_application(w, code, version)
    check(w, row, Move.REFUSE)
    _decide(w, row, _second(w, row), Removal.DECLINED, text)
    note(w, row, "charge_dropped", unit=text)
    tell_unit(w, row, "cells.charge_dropped")
    return row


def _open(w: Work, row: CellApplication) -> CellCharge:
    found = open_charge(w.session, row.id, locked=True)
    if found is None:
        raise WrongState("no_charge", N_("没有等说明、等确认的认定。"))
    return found


def _second(w: Work, row: CellApplication) -> CellCharge:
    found = _open(w, row)
    if found.made_by == w.actor.id:
        require(no("same_person"))
    return found


def _decide(w: Work, row: CellApplication, found: CellCharge, outcome: Removal, text: str) -> None:
    opine(w, row, "refuse", f"charge_{outcome}"[:16], text)
    found.outcome, found.words = outcome, text
    found.decided_by, found.decided_at = w.actor.id, w.now
    w.session.flush()
