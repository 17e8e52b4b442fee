"""Cases as officials see them: deadlines in words, the handler's name, what can be done."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Row
from sqlalchemy.orm import Session

from wufei_public.calendar.queries import holidays
from wufei_public.common.actor import Actor, Verdict
from wufei_public.common.errors import WrongState
from wufei_public.common.redact import redact
from wufei_public.divisions import queries as places
from wufei_public.dumping import policy
from wufei_public.dumping.documents import shown
from wufei_public.dumping.documents.awards import case_award
from wufei_public.dumping.documents.deadlines import clock_bar, due_words, running_due
from wufei_public.dumping.documents.history import crew_key, event_json, event_line
from wufei_public.dumping.documents.photos import POSITION_WORDS, desk_photos, photos_json
from wufei_public.dumping.documents.same import same_heap
from wufei_public.dumping.models.extensions import ReportExtension
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries import cases as queries
from wufei_public.dumping.queries.extending import counted, extensions, waiting
from wufei_public.dumping.queries.near import votes_of
from wufei_public.dumping.rules.assigning import handler_of
from wufei_public.dumping.rules.clocks import is_uncertain
from wufei_public.dumping.rules.extending import (
    ANSWER_LABELS,
    SECOND_PERSON,
    Extension,
    longer,
    may_be_extended,
)
from wufei_public.dumping.rules.facts import ReportFacts
from wufei_public.dumping.rules.kinds import OFFICIAL, PLAIN
from wufei_public.dumping.rules.ratings import DECISION_LABELS, RATING_LABELS, Rating
from wufei_public.dumping.rules.release import CHOSEN_REASONS, WITHHOLD_LABELS, Release, Show
from wufei_public.dumping.rules.states import REFUSE_LABELS, SOURCE_LABELS, Move, Source
from wufei_public.dumping.schemas.moves import MOVES
from wufei_public.infra.i18n import is_english
from wufei_public.infra.keys import Keys
from wufei_public.people.queries import accounts as people
from wufei_public.people.rules.phones import masked


def queue_rows(session: Session, rows: Sequence[Row[Any]], now: datetime) -> list[dict[str, Any]]:
    """Return lines of the queue; the number of statements does not grow with the lines."""
    names = places.directory(session).called(english=is_english())
    handlers = _handlers(session, rows)
    return [
        {
            "url": url_for("desk.case", code=row.code),
            "code": row.code,
            "icon": shown.kind_icon(row.official_kind),
            "kind": shown.kind_label(row.official_kind),
            "what": redact(row.words)[:40] or shown.kind_label(row.official_kind),
            "where": _where(names, row),
            "chip": shown.chip_of(row.state),
            "due": running_due(row, now),
            "submitted_at": row.submitted_at,
            "release": row.release,
            "release_due": due_words(row.release_due, now),
            "handler": handlers.get((row.department, row.crew_id), ""),
        }
        for row in rows
    ]


def _where(names: Mapping[str, str], row: Any) -> str:
    parts = [names.get(row.town, ""), redact(row.spot)]
    if row.division != row.town:
        parts.insert(1, names.get(row.division, ""))
    return " · ".join(part for part in parts if part) or _("位置待定")


def _handlers(session: Session, rows: Sequence[Any]) -> Mapping[tuple[str | None, int | None], str]:
    departments = dict(_departments(session))
    crew = people.names_of(session, [row.crew_id for row in rows if row.crew_id])
    found = {}
    for row in rows:
        both = departments.get(row.department or "", ""), crew.get(row.crew_id or 0, "")
        found[row.department, row.crew_id] = " · ".join(name for name in both if name)
    return found


def _departments(session: Session) -> list[tuple[str, str]]:
    english, offices = is_english(), places.departments(session).active
    return [(office.code, office.name_en if english else office.name) for office in offices]


# ---- one case -------------------------------------------------------------------


def case_values(
    session: Session,
    report: Report,
    actor: Actor,
    now: datetime,
    keys: Keys,
    *,
    whole: bool = False,
) -> dict[str, Any]:
    """Return everything that the case page draws for `actor`: `whole` words, or masked."""
    names = places.directory(session).called(english=is_english())
    events = queries.events(session, report.id)
    handlers = [handler_of(row.internal_text)[1] for row in events]
    wanted = [*(row.actor_id for row in events), *handlers]
    actors = people.names_of(session, [account for account in wanted if account])
    called = {**names, **dict(_departments(session))}
    called |= {crew_key(account): name for account, name in actors.items()}
    photos = desk_photos(session, report, actor)
    wishes, calendar = extensions(session, report.id), holidays(session)
    asked = waiting(wishes)
    award = case_award(session, report, actor, now)
    return {
        "case": _case(report, names, now, keys)
        | {
            "words": report.words if whole else redact(report.words),
            "spot": report.spot if whole else redact(report.spot),
            "whole": whole,
            "handler": _handlers(session, [report])[report.department, report.crew_id],
            "rating": _rating(session, report),
            "votes": _votes(session, report),
            "uncertain": is_uncertain(report.due_at, now, calendar),
        },
        "longer": {
            "asked": asked and asked.reason,
            "before": [row.finish_before for row in wishes if row.state == Extension.GRANTED],
            "until": longer(report.finish_due, report.legal_finish_due, calendar).finish
            if report.finish_due and report.legal_finish_due
            else None,
            "second": SECOND_PERSON,
            "answers": [(one.value, _(label), "") for one, label in ANSWER_LABELS.items()],
        },
        "photos": [photo for photo in photos if not photo["proof"]],
        "same": same_heap(session, report, actor, whole=whole),
        "proofs": [photo for photo in photos if photo["proof"]],
        "steps": [event_line(row, actors, called, whole=whole) for row in events],
        "can": may_do(actor, report, now, wishes) | {"award": award["can"]},
        "award": award,
        "choices": _choices(session, report),
        "grounds": [(ground.value, _(label), "") for ground, label in REFUSE_LABELS.items()],
        "decisions": [(one.value, _(label), "") for one, label in DECISION_LABELS.items()],
        "reasons": [(one.value, _(WITHHOLD_LABELS[one]), "") for one in CHOSEN_REASONS],
    }


def case_answer(
    session: Session, report: Report, actor: Actor, now: datetime, keys: Keys
) -> dict[str, Any]:
    """Return one case as JSON for `actor`: its columns, photos, events, and what can be done."""
    names = places.directory(session).called(english=is_english())
    events = queries.events(session, report.id)
    actors = people.names_of(session, [row.actor_id for row in events if row.actor_id])
    can = may_do(actor, report, now, extensions(session, report.id)) | {
        "contact": report.contact_sealed is not None,
        "award": case_award(session, report, actor, now)["can"],
    }
    can |= {"close": can["close"] or can["close_uncleared"]}
    return {
        **{name: getattr(report, name) for name in _COLUMNS},
        "words": redact(report.words),
        "spot": redact(report.spot),
        "state_label": shown.chip_of(report.state)[1],
        "due_at": report.due_at,
        "kind": report.official_kind,
        "hazardous": OFFICIAL[report.official_kind].hazardous,
        "place": names.get(report.division or "", ""),
        "phone": _masked(report, keys),
        "crew": report.crew_id,
        "handler": _handlers(session, [report])[report.department, report.crew_id],
        "rating": queries.rating(session, report.id, report.reopened),
        "photos": photos_json(session, report),
        "events": [event_json(row, actors) for row in events],
        "can": sorted(name for name in {*MOVES, "contact", "evidence"} if can.get(name)),
    }


# Columns of a case that go to its handlers as they are.
_COLUMNS = (
    "code", "state", "release", "version", "source", "plain_kind", "town", "division",
    "public_spot", "public_words", "lat", "lon", "accuracy", "position_source",
    "department", "submitted_at", "accepted_at", "closed_at", "accept_due", "transfer_due",
    "finish_due", "legal_finish_due", "release_due", "held_until", "review_due", "returns",
    "reopened", "outcome", "refuse_ground", "withhold_reason",
)  # fmt: skip


def _masked(report: Report, keys: Keys) -> str:
    sealed = report.contact_sealed
    return masked(keys.decrypt("phone", sealed).decode()) if sealed else ""


def _case(report: Report, names: Mapping[str, str], now: datetime, keys: Keys) -> dict[str, Any]:
    source = report.position_source if report.position_source in POSITION_WORDS else ""
    return {
        "code": report.code,
        "version": report.version,
        "state": report.state,
        "chip": shown.chip_of(report.state),
        "release": report.release,
        "withhold": shown.withhold_words(report.withhold_reason),
        "refusal": shown.refuse_words(report.refuse_ground),
        "kind": shown.kind_label(report.official_kind),
        "official_kind": report.official_kind,
        "plain_kind": _(PLAIN[report.plain_kind].label),
        "hazardous": OFFICIAL[report.official_kind].hazardous,
        "where": _where(names, report),
        "division": report.division,
        "lat": report.lat,
        "lon": report.lon,
        "accuracy": report.accuracy,
        "position_source": _(POSITION_WORDS[source]) if source else "",
        "withdrawn": report.withdrawn_at,
        "source": _(SOURCE_LABELS[Source(report.source)]),
        "outside_number": report.outside_number or "",
        "phone": _masked(report, keys),
        "submitted_at": report.submitted_at,
        "accepted_at": report.accepted_at,
        "closed_at": report.closed_at,
        "finish_due": report.finish_due,
        "legal_finish_due": report.legal_finish_due,
        "held_until": report.held_until,
        "due": running_due(report, now),
        "release_due": due_words(
            report.release_due if report.release == Release.PENDING else None, now
        ),
        "outcome": report.outcome,
        "returns": report.returns,
        "reopened": report.reopened,
        "clock": clock_bar(report, now),
    }


def _rating(session: Session, report: Report) -> str:
    found = queries.rating(session, report.id, report.reopened)
    return _(RATING_LABELS[Rating(found)]) if found else ""


def _votes(session: Session, report: Report) -> str:
    """Return how others rated the running result, whose report was merged or who saw it."""
    found = votes_of(session, report)
    said = [(_(label), found[one]) for one, label in RATING_LABELS.items() if one in found]
    return " · ".join(f"{label} {number}" for label, number in said)


def _is_over(report: Report, now: datetime) -> bool:
    return report.due_at is not None and report.due_at < now


def may_do(
    actor: Actor, report: Report, now: datetime, wishes: Sequence[ReportExtension]
) -> dict[str, bool]:
    """Return which forms the case page offers to `actor`; the actions check again.

    `wishes` are the case's for more time.
    """
    facts = report.facts
    can = {move.value: _may(policy.may_move, actor, facts, move) for move in Move}
    can |= {show.value: _may(policy.may_show, actor, facts, show) for show in Show}
    placing = policy.may_place(actor, facts).allowed
    return can | {
        "return": can["return"] or can["dispute"],
        "ask": can["ask"] and report.asked_at is None and not _is_over(report, now),
        "release": can["release"] and report.town is not None,
        "review": can[Move.REDO],
        **_may_extend(actor, report, now, wishes),
        "place": placing,
        "passes_on": placing and policy.is_town_alone(actor, facts),
        "kind": placing,
        "note": policy.may_handle(actor, facts).allowed,
        "evidence": policy.may_open_original(actor, facts).allowed,
    }


def _may_extend(
    actor: Actor, report: Report, now: datetime, wishes: Sequence[ReportExtension]
) -> dict[str, bool]:
    facts, wish = report.facts, waiting(wishes)
    in_time = may_be_extended(facts.state, report.finish_due, now, counted(wishes))
    granting = wish is not None and policy.may_grant_longer(actor, facts, wish.asked_by).allowed
    return {
        "extend": in_time and policy.may_extend(actor, facts).allowed,
        "longer": granting,
    }


def _may(
    may: Callable[[Actor, ReportFacts, Any], Verdict], actor: Actor, facts: ReportFacts, what: Any
) -> bool:
    try:
        return may(actor, facts, what).allowed
    except WrongState:
        return False


def _choices(session: Session, report: Report) -> dict[str, list[tuple[str, str]]]:
    crew = [(str(row.id), row.name) for row in queries.crew_for(session, report.town, None)]
    directory, english = places.directory(session), is_english()
    villages = [
        (place.code, directory.path(place.code, english=english))
        for place in (*directory.towns, *directory.units)
    ]
    return {
        "departments": _departments(session),
        "crew": crew,
        "places": villages,
        "kinds": [(code, _(kind.label)) for code, kind in OFFICIAL.items()],
    }
