"""Removals, tasks and replies as plain values, for the unit and for the office."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from wufei_public.cells.actions.steps import task_owner
from wufei_public.cells.documents import proofs
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.reviews import CellObjection
from wufei_public.cells.queries import aftercare as queries
from wufei_public.cells.rules.aftercare import (
    KIND_LABELS,
    OUTCOME_CHIPS,
    OUTCOME_LABELS,
    Kind,
    Outcome,
)
from wufei_public.common.actor import Actor
from wufei_public.infra.i18n import gettext as _
from wufei_public.people.queries.accounts import names_of


def removal(session: Session, certificate_id: int, actor: Actor) -> dict[str, Any] | None:
    """Return the removal that waits for a second person; `own` where that is not the actor."""
    found = queries.open_removal(session, certificate_id)
    if found is None:
        return None
    return {
        "reason": found.reason,
        "at": found.proposed_at,
        "who": names_of(session, {found.proposed_by}).get(found.proposed_by, ""),
        "own": found.proposed_by == actor.id,
    }


def tasks(
    session: Session, row: CellApplication, certificate_id: int, endpoint: str
) -> list[dict[str, Any]]:
    """Return the tasks of a named unit, newest first, with the photos of its replies."""
    return [
        {
            "code": one.code,
            "kind": _(KIND_LABELS[Kind(one.kind)]),
            "chip": (OUTCOME_CHIPS[Outcome(one.outcome)], _(OUTCOME_LABELS[Outcome(one.outcome)])),
            "text": one.text,
            "due_at": one.due_at,
            "open": one.outcome == Outcome.OPEN,
            "reply": one.reply,
            "replied_at": one.replied_at,
            "words": one.words,
            "photos": proofs.owned(session, task_owner(row.code, one.code), endpoint, row.code),
        }
        for one in queries.tasks(session, certificate_id)
    ]


def owners(session: Session, row: CellApplication, certificate_id: int) -> list[str]:
    """Return the names under which media keeps what the unit showed for its tasks."""
    return [task_owner(row.code, one.code) for one in queries.tasks(session, certificate_id)]


def outcome_choices() -> list[tuple[str, str, str]]:
    """Return what a task can come to, as choices of a form."""
    return [(str(one), _(OUTCOME_LABELS[one]), "") for one in Outcome if one]


def replies(session: Session, rows: Sequence[CellObjection]) -> Mapping[int, str]:
    """Return what the unit said to the conclusion of each objection."""
    found = queries.replies(session, [one.id for one in rows])
    return {objection: one.text for objection, one in found.items()}
