"""One step of an application: state, event, audit, messages, all in the same transaction."""

from collections.abc import Mapping

from sqlalchemy import select, update

from wufei_public.calendar.queries import holidays
from wufei_public.cells import policy
from wufei_public.cells.models.applications import CellApplication, CellEvent
from wufei_public.cells.models.reviews import REVIEW, CellDuty, CellOpinion
from wufei_public.cells.models.rounds import CellRound
from wufei_public.cells.queries import applications as queries
from wufei_public.cells.rules.clocks import RUNNING, due_at
from wufei_public.cells.rules.stages import ENDS, TAKEN, Move, State, workflow
from wufei_public.common.actor import ActorKind, Verdict
from wufei_public.common.errors import Conflict, NotAllowed, WrongState
from wufei_public.common.text import N_
from wufei_public.infra import audit
from wufei_public.infra.work import Work
from wufei_public.messages.actions import inbox

REASONS = {
    "not_yours_to_do": N_("这一步不由您来做。"),
    "had_part": N_("您参加过这次评审，要由没有参加过的人来处理。"),
    "on_the_panel": N_("您是这次的评审专家，不能再做别的决定。"),
    "not_officer_here": N_("这件申报不归您管。"),
    "not_unit": N_("您不是这个单位的代表。"),
    "not_on_panel": N_("您不在这次的专家组里。"),
    "not_office": N_("这件事由领导小组办公室来办。"),
    "overruled": N_("您参加的决定被推翻了，要由别的人重新决定。"),
    "same_person": N_("要由另一个人来确认。"),
}


def require(verdict: Verdict) -> None:
    """Raise NotAllowed with the reason when `verdict` is a no."""
    if not verdict.allowed:
        raise NotAllowed(verdict.reason, REASONS[verdict.reason])


def owner_of(code: str) -> str:
    """Return the name under which media keeps an application's evidence."""
    return f"cells/{code}"


def story_owner(code: str) -> str:
    """Return the name under which media keeps the photos that everyone may see."""
    return f"cells/{code}/story"


def task_owner(code: str, task: str) -> str:
    """Return the name under which media keeps what a unit shows for a task."""
    return f"{owner_of(code)}/task/{task}"


def inspection_owner(code: str) -> str:
    """Return the name under which media keeps the photos of the office's inspection."""
    return f"{owner_of(code)}/inspection"


def visit_owner(code: str, sheet: int) -> str:
    """Return the name under which media keeps the photos of an expert's visit."""
    return f"{owner_of(code)}/visit/{sheet}"


def open_application(w: Work, code: str, version: int | None = None) -> CellApplication:
    """Return the application, locked; Conflict if it is no longer what was looked at."""
    row = queries.application(w.session, code, locked=True)
    if version is not None and version != row.version:
        raise Conflict("cell_changed", N_("这件申报刚刚有了新情况。请看过再决定，您填的还在。"))
    return row


def require_in_time(w: Work, row: CellApplication) -> None:
    """Raise WrongState once the deadline is over after which the application ends by itself."""
    if row.state in ENDS and row.due_at is not None and row.due_at < w.now:
        raise WrongState("too_late", N_("期限已经过了。"))


def check(w: Work, row: CellApplication, what: Move) -> State:
    """Return where the move `what` leads; raise unless the actor may make it now."""
    facts = queries.facts_of(w.session, row)
    require(policy.may_move(w.actor, facts, what))
    if w.actor.kind is not ActorKind.SYSTEM:
        require_in_time(w, row)
    return workflow(facts.route).step(facts.state, what).target


def move(
    w: Work,
    row: CellApplication,
    what: Move,
    *,
    unit: str = "",
    internal: str = "",
    changes: Mapping[str, object] | None = None,
) -> None:
    """Make the move `what`: check who may, change the row, write all that follows from it."""
    before, target = row.state, check(w, row, what)
    row.state = target
    if target is not State.HELD:
        row.held_at = None
    started = target != before or what is Move.RESCORE
    if target not in RUNNING:
        row.due_at = None
    elif started:
        row.due_at = due_at(RUNNING[target], w.now, holidays(w.session))
    for name, value in (changes or {}).items():
        setattr(row, name, value)
    if (target in TAKEN) != (before in TAKEN):
        _take_place(w, row, 1 if target in TAKEN else -1)
    note(w, row, what, unit=unit, internal=internal, before=before)
    tell(w, row, what)


def _take_place(w: Work, row: CellApplication, places: int) -> None:
    """Count a place of the round as taken, or as free again."""
    w.session.execute(
        update(CellRound).where(CellRound.id == row.round_id).values(taken=CellRound.taken + places)
    )


def note(
    w: Work,
    row: CellApplication,
    what: str,
    *,
    unit: str = "",
    internal: str = "",
    before: str = "",
) -> None:
    """Write the changed row, the event and the audit row of something done."""
    row.version += 1
    w.session.flush()
    w.insert(
        CellEvent,
        {
            "application_id": row.id,
            "number": row.version,
            "move": what,
            "actor_kind": w.actor.kind,
            "actor_id": w.actor.id,
            "at": w.now,
            "came_from": before or row.state,
            "state": row.state,
            "unit_text": unit,
            "internal_text": internal,
        },
    )
    audit.record(
        w,
        f"cells:application:{what}",
        owner_of(row.code),
        before={"state": before} if before else None,
        after={"state": row.state},
    )


# Steps of which the unit hears; the others are between officials.
TOLD = frozenset(
    {
        Move.SUBMIT, Move.RETURN, Move.LAPSE, Move.RECTIFY, Move.CONFIRM, Move.OBJECT,
        Move.CLEAR, Move.NAME, Move.REFUSE, Move.OVERTURN, Move.READMIT, Move.DISMISS,
    }
)  # fmt: skip


def tell(w: Work, row: CellApplication, what: Move) -> None:
    """Tell everyone who represents the unit."""
    if what in TOLD:
        tell_unit(w, row, f"cells.{what}")


def tell_unit(w: Work, row: CellApplication, template: str, **more: object) -> None:
    """Put a message into the inbox of everyone who represents the unit."""
    for account in queries.told(w.session, row):
        inbox.tell(w, account, template, {"code": row.code, "unit": row.unit, **more})


def take_part(w: Work, row: CellApplication, account: int, duty: str = REVIEW) -> None:
    """Write down the one duty that a person has in the application.

    NotAllowed where the person has the other one: who reviewed decides on no objection.
    """
    held = w.session.scalar(
        select(CellDuty.duty).where(
            CellDuty.application_id == row.id, CellDuty.account_id == account
        )
    )
    if held is None:
        w.session.add(CellDuty(application_id=row.id, account_id=account, duty=duty))
        w.session.flush()
    elif held != duty:
        raise NotAllowed("had_part", REASONS["had_part"])


def opine(w: Work, row: CellApplication, step: str, verdict: str, text: str) -> None:
    """Write what the actor decided at one step of the review."""
    take_part(w, row, w.actor.id or 0)
    w.insert(
        CellOpinion,
        {
            "application_id": row.id,
            "account_id": w.actor.id,
            "duty": REVIEW,
            "step": step,
            "verdict": verdict,
            "text": text,
            "at": w.now,
        },
    )
