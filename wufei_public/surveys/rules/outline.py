"""A questionnaire while it is written: lines that can be changed, moved and taken out.

The sheets of an XLSForm and an outline say the same: `sheets_of(outline_of(sheets))` reads as
the same questionnaire, so that what was written in Excel goes on here and the other way round.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.surveys.rules.books import CHOICES, SETTINGS, SURVEY, Sheets, said
from wufei_public.surveys.rules.questions import CHOOSING, Choice, Kind, Words
from wufei_public.surveys.rules.xlsform import read_form

BEGIN, END = "begin_group", "end_group"
_ZH, _EN = "中文 (zh)", "English (en)"
_SPOKEN = ("label", "hint", "required_message", "constraint_message")
_COLUMNS = (
    *("type", "name", "required", "relevant", "constraint", "appearance", "parameters"),
    *(f"{what}::{language}" for what in _SPOKEN for language in (_ZH, _EN)),
)
_OPTIONS = ("list_name", "name", f"label::{_ZH}", f"label::{_EN}")
_TRUE = {"yes", "true", "true()"}


class Part(StrEnum):
    """What a line can be: a question by its kind, or the beginning or end of a group."""

    NOTE = Kind.NOTE.value
    ONE = Kind.ONE.value
    MANY = Kind.MANY.value
    RANK = Kind.RANK.value
    WHOLE = Kind.WHOLE.value
    NUMBER = Kind.NUMBER.value
    TEXT = Kind.TEXT.value
    PHOTO = Kind.PHOTO.value
    PLACE = Kind.PLACE.value
    BEGIN = BEGIN
    END = END


_SILENT = Words()


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the sheet `survey`."""

    part: Part
    name: str = ""
    choices: str = ""
    label: Words = _SILENT
    hint: Words = _SILENT
    required: bool = False
    required_message: Words = _SILENT
    relevant: str = ""
    constraint: str = ""
    constraint_message: Words = _SILENT
    shuffled: bool = False
    reversed: bool = False
    long: bool = False
    # The questions of this group stand on one screen.
    together: bool = False

    @property
    def chooses(self) -> bool:
        """Say whether the answers are a list."""
        return self.part.value in {kind.value for kind in CHOOSING}


@dataclass(frozen=True, slots=True)
class Outline:
    """All of a questionnaire that is being written."""

    form_id: str
    version: str
    title: str
    lines: tuple[Line, ...] = ()
    lists: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict)


# ---- from sheets and back ------------------------------------------------------------


def outline_of(sheets: Sheets) -> Outline:
    """Return the outline of a questionnaire's sheets, which must have been read before."""
    settings = next(iter(_cells(sheets, SETTINGS)), {})
    lists: dict[str, list[Choice]] = {}
    for cells in _cells(sheets, CHOICES):
        choice = Choice(cells.get("name", ""), said(cells, "label"))
        lists.setdefault(cells.get("list_name", ""), []).append(choice)
    return Outline(
        settings.get("form_id", ""),
        settings.get("version", ""),
        settings.get("form_title", ""),
        tuple(_line(cells) for cells in _cells(sheets, SURVEY)),
        {name: tuple(choices) for name, choices in lists.items()},
    )


def _cells(sheets: Sheets, name: str) -> list[dict[str, str]]:
    header, *rows = sheets[name]
    found = [
        {column: cell.strip() for column, cell in zip(header, row, strict=False) if cell.strip()}
        for row in rows
    ]
    return [cells for cells in found if cells]


def _line(cells: Mapping[str, str]) -> Line:
    word, _, listed = re.sub(r"^(begin|end) ", r"\1_", cells["type"]).partition(" ")
    return Line(
        part=Part(word),
        name=cells.get("name", ""),
        choices=listed.strip(),
        label=said(cells, "label"),
        hint=said(cells, "hint"),
        required=cells.get("required", "").lower() in _TRUE,
        required_message=said(cells, "required_message"),
        relevant=cells.get("relevant", ""),
        constraint=cells.get("constraint", ""),
        constraint_message=said(cells, "constraint_message"),
        shuffled="parameters" in cells,
        reversed=cells.get("appearance") == "reversed",
        long=cells.get("appearance") == "multiline",
        together=word == BEGIN and "appearance" in cells,
    )


def sheets_of(outline: Outline) -> dict[str, list[list[str]]]:
    """Return the sheets: one row a line, so that line n stands in row n + 2."""
    used = dict.fromkeys(line.choices for line in outline.lines if line.choices)
    options = [
        [name, choice.name, choice.label.zh, choice.label.en]
        for name in used
        for choice in outline.lists.get(name, ())
    ]
    head = ["form_title", "form_id", "version", "default_language"]
    return {
        SURVEY: [[*_COLUMNS], *(_row(line) for line in outline.lines)],
        CHOICES: [[*_OPTIONS], *options],
        SETTINGS: [head, [outline.title, outline.form_id, outline.version, _ZH]],
    }


def _row(line: Line) -> list[str]:
    if line.part is Part.END:
        return [END]
    spoken = (line.label, line.hint, line.required_message, line.constraint_message)
    looks = (("field-list", line.together), ("multiline", line.long), ("reversed", line.reversed))
    appearance = next((word for word, so in looks if so), "")
    return [
        f"{line.part} {line.choices}".strip() if line.chooses else line.part.value,
        line.name,
        "yes" if line.required else "",
        line.relevant,
        line.constraint,
        appearance,
        "randomize=true" if line.shuffled else "",
        *(text for words in spoken for text in (words.zh, words.en)),
    ]


