"""What an expert sees: the unit's words, the own sheet, of the others nothing before it is in."""

from typing import Any

from flask import url_for
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
from wufei_public.media import queries as media


def lines(session: Session, expert: int | None) -> list[dict[str, Any]]:
    """Return the expert's own sheets, those that wait on top."""
    return [
        {
            "unit": row.unit,
            "kind": shown.kind_label(row.kind),
            "due_at": row.due_at,
            "done": row.scored_at is not None,
            "url": url_for("cells_scoring.one", code=row.code),
        }
        for row in reviews.waiting_for(session, expert)
    ]


def values(session: Session, row: CellApplication, sheet: CellSheet) -> dict[str, Any]:
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
        "may_revise": row.state == State.SCORED and mine and _talked(session, row, sheet),
        "sections": found,
        "vetoes": [
            (veto.id, shown.local(veto.title, veto.title_en), shown.local(veto.text, veto.text_en))
            for veto in rubric.vetoes
        ],
        "others": _others(session, row, sheet.expert_id),
        "visit": _visit(session, row, sheet),
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


def _visit(session: Session, row: CellApplication, sheet: CellSheet) -> list[dict[str, Any]]:
    owner = f"cells/{row.code}/visit/{sheet.id}"
    return [
        {
            "state": photo.state,
            "thumb": url_for("cells_scoring.photo", code=row.code, photo_id=photo.id, size="thumb"),
            "width": photo.thumb_width,
            "height": photo.thumb_height,
        }
        for photo in media.photos_of(session, owner)
    ]
