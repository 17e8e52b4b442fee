"""Removals that were proposed, tasks of named units, replies to conclusions."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.certificates import CellCertificate
from wufei_public.cells.models.removals import CellRemoval, CellReply, CellTask
from wufei_public.cells.queries.applications import BATCH, missing
from wufei_public.cells.rules.standing import Standing
from wufei_public.common.codes import normalise


def open_removal(
    session: Session, certificate_id: int, *, locked: bool = False
) -> CellRemoval | None:
    """Return the removal that waits for a second person, None without one."""
    statement = select(CellRemoval).where(
        CellRemoval.certificate_id == certificate_id, CellRemoval.outcome == ""
    )
    return session.scalar(statement.with_for_update() if locked else statement)


def removals(session: Session, certificate_id: int) -> Sequence[CellRemoval]:
    """Return every removal that was proposed for a certificate, oldest first."""
    return session.scalars(
        select(CellRemoval)
        .where(CellRemoval.certificate_id == certificate_id)
        .order_by(CellRemoval.id)
    ).all()


def tasks(session: Session, certificate_id: int) -> Sequence[CellTask]:
    """Return the tasks of a certificate, newest first."""
    return session.scalars(
        select(CellTask)
        .where(CellTask.certificate_id == certificate_id)
        .order_by(CellTask.id.desc())
    ).all()


def open_task(session: Session, certificate_id: int, kind: str) -> CellTask | None:
    """Return the open task of a kind, None without one."""
    return session.scalar(
        select(CellTask).where(
            CellTask.certificate_id == certificate_id, CellTask.kind == kind, CellTask.outcome == ""
        )
    )


def task(session: Session, code: str, *, locked: bool = False) -> CellTask:
    """Return the task `code`; NotFound if there is none."""
    statement = select(CellTask).where(CellTask.code == normalise(code))
    found = session.scalar(statement.with_for_update() if locked else statement)
    if found is None:
        raise missing()
    return found


def tasks_due(session: Session, before: datetime, after: int = 0) -> Sequence[Row[Any]]:
    """Return `(id, code, unit, application_id, due_at, replied_at)` of the next open tasks due.

    None of a certificate that was removed: there is nothing to keep any more.
    """
    return session.execute(
        select(
            CellTask.id,
            CellApplication.code,
            CellApplication.unit,
            CellApplication.id.label("application_id"),
            CellTask.due_at,
            CellTask.replied_at,
        )
        .join(CellCertificate, CellCertificate.id == CellTask.certificate_id)
        .join(CellApplication, CellApplication.id == CellCertificate.application_id)
        .where(
            CellTask.outcome == "",
            CellTask.due_at < before,
            CellTask.id > after,
            CellCertificate.standing != Standing.REVOKED,
        )
        .order_by(CellTask.id)
        .limit(BATCH)
    ).all()


def replies(session: Session, objections: Collection[int]) -> Mapping[int, CellReply]:
    """Return what the unit said to the conclusions of `objections`, by objection."""
    rows = session.scalars(select(CellReply).where(CellReply.objection_id.in_(objections)))
    return {row.objection_id: row for row in rows}
