"""A collector's file of answers: one row a person, each column told what it means.

A column means a question, one choice of a question (1 or 0), `id` (no two the same; told in
faults only, not kept), one of the columns of the drawing, or nothing. Choices come by name or by
label, in either language; several are parted by a space, a semicolon or 、.
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
from wufei_public.surveys.rules.responses import ID, PSU, STRATUM, STRATUM_N, WEIGHT

DRAWING = (STRATUM, PSU, STRATUM_N, WEIGHT)
# A column that means nothing here.
NOTHING = ""
MOST_ROWS = 200_000
_MOST_FAULTS = 50
_MOST_LETTERS = 40
_PARTS = re.compile(r"[\s;；,，、]+")
_YES = frozenset({"1", "1.0", "是", "有", "选", "√", "yes", "true", "y"})
_NO = frozenset({"", "0", "0.0", "否", "无", "没选", "no", "false", "n"})
_ANYHOW = Reading(whole=False)


@dataclass(frozen=True, slots=True)
class Row:
    """One person's answers as the collector gave them, and how that person was drawn."""

    number: int
    answers: Mapping[str, Answer]
    stratum: str = ""
    psu: str = ""
    stratum_n: float | None = None
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class Inspected:
    """What a file comes to: the rows that can be read, and every fault by row and column."""

    rows: Sequence[Row]
    faults: Faults


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


def meanings(form: Questionnaire) -> list[str]:
    """Return what a column may mean, in order: the drawing, questions, their choices."""
    found = [ID, *DRAWING]
    for question in form:
        if question.kind not in {Kind.NOTE, Kind.PHOTO}:
            found.append(question.name)
        if question.kind is Kind.MANY:
            found += [f"{question.name}/{choice.name}" for choice in question.choices]
    return found


def guess(form: Questionnaire, header: Sequence[str]) -> list[str]:
    """Return what each column seems to mean, by names and words; nothing where nobody can tell."""
    known = {meaning: meaning for meaning in meanings(form)}
    for question in form:
        for words in (question.label.en, question.label.zh):
            known.setdefault(words.strip(), question.name if question.name in known else NOTHING)
    known |= {one.removeprefix("_"): one for one in DRAWING if one.removeprefix("_") not in known}
    taken: set[str] = set()
    found = []
    for cell in header:
        meaning = known.get(cell.strip(), NOTHING)
        found.append(NOTHING if meaning in taken else meaning)
        taken.add(meaning)
    return found


def read_rows(
    form: Questionnaire, lines: Sequence[Sequence[str]], name: str, columns: Sequence[str]
) -> Sequence[Row]:
    """Return the rows of the sheet `lines`, whose first is the header; `columns` says what is what.

    Raises Invalid with each fault as file/row/column; nothing is taken of a file with one.
    """
    found = inspect(form, lines, name, columns)
    found.faults.check()
    return found.rows


def inspect(
    form: Questionnaire, lines: Sequence[Sequence[str]], name: str, columns: Sequence[str]
) -> Inspected:
    """Return what the sheet `lines` comes to when its columns mean `columns`."""
    faults = Faults(name)
    header = [cell.strip() for cell in lines[0]] if lines else []
    _check_columns(form, header, columns, faults)
    if faults.errors:
        return Inspected([], faults)
    if len(lines) > MOST_ROWS:
        faults.add(MOST_ROWS, "", N_("这张表的行数太多。"))
    reader = _Reader(form, header, columns, faults)
    rows = [
        row
        for number, line in enumerate(lines[1:MOST_ROWS], 2)
        if any(cell.strip() for cell in line) and len(faults.errors) < _MOST_FAULTS
        for row in reader.read(number, line)
    ]
    if not rows and not faults.errors:
        faults.add(1, "", N_("文件里没有一行内容。"))
    _check_drawing(rows, faults)
    return Inspected(rows, faults)


def _check_columns(
    form: Questionnaire, header: Sequence[str], columns: Sequence[str], faults: Faults
) -> None:
    known = set(meanings(form))
    used = [meaning for meaning in columns if meaning]
    for column, meaning in zip(header, columns, strict=False):
        if meaning and meaning not in known:
            faults.add(1, column, N_("没有叫这个名字的列。"))
        elif meaning and used.count(meaning) > 1:
            faults.add(1, column, N_("有两列是同一个意思。"))
        elif "/" in meaning and meaning.partition("/")[0] in used:
            faults.add(1, column, N_("这一题已经有一整列了。"))
    if not {meaning for meaning in used if meaning not in {ID, *DRAWING}}:
        faults.add(1, "", N_("文件里没有一列回答。"))


