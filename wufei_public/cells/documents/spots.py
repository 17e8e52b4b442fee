"""The yearly spot checks as everyone reads them, and as the office works on them."""

from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from wufei_public.cells.queries import spots as queries
from wufei_public.cells.rules.spots import FINDING_CHIPS, FINDING_LABELS, ONE_IN, Finding
from wufei_public.infra.i18n import gettext as _


def values(session: Session, today: date) -> dict[str, Any]:
    """Return every year's draw with its units; whether this year's is still to come."""
    found = queries.draws(session)
    rows = queries.checks(session, [one.year for one in found])
    return {
        "year": today.year,
        "to_draw": all(one.year != today.year for one in found),
        "one_in": ONE_IN,
        "draws": [
            {
                "year": one.year,
                "seed": one.seed,
                "units": one.units,
                "drawn_at": one.drawn_at,
                "rows": [_line(row) for row in rows if row.year == one.year],
            }
            for one in found
        ],
    }


def chip(finding: str) -> tuple[str, str]:
    """Return tone and words of what was found."""
    return FINDING_CHIPS[Finding(finding)], _(FINDING_LABELS[Finding(finding)])


def _line(row: Any) -> dict[str, Any]:
    return {
        "code": row.code,
        "number": row.number,
        "unit": row.unit,
        "finding": row.finding,
        "chip": chip(row.finding),
        "text": row.text,
        "url": url_for("cells.certificate", code=row.code),
    }


def choices() -> list[tuple[str, str, str]]:
    """Return what can be found, as choices of a form."""
    return [(one, _(FINDING_LABELS[one]), "") for one in Finding if one]
