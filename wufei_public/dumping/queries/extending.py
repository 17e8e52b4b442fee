"""Wishes for more time: those of a case, and which cases wait for a decision."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from wufei_public.dumping.models.extensions import ReportExtension
from wufei_public.dumping.rules.extending import Extension


def extensions(session: Session, report_id: int) -> Sequence[ReportExtension]:
    """Return every wish for more time of a case, the newest first."""
    statement = select(ReportExtension).where(ReportExtension.report_id == report_id)
    return session.scalars(statement.order_by(ReportExtension.id.desc())).all()


def counted(rows: Sequence[ReportExtension]) -> Mapping[str, int]:
    """Return how many wishes there are by how they stand."""
    return Counter(row.state for row in rows)


def waiting(rows: Sequence[ReportExtension]) -> ReportExtension | None:
    """Return the wish on which nobody has decided."""
    return next((row for row in rows if row.state == Extension.ASKED), None)


def cases_waiting() -> Select[Any]:
    """Return the ids of the cases of which somebody wants more time."""
    return select(ReportExtension.report_id).where(ReportExtension.state == Extension.ASKED)
