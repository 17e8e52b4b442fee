"""What a unit sees: what is missing first, then each item, the decision, the certificate."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from wufei_public.cells.documents import aftercare, proofs, shown, timelines
from wufei_public.cells.documents.rounds import copies
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.rounds import CellRound
from wufei_public.cells.queries import applications as queries
from wufei_public.cells.queries import certificates, records, reviews, rounds
from wufei_public.cells.queries.aftercare import open_removal
from wufei_public.cells.queries.charges import open_charge
from wufei_public.cells.rules.applying import Place, commitment_on
from wufei_public.cells.rules.diffs import Entry
from wufei_public.cells.rules.naming import report_years
from wufei_public.cells.rules.rounds import PHASE_CHIPS, PHASE_LABELS, left_over, phase
from wufei_public.cells.rules.stages import (
    AFTER_SCORING,
    EDITABLE,
    GROUND_LABELS,
    Ground,
    Move,
    State,
    workflow,
)
from wufei_public.cells.rules.standing import LISTED, Standing, is_told
from wufei_public.cells.rules.standing import shown as standing_of
from wufei_public.common.actor import Actor
from wufei_public.common.clock import district_day
from wufei_public.common.scores import written
from wufei_public.infra.i18n import gettext as _
from wufei_public.organisations.queries import cards, memberships

# The unit knows the result once a decision was taken, not while it is being discussed.
_RESULT_SHOWN = AFTER_SCORING - {State.SCORED, State.PROPOSED, State.REINSPECTING}


def open_rounds(session: Session, now: datetime) -> list[dict[str, Any]]:
    """Return the rounds that take applications now."""
    return [
        {
            "title": found.title,
            "code": found.code,
            "closes_at": found.closes_at,
            "url": url_for("cells.round_page", code=found.code),
        }
        for found in rounds.running(session, now)
    ]


def round_values(session: Session, code: str, now: datetime) -> dict[str, Any]:
    """Return a round as everyone reads it: notice, dates, kinds, what was changed and why."""
    found = rounds.round_of(session, code)
    facts = rounds.facts_of(session, found)
    return {
        "round": {
            "code": found.code,
            "title": found.title,
            "notice": found.notice,
            "opens_at": found.opens_at,
            "closes_at": found.closes_at,
            "quota": found.quota,
            "phase": phase(facts, now),
            "chip": (PHASE_CHIPS[phase(facts, now)], _(PHASE_LABELS[phase(facts, now)])),
            "towns": [shown.place_name(session, town) for town in found.towns],
        },
        "kinds": [
            (kind, shown.kind_label(kind), version)
            for kind, version in rounds.versions_of(session, found.id)
        ],
        "changes": rounds.changes(session, found.id),
    }


def start_values(session: Session, actor: Actor, code: str) -> dict[str, Any]:
    """Return what the page that begins an application offers: kinds, units, their sites."""
    found = rounds.round_of(session, code)
    kinds = rounds.kinds_of(session, found.id)
    return {
        "round": found,
        "kinds": [(kind, shown.kind_label(kind), "") for kind in kinds],
        "places": [
            (key, place.name, shown.place_name(session, place.division))
            for key, place in _places(session, actor)
        ],
    }


def _places(session: Session, actor: Actor) -> list[tuple[str, Place]]:
    """Return every place of every unit that the actor represents, with its key in the form."""
    found = []
    for unit in memberships.represented_by(session, actor.id or 0):
        sites = cards.sites(session, unit.id)
        whole = Place(unit.id, None, unit.name, unit.division)
        found += [(unit.code, whole)] if not sites else []
        found += [
            (
                f"{unit.code}-{site.code}",
                Place(unit.id, site.id, f"{unit.name}·{site.name}", site.division),
            )
            for site in sites
        ]
    return found


def chosen_places(session: Session, actor: Actor, keys: Sequence[str]) -> list[Place]:
    """Return the places behind the keys of the form, in the order of the form."""
    return [place for key, place in _places(session, actor) if key in keys]


# ---- one application ------------------------------------------------------------


def values(session: Session, row: CellApplication, now: datetime) -> dict[str, Any]:
    """Return everything on the unit's page of one application."""
    rubric = rounds.rubric(session, row.rubric_id)
    entries = queries.entries(session, row.id)
    steps = workflow(rubric.route).moves(State(row.state))
    moves = {step.move for step in steps if "unit" in step.who}
    opened = session.get_one(CellRound, row.round_id)
    return {
        "case": shown.head(session, row),
        "editable": row.state in EDITABLE,
        "closes_at": opened.closes_at if row.state == State.DRAFT else None,
        "progress": shown.progress(rubric, entries),
        "items": items(session, row, entries),
        "remarks": remarks(session, row),
        "commitment": commitment_on(district_day(now)),
        "pictures": proofs.story(session, row, "cells_unit.photo"),
        "mended": proofs.mended(session, row, "cells_unit.photo"),
        "left_over": left_over(State(row.state), row.submissions, opened.closes_at, now),
        "copies": copies(session, row, opened, now),
        "can": {
            "withdraw": Move.WITHDRAW in moves,
            "mend": Move.MEND in moves,
            "appeal": Move.APPEAL in moves or _may_appeal_removal(session, row),
        },
        "result": result(session, row),
        "refusal": _refusal(row),
        "charge": _charge(session, row, now),
        "certificate": _certificate(session, row, now),
        "steps": timelines.steps(queries.events(session, row.id)),
        "objections": _objections(session, row),
    }


