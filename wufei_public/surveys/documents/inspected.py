"""A collector's file before it is taken over: what its columns mean, what comes of its rows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from wufei_public.common.text import N_
from wufei_public.surveys.documents.desk import OUTCOME_WORDS
from wufei_public.surveys.documents.pictures import Labels
from wufei_public.surveys.models import Upload, Wave
from wufei_public.surveys.queries import forms, waves
from wufei_public.surveys.rules.external import Row, inspect, meanings
from wufei_public.surveys.rules.questions import Questionnaire
from wufei_public.surveys.rules.replies import is_counted, outcome
from wufei_public.surveys.rules.responses import ID, PSU, STRATUM, STRATUM_N, WEIGHT

DRAWING_WORDS = {
    ID: N_("序号（只查重复，不留）"),
    STRATUM: N_("层"),
    PSU: N_("最先抽的单位（例如村）"),
    STRATUM_N: N_("这一层共有多少个单位可抽"),
    WEIGHT: N_("抽样权数"),
}
# So many faults, rows and examples one can read.
_TOLD = 50
_EXAMPLES = 3


def inspected(
    session: Session, wave: Wave, upload: Upload, lines: Sequence[Sequence[str]], labels: Labels
) -> dict[str, Any]:
    """Return everything that the page of a waiting file draws."""
    form = forms.questionnaire(session, wave.form_key)
    found = inspect(form, lines, upload.name, upload.columns)
    outcomes = [(row, outcome(form, row.answers)) for row in found.rows]
    out = [(row, code) for row, code in outcomes if not is_counted(code)]
    return {
        "name": upload.name,
        "digest": upload.digest,
        "lines": max(sum(any(map(str.strip, line)) for line in lines) - 1, 0),
        "before": waves.received(session, wave.id),
        "columns": _columns(lines, upload.columns),
        "meanings": [(one, _words(one, labels)) for one in meanings(form)],
        "lacking": [labels.question(name) for name in _lacking(form, upload.columns)],
        "faults": [_fault(fault) for fault in found.faults.errors[:_TOLD]],
        "fits": not found.faults.errors,
        "counted": len(outcomes) - len(out),
        "out": _out(out),
        "design": _design(found.rows),
        "stated": wave.design,
    }


def _words(meaning: str, labels: Labels) -> str:
    if meaning in DRAWING_WORDS:
        return f"{_(DRAWING_WORDS[meaning])} ({meaning})"
    name, _slash, choice = meaning.partition("/")
    words = labels.question(name)
    return f"{words} · {labels.choice(name, choice)}" if choice else words


def _columns(lines: Sequence[Sequence[str]], columns: Sequence[str]) -> list[dict[str, Any]]:
    """Return each column with what it means and some of what stands in it."""
    found = []
    for at, (cell, meaning) in enumerate(zip(lines[0], columns, strict=True)):
        cells = (line[at].strip() for line in lines[1:] if at < len(line))
        examples = dict.fromkeys(cell for cell in cells if cell)
        told = [one[:20] for one in list(examples)[:_EXAMPLES]]
        found.append({"name": cell.strip(), "meaning": meaning, "examples": told})
    return found


def _lacking(form: Questionnaire, columns: Sequence[str]) -> list[str]:
    """Return the questions that everybody must answer and no column does."""
    met = {meaning.partition("/")[0] for meaning in columns}
    return [question.name for question in form if question.required and question.name not in met]


def _fault(fault: Any) -> dict[str, Any]:
    _name, row, column = fault.pointer.rsplit("/", 2)
    return {"row": row, "column": column, "words": str(_(fault.message)) % dict(fault.facts)}


def _out(rows: Sequence[tuple[Row, str]]) -> list[dict[str, Any]]:
    """Return why rows do not count: the code, its words, how many, the first rows' numbers."""
    counts = Counter(code for _row, code in rows)
    return [
        {
            "code": code,
            "words": _(OUTCOME_WORDS.get(code, code)),
            "count": count,
            "told": _numbers([row.number for row, other in rows if other == code]),
        }
        for code, count in sorted(counts.items())
    ]


def _numbers(rows: Sequence[int]) -> str:
    told = str(_("、")).join(map(str, rows[:_TOLD]))
    return f"{told}…" if len(rows) > _TOLD else told


def _design(rows: Sequence[Row]) -> Mapping[str, Any]:
    """Return what the file says of the drawing."""
    return {
        "strata": len({row.stratum for row in rows if row.stratum}),
        "units": len({(row.stratum, row.psu) for row in rows if row.psu}),
        "sizes": any(row.stratum_n for row in rows),
        "weights": any(row.weight for row in rows),
    }
