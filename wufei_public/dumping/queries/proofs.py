"""Photos of results that were not yet compared with earlier ones."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select, text
from sqlalchemy.orm import Session

from wufei_public.dumping.models.photos import ReportPhoto
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.rules.states import RATEABLE
from wufei_public.media.queries import SEEN

_WAITS = text("compared = false")  # the words of the partial index


def to_compare(session: Session, limit: int = 100) -> Sequence[str]:
    """Return the codes of cases with a result whose proof is developed and not compared yet.

    Somebody is about to decide on an objection: what the result rests on is looked at after that.
    """
    return session.scalars(
        _developed(select(Report.code).distinct())
        .join(Report, Report.id == ReportPhoto.report_id)
        .where(Report.state.in_(RATEABLE))
        .limit(limit)
    ).all()


def uncompared(session: Session, report_id: int) -> Sequence[int]:
    """Return the ids of the case's proofs that are developed and not compared yet."""
    wanted = _developed(select(ReportPhoto.photo_id)).where(ReportPhoto.report_id == report_id)
    return session.scalars(wanted).all()


def _developed(wanted: Select[Any]) -> Select[Any]:
    return (
        wanted.select_from(ReportPhoto)
        .join(SEEN, SEEN.c.id == ReportPhoto.photo_id)
        .where(_WAITS, SEEN.c.state == "ready")
    )