class _Reader:
    """Reads lines one after the other, and notes what is wrong with each."""

    def __init__(
        self, form: Questionnaire, header: Sequence[str], columns: Sequence[str], faults: Faults
    ) -> None:
        self._form, self._faults = form, faults
        self._columns = [
            (column, meaning) for column, meaning in zip(header, columns, strict=False)
        ]
        self._names = {q.name: _Names(q) for q in form if q.kind in CHOOSING}
        self._called = {meaning.partition("/")[0]: column for column, meaning in self._columns}
        self._seen: set[str] = set()

    def read(self, number: int, line: Sequence[str]) -> list[Row]:
        """Return the row of a line; none where it has a fault."""
        before = len(self._faults.errors)
        cells: dict[str, str] = {}
        sent: dict[str, list[str]] = {}
        for (_, meaning), cell in zip(self._columns, line, strict=False):
            value = cell.strip()
            if "/" in meaning:
                self._choose(meaning, value, number, sent)
            elif meaning and value:
                cells[meaning] = value
        for name, value in cells.items():
            if name not in {ID, *DRAWING}:
                sent[name] = self._names[name].read(value) if name in self._names else [value]
        if any(cell.strip() for cell in line[len(self._columns) :]):
            self._faults.add(number, "", N_("这一行比表头多出内容。"))
        self._check_id(cells, number)
        answers = self._answers(sent, cells, number)
        row = Row(
            number,
            answers,
            self._label(STRATUM, cells, number),
            self._label(PSU, cells, number),
            self._positive(STRATUM_N, cells, number),
            self._positive(WEIGHT, cells, number),
        )
        return [row] if len(self._faults.errors) == before else []

    def _fault(self, number: int, meaning: str, message: str, **facts: object) -> None:
        self._faults.add(number, self._called.get(meaning, meaning), message, **facts)

    def _choose(self, meaning: str, value: str, number: int, sent: dict[str, list[str]]) -> None:
        """Read a column of one choice: chosen or not."""
        name, _, choice = meaning.partition("/")
        if value.lower() in _YES:
            sent.setdefault(name, []).append(choice)
        elif value.lower() not in _NO:
            message = N_("“%(value)s”看不出选了没有：要是 1 或 0。")
            self._fault(number, name, message, value=value[:_MOST_LETTERS])

    def _check_id(self, cells: Mapping[str, str], number: int) -> None:
        """Refuse a row whose id stood before: two rows of one person count twice."""
        if ID not in cells:
            return
        if cells[ID] in self._seen:
            value = cells[ID][:_MOST_LETTERS]
            self._fault(number, ID, N_("“%(value)s”前面已经出现过。"), value=value)
        self._seen.add(cells[ID])

    def _label(self, column: str, cells: Mapping[str, str], number: int) -> str:
        value = cells.get(column, "")
        if len(value) > _MOST_LETTERS:
            message = N_("这一项最多 %(most)s 个字。")
            self._fault(number, column, message, most=_MOST_LETTERS)
        return value

    def _positive(self, column: str, cells: Mapping[str, str], number: int) -> float | None:
        if column not in cells:
            return None
        found = positive(cells[column])
        if found is None:
            message = N_("“%(value)s”要是大于 0 的数。")
            self._fault(number, column, message, value=cells[column][:_MOST_LETTERS])
        return found

    def _answers(
        self, sent: Mapping[str, Sequence[str]], cells: Mapping[str, str], number: int
    ) -> Mapping[str, Answer]:
        try:
            answers = given(self._form, sent, _ANYHOW)
        except Invalid as error:
            self._tell(error.errors, cells, number)
            return {}
        # Answers to what the questionnaire would not have asked cannot be so.
        for name in sent:
            if name not in answers:
                self._fault(number, name, N_("按跳题条件，这一题不该有回答。"))
        return answers

    def _tell(self, errors: Sequence[FieldError], cells: Mapping[str, str], number: int) -> None:
        message = N_("“%(value)s”不是这一题的回答。")
        for error in errors:
            value = cells.get(error.pointer, "")[:_MOST_LETTERS]
            self._fault(number, error.pointer, message, value=value)


def _check_drawing(rows: Sequence[Row], faults: Faults) -> None:
    """Note what of the drawing is told of some rows alone, or is told in two ways."""
    for column, told in (
        (STRATUM, [bool(row.stratum) for row in rows]),
        (PSU, [bool(row.psu) for row in rows]),
        (STRATUM_N, [row.stratum_n is not None for row in rows]),
        (WEIGHT, [row.weight is not None for row in rows]),
    ):
        if any(told) and not all(told):
            row = rows[told.index(False)]
            faults.add(row.number, column, N_("这一列要么每行都有，要么都没有。"))
    sizes: dict[str, float] = {}
    units: dict[str, set[object]] = {}
    for row in rows:
        units.setdefault(row.stratum, set()).add(row.psu or row.number)
        if row.stratum_n and sizes.setdefault(row.stratum, row.stratum_n) != row.stratum_n:
            message = N_("“%(value)s”与同一层前面的数不同。")
            faults.add(row.number, STRATUM_N, message, value=f"{row.stratum_n:g}")
    for stratum, size in sizes.items():
        if size < len(units[stratum]):
            message = N_("这一层抽了 %(drawn)s 个，总数却只有 %(size)s 个。")
            row = next(one for one in rows if one.stratum == stratum)
            facts = {"drawn": len(units[stratum]), "size": f"{size:g}"}
            faults.add(row.number, STRATUM_N, message, **facts)
