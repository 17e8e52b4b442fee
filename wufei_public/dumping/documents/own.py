"""What only the reporter sees: the own cases, and how a result can be rated."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from wufei_public.common.codes import grouped
from wufei_public.common.text import N_
from wufei_public.divisions import queries as places
from wufei_public.dumping.documents import shown
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries import cases as queries
from wufei_public.dumping.queries import near
from wufei_public.dumping.queries.cases import Rows
from wufei_public.dumping.rules.clocks import RUNNING
from wufei_public.dumping.rules.facts import lacks_place
from wufei_public.dumping.rules.ratings import (
    BY_RIGHT,
    RATING_ICONS,
    RATING_LABELS,
    Rating,
    may_rate,
)
from wufei_public.dumping.rules.release import Release
from wufei_public.dumping.rules.states import BEFORE_ACCEPTANCE, WAITING, WORKFLOW, Move, State
from wufei_public.infra.i18n import gettext as _
from wufei_public.infra.i18n import is_english

JUST_SENT = timedelta(hours=1)


def own_lines(session: Session, rows: Rows) -> list[dict[str, Any]]:
    """Return lines of the list of one's own reports."""
    names = places.directory(session).called(english=is_english())
    return [
        {
            "code": row.code,
            "where": row.spot or names.get(row.division or "", "") or _("位置待定"),
            "kind": shown.kind_label(row.official_kind),
            "chip": shown.chip_of(row.state),
            "submitted_at": row.submitted_at,
            "icon": shown.kind_icon(row.official_kind),
            "url": url_for("own.mine_case", code=row.code),
        }
        for row in rows
    ]


def asked_for(events: Rows) -> str:
    """Return what the officials asked last."""
    return next((row.public_text for row in reversed(events) if row.move == Move.ASK), "")


def said_later(session: Session, report: Report) -> list[dict[str, Any]]:
    """Return what the reporter has said since the report: when, and the words."""
    rows = queries.said_later(session, report.id)
    return [{"at": row.at, "text": row.internal_text} for row in rows]


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
        "said_later": said_later(session, report),
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
    """Return what the reporter said of the result, and whether and until when it can be said.

    Of the case in which the own one rests it is that one's result.
    """
    if report.merged_into is None:
        heap, said = report, queries.rating(session, report.id, report.reopened)
    else:
        heap = queries.report_by_id_as_is(session, report.merged_into)
        said = near.vote_of(session, heap, merged_id=report.id)
    return rating_of(heap, said, now)


def rating_of(heap: Report, said: str | None, now: datetime) -> dict[str, Any]:
    """Return how somebody who `said` so far can rate the result of the heap."""
    return {
        "open": may_rate(heap.facts.state, heap.rate_until, now),
        "until": heap.rate_until,
        "rating": said,
        "label": _(RATING_LABELS[Rating(said)]) if said else "",
        "by_right": heap.reopened < BY_RIGHT,
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


# What the date of a case promises, by the clock that runs.
_NEXT: Mapping[str, str] = {
    "accept_due": N_("最晚答复"),
    "held_until": N_("等您补充到"),
    "transfer_due": N_("最晚办完"),
    "finish_due": N_("最晚办完"),
    "review_due": N_("最晚复核完"),
}
# Until it is accepted, while the reporter is asked and while an objection is looked at, the date
# is that of the running clock.
BEFORE_FINISH = BEFORE_ACCEPTANCE | WAITING | {State.OBJECTED}


def is_just_sent(report: Report, now: datetime) -> bool:
    """Say whether the receipt is still news: later the page says how the case stands."""
    return report.facts.state is State.SUBMITTED and now - report.submitted_at < JUST_SENT


def unshown(report: Report) -> str:
    """Return why the public does not see the case, empty where that is not decided so."""
    if report.release == Release.WITHHELD:
        return shown.withhold_words(report.withhold_reason)
    return ""


def standing(report: Report) -> dict[str, Any]:
    """Return where a case stands, as its code alone shows it."""
    tone, label = shown.chip_of(report.state)
    return {
        "code": report.code,
        "shown_code": grouped(report.code),
        "tone": tone,
        "label": label,
        "submitted_at": report.submitted_at,
        "due_label": _(_NEXT[RUNNING.get(report.facts.state, "finish_due")]),
        "due_at": report.due_at if report.facts.state in BEFORE_FINISH else report.finish_due,
        "over": report.facts.state in WORKFLOW.finals,
        "closed_at": report.closed_at,
        "reopened": report.reopened,
    }
