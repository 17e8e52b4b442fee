"""What is held against an application and would bar its unit."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.charges import CellCharge
from wufei_public.cells.queries.applications import BATCH


def open_charge(
    session: Session, application_id: int, *, locked: bool = False
) -> CellCharge | None:
    """Return the charge that waits for the unit or a second person, None without one."""
    statement = select(CellCharge).where(
        CellCharge.application_id == application_id, CellCharge.outcome == ""
    )
    return session.scalar(statement.with_for_update() if locked else statement)


def charges_due(session: Session, before: datetime, after: int = 0) -> Sequence[Row[Any]]:
    """Return `(id, code, unit, application_id, due_at, answered_at)` of the next open charges."""
    return session.execute(
        select(
            CellCharge.id,
            CellApplication.code,
            CellApplication.unit,
            CellApplication.id.label("application_id"),
            CellCharge.due_at,
            CellCharge.answered_at,
        )
        .join(CellApplication, CellApplication.id == CellCharge.application_id)
        .where(CellCharge.outcome == "", CellCharge.due_at < before, CellCharge.id > after)
        .order_by(CellCharge.id)
        .limit(BATCH)
    ).all()
