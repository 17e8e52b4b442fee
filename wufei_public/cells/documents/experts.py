"""What the office sees of experts: the panel, who may be offered, where each belongs."""

from typing import Any

from sqlalchemy.orm import Session

from wufei_public.cells.documents import proofs, shown
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.reviews import CellSheet
from wufei_public.cells.queries import applications as queries
from wufei_public.cells.queries import reviews, rounds
from wufei_public.cells.rules.conflicts import conflict
from wufei_public.cells.rules.stages import AFTER_SCORING
from wufei_public.common.scores import written
from wufei_public.infra.i18n import gettext as _
from wufei_public.people.queries.accounts import names_of


def panel(session: Session, row: CellApplication) -> list[dict[str, Any]]:
    """Return the experts for the office: who is still to score; scores once all are in.

    While they score not even who was first is told: the order is that of the names.
    """
    rows = reviews.sheets(session, row)
    names = names_of(session, {one.expert_id for one in rows})
    open_now = row.state not in AFTER_SCORING
    outliers = (row.result or {}).get("outliers", [])
    found = [
        {
            "id": str(one.expert_id),
            "name": names.get(one.expert_id, ""),
            "due_at": one.due_at,
            "recusal": one.recusal,
            "late": one.scored_at is None and one.recused_at is None,
            "total": None if open_now or one.total is None else written(one.total),
            "words": "" if open_now else one.words,
            "outlier": not open_now and one.expert_id in outliers,
            "changes": [] if open_now else reviews.sheet_changes(session, [one.id]),
            "sheet": None if open_now or one.total is None else _sheet(session, row, one),
        }
        for one in rows
    ]
    return sorted(found, key=lambda line: str(line["name"]))


def _sheet(session: Session, row: CellApplication, one: CellSheet) -> dict[str, Any]:
    """Return what an expert gave for each item and why, and what was seen on the spot."""
    marks, rubric = reviews.marks(session, one.id), rounds.rubric(session, row.rubric_id)
    rows = [
        shown.item_view(item, *marks[item.id]) for item in rubric.all_items() if item.id in marks
    ]
    return {
        "items": rows,
        "visited_on": one.visited_on,
        "visit": proofs.visit(session, row, one.id, "cells_desk.photo"),
    }


def offered(session: Session, row: CellApplication) -> list[tuple[str, str, str]]:
    """Return the experts who may be put onto the panel; nobody with a conflict is among them."""
    sites, known = queries.sites(session, row.id), reviews.registered(session)
    seated, duties = reviews.seated(session, row.id), reviews.duties(session, row.id)
    free = [
        expert
        for expert in reviews.experts(session)
        if expert.account not in seated
        and not conflict(
            expert,
            kind=row.kind,
            divisions=[site.division for site in sites],
            organisations=[site.organisation_id for site in sites],
            busy=duties.keys(),
        )
    ]
    names = names_of(session, {one.account for one in free})
    return [
        (
            str(one.account),
            names.get(one.account, ""),
            known[one.account].about if one.account in known else "",
        )
        for one in free
    ]


def experts_page(session: Session) -> list[dict[str, Any]]:
    """Return everyone who holds the role, with what is known of where they belong."""
    known = reviews.registered(session)
    rows = reviews.experts(session)
    names = names_of(session, {one.account for one in rows})
    return [
        {
            "account": one.account,
            "name": names.get(one.account, ""),
            "town": _("、").join(shown.place_name(session, town) for town in sorted(one.towns)),
            "kinds": [shown.kind_label(kind) for kind in sorted(one.kinds)],
            "about": known[one.account].about if one.account in known else "",
            "known": one.account in known,
        }
        for one in rows
    ]