def items(
    session: Session, row: CellApplication, entries: dict[str, Entry] | Any
) -> list[dict[str, Any]]:
    """Return the sections with their items, each with whether it is done."""
    rubric, found = rounds.rubric(session, row.rubric_id), []
    for section, name in shown.section_names(rubric).items():
        lines = [
            shown.item_view(item, entry.answer, entry.note)
            | {"photos": entry.proofs, "needs": bool(item.uploads)}
            for item in rubric.of_section(section)
            if (entry := entries.get(item.id, Entry())) is not None
        ]
        found.append({"name": name, "items": lines})
    return found


def remarks(session: Session, row: CellApplication) -> list[dict[str, str]]:
    """Return what is to be put right, with the title of each item."""
    if row.state != State.RETURNED:
        return []
    rubric = rounds.rubric(session, row.rubric_id)
    found = []
    for remark in queries.remarks(session, row.id, row.submissions):
        item = rubric.item(remark.item)
        title = shown.local(item.title, item.title_en) if item else _("整体")
        found.append({"item": remark.item, "title": title, "text": remark.text})
    return found


def result(session: Session, row: CellApplication) -> dict[str, Any] | None:
    """Return the panel's result for the unit, never one expert's; None before a decision."""
    if row.total is None or row.result is None or row.state not in _RESULT_SHOWN:
        return None
    rubric = rounds.rubric(session, row.rubric_id)
    scored = reviews.score_of(row.total, row.result, row.result["vetoes"])
    names = shown.section_names(rubric)
    vetoes = {veto.id: shown.local(veto.title, veto.title_en) for veto in rubric.vetoes}
    return {
        "total": written(row.total),
        "stars": shown.stars_words(row.stars or 0),
        "sections": [shown.section_line(names[o.id], o) for o in scored.sections] if scored else [],
        "vetoes": [vetoes[one] for one in row.result["vetoes"]],
    }


def _charge(session: Session, row: CellApplication, now: datetime) -> dict[str, Any] | None:
    """Return what is held against the unit, and whether it may still answer."""
    found = open_charge(session, row.id)
    if found is None:
        return None
    return {
        "ground": _(GROUND_LABELS[Ground(found.ground)]),
        "reason": found.reason,
        "due_at": found.due_at,
        "answer": found.answer,
        "open": found.due_at >= now,
    }


def _refusal(row: CellApplication) -> dict[str, str] | None:
    if not row.refuse_ground:
        return None
    return {"ground": _(GROUND_LABELS[Ground(row.refuse_ground)]), "reason": row.refuse_reason}


def _may_appeal_removal(session: Session, row: CellApplication) -> bool:
    held = certificates.of_application(session, row.id) if row.state == State.NAMED else None
    return (
        held is not None
        and held.standing != Standing.VALID
        and held.standing_reason != LISTED
        and not records.appealed_since(session, row.id, held.standing_at)
    )


def _certificate(session: Session, row: CellApplication, now: datetime) -> dict[str, Any] | None:
    held = certificates.of_application(session, row.id)
    if held is None:
        return None
    today, done = district_day(now), certificates.reported(session, held.id)
    due = [
        year
        for year in report_years(held.named_on, held.valid_until)
        if year <= today.year and year not in done
    ]
    now_shown = standing_of(Standing(held.standing), held.valid_until, today, held.free_from)
    return {
        "number": held.number,
        "code": held.code,
        "valid_until": held.valid_until,
        "due": due,
        "chip": shown.standing_chip(now_shown),
        "holds": is_told(now_shown),
        "removal": waiting.reason if (waiting := open_removal(session, held.id)) else "",
        "tasks": aftercare.tasks(session, row, held.id, "cells_unit.photo"),
    }


def _objections(session: Session, row: CellApplication) -> list[dict[str, Any]]:
    """Return the objections to the unit with their answers; who objected stays unknown."""
    rows = [one for one in reviews.objections(session, row.id) if one.outcome]
    said = aftercare.replies(session, rows)
    return [
        {
            "code": one.code,
            "text": one.text,
            "answer": one.answer,
            "outcome": one.outcome,
            "at": one.received_at,
            "reply": said.get(one.id, ""),
            "may_reply": one.about == "notice" and one.id not in said,
        }
        for one in rows
    ]


def item_values(session: Session, row: CellApplication, name: str) -> dict[str, Any] | None:
    """Return the page of one item; None for one that the rubric does not have."""
    rubric = rounds.rubric(session, row.rubric_id)
    item = rubric.item(name)
    if item is None:
        return None
    entries = queries.entries(session, row.id)
    entry, order = entries.get(name, Entry()), [one.id for one in rubric.all_items()]
    section = rubric.of_section(item.section)
    at = order.index(name)
    return {
        "case": shown.head(session, row),
        "editable": row.state in EDITABLE,
        "item": shown.item_view(item, entry.answer, entry.note),
        "section": shown.section_names(rubric)[item.section],
        "number": section.index(item) + 1,
        "of": len(section),
        "photos": proofs.photos(session, row, entry.photos),
        "papers": proofs.papers(session, row, entry.papers),
        "remark": next((r["text"] for r in remarks(session, row) if r["item"] == name), ""),
        "before": order[at - 1] if at else None,
        "after": order[at + 1] if at + 1 < len(order) else None,
    }


def following(session: Session, row: CellApplication, name: str) -> str | None:
    """Return the item after `name`, None after the last."""
    order = [one.id for one in rounds.rubric(session, row.rubric_id).all_items()]
    at = order.index(name) + 1 if name in order else len(order)
    return order[at] if at < len(order) else None
