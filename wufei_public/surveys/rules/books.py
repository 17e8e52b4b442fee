"""The sheets of an XLSForm as rows by column, and every fault of theirs by sheet, row and column.

Each cell that is filled is taken or refused: none is passed over.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from wufei_public.common.errors import FieldError
from wufei_public.common.text import N_
from wufei_public.surveys.rules.questions import Words as Said

# Sheet → rows of cells as text; the first is the header, so row n stands at n - 1.
Sheets = Mapping[str, Sequence[Sequence[str]]]

SURVEY, CHOICES, SETTINGS = "survey", "choices", "settings"
_SPOKEN = {
    SURVEY: ("label", "hint", "required_message", "constraint_message"),
    CHOICES: ("label",),
    SETTINGS: (),
}
_PLAIN = {
    SURVEY: {"type", "name", "required", "relevant", "constraint", "appearance", "parameters"},
    CHOICES: {"list_name", "name"},
    SETTINGS: {"form_title", "form_id", "version", "default_language"},
}
_NEEDED = {SURVEY: ("type", "name"), CHOICES: ("list_name", "name"), SETTINGS: ("form_id",)}
_HEADER = re.compile(r"^(?P<what>[a-z_]+)::\s*[^()]*\((?P<code>zh|en)[\w-]*\)$")
_INSERTED = re.compile(r"\$\{[^}]*\}")
_MOST_ROWS = 500


def _spoken(column: str) -> tuple[str, str] | None:
    """Return what a column of words holds and in which language; a bare `label` is Chinese."""
    match = _HEADER.match(column)
    if match:
        return match["what"], match["code"]
    return (column, "zh") if column in _SPOKEN[SURVEY] else None


def said(cells: Mapping[str, str], what: str) -> Said:
    """Return the words of `label::中文 (zh)` and its like."""
    found = {"zh": "", "en": ""}
    for column, value in cells.items():
        named = _spoken(column)
        if named and named[0] == what:
            found[named[1]] = value
    return Said(found["zh"], found["en"])


@dataclass(slots=True)
class Book:
    """The rows of one sheet by column, and the faults of the whole file."""

    errors: list[FieldError] = field(default_factory=list)

    def fault(self, sheet: str, row: int, column: str, message: str, /, **facts: object) -> None:
        self.errors.append(FieldError(f"{sheet}/{row}/{column}", message, facts))

    def refuse(self, row: int, cells: Mapping[str, str], *columns: str) -> None:
        """Note what a row of the sheet `survey` can not have, in whatever language."""
        for column in cells:
            named = _spoken(column)
            if column in columns or (named and named[0] in columns):
                self.fault(SURVEY, row, column, N_("这一行不能填这一列。"))

    def check_sheets(self, sheets: Sheets) -> None:
        """Note sheets that are not of a questionnaire and hold something."""
        for name, lines in sheets.items():
            if name not in _PLAIN and any(cell.strip() for line in lines for cell in line):
                self.fault(name, 1, "", N_("问卷里没有叫“%(sheet)s”的表。"), sheet=name)

    def rows(self, sheets: Sheets, name: str) -> list[tuple[int, dict[str, str]]]:
        """Return number and cells of each row that is not empty; note unknown columns."""
        lines = sheets.get(name)
        if not lines or not any(lines[0]):
            self.fault(name, 1, "", N_("文件里缺少“%(sheet)s”这张表。"), sheet=name)
            return []
        header = [cell.strip() for cell in lines[0]]
        self._check_header(name, header)
        if len(lines) > _MOST_ROWS:
            self.fault(name, _MOST_ROWS + 1, "", N_("这张表的行数太多。"))
        found = []
        for number, line in enumerate(lines[1:_MOST_ROWS], 2):
            self._check_cells(name, number, header, line)
            cells = {c: v.strip() for c, v in zip(header, line, strict=False) if c and v.strip()}
            if cells:
                found.append((number, cells))
        return found

    def _check_header(self, name: str, header: Sequence[str]) -> None:
        for column in _NEEDED[name]:
            if column not in header:
                self.fault(name, 1, column, N_("缺少这一列。"))
        words: set[tuple[str, str]] = set()
        for column in filter(None, header):
            named = _spoken(column)
            if column not in _PLAIN[name] and not (named and named[0] in _SPOKEN[name]):
                self.fault(name, 1, column, N_("没有叫这个名字的列。"))
            if header.count(column) > 1:
                self.fault(name, 1, column, N_("有两列的名字相同。"))
            elif named in words:
                self.fault(name, 1, column, N_("同一种文字有两列，只会留下一列。"))
            if named:
                words.add(named)

    def _check_cells(
        self, name: str, number: int, header: Sequence[str], line: Sequence[str]
    ) -> None:
        for at, value in enumerate(line):
            column = header[at] if at < len(header) else ""
            if value.strip() and not column:
                self.fault(name, number, letters(at), N_("这一格上面没有列名。"))
            elif _spoken(column) and _INSERTED.search(value):
                self.fault(name, number, column, N_("文字里不能插入别的题的回答（${…}）。"))


def letters(at: int) -> str:
    """Return what a spreadsheet calls its column number `at`, from 0."""
    found = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, 26)
        found = chr(ord("A") + rest) + found
    return found
