"""Objections to a notice and appeals: decided by somebody who had no part in the review."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace

from wufei_public.calendar.queries import holidays
from wufei_public.cells import policy
from wufei_public.cells.actions.listed import suspend_while_listed
from wufei_public.cells.actions.standing import reinstate
from wufei_public.cells.actions.steps import (
    REASONS,
    check,
    move,
    note,
    open_application,
    require,
    require_in_time,
    take_part,
)
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.parts import CellOverruled
from wufei_public.cells.models.reviews import INDEPENDENT, CellObjection
from wufei_public.cells.queries import applications as queries
from wufei_public.cells.queries import certificates, parts, records, reviews
from wufei_public.cells.rules.clocks import after_hold, due_at
from wufei_public.cells.rules.stages import ON_NOTICE, Move, State
from wufei_public.cells.rules.standing import LISTED, Standing
from wufei_public.common.actor import SYSTEM
from wufei_public.common.codes import new_code
from wufei_public.common.errors import NotAllowed, WrongState
from wufei_public.common.text import N_
from wufei_public.infra.work import Work
from wufei_public.media.actions import photos as media
from wufei_public.messages.actions import inbox
from wufei_public.people.rules.phones import read_mobile


def object_to(
    w: Work, *, code: str, text: str, phone: str = "", photo: Sequence[str] = ()
) -> CellObjection:
    """Object to a unit on public notice; anyone may, and the clock stands until it is settled."""
    row = open_application(w, code)
    if row.state not in ON_NOTICE:
        raise WrongState("not_on_notice", N_("这个单位现在没有在公示。"))
    require_in_time(w, row)
    held = {"held_at": w.now} if row.state == State.NOTICED else {"held_at": row.held_at}
    found = _write(w, row, "notice", text, "objection", phone)
    media.claim(w, photo, owner=owner_of(found.code))
    # Whoever objects only sets the clock still; the step is the house's.
    move(replace(w, actor=SYSTEM), row, Move.OBJECT, changes=held)
    return found


def owner_of(code: str) -> str:
    """Return the name under which media keeps an objection's evidence."""
    return f"cells/objection/{code}"


def _write(
    w: Work, row: CellApplication, about: str, text: str, clock: str, phone: str = ""
) -> CellObjection:
    number = read_mobile(phone) if phone else ""
    found = CellObjection(
        code=new_code(secrets.token_bytes),
        application_id=row.id,
        about=about,
        text=text,
        contact_sealed=w.keys.encrypt("phone", number.encode()) if number else None,
        by=w.actor.id,
        received_at=w.now,
        due_at=due_at(clock, w.now, holidays(w.session)),
        duty=INDEPENDENT,
        outcome="",
        answer="",
    )
    w.session.add(found)
    w.session.flush()
    return found


def appeal(w: Work, *, code: str, text: str) -> CellObjection:
    """Appeal against a refusal, or a certificate's suspension or removal, once and in time."""
    row = open_application(w, code)
    require(policy.may_write(w.actor, queries.facts_of(w.session, row)))
    if row.state == State.NAMED:
        return _against_removal(w, row, text)
    check(w, row, Move.APPEAL)
    found = _write(w, row, "refusal", text, "appeal_answer")
    move(w, row, Move.APPEAL, unit=text)
    return found


def _against_removal(w: Work, row: CellApplication, text: str) -> CellObjection:
    held = certificates.of_application(w.session, row.id)
    if held is None or held.standing == Standing.VALID:
        raise WrongState("nothing_to_appeal", N_("现在没有可以申诉的决定。"))
    if due_at("appeal_within", held.standing_at, holidays(w.session)) < w.now:
        raise WrongState("appeal_too_late", N_("申诉的期限已经过了。"))
    if held.standing_reason == LISTED:
        sentence = N_("暂停是因为红黑榜，请在红黑榜那里提异议或者修复。")
        raise WrongState("suspended_by_list", sentence)
    if records.appealed_since(w.session, row.id, held.standing_at):
        raise WrongState("appealed_before", N_("对这个决定已经申诉过，只能申诉一次。"))
    found = _write(w, row, "removal", text, "appeal_answer")
    note(w, row, "appeal", unit=text)
    return found


def decide(w: Work, *, code: str, outcome: str, answer: str) -> CellObjection:
    """Decide on an objection or appeal, as somebody who had no part in the review.

    NotAllowed for everyone else; the tables refuse it too (`cell_duty`).
    """
    found = reviews.objection(w.session, code, locked=True)
    row = w.session.get_one(CellApplication, found.application_id)
    row = open_application(w, row.code)
    _require_independent(w, row, found)
    if found.outcome:
        raise WrongState("decided_before", N_("这一件已经答复过了。"))
    take_part(w, row, w.actor.id or 0, INDEPENDENT)
    found.handler_id, found.outcome = w.actor.id, outcome
    found.answer, found.decided_at = answer, w.now
    w.session.flush()
    _FOLLOWS[found.about](w, row, found, answer)
    if found.by is not None:
        inbox.tell(w, found.by, "cells.answered", {"code": found.code, "unit": row.unit})
    return found


def _require_independent(w: Work, row: CellApplication, found: CellObjection) -> None:
    held = policy.roles_on(w.actor, queries.facts_of(w.session, row))
    if "independent" not in held:
        raise NotAllowed("had_part", REASONS["had_part"])
    if found.by == w.actor.id:
        raise NotAllowed("own_objection", N_("这是您自己提的，要由别人来处理。"))


def overrule(w: Work, row: CellApplication, accounts: Iterable[int | None]) -> None:
    """Write down whose decision is taken back: they decide on this application no more."""
    known = parts.overruled(w.session, row.id)
    w.session.add_all(
        CellOverruled(application_id=row.id, account_id=one, at=w.now)
        for one in sorted({one for one in accounts if one is not None} - known)
    )
    w.session.flush()


def _after_notice(w: Work, row: CellApplication, found: CellObjection, answer: str) -> None:
    if row.state != State.HELD:
        note(w, row, "answer", internal=answer)
    elif found.outcome == "upheld":
        overrule(w, row, (row.proposed_by, row.confirmed_by))
        row.proposed_by = row.confirmed_by = None
        move(w, row, Move.UPHOLD, unit=answer, changes={"document": ""})
    elif reviews.open_objections(w.session, row.id, "notice"):
        note(w, row, "answer", internal=answer)
    else:
        # What was left of the notice when the first objection came begins again now.
        until = after_hold(
            row.notice_until or w.now, row.held_at or w.now, w.now, holidays(w.session)
        )
        changes = {"notice_until": until, "due_at": until}
        move(w, row, Move.REJECT, internal=answer, changes=changes)


def _after_refusal(w: Work, row: CellApplication, found: CellObjection, answer: str) -> None:
    if found.outcome == "upheld":
        changes = {"refuse_ground": "", "refuse_reason": ""}
        opinions = reviews.opinions(w.session, row.id)
        overrule(w, row, [one.account_id for one in opinions if one.step == "refuse"])
        back = Move.READMIT if row.total is None else Move.OVERTURN
        move(w, row, back, unit=answer, changes=changes)
    else:
        move(w, row, Move.DISMISS, unit=answer)


def _after_removal(w: Work, row: CellApplication, found: CellObjection, answer: str) -> None:
    if found.outcome == "upheld":
        suspend_while_listed(w, reinstate(w, row, answer))
    else:
        note(w, row, "answer", unit=answer)


_FOLLOWS = {
    "notice": _after_notice,
    "refusal": _after_refusal,
    "removal": _after_removal,
}
