"""What is on record of an application when it is decided, refused or appealed."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.reviews import CellObjection
from wufei_public.cells.queries import reviews
from wufei_public.cells.queries.rounds import quota_full
from wufei_public.cells.rules.refusing import Record
from wufei_public.cells.rules.stages import State


def discussed(session: Session, row: CellApplication) -> bool:
    """Say whether a discussion was written down since the last sheet of the evaluation came in."""
    last = max(
        (one.scored_at for one in reviews.sheets(session, row) if one.scored_at), default=None
    )
    return last is not None and any(
        one.step == "moderate" and one.at >= last for one in reviews.opinions(session, row.id)
    )


def record(session: Session, row: CellApplication) -> Record:
    """Return what is on record for a refusal."""
    upheld = select(func.count()).where(
        CellObjection.application_id == row.id,
        CellObjection.about == "notice",
        CellObjection.outcome == "upheld",
    )
    return Record(
        State(row.state),
        row.stars,
        bool((row.result or {}).get("vetoes")),
        quota_full(session, row.round_id),
        bool(session.scalar(upheld)),
    )


def appealed_since(session: Session, application_id: int, since: datetime) -> bool:
    """Say whether the unit appealed against how its certificate stands since it stands so."""
    found = session.scalar(
        select(func.count()).where(
            CellObjection.application_id == application_id,
            CellObjection.about == "removal",
            CellObjection.received_at >= since,
        )
    )
    return bool(found)
