"""What an expert sees: the unit's words, the own sheet, of the others nothing before it is in."""

from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import Row
from sqlalchemy.orm import Session

from wufei_public.cells.documents import proofs, shown
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.reviews import CellSheet
from wufei_public.cells.queries import applications as queries
from wufei_public.cells.queries import reviews, rounds
from wufei_public.cells.rules.diffs import Entry
from wufei_public.cells.rules.panels import visible
from wufei_public.cells.rules.scoring import NOTHING
from wufei_public.cells.rules.stages import State
from wufei_public.common.scores import written
from wufei_public.infra.web.paging import bad_position, pack_moment, unpack_moment


def lines(session: Session, expert: int | None, after: str) -> tuple[list[dict[str, Any]], str]:
    """Return a page of the expert's own sheets, those that wait on top, and what ends it."""
    rows, following = reviews.waiting_for(session, expert, _waiting(after))
    more = following and pack_moment((following.due_at, following.id))
    return [_line(row) for row in rows], f"{int(following.done)}{more}" if following else ""


def _waiting(position: str) -> reviews.Waiting | None:
    if not position:
        return None
    if position[0] not in {"0", "1"}:
        raise bad_position()
    return reviews.Waiting(position[0] == "1", *unpack_moment(position[1:]))


def _line(row: Row[Any]) -> dict[str, Any]:
    return {
        "unit": row.unit,
        "kind": shown.kind_label(row.kind),
        "due_at": row.due_at,
        "done": row.scored_at is not None,
        # The phone keeps its page before anybody is on the spot.
        "ready": row.scored_at is None and row.declared_at is not None,
        "url": url_for("cells_scoring.one", code=row.code),
    }


def values(
    session: Session, row: CellApplication, sheet: CellSheet, now: datetime
) -> dict[str, Any]:
    """Return the expert's page of one application."""
    rubric = rounds.rubric(session, row.rubric_id)
    entries, marks = queries.entries(session, row.id), reviews.marks(session, sheet.id)
    mine = sheet.scored_at is not None
    found = []
    for section, name in shown.section_names(rubric).items():
        items = []
        for item in rubric.of_section(section):
            entry, (mark, note) = entries.get(item.id, Entry()), marks.get(item.id, (NOTHING, ""))
            items.append(
                shown.item_view(item, mark, note)
                | {
                    "said": shown.answer_words(item, entry.answer),
                    "said_note": entry.note,
                    "pictures": proofs.photos(session, row, entry.photos, "cells_scoring.photo"),
                    "papers": proofs.papers(session, row, entry.papers, "cells_scoring.paper"),
                }
            )
        found.append({"name": name, "items": items})
    return {
        "case": shown.head(session, row),
        "sheet": {
            "due_at": sheet.due_at,
            "declared": sheet.declared_at is not None,
            "scored": mine,
            "total": written(sheet.total) if sheet.total is not None else "",
            "words": sheet.words,
            "vetoes": sheet.vetoes,
            "left": sum(not marks.get(item.id, (NOTHING, ""))[0].given for item in rubric.items),
        },
        "open": row.state == State.EXPERTS and not mine,
        "late": row.state == State.EXPERTS and not mine and sheet.due_at < now,
        "may_revise": row.state == State.SCORED and mine and _talked(session, row, sheet),
        "sections": found,
        "vetoes": [
            (veto.id, shown.local(veto.title, veto.title_en), shown.local(veto.text, veto.text_en))
            for veto in rubric.vetoes
        ],
        "mended": proofs.mended(session, row, "cells_scoring.photo"),
        "others": _others(session, row, sheet.expert_id),
        "visit": proofs.visit(session, row, sheet.id, "cells_scoring.photo"),
    }


def _talked(session: Session, row: CellApplication, sheet: CellSheet) -> bool:
    return any(
        one.step == "moderate" and sheet.scored_at is not None and one.at >= sheet.scored_at
        for one in reviews.opinions(session, row.id)
    )


def _others(session: Session, row: CellApplication, expert: int) -> list[str]:
    """Return the totals of the other experts, without names; none before the own is in."""
    seen = visible(reviews.panel(reviews.sheets(session, row)), expert)
    return [
        written(sheet.score.total)
        for sheet in seen
        if sheet.expert != expert and sheet.score is not None
    ]
