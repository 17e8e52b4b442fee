"""A resident's own reports, to take away."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from wufei_public.dumping.models.opinions import ReportConfirmation
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries import cases as queries
from wufei_public.infra.keys import Keys


def export(session: Session, keys: Keys, account: int) -> Sequence[Mapping[str, Any]]:
    """Return everything that cases hold of the resident, newest first."""
    rows = session.scalars(
        select(Report).where(Report.reporter_id == account).order_by(Report.id.desc())
    )
    return [*(_copy(session, report, keys) for report in rows), *_seen(session, account)]


def _seen(session: Session, account: int) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Report.public_code, ReportConfirmation.words, ReportConfirmation.at)
        .join(Report, Report.id == ReportConfirmation.report_id)
        .where(ReportConfirmation.account == account)
        .order_by(ReportConfirmation.id.desc())
    )
    return [{"seen": row.public_code, "words": row.words, "at": row.at.isoformat()} for row in rows]


def _copy(session: Session, report: Report, keys: Keys) -> dict[str, Any]:
    sealed = report.contact_sealed
    return {
        "code": report.code,
        "state": report.state,
        "kind": report.plain_kind,
        "official_kind": report.official_kind,
        "division": report.division,
        "spot": report.spot,
        "words": report.words,
        "said_later": [
            {"at": row.at.isoformat(), "words": row.internal_text}
            for row in queries.said_later(session, report.id)
        ],
        "phone": keys.decrypt("phone", sealed).decode() if sealed else None,
        "lat": report.lat,
        "lon": report.lon,
        "accuracy": report.accuracy,
        "submitted_at": report.submitted_at.isoformat(),
        "closed_at": report.closed_at.isoformat() if report.closed_at else None,
        "photos": report.photos,
    }
