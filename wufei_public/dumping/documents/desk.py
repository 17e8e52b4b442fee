"""Cases as officials see them: deadlines in words, the handler's name, what can be done."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext, pgettext
from sqlalchemy import Row
from sqlalchemy.orm import Session

from wufei_public.common.actor import Actor, Verdict
from wufei_public.common.errors import WrongState
from wufei_public.divisions import queries as places
from wufei_public.dumping import policy
from wufei_public.dumping.documents import shown
from wufei_public.dumping.documents.history import crew_key, event_json, event_line
from wufei_public.dumping.documents.photos import POSITION_WORDS, desk_photos, photos_json
from wufei_public.dumping.documents.same import same_heap
from wufei_public.dumping.models import Report
from wufei_public.dumping.queries import cases as queries
from wufei_public.dumping.rules.assigning import handler_of
from wufei_public.dumping.rules.clocks import RUNNING, days_left, urgency
from wufei_public.dumping.rules.facts import ReportFacts
from wufei_public.dumping.rules.kinds import OFFICIAL, PLAIN
from wufei_public.dumping.rules.ratings import DECISION_LABELS, RATING_LABELS, Rating
from wufei_public.dumping.rules.release import CHOSEN_REASONS, WITHHOLD_LABELS, Release, Show
from wufei_public.dumping.rules.states import REFUSE_LABELS, SOURCE_LABELS, Move, Source, State
from wufei_public.dumping.schemas.moves import MOVES
from wufei_public.infra.i18n import is_english
from wufei_public.infra.keys import Keys
from wufei_public.people.queries import accounts as people
from wufei_public.people.rules.phones import masked

TONES = {"over": "bad", "today": "soon", "soon": "soon", "later": "none", "none": "none"}


def running_due(row: Any, now: datetime) -> dict[str, Any]:
    """Return tone and words of the clock that runs, with its name: 派办超 1 天."""
    found = due_words(row.due_at, now)
    if not found["words"]:
        return found
    clock = _clock_names()[RUNNING[State(row.state)]]
    words = pgettext("deadline", "%(clock)s%(left)s", clock=clock, left=found["words"])
    return found | {"words": words}


def _clock_names() -> Mapping[str, str]:
    """Return what each deadline that can run is for, as it stands before the days."""
    return {
        "accept_due": pgettext("deadline", "受理"),
        "transfer_due": pgettext("deadline", "派办"),
        "finish_due": pgettext("deadline", "办结"),
        "held_until": pgettext("deadline", "补充"),
        "review_due": pgettext("deadline", "复核"),
    }


def due_words(due: datetime | None, now: datetime) -> dict[str, Any]:
    """Return tone and words of a deadline: 超 1 天, 今天到期, 还有 2 天."""
    how = urgency(due, now)
    if due is None:
        return {"tone": "none", "words": "", "at": None}
    left = days_left(due, now)
    if how == "over":
        words = ngettext("超 %(num)d 天", "超 %(num)d 天", max(1, -left))
    elif how == "today":
        words = _("今天到期")
    else:
        words = ngettext("还有 %(num)d 天", "还有 %(num)d 天", left)
    return {"tone": TONES[how], "words": words, "at": due}


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
            "what": row.words[:40] or shown.kind_label(row.official_kind),
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
    parts = [names.get(row.town, ""), row.spot]
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
    session: Session, report: Report, actor: Actor, now: datetime, keys: Keys
) -> dict[str, Any]:
    """Return everything that the case page draws for `actor`."""
    names = places.directory(session).called(english=is_english())
    events = queries.events(session, report.id)
    handlers = [handler_of(row.internal_text)[1] for row in events]
    wanted = [*(row.actor_id for row in events), *handlers]
    actors = people.names_of(session, [account for account in wanted if account])
    called = {**names, **dict(_departments(session))}
    called |= {crew_key(account): name for account, name in actors.items()}
    photos = desk_photos(session, report, actor)
    return {
        "case": _case(report, names, now, keys)
        | {
            "handler": _handlers(session, [report])[report.department, report.crew_id],
            "rating": _rating(session, report),
        },
        "photos": [photo for photo in photos if not photo["proof"]],
        "same": same_heap(session, report, actor),
        "proofs": [photo for photo in photos if photo["proof"]],
        "steps": [event_line(row, actors, called) for row in events],
        "can": may_do(actor, report, now),
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
    can = may_do(actor, report, now) | {"contact": report.contact_sealed is not None}
    can |= {"close": can["close"] or can["close_uncleared"]}
    return {
        **{name: getattr(report, name) for name in _COLUMNS},
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
    "code", "state", "release", "version", "source", "plain_kind", "town", "division", "spot",
    "public_spot", "words", "public_words", "lat", "lon", "accuracy", "position_source",
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
        "spot": report.spot,
        "division": report.division,
        "lat": report.lat,
        "lon": report.lon,
        "accuracy": report.accuracy,
        "position_source": _(POSITION_WORDS[source]) if source else "",
        "words": report.words,
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
        "clock": _clock(report, now),
    }


def _rating(session: Session, report: Report) -> str:
    found = queries.rating(session, report.id, report.reopened)
    return _(RATING_LABELS[Rating(found)]) if found else ""


def _clock(report: Report, now: datetime) -> dict[str, Any] | None:
    """Return the deadline bar's places (per cent of begin to legal limit); None before it runs."""
    if not (report.accepted_at and report.finish_due and report.legal_finish_due):
        return None
    whole = (report.legal_finish_due - report.accepted_at).total_seconds()
    end = report.closed_at or now
    # A case that is done again may be promised for later than the law has it.
    due = min(100.0, (report.finish_due - report.accepted_at).total_seconds() / whole * 100)
    today = (end - report.accepted_at).total_seconds() / whole * 100
    return {
        "begin_at": report.accepted_at,
        "due_at": report.finish_due,
        "legal_at": report.legal_finish_due,
        "over": report.closed_at is not None,
        "due": round(due, 1),
        "today": round(min(100.0, max(0.0, today)), 1),
    }


def _is_over(report: Report, now: datetime) -> bool:
    return report.due_at is not None and report.due_at < now


def may_do(actor: Actor, report: Report, now: datetime) -> dict[str, bool]:
    """Return which forms the case page offers to `actor`; the actions check again."""
    facts = report.facts
    can = {move.value: _may(policy.may_move, actor, facts, move) for move in Move}
    can |= {show.value: _may(policy.may_show, actor, facts, show) for show in Show}
    placing = policy.may_place(actor, facts).allowed
    return can | {
        "return": can["return"] or can["dispute"],
        "ask": can["ask"] and report.asked_at is None and not _is_over(report, now),
        "release": can["release"] and report.town is not None,
        "review": can[Move.REDO],
        "place": placing,
        "kind": placing,
        "note": policy.may_handle(actor, facts).allowed,
        "evidence": policy.may_open_original(actor, facts).allowed,
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
