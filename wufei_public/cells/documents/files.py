"""A rubric as everyone reads it, and what whoever objected comes back to."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from wufei_public.cells.documents import shown
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.queries import reviews
from wufei_public.cells.rules.editing import places
from wufei_public.cells.rules.rubrics import Rubric
from wufei_public.cells.rules.scoring import NOTHING
from wufei_public.common.scores import written
from wufei_public.infra.i18n import gettext as _


def rubric_values(rubric: Rubric) -> dict[str, Any]:
    """Return a rubric as the public page draws it."""
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
                "items": [shown.item_view(item, NOTHING) for item in rubric.of_section(section)],
            }
            for section, name in shown.section_names(rubric).items()
        ],
        "vetoes": [shown.local(veto.text, veto.text_en) for veto in rubric.vetoes],
    }


def editor_values(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a rubric's fields as the page that changes it draws them: each with what it says."""
    kind = content["kind"]
    fields = {field: node.get(key, "") for field, node, key, _number in places(content)}
    return {
        "kind": kind["kind"],
        "kind_name": shown.kind_label(kind["kind"]),
        "version": content["version"],
        "fields": fields,
        "levels": sorted(kind["thresholds"]["levels"]),
        "sections": [
            {
                "id": section["id"],
                "name": shown.local(section["name"], section["name_en"]),
                "items": [item for item in kind["items"] if item["section"] == section["id"]],
            }
            for section in content["sections"]
        ]
        + [{"id": "", "name": _("创新加分"), "items": kind["bonus"]}],
    }


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
