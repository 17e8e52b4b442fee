"""The part of XPath that XLSForm's `relevant` and `constraint` need, as plain lists.

    or  := and ('or' and)*        and := test ('and' test)*
    test := value (op value)?     op := = != < <= > >=
    value := number | 'text' | ${name} | . | f(…) | (or)

A tree is a list whose first item says what it is, so that it goes to a phone as JSON and
the script there decides exactly as the server does. Missing answers are empty texts.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from wufei_public.common.errors import Invalid
from wufei_public.common.text import N_
from wufei_public.surveys.rules.patterns import is_safe

Tree = list[Any]
Answer = str | tuple[str, ...]
OPERATORS = ("!=", "<=", ">=", "=", "<", ">")
# How many arguments each function takes.
FUNCTIONS = {"not": 1, "selected": 2, "count-selected": 1, "string-length": 1, "regex": 2}
SELF = "."
_TOKEN = re.compile(
    r"\s*(?:(?P<name>\$\{[A-Za-z_][\w.-]*\})|(?P<text>'[^']*'|\"[^\"]*\")"
    r"|(?P<number>-?\d+(?:\.\d+)?)|(?P<word>[A-Za-z][A-Za-z-]*)|(?P<sign>!=|<=|>=|[=<>().,]))"
)
_MOST = 2000
_DEEPEST = 20


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._at = 0
        self._depth = 0

    def whole(self) -> Tree:
        tree = self._either()
        if self._at < len(self._tokens):
            raise _unreadable(self._tokens[self._at][1])
        return tree

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def _take(self, *wanted: str) -> str:
        _, value = self._peek()
        if value not in wanted:
            raise _unreadable(value)
        self._at += 1
        return value

    def _joined(self, word: str, part: Any) -> Tree:
        parts = [part()]
        while self._peek() == ("word", word):
            self._at += 1
            parts.append(part())
        return [word, *parts] if len(parts) > 1 else parts[0]

    def _either(self) -> Tree:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _unreadable("(")
        tree = self._joined("or", lambda: self._joined("and", self._test))
        self._depth -= 1
        return tree

    def _test(self) -> Tree:
        left = self._value()
        kind, value = self._peek()
        if kind == "sign" and value in OPERATORS:
            self._at += 1
            return [value, left, self._value()]
        return left

    def _value(self) -> Tree:
        kind, value = self._peek()
        self._at += 1
        if kind == "name":
            return ["answer", value[2:-1]]
        if kind == "text":
            return ["text", value[1:-1]]
        if kind == "number":
            return ["text", value]
        if value == SELF:
            return ["answer", SELF]
        if value == "(":
            tree = self._either()
            self._take(")")
            return tree
        if kind == "word" and value in FUNCTIONS:
            return self._call(value)
        raise _unreadable(value)

    def _call(self, name: str) -> Tree:
        self._take("(")
        arguments = [self._either()]
        while self._peek()[1] == ",":
            self._at += 1
            arguments.append(self._either())
        self._take(")")
        if len(arguments) != FUNCTIONS[name]:
            raise _unreadable(name)
        if name == "regex":
            _check_pattern(arguments[1])
        return [name, *arguments]


def _tokens(text: str) -> list[tuple[str, str]]:
    if len(text) > _MOST:
        raise _unreadable(text[:20])
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _unreadable(text[at : at + 20])
        found.append((match.lastgroup or "", match[match.lastgroup or ""]))
        at = match.end()
    return found


def _unreadable(what: str) -> Invalid:
    return Invalid("bad_expression", N_("条件在“%(what)s”处看不懂。"), what=what)


def _check_pattern(tree: Tree) -> None:
    """Take only patterns that stand in the condition itself and can not take for ever."""
    if tree[0] != "text":
        raise _unreadable("regex")
    if not is_safe(tree[1]):
        message = N_(
            "式子“%(what)s”不能用：不带括号，最多 80 个字，只能有一个不限次数的 * 或 +，"
            "可长可短的地方不能多，否则遇到某些文字要算很久。"
        )
        raise Invalid("bad_pattern", message, what=tree[1])


def read_expression(text: str) -> Tree:
    """Return the tree of `text`; Invalid where it is none."""
    return _Reader(text).whole()


def names_in(tree: Sequence[Any]) -> Iterator[str]:
    """Yield the names of the questions that `tree` asks for."""
    if tree[0] == "answer":
        if tree[1] != SELF:
            yield tree[1]
    elif tree[0] != "text":
        for part in tree[1:]:
            yield from names_in(part)


def tested_choices(tree: Sequence[Any]) -> Iterator[tuple[str, str]]:
    """Yield `(question, choice)` wherever `tree` asks whether that choice was taken."""
    if tree[0] in {"=", "!=", "selected"}:
        for one, other in ((tree[1], tree[2]), (tree[2], tree[1])):
            if one[0] == "answer" and other[0] == "text":
                yield one[1], other[1]
    if tree[0] not in {"answer", "text"}:
        for part in tree[1:]:
            yield from tested_choices(part)


def holds(tree: Tree, answers: Mapping[str, Answer], own: Answer = "") -> bool:
    """Say whether `tree` is true of `answers`; `own` is what `.` stands for."""
    found = _evaluate(tree, answers, own)
    return found if isinstance(found, bool) else bool(found)


def _evaluate(tree: Tree, answers: Mapping[str, Answer], own: Answer) -> Any:
    kind = tree[0]
    if kind == "text":
        return tree[1]
    if kind == "answer":
        return own if tree[1] == SELF else answers.get(tree[1], "")
    if kind == "and":
        return all(holds(part, answers, own) for part in tree[1:])
    if kind == "or":
        return any(holds(part, answers, own) for part in tree[1:])
    parts = [_evaluate(part, answers, own) for part in tree[1:]]
    if kind in OPERATORS:
        return _compare(kind, *map(_plain, parts))
    return _called(kind, parts)


def _called(name: str, parts: list[Any]) -> Any:
    first = parts[0]
    if name == "not":
        return not first
    if name == "selected":
        return _plain(parts[1]) in _chosen(first)
    if name == "count-selected":
        return str(len(_chosen(first)))
    if name == "string-length":
        return str(len(_plain(first)))
    return re.fullmatch(_plain(parts[1]), _plain(first), re.DOTALL) is not None


def _chosen(value: Any) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else tuple(_plain(value).split())


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else ""
    return " ".join(value) if isinstance(value, tuple) else str(value)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _compare(sign: str, left: str, right: str) -> bool:
    one, two = _number(left), _number(right)
    if one is None or two is None:
        return {"=": left == right, "!=": left != right}.get(sign, False)
    return {
        "=": one == two,
        "!=": one != two,
        "<": one < two,
        "<=": one <= two,
        ">": one > two,
        ">=": one >= two,
    }[sign]
