"""A questionnaire being written, as pages show it: its lines, one line's form, one screen."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask_babel import gettext as _

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_
from wufei_public.surveys.documents.asked import screens
from wufei_public.surveys.rules.books import CHOICES
from wufei_public.surveys.rules.outline import (
    Faults,
    Line,
    Outline,
    Part,
    depths,
    faults_of,
    sheets_of,
)
from wufei_public.surveys.rules.questions import Choice, Words
from wufei_public.surveys.rules.xlsform import read_form

PARTS: Mapping[Part, str] = {
    Part.ONE: N_("单选题"),
    Part.MANY: N_("多选题"),
    Part.RANK: N_("排序题"),
    Part.TEXT: N_("文字题"),
    Part.WHOLE: N_("整数题"),
    Part.NUMBER: N_("小数题"),
    Part.PHOTO: N_("照片题"),
    Part.PLACE: N_("地点题"),
    Part.NOTE: N_("一段说明"),
    Part.BEGIN: N_("一组题"),
    Part.END: N_("组到这里"),
}
# What can be added, and what it is for.
ADDED: Mapping[Part, str] = {
    Part.ONE: N_("选一个；五级满意度也是它"),
    Part.MANY: N_("可以选几个"),
    Part.RANK: N_("按先后排"),
    Part.TEXT: N_("自己写"),
    Part.WHOLE: N_("几个人、几次、几岁"),
    Part.NUMBER: N_("多少斤、多少元"),
    Part.PHOTO: N_("拍一张；只能用在说明会认出人的调查"),
    Part.PLACE: N_("选村或社区；只能用在说明会认出人的调查"),
    Part.NOTE: N_("只读不答：开头的话、谢谢"),
    Part.BEGIN: N_("同一节，同一个条件，或者同一屏"),
}
# What a line may become without losing what was written: its kin.
KIN = (
    (Part.ONE, Part.MANY, Part.RANK),
    (Part.TEXT, Part.WHOLE, Part.NUMBER),
    (Part.PHOTO,),
    (Part.PLACE,),
    (Part.NOTE,),
    (Part.BEGIN,),
)
SPOKEN = ("label", "hint", "required_message", "constraint_message")
SPARE_ROWS = 3
_FIELDS = {"label": "label_zh", "type": "choices"}


def lines_of(outline: Outline, faults: Faults) -> list[dict[str, Any]]:
    """Return every line with its place, its depth and what is wrong with it."""
    return [
        {
            "at": at,
            "depth": min(depth, 4),
            "part": line.part.value,
            "kind": _(PARTS[line.part]),
            "name": line.name,
            "label": line.label.zh or line.name,
            "condition": line.relevant,
            "required": line.required,
            "choices": [choice.label.zh for choice in outline.lists.get(line.choices, ())],
            "faults": [said_of(fault) for fault in faults.lines.get(at, ())],
        }
        for at, (line, depth) in enumerate(zip(outline.lines, depths(outline.lines), strict=True))
    ]


def said_of(fault: FieldError) -> str:
    """Return a fault's sentence in the reader's language."""
    words: str = _(fault.message, **fault.facts)
    return words


def values_of(outline: Outline, line: Line) -> dict[str, Any]:
    """Return what stands in the form of a line."""
    words = {
        f"{what}_{code}": getattr(getattr(line, what), code)
        for what in SPOKEN
        for code in ("zh", "en")
    }
    plain = ("part", "name", "relevant", "constraint", "choices")
    marks = ("required", "shuffled", "reversed", "long", "together")
    return {
        **words,
        **{name: str(getattr(line, name)) for name in plain},
        **{name: "1" for name in marks if getattr(line, name)},
        "options": options_of(outline.lists.get(line.choices, ())),
    }


def options_of(choices: Sequence[Choice]) -> list[tuple[str, str, str]]:
    """Return the rows of a list's table, with some to spare."""
    rows = [(choice.name, choice.label.zh, choice.label.en) for choice in choices]
    return [*rows, *[("", "", "")] * SPARE_ROWS]


