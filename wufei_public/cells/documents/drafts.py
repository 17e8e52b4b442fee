"""A rubric in the making as plain values: rows with their faults, what is said otherwise."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from wufei_public.cells.documents import shown
from wufei_public.cells.documents.files import way_words
from wufei_public.cells.models.rounds import CellRubricDraft
from wufei_public.cells.queries import rounds as queries
from wufei_public.cells.rules.comparing import Difference, Line, What, differences
from wufei_public.cells.rules.editing import (
    MOST_EVIDENCE,
    MOST_STEPS,
    basics_fields,
    fields_of,
    found_in,
    rows_of,
)
from wufei_public.cells.rules.faults import faults
from wufei_public.cells.rules.routes import SCORING_LABELS, STOP_LABELS, WAYS, Scoring
from wufei_public.cells.rules.rubrics import BONUS, EvidenceKind, Method, read_rubric
from wufei_public.common.scores import written
from wufei_public.common.text import N_
from wufei_public.infra.i18n import gettext as _

METHOD_LABELS = {
    Method.STEPS: N_("分几档，从上往下取第一档符合的"),
    Method.YES_NO: N_("做到得满分，没做到不得分"),
    Method.RATIO: N_("量一个数，按比例得分"),
}
EVIDENCE_LABELS = {
    EvidenceKind.PHOTO: N_("照片"),
    EvidenceKind.PDF: N_("文件"),
    EvidenceKind.RECORD: N_("台账"),
    EvidenceKind.VISIT: N_("专家现场看"),
}
WHAT_LABELS = {
    What.ADDED: N_("新加"),
    What.REMOVED: N_("拿掉"),
    What.CHANGED: N_("改了"),
    What.MOVED: N_("换了位置"),
}
PART_LABELS = {
    "basics": N_("整张评分表"),
    "sections": N_("部分"),
    "items": N_("评分项"),
    "bonus": N_("加分项"),
    "vetoes": N_("一票否决"),
}
FIELD_LABELS = {
    "name": N_("名称"),
    "name_en": N_("名称（英文）"),
    "title": N_("题目"),
    "title_en": N_("题目（英文）"),
    "text": N_("内容"),
    "text_en": N_("内容（英文）"),
    "points": N_("满分"),
    "requirement": N_("要求"),
    "requirement_en": N_("要求（英文）"),
    "basis": N_("依据"),
    "section": N_("属于哪一部分"),
    "method": N_("怎样给分"),
    "na_when": N_("什么时候不适用"),
    "steps": N_("各档"),
    "evidence": N_("要什么材料"),
    "ratio": N_("量什么"),
    "who": N_("谁可以申报"),
    "who_en": N_("谁可以申报（英文）"),
    "scoring": N_("分数从哪里来"),
    "pass": N_("通过要到的总分"),
    "section_min_percent": N_("每一部分至少到百分之几"),
    "bonus_max": N_("加分最多算几分"),
    "level3": N_("三星要到的总分"),
    "level4": N_("四星要到的总分"),
    "level5": N_("五星要到的总分"),
}
_STEPS_OF_ALL = N_("评审经过哪些步骤")
_CODES: Mapping[str, str] = {
    **{str(one): words for one, words in METHOD_LABELS.items()},
    **{str(one): words for one, words in EVIDENCE_LABELS.items()},
    **{str(one): words for one, words in STOP_LABELS.items()},
    **{f"scoring.{one}": words for one, words in SCORING_LABELS.items()},
    BONUS: N_("创新加分"),
}


def draft_values(session: Session, kind: str) -> dict[str, Any]:
    """Return the page of a draft: every row in its order, each fault at its place."""
    found = queries.draft(session, kind)
    content, rubric = found.content, read_rubric(found.content)
    told: dict[str, list[str]] = {}
    for fault in faults(rubric):
        told.setdefault(fault.pointer, []).append(_(fault.message, **fault.facts))
    return _head(session, found) | {
        "basics": basics_fields(content),
        "way": way_words(rubric.route.steps),
        "scoring": _(SCORING_LABELS[Scoring(rubric.route.scoring)]),
        "faults": told,
        "whole": written(sum((one.points for one in rubric.sections), Decimal(0))),
        "changed": len(_differences(session, found)),
        "sections": [
            _section(content, row["id"], shown.local(row["name"], row["name_en"]), row["points"])
            for row in content["sections"]
        ],
        "bonus": _section(content, BONUS, _("创新加分"), rubric.thresholds.bonus_max),
        "vetoes": [{"id": row["id"], **_words(row)} for row in rows_of(content, "vetoes")],
    }


def _head(session: Session, found: CellRubricDraft) -> dict[str, Any]:
    base = next(one for one in queries.versions(session, found.kind) if one.id == found.base_id)
    return {
        "kind": found.kind,
        "kind_name": shown.kind_label(found.kind),
        "base": base.version,
        "revision": found.revision,
        "changed_at": found.changed_at,
    }


def _section(content: Mapping[str, Any], row_id: str, name: str, full: object) -> dict[str, Any]:
    rows = [*rows_of(content, "items"), *rows_of(content, "bonus")]
    items = [row for row in rows if row["section"] == row_id]
    held = sum((Decimal(str(row["points"])) for row in items), Decimal(0))
    return {
        "id": row_id,
        "name": name,
        "full": written(Decimal(str(full))),
        "held": written(held),
        "items": [
            {"id": row["id"], "points": row["points"], "na": row["allows_na"], **_words(row)}
            for row in items
        ],
    }


def _words(row: Mapping[str, Any]) -> dict[str, str]:
    return {
        "title": shown.local(row["title"], row["title_en"]),
        "text": shown.local(row.get("text", ""), row.get("text_en", "")),
    }


# ---- one row --------------------------------------------------------------------


def row_values(session: Session, kind: str) -> dict[str, Any]:
    """Return what the form of one row offers beside its fields."""
    found = queries.draft(session, kind)
    return _head(session, found) | {
        "labels": {field: _(words) for field, words in FIELD_LABELS.items()},
        "methods": [(str(one), _(words), "") for one, words in METHOD_LABELS.items()],
        "kinds_of_evidence": [(str(one), _(words)) for one, words in EVIDENCE_LABELS.items()],
        "in_sections": [
            *((r["id"], shown.local(r["name"], r["name_en"])) for r in found.content["sections"]),
            (BONUS, _("创新加分")),
        ],
        "ways": [(" ".join(way), way_words(way), "") for way in WAYS],
        "scorings": [(str(one), _(words), "") for one, words in SCORING_LABELS.items()],
        "most_steps": MOST_STEPS,
        "most_evidence": MOST_EVIDENCE,
    }


def row_fields(session: Session, kind: str, row_id: str) -> dict[str, str]:
    """Return what stands in the fields of one row; NotFound."""
    return fields_of(found_in(queries.draft(session, kind).content, row_id)[1])


# ---- the second look ------------------------------------------------------------


def check_values(session: Session, kind: str) -> dict[str, Any]:
    """Return what a draft says otherwise than the version it began from, and its faults."""
    found = queries.draft(session, kind)
    told = [_(one.message, **one.facts) for one in faults(read_rubric(found.content))]
    return _head(session, found) | {
        "version": found.content["version"],
        "faults": told,
        "differences": [_difference(one) for one in _differences(session, found)],
    }


def _differences(session: Session, found: CellRubricDraft) -> Sequence[Difference]:
    return differences(queries.content_of(session, found.base_id), found.content)


def _difference(one: Difference) -> dict[str, Any]:
    return {
        "part": _(PART_LABELS[one.part]),
        "name": one.name,
        "what": one.what.value,
        "what_label": _(WHAT_LABELS[one.what]),
        "details": [
            {
                "label": _(_label(one.part, detail.field)),
                "before": [_line(line) for line in detail.before],
                "after": [_line(line) for line in detail.after],
            }
            for detail in one.details
        ],
    }


def _label(part: str, field: str) -> str:
    return _STEPS_OF_ALL if (part, field) == ("basics", "steps") else FIELD_LABELS[field]


def _line(line: Line) -> tuple[str, str]:
    """Return a line's code in words (a number as it is), and its words."""
    code, words = line
    return (_(_CODES[code]) if code in _CODES else code, words)