# ---- what is wrong with it -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Faults:
    """What keeps an outline from being a questionnaire, by line; the rest is of the whole."""

    lines: Mapping[int, Sequence[FieldError]] = field(default_factory=dict)
    whole: Sequence[FieldError] = ()

    def __bool__(self) -> bool:
        return bool(self.lines or self.whole)


def faults_of(outline: Outline) -> Faults:
    """Return every fault at its line; one in a list stands at each question that uses it."""
    try:
        read_form(sheets_of(outline))
    except Invalid as error:
        return _sorted(outline, error.errors)
    return Faults()


def _sorted(outline: Outline, errors: Sequence[FieldError]) -> Faults:
    lines: dict[int, list[FieldError]] = defaultdict(list)
    whole: list[FieldError] = []
    for error in errors:
        sheet, row, _column = error.pointer.split("/")
        places = _places(outline, sheet, int(row))
        for place in places:
            lines[place].append(error)
        if not places:
            whole.append(error)
    return Faults(dict(lines), whole)


def _places(outline: Outline, sheet: str, row: int) -> list[int]:
    """Return the lines that a row of a sheet belongs to; none where it is of the whole."""
    at = row - 2
    if sheet == SURVEY:
        return [at] if 0 <= at < len(outline.lines) else []
    listed = [cells[0] for cells in sheets_of(outline)[CHOICES][1:]]
    if sheet == CHOICES and 0 <= at < len(listed):
        return [place for place, line in enumerate(outline.lines) if line.choices == listed[at]]
    return []


# ---- changes ------------------------------------------------------------------------------


def inserted(outline: Outline, at: int, line: Line) -> Outline:
    """Return the outline with a line, or an empty group, before line `at`."""
    new = (line, Line(Part.END)) if line.part is Part.BEGIN else (line,)
    return _with(outline, (*outline.lines[:at], *new, *outline.lines[at:]))


def put(outline: Outline, at: int, line: Line, choices: Sequence[Choice] | None = None) -> Outline:
    """Return the outline with line `at` replaced; conditions follow where its name changed."""
    old = outline.lines[at].name
    renamed = (
        _named_anew(other, old, line.name) if old and line.name else other
        for other in outline.lines
    )
    lines = [*renamed]
    lines[at] = line
    lists = {**outline.lists}
    if line.choices and choices is not None:
        lists[line.choices] = tuple(choices)
    return replace(outline, lines=tuple(lines), lists=lists)


def _named_anew(line: Line, old: str, new: str) -> Line:
    mark, other = f"${{{old}}}", f"${{{new}}}"
    return replace(
        line,
        relevant=line.relevant.replace(mark, other),
        constraint=line.constraint.replace(mark, other),
    )


def removed(outline: Outline, at: int) -> Outline:
    """Return the outline without line `at`; of a group only the frame goes."""
    without = {at}
    if outline.lines[at].part is Part.BEGIN:
        without.add(end_of(outline.lines, at) - 1)
    return _with(outline, [line for n, line in enumerate(outline.lines) if n not in without])


def moved(outline: Outline, at: int, *, up: bool) -> Outline:
    """Return the outline with a line one place up or down; a group goes whole.

    A question enters and leaves groups on its way; a group passes another as a whole.
    """
    lines, end = outline.lines, end_of(outline.lines, at)
    if up:
        start = _before(lines, at)
        order = (*lines[:start], *lines[at:end], *lines[start:at], *lines[end:])
    else:
        after = _after(lines, at, end)
        order = (*lines[:at], *lines[end:after], *lines[at:end], *lines[after:])
    return _with(outline, order)


def end_of(lines: Sequence[Line], at: int) -> int:
    """Return the place behind the line, or behind the whole group that begins there."""
    if lines[at].part is not Part.BEGIN:
        return at + 1
    depth = 0
    for place in range(at, len(lines)):
        depth += _deeper(lines[place])
        if depth == 0:
            return place + 1
    return len(lines)


def _before(lines: Sequence[Line], at: int) -> int:
    """Return where what stands before line `at` begins."""
    if at == 0:
        return 0
    if lines[at].part is not Part.BEGIN or lines[at - 1].part is not Part.END:
        return at - 1
    depth, place = 0, at
    while place:
        place -= 1
        depth += _deeper(lines[place])
        if depth == 0:
            break
    return place


def _after(lines: Sequence[Line], at: int, end: int) -> int:
    """Return where what stands behind line `at` ends."""
    if end == len(lines):
        return end
    return end_of(lines, end) if lines[at].part is Part.BEGIN else end + 1


def _deeper(line: Line) -> int:
    return {Part.BEGIN: 1, Part.END: -1}.get(line.part, 0)


def depths(lines: Sequence[Line]) -> list[int]:
    """Return how many groups lie around each line; a group's frame counts as outside."""
    found, depth = [], 0
    for line in lines:
        depth -= line.part is Part.END
        found.append(depth)
        depth += line.part is Part.BEGIN
    return found


def _with(outline: Outline, lines: Sequence[Line]) -> Outline:
    return replace(outline, lines=tuple(lines))
