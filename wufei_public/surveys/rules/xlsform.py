"""XLSForm: sheets `survey`, `choices`, `settings` to a questionnaire, or every fault by cell.

Of the standard only what this house can ask is taken; anything else is refused, so that
no questionnaire loses a part without its author knowing (https://xlsform.org).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_
from wufei_public.surveys.rules.books import CHOICES, SETTINGS, SURVEY, Book, Sheets, said
from wufei_public.surveys.rules.expressions import (
    SELF,
    Tree,
    names_in,
    read_expression,
    tested_choices,
)
from wufei_public.surveys.rules.indicators import DERIVED
from wufei_public.surveys.rules.questions import CHOOSING, Choice, Kind, Question, Questionnaire
from wufei_public.surveys.rules.questions import Words as Said

_NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_]{0,31}$")
_CHOICE = re.compile(r"^[A-Za-z0-9_]{1,32}$")
_VERSION = re.compile(r"^[\w.-]{1,20}$")
_TOGETHER = {"field-list", "table-list"}
_NEVER = {"audio", "video", "file", "geotrace", "geoshape", "barcode"}
# What only a question has: what is read, or holds others, can not be wrong.
_OF_QUESTIONS = ("hint", "required", "required_message", "constraint", "constraint_message")
_NO = {"no", "false", "false()"}
# Names of columns and fields of this house, beside the answers or made of them.
_RESERVED = frozenset(DERIVED) | {
    *("client_key", "code", "unit", "began", "seconds", "stop", "full", "csrf_token"),
    *("id", "day", "outcome", "pace", "straight", "everything", "duplicate"),
}
# A photo's own field; columns that an answer has beside what was asked.
_OURS = re.compile(r"^_|_token$")
_CHINESE = re.compile(r"^(zh|[^()]*\(zh[\w-]*\)|Chinese|default)$")
_UNKNOWN = N_("这里不认得“%(value)s”。")
_EMPTY = N_("这一项不能为空。")
_TWICE = N_("“%(value)s”前面已经出现过。")


_SILENT = Said()


@dataclass(frozen=True, slots=True)
class _Group:
    """What lies around a question: its section, its screen, when it is asked."""

    row: int = 0
    section: Said = _SILENT
    page: str = ""
    page_label: Said = _SILENT
    conditions: tuple[Tree, ...] = ()


def _zh(choice: Choice) -> str:
    return choice.label.zh


def _en(choice: Choice) -> str:
    return choice.label.en


_MULTILINE, REVERSED = "multiline", "reversed"
# What a question may look like, each for one kind: a text of many lines, a list turned for half.
_APPEARANCES = {_MULTILINE: Kind.TEXT, REVERSED: Kind.ONE}


class _Form:
    def __init__(self, sheets: Sheets) -> None:
        self.book = Book()
        self.book.check_sheets(sheets)
        self.sheets = sheets
        self.lists = self._lists()
        self.groups = [_Group()]
        self.questions: list[Question] = []
        self.rows: dict[str, int] = {}

    def _lists(self) -> dict[str, list[Choice]]:
        lists: dict[str, list[Choice]] = {}
        for row, cells in self.book.rows(self.sheets, CHOICES):
            if not cells.get("list_name"):
                self.book.fault(CHOICES, row, "list_name", _EMPTY)
            choices = lists.setdefault(cells.get("list_name", ""), [])
            name, label = cells.get("name", ""), self._label(CHOICES, row, cells)
            for mine, others in ((label.zh, _zh), (label.en, _en)):
                if mine and mine in {others(choice) for choice in choices}:
                    self.book.fault(CHOICES, row, "label", _TWICE, value=mine)
            if not _CHOICE.match(name):
                self.book.fault(CHOICES, row, "name", N_("选项名只用字母、数字和下划线。"))
            if name in {choice.name for choice in choices}:
                self.book.fault(CHOICES, row, "name", _TWICE, value=name)
            choices.append(Choice(name, label))
        return lists

    def _label(self, sheet: str, row: int, cells: Mapping[str, str]) -> Said:
        label = said(cells, "label")
        if not label.zh:
            self.book.fault(sheet, row, "label", _EMPTY)
        return label

    def read(self) -> Questionnaire:
        for row, cells in self.book.rows(self.sheets, SURVEY):
            self._row(row, cells)
        for group in self.groups[1:]:
            self.book.fault(SURVEY, group.row, "type", N_("这个 begin_group 没有 end_group。"))
        settings = self._settings()
        if not any(question.kind is not Kind.NOTE for question in self.questions):
            self.book.fault(SURVEY, 1, "", N_("问卷里没有一道题。"))
        if self.book.errors:
            raise refusal(self.book.errors)
        return replace(settings, questions=tuple(self.questions))

    def _settings(self) -> Questionnaire:
        rows = self.book.rows(self.sheets, SETTINGS)
        row, cells = rows[0] if rows else (2, {})
        for more, _ in rows[1:]:
            self.book.fault(SETTINGS, more, "", N_("这张表只能有一行。"))
        spoken = cells.get("default_language", "")
        if spoken and not _CHINESE.match(spoken):
            message = N_("问卷先用中文：这里写“中文 (zh)”或者空着。")
            self.book.fault(SETTINGS, row, "default_language", message)
        form_id, version = cells.get("form_id", ""), cells.get("version", "")
        if not _NAME.match(form_id):
            self.book.fault(SETTINGS, row, "form_id", N_("问卷编号只用字母、数字和下划线。"))
        if not _VERSION.match(version):
            self.book.fault(SETTINGS, row, "version", N_("版本号要写，只用字母、数字、点和横线。"))
        return Questionnaire(form_id, version, Said(cells.get("form_title", form_id)), ())

    def _row(self, row: int, cells: Mapping[str, str]) -> None:
        word, _, listed = cells.get("type", "").replace("begin group", "begin_group").partition(" ")
        if word == "begin_group":
            self._begin(row, cells)
        elif word == "end_group" or cells.get("type") == "end group":
            self._end(row, cells)
        else:
            self._question(row, cells, word, listed.strip())

    def _begin(self, row: int, cells: Mapping[str, str]) -> None:
        above = self.groups[-1]
        label, name = said(cells, "label"), self._name(row, cells)
        together = cells.get("appearance") in _TOGETHER
        if cells.get("appearance") and not together:
            self.book.fault(SURVEY, row, "appearance", _UNKNOWN, value=cells["appearance"])
        self.book.refuse(row, cells, *_OF_QUESTIONS, "parameters")
        if label.en and not label.zh:
            self.book.fault(SURVEY, row, "label", _EMPTY)
        conditions = above.conditions + self._condition(row, cells, "relevant")
        if together:
            group = _Group(row, above.section, name, label, conditions)
        else:
            section = label if label.zh else above.section
            group = _Group(row, section, above.page, above.page_label, conditions)
        self.groups.append(group)

    def _end(self, row: int, cells: Mapping[str, str]) -> None:
        self.book.refuse(row, cells, *(column for column in cells if column != "type"))
        if len(self.groups) == 1:
            self.book.fault(SURVEY, row, "type", N_("这个 end_group 前面没有 begin_group。"))
        else:
            self.groups.pop()

    def _name(self, row: int, cells: Mapping[str, str]) -> str:
        name = cells.get("name", "")
        if not _NAME.match(name):
            self.book.fault(SURVEY, row, "name", N_("题目名只用字母、数字和下划线。"))
        elif name in self.rows:
            self.book.fault(SURVEY, row, "name", _TWICE, value=name)
        self.rows.setdefault(name, row)
        return name

    def _question(self, row: int, cells: Mapping[str, str], word: str, listed: str) -> None:
        around, name = self.groups[-1], self._name(row, cells)
        kind = self._kind(row, cells, word, listed)
        self._check_word(row, name, kind, cells)
        choices = self._choices(row, kind, listed)
        constraint = self._condition(row, cells, "constraint", choices)
        self.questions.append(
            Question(
                name=name,
                kind=kind,
                label=self._label(SURVEY, row, cells),
                hint=said(cells, "hint"),
                required=self._required(row, cells),
                required_message=said(cells, "required_message"),
                conditions=around.conditions + self._condition(row, cells, "relevant"),
                constraint=constraint[0] if constraint else None,
                constraint_message=said(cells, "constraint_message"),
                choices=choices,
                shuffled=self._shuffled(row, cells, kind),
                long=self._appearance(cells, kind) == _MULTILINE,
                reversed=self._appearance(cells, kind) == REVERSED,
                section=around.section,
                page=around.page or name,
                page_label=around.page_label,
            )
        )
        self._check_appearance(row, cells, kind)

    def _kind(self, row: int, cells: Mapping[str, str], word: str, listed: str) -> Kind:
        if word in _NEVER:
            message = N_("只收照片（image）和地点（geopoint），不收录音、录像、文件和路线。")
            self.book.fault(SURVEY, row, "type", message)
        elif word == Kind.PHOTO and any(q.kind is Kind.PHOTO for q in self.questions):
            # A phone without a signal keeps the photos of a form together.
            self.book.fault(SURVEY, row, "type", N_("一份问卷最多一道照片题（3 张照片）。"))
        elif word not in set(Kind) or (listed and Kind(word) not in CHOOSING):
            self.book.fault(SURVEY, row, "type", _UNKNOWN, value=cells.get("type", ""))
        else:
            return Kind(word)
        return Kind.NOTE

    def _check_word(self, row: int, name: str, kind: Kind, cells: Mapping[str, str]) -> None:
        if kind is Kind.NOTE:
            wrong = {k: v for k, v in cells.items() if k != "required" or v.lower() not in _NO}
            self.book.refuse(row, wrong, *_OF_QUESTIONS)
        elif name in _RESERVED or _OURS.search(name):
            message = N_("“%(value)s”是系统自己用的名字，请换一个题目名。")
            self.book.fault(SURVEY, row, "name", message, value=name)

    def _choices(self, row: int, kind: Kind, listed: str) -> tuple[Choice, ...]:
        if kind not in CHOOSING:
            return ()
        if listed not in self.lists:
            message = N_("“choices”里没有叫“%(value)s”的选项表。")
            self.book.fault(SURVEY, row, "type", message, value=listed)
        return tuple(self.lists.get(listed, ()))

    def _required(self, row: int, cells: Mapping[str, str]) -> bool:
        value = cells.get("required", "no").lower()
        if value not in {"yes", "true", "true()", "no", "false", "false()"}:
            self.book.fault(SURVEY, row, "required", _UNKNOWN, value=value)
        return value in {"yes", "true", "true()"}

    def _shuffled(self, row: int, cells: Mapping[str, str], kind: Kind) -> bool:
        value = cells.get("parameters", "").replace(" ", "")
        if value and (value != "randomize=true" or kind not in CHOOSING):
            self.book.fault(SURVEY, row, "parameters", _UNKNOWN, value=value)
        return bool(value)

    def _appearance(self, cells: Mapping[str, str], kind: Kind) -> str:
        value = cells.get("appearance", "")
        return value if kind is _APPEARANCES.get(value) else ""

    def _check_appearance(self, row: int, cells: Mapping[str, str], kind: Kind) -> None:
        value = cells.get("appearance", "")
        if value and kind is not _APPEARANCES.get(value):
            self.book.fault(SURVEY, row, "appearance", _UNKNOWN, value=value)

    def _condition(
        self, row: int, cells: Mapping[str, str], column: str, own: Sequence[Choice] = ()
    ) -> tuple[Tree, ...]:
        text = cells.get(column, "")
        if not text:
            return ()
        try:
            tree = read_expression(text)
        except Invalid as error:
            self.book.fault(SURVEY, row, column, error.message, **error.facts)
            return ()
        known = {q.name: q.choices for q in self.questions if q.kind is not Kind.NOTE}
        for name in names_in(tree):
            if name not in known:
                message = N_("条件里的“%(value)s”不是前面的题。")
                self.book.fault(SURVEY, row, column, message, value=name)
        for name, choice in tested_choices(tree):
            choices = own if name == SELF else known.get(name, ())
            if choices and choice and choice not in {one.name for one in choices}:
                message = N_("条件里的“%(value)s”不是那一题的选项。")
                self.book.fault(SURVEY, row, column, message, value=choice)
        return (tree,)


def refusal(errors: Sequence[FieldError]) -> Invalid:
    """Return the refusal of a file that names each fault by sheet, row and column."""
    message = N_("问卷文件有 %(count)s 处错误，没有载入任何内容。")
    return Invalid("bad_xlsform", message, errors, count=len(errors))


def read_form(sheets: Sheets) -> Questionnaire:
    """Return the questionnaire; Invalid names every fault as sheet/row/column."""
    return _Form(sheets).read()