def line_from(values: Mapping[str, Any]) -> Line:
    """Return the line that a form says; what does not fit its kind is left out."""
    part: Part = values["part"]
    line = Line(
        part,
        values["name"],
        label=Words(values["label_zh"], values["label_en"]),
        hint=Words(values["hint_zh"], values["hint_en"]),
        relevant=values["relevant"],
    )
    if part in {Part.NOTE, Part.BEGIN}:
        return replace(line, hint=Words(), together=values["together"] and part is Part.BEGIN)
    return replace(
        line,
        choices=(values["choices"] or values["name"]) if line.chooses else "",
        required=values["required"],
        required_message=Words(values["required_message_zh"], values["required_message_en"]),
        constraint=values["constraint"],
        constraint_message=Words(values["constraint_message_zh"], values["constraint_message_en"]),
        shuffled=values["shuffled"] and line.chooses,
        reversed=values["reversed"] and line.part is Part.ONE,
        long=values["long"] and part is Part.TEXT,
    )


def choices_from(rows: Sequence[tuple[str, str, str]]) -> list[Choice]:
    """Return the choices that were typed; who gives no code gets the next free number."""
    written = [row for row in rows if any(row)]
    taken = {name for name, _zh, _en in written if name}
    free = (str(number) for number in range(1, 1000) if str(number) not in taken)
    return [Choice(name or next(free), Words(zh, en)) for name, zh, en in written]


def errors_at(outline: Outline, at: int) -> dict[str, str]:
    """Return what is wrong with line `at`, by the field of its form."""
    errors: dict[str, str] = {}
    for fault in faults_of(outline).lines.get(at, ()):
        sheet, _row, column = fault.pointer.split("/")
        field = "choices" if sheet == CHOICES else _FIELDS.get(column, column)
        errors.setdefault(field, said_of(fault))
    return errors


def lists_to_choose(outline: Outline) -> list[tuple[str, str]]:
    """Return the lists that stand in the questionnaire, each with its first words."""
    used = dict.fromkeys(line.choices for line in outline.lines if line.choices)
    return [
        (name, f"{name}: {' / '.join(c.label.zh for c in outline.lists.get(name, ())[:4])}")
        for name in used
    ]


def free_name(outline: Outline, name: str) -> str:
    """Return a name for a question's own list that no list has yet."""
    found = name
    while found in outline.lists:
        found += "_own"
    return found[:32]


def shared_with(outline: Outline, at: int | None, listed: str) -> list[str]:
    """Return the names of the other questions that use a list."""
    return [
        line.name
        for place, line in enumerate(outline.lines)
        if listed and line.choices == listed and place != at
    ]


def to_refer_to(outline: Outline, at: int) -> list[dict[str, Any]]:
    """Return the questions before line `at` that a condition may name."""
    return [
        {
            "name": line.name,
            "label": line.label.zh,
            "choices": [(c.name, c.label.zh) for c in outline.lists.get(line.choices, ())],
        }
        for line in outline.lines[:at]
        if line.part not in {Part.NOTE, Part.BEGIN, Part.END}
    ]


def sketch(line: Line, choices: Sequence[Choice], *, english: bool) -> dict[str, Any]:
    """Return one line as residents would see it, or what keeps it from being shown."""
    words = line.label.read(english=english)
    if line.part in {Part.NOTE, Part.BEGIN}:
        return {"words": words, "screens": [], "faults": []}
    alone = replace(line, relevant="", constraint="")
    outline = Outline("sketch", "1", "", (alone,), {line.choices: tuple(choices)})
    try:
        form = read_form(sheets_of(outline))
    except Invalid as error:
        return {"words": "", "screens": [], "faults": [said_of(one) for one in error.errors]}
    return {"words": "", "screens": screens(form, english=english), "faults": []}
