"""Tasks of a named unit: mend what a spot check found, a re-evaluation (复核), each by a day."""

import secrets
from collections.abc import Sequence

from wufei_public.calendar.queries import holidays
from wufei_public.cells import policy
from wufei_public.cells.actions.steps import (
    note,
    open_application,
    require,
    take_part,
    task_owner,
    tell_unit,
)
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.certificates import CellCertificate
from wufei_public.cells.models.removals import CellReply, CellTask
from wufei_public.cells.queries import aftercare, certificates, reviews
from wufei_public.cells.queries import applications as queries
from wufei_public.cells.rules.aftercare import CLOCK, Kind, Outcome
from wufei_public.cells.rules.clocks import due_at
from wufei_public.cells.rules.standing import Standing
from wufei_public.common.codes import new_code
from wufei_public.common.errors import Conflict, WrongState
from wufei_public.common.text import N_
from wufei_public.infra.work import Work
from wufei_public.media.actions import photos as media


def order_review(w: Work, *, code: str, text: str) -> CellTask:
    """Order the re-evaluation (复核) of a named unit, with what it has to show, by a day."""
    require(policy.may_lead(w.actor))
    found = certificates.certificate(w.session, code, locked=True)
    if found.standing == Standing.REVOKED:
        raise WrongState("nothing_to_review", N_("已经摘牌，不用复核。"))
    if aftercare.open_task(w.session, found.id, Kind.REVIEW) is not None:
        raise Conflict("task_open", N_("已经有一项复核没有办完。"))
    return set_task(w, found, Kind.REVIEW, text)


def set_task(
    w: Work, found: CellCertificate, kind: Kind, text: str, year: int | None = None
) -> CellTask:
    """Set a task with the deadline of its kind; the unit hears of it."""
    row = open_application(w, w.session.get_one(CellApplication, found.application_id).code)
    # Who set it, or concludes on it, decides on no appeal against what follows.
    take_part(w, row, w.actor.id or 0)
    made = CellTask(
        code=new_code(secrets.token_bytes),
        certificate_id=found.id,
        kind=kind,
        year=year,
        text=text,
        set_by=w.actor.id or 0,
        set_at=w.now,
        due_at=due_at(CLOCK[kind], w.now, holidays(w.session)),
        reply="",
        outcome=Outcome.OPEN,
        words="",
    )
    w.session.add(made)
    note(w, row, "task", unit=text)
    tell_unit(w, row, "cells.task")
    return made


def reply_to_task(w: Work, *, code: str, text: str, photo: Sequence[str] = ()) -> CellTask:
    """Say what the unit did, with photos; said again before the conclusion, the last word counts.

    WrongState once it is concluded, or once the deadline is over.
    """
    found, row = _open(w, code)
    require(policy.may_write(w.actor, queries.facts_of(w.session, row)))
    if found.outcome:
        raise WrongState("task_closed", N_("这一项已经有结论了。"))
    if found.due_at < w.now:
        raise WrongState("too_late", N_("期限已经过了。"))
    media.claim(w, photo, owner=task_owner(row.code, found.code))
    found.reply, found.replied_by, found.replied_at = text, w.actor.id, w.now
    note(w, row, "task_reply", unit=text)
    return found


def conclude(w: Work, *, code: str, outcome: str, text: str) -> CellTask:
    """Conclude on a task: passed, or failed; WrongState before the reply while there is time."""
    found, row = _open(w, code)
    require(policy.may_lead(w.actor))
    if found.outcome:
        raise WrongState("task_closed", N_("这一项已经有结论了。"))
    if found.replied_at is None and found.due_at >= w.now:
        raise WrongState("task_running", N_("单位还没有回复，期限也还没到。"))
    take_part(w, row, w.actor.id or 0)
    found.outcome, found.words = Outcome(outcome), text
    found.closed_by, found.closed_at = w.actor.id, w.now
    note(w, row, "task_close", unit=text)
    tell_unit(w, row, f"cells.task_{found.outcome}")
    return found


def _open(w: Work, code: str) -> tuple[CellTask, CellApplication]:
    found = aftercare.task(w.session, code, locked=True)
    held = w.session.get_one(CellCertificate, found.certificate_id)
    return found, open_application(w, w.session.get_one(CellApplication, held.application_id).code)


def reply_to_objection(w: Work, *, code: str, text: str) -> CellReply:
    """Answer, for the unit, what was concluded on an objection to it; once."""
    found = reviews.objection(w.session, code, locked=True)
    row = open_application(w, w.session.get_one(CellApplication, found.application_id).code)
    require(policy.may_write(w.actor, queries.facts_of(w.session, row)))
    if found.about != "notice" or not found.outcome:
        raise WrongState("not_concluded", N_("这件异议还没有结论。"))
    if aftercare.replies(w.session, [found.id]):
        raise WrongState("replied_before", N_("对这个结论已经说过了。"))
    made = CellReply(objection_id=found.id, text=text, by=w.actor.id or 0, at=w.now)
    w.session.add(made)
    note(w, row, "reply", unit=text)
    return made
