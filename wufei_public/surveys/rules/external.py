"""A collector's file of answers: one row a person, columns named as the questions.

Optional columns: `id` (no two the same; told in faults only, not kept), `_stratum`,
`_weight`. Choices come by name or by label, in either language; several are parted by
a space, a semicolon or 、.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.sheets import Faults
from wufei_public.common.text import N_
from wufei_public.surveys.rules.expressions import Answer
from wufei_public.surveys.rules.margins import positive
from wufei_public.surveys.rules.questions import CHOOSING, Kind, Question, Questionnaire
from wufei_public.surveys.rules.replies import Reading, given

ID, STRATUM, WEIGHT = "id", "_stratum", "_weight"
MOST_ROWS = 200_000
_MOST_FAULTS = 50
_PARTS = re.compile(r"[\s;；,，、]+")
_ANYHOW = Reading(whole=False)


@dataclass(frozen=True, slots=True)
class Row:
    """One person's answers as the collector gave them."""

    answers: Mapping[str, Answer]
    stratum: str
    weight: float | None


class _Names:
    """What a cell may say for a choice: its name or its words."""

    def __init__(self, question: Question) -> None:
        self._several = question.kind in {Kind.MANY, Kind.RANK}
        self._known = {
            words: choice.name
            for choice in question.choices
            for words in (choice.label.en, choice.label.zh, choice.name)
            if words
        }

    def read(self, cell: str) -> list[str]:
        """Return the names that `cell` means; what is unknown stays as it is."""
        if cell in self._known:
            return [self._known[cell]]
        parts = _PARTS.split(cell) if self._several else [cell]
        return [self._known.get(part, part) for part in parts if part]


def read_rows(form: Questionnaire, lines: Sequence[Sequence[str]], name: str) -> list[Row]:
    """Return the rows of the sheet `lines`, whose first is the header.

    Raises Invalid with each fault as file/row/column; nothing is taken of a file with one.
    """
    faults = Faults(name)
    header = [cell.strip() for cell in lines[0]] if lines else []
    _check_header(form, header, faults)
    faults.check()
    if len(lines) > MOST_ROWS:
        faults.add(MOST_ROWS, "", N_("这张表的行数太多。"))
    names = {q.name: _Names(q) for q in form if q.kind in CHOOSING}
    rows, seen = [], set[str]()
    for number, line in enumerate(lines[1:MOST_ROWS], 2):
        cells = {c: v.strip() for c, v in zip(header, line, strict=False) if v.strip()}
        if cells and len(faults.errors) < _MOST_FAULTS:
            _check_id(cells, seen, number, faults)
            rows.append(_row(form, cells, names, number, faults))
    if not rows:
        faults.add(1, "", N_("文件里没有一行内容。"))
    faults.check()
    return [row for row in rows if row]


def _check_header(form: Questionnaire, header: Sequence[str], faults: Faults) -> None:
    known = {q.name for q in form if q.kind not in {Kind.NOTE, Kind.PHOTO}} | {ID, STRATUM, WEIGHT}
    for column in header:
        if column not in known:
            faults.add(1, column, N_("没有叫这个名字的列。"))
        elif list(header).count(column) > 1:
            faults.add(1, column, N_("有两列的名字相同。"))
    if not set(header) & (known - {ID, STRATUM, WEIGHT}):
        faults.add(1, "", N_("文件里没有一列回答。"))


def _check_id(cells: Mapping[str, str], seen: set[str], number: int, faults: Faults) -> None:
    """Refuse a row whose id stood before: two rows of one person count twice."""
    if ID not in cells:
        return
    if cells[ID] in seen:
        faults.add(number, ID, N_("“%(value)s”前面已经出现过。"), value=cells[ID][:40])
    seen.add(cells[ID])


def _row(
    form: Questionnaire,
    cells: Mapping[str, str],
    names: Mapping[str, _Names],
    number: int,
    faults: Faults,
) -> Row | None:
    sent = {
        column: names[column].read(cell) if column in names else [cell]
        for column, cell in cells.items()
    }
    weight = positive(cells[WEIGHT]) if WEIGHT in cells else None
    if WEIGHT in cells and weight is None:
        faults.add(number, WEIGHT, N_("“%(value)s”要是大于 0 的数。"), value=cells[WEIGHT])
    try:
        answers = given(form, sent, _ANYHOW)
    except Invalid as error:
        _tell(error.errors, cells, number, faults)
        return None
    _tell_unasked(form, answers, cells, number, faults)
    return Row(answers, cells.get(STRATUM, "")[:40], weight)


def _tell(
    errors: Sequence[FieldError], cells: Mapping[str, str], number: int, faults: Faults
) -> None:
    for error in errors:
        message = N_("“%(value)s”不是这一题的回答。")
        faults.add(number, error.pointer, message, value=cells.get(error.pointer, "")[:40])


def _tell_unasked(
    form: Questionnaire,
    answers: Mapping[str, Answer],
    cells: Mapping[str, str],
    number: int,
    faults: Faults,
) -> None:
    """Refuse answers to what the questionnaire would not have asked: they cannot be so."""
    for column in cells:
        if column in form.by_name and column not in answers:
            faults.add(number, column, N_("按跳题条件，这一题不该有回答。"))
