"""What only the reporter sees: the own cases, and how a result can be rated."""

from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from wufei_public.dumping.documents import shown
from wufei_public.dumping.models import Report
from wufei_public.dumping.queries import cases as queries
from wufei_public.dumping.queries.cases import Rows
from wufei_public.dumping.rules.ratings import (
    BY_RIGHT,
    RATING_ICONS,
    RATING_LABELS,
    Rating,
    may_rate,
)
from wufei_public.infra.i18n import gettext as _


def own_lines(rows: Rows) -> list[dict[str, Any]]:
    """Return lines of the list of one's own reports."""
    return [
        {
            "code": row.code,
            "kind": shown.kind_label(row.official_kind),
            "chip": shown.chip_of(row.state),
            "submitted_at": row.submitted_at,
            "icon": shown.kind_icon(row.official_kind),
            "url": url_for("dumping.mine_case", code=row.code),
        }
        for row in rows
    ]


def rating(session: Session, report: Report, now: datetime) -> dict[str, Any]:
    """Return what the reporter said of the result, and whether and until when it can be said."""
    said = queries.rating(session, report.id, report.reopened)
    return {
        "open": may_rate(report.facts.state, report.rate_until, now),
        "until": report.rate_until,
        "rating": said,
        "label": _(RATING_LABELS[Rating(said)]) if said else "",
        "by_right": report.reopened < BY_RIGHT,
        "choices": [
            (one.value, RATING_ICONS[one], _(label)) for one, label in RATING_LABELS.items()
        ],
    }
