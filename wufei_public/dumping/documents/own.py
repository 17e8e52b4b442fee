"""What only the reporter sees: the own cases, and how a result can be rated."""

from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from wufei_public.divisions import queries as places
from wufei_public.dumping.documents import shown
from wufei_public.dumping.models import Report
from wufei_public.dumping.queries import cases as queries
from wufei_public.dumping.queries.cases import Rows
from wufei_public.dumping.rules.facts import lacks_place
from wufei_public.dumping.rules.ratings import (
    BY_RIGHT,
    RATING_ICONS,
    RATING_LABELS,
    Rating,
    may_rate,
)
from wufei_public.dumping.rules.release import Release
from wufei_public.dumping.rules.states import Move
from wufei_public.infra.i18n import gettext as _
from wufei_public.infra.i18n import is_english


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


def asked_for(events: Rows) -> str:
    """Return what the officials asked last."""
    return next((row.public_text for row in reversed(events) if row.move == Move.ASK), "")


def own_answer(session: Session, report: Report, now: datetime) -> dict[str, Any]:
    """Return what JSON says to the reporter beside words, photos and events."""
    names = places.directory(session).called(english=is_english())
    said = rating(session, report, now)
    return {
        "kind": report.official_kind,
        "kind_label": shown.kind_label(report.official_kind),
        "town": report.town,
        "division": report.division,
        "place": names.get(report.division or "", ""),
        "spot": report.spot,
        "accept_due": report.accept_due,
        "finish_due": report.finish_due,
        "held_until": report.held_until,
        "asked": asked_for(queries.events(session, report.id)) if report.held_until else "",
        "outcome": report.outcome,
        "refusal": shown.refuse_words(report.refuse_ground),
        "released": report.release == Release.RELEASED,
        "rating": {name: said[name] for name in ("open", "until", "rating", "by_right")},
    }


def goes_on(session: Session, report: Report) -> dict[str, Any] | None:
    """Return how the case fares into which this one was merged; None where it goes on alone."""
    if report.merged_into is None:
        return None
    other = queries.report_by_id_as_is(session, report.merged_into)
    return {
        "chip": shown.chip_of(other.state),
        "finish_due": None if other.closed_at else other.finish_due,
        "outcome": other.outcome,
        "public_code": other.public_code if other.release == Release.RELEASED else "",
        "steps": shown.steps(shown.public_events(queries.events(session, other.id))),
    }


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


def unplaced(session: Session, report: Report) -> dict[str, Any]:
    """Return whether the case waits for its place, and which its position makes likely."""
    asked = lacks_place(report.facts)
    found = None
    if asked and report.lat is not None and report.lon is not None:
        found = places.propose(session, report.lat, report.lon, report.accuracy)
    if found is None:
        return {"open": asked, "code": "", "path": ""}
    path = places.directory(session).path(found.code, english=is_english())
    return {"open": asked, "code": found.code, "path": path}
