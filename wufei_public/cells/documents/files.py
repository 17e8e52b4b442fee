"""A rubric as everyone reads it, and what whoever objected comes back to."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from wufei_public.cells.documents import shown
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.queries import reviews
from wufei_public.cells.rules.frames import Said, read_frame
from wufei_public.cells.rules.routes import SCORING_LABELS, STOP_LABELS, Scoring, Stop
from wufei_public.cells.rules.rubrics import Item, Rubric
from wufei_public.cells.rules.scoring import NOTHING
from wufei_public.common.scores import written
from wufei_public.common.text import N_
from wufei_public.infra.i18n import gettext as _

BASIS_LABELS = {
    "plan": N_("方案"),
    "standard": N_("公开标准"),
    "project default": N_("本项目默认，待核定"),
}


def rubric_values(rubric: Rubric, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a rubric as the public page draws it, with what it rests on."""
    frame = read_frame(content)
    return {
        "name": shown.local(rubric.name, rubric.name_en),
        "kind": rubric.kind,
        "version": rubric.version,
        "who": shown.local(rubric.who, rubric.who_en),
        "least": written(rubric.thresholds.least),
        "levels": [(stars, written(least)) for stars, least in rubric.thresholds.levels],
        "share": int(rubric.thresholds.section_share * 100),
        "sections": [
            {
                "name": name,
                "items": [
                    shown.item_view(item, NOTHING) | _basis(item)
                    for item in rubric.of_section(section)
                ],
            }
            for section, name in shown.section_names(rubric).items()
        ],
        "vetoes": [
            (shown.local(veto.text, veto.text_en), shown.chinese(veto.basis))
            for veto in rubric.vetoes
        ],
        "bonus_max": written(rubric.thresholds.bonus_max),
        "barred": _local(frame.barred),
        "barred_basis": shown.chinese(frame.barred_basis),
        "definitions": [(shown.chinese(term), _local(said)) for term, said in frame.definitions],
        "scoring_words": [_local(said) for said in frame.scoring],
        "sources": [
            (
                shown.chinese(one.number),
                shown.chinese(one.name),
                one.verified,
                shown.chinese(one.note),
            )
            for one in frame.sources
        ],
        "source_note": shown.mixed(frame.note.chinese, frame.note.english),
        "way": way_words(rubric.route.steps),
        "scoring": _(SCORING_LABELS[Scoring(rubric.route.scoring)]),
    }


def _local(said: Said) -> str:
    return shown.local(said.chinese, said.english)


def _basis(item: Item) -> dict[str, Any]:
    status = BASIS_LABELS.get(item.basis_status, "")
    return {
        "basis": shown.chinese(item.basis) if item.basis else "",
        "basis_label": _(status) if status else "",
    }


def way_words(steps: Sequence[str]) -> str:
    """Return the steps of a way in words, in their order."""
    return " → ".join(_(STOP_LABELS[Stop(one)]) for one in steps)


def objection_values(session: Session, code: str) -> dict[str, Any]:
    """Return what whoever objected sees by the objection's code: no words, no person."""
    found = reviews.objection(session, code)
    row = session.get_one(CellApplication, found.application_id)
    return {
        "code": found.code,
        "unit": row.unit,
        "received_at": found.received_at,
        "due_at": found.due_at,
        "outcome": found.outcome,
        "answer": found.answer if found.about == "notice" else "",
    }
