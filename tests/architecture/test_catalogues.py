"""Every sentence for people is marked, translated, and says the same in both languages."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from jinja2 import Environment

from wufei_public.dumping.rules.kinds import OFFICIAL, PLAIN
from wufei_public.infra.catalogues import (
    ENGLISH,
    HEADER,
    is_complete,
    marked,
    renew,
    sentences,
    translated,
)

CJK = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
WORDS = re.compile(r"[\u4e00-\u9fff]")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|\{\w+\}|</?\w+")
TEMPLATES = sorted(Path("templates").rglob("*.html"))
SCRIPTS = sorted(Path("static/js").rglob("*.js"))
MODULES = sorted(
    path for path in Path("wufei_public").rglob("*.py") if not {"_share"} & set(path.parts)
)
# Names that are Chinese by their nature: what stands in a text, or on a map.
CHINESE_BY_NATURE = {
    "wufei_public/surveys/rules/external.py",
    "wufei_public/cells/documents/certificate.py",  # what hangs on a wall in China
    "wufei_public/common/redact.py",  # patterns, and masks that go into a resident's own words
    "wufei_public/config.py",  # the site's name where none is set
    "wufei_public/divisions/rules/names.py",  # endings of place names
    "wufei_public/infra/i18n.py",  # dates
    "wufei_public/redblack/rules/names.py",  # what no surname begins with
    "wufei_public/redblack/rules/corrections.py",  # units, and what speaks for an enterprise
    "wufei_public/redblack/rules/numbers.py",  # numerals in words
    "wufei_public/surveys/rules/outline.py",  # names of columns in an XLSForm
}


def key(message: Message) -> tuple[str, str | None]:
    return (
        message.id if isinstance(message.id, str) else message.id[0],
        message.context,
    )


def forms(message: Message) -> list[str]:
    found = message.string if isinstance(message.string, (tuple, list)) else [message.string]
    return [form or "" for form in found]


@pytest.fixture(scope="module")
def source() -> Catalog:
    return marked()


@pytest.fixture(scope="module")
def english() -> list[Message]:
    return sentences(translated())


def test_catalogue_has_every_marked_sentence_and_no_other(
    source: Catalog, english: list[Message]
) -> None:
    """Failing? `make catalogues`, translate what it names, commit."""
    wanted, there = set(map(key, sentences(source))), set(map(key, english))
    assert (wanted - there, there - wanted) == (set(), set())


def test_catalogue_is_as_make_catalogues_writes_it(source: Catalog, tmp_path: Path) -> None:
    copy = tmp_path / "messages.po"
    copy.write_bytes(ENGLISH.read_bytes())
    assert renew(copy, source) == []
    assert copy.read_text("utf-8") == ENGLISH.read_text("utf-8")


def test_new_sentence_waits_and_old_ones_stay(tmp_path: Path) -> None:
    file, wanted = tmp_path / "messages.po", Catalog()
    file.write_text(HEADER + 'msgid "旧的"\nmsgstr "old"\n\nmsgid "走的"\nmsgstr "gone"\n', "utf-8")
    wanted.add("旧的")
    wanted.add("新的", context="tab")
    assert [key(message) for message in renew(file, wanted)] == [("新的", "tab")]
    assert [(message.id, message.string) for message in sentences(translated(file))] == [
        ("新的", ""),
        ("旧的", "old"),
    ]


def test_no_translation_is_empty_or_fuzzy(english: list[Message]) -> None:
    assert [message.id for message in english if message.fuzzy or not is_complete(message)] == []


def test_placeholders_are_the_same_in_every_form(english: list[Message]) -> None:
    differ = [
        (key(message), form)
        for message in english
        for form in forms(message)
        if sorted(PLACEHOLDER.findall(form)) != sorted(PLACEHOLDER.findall(key(message)[0]))
    ]
    assert differ == []


def test_english_is_english(english: list[Message]) -> None:
    assert [form for message in english for form in forms(message) if CJK.search(form)] == []


def test_sentences_end_as_sentences(english: list[Message]) -> None:
    """A full stop in Chinese is one in English; English labels have none."""
    differ = [
        (key(message)[0], form)
        for message in english
        for form in forms(message)
        if key(message)[0].endswith("。") and form[-1] not in ".!?"
    ]
    assert differ == []


def test_labels_in_data_are_in_the_catalogue(english: list[Message]) -> None:
    labels = {kind.label for kind in (*OFFICIAL.values(), *PLAIN.values())}
    assert labels - {message.id for message in english} == set()


# Bare sentences


MARKS = frozenset({"N_", "_", "gettext", "ngettext", "pgettext"})


def said_bare(path: Path) -> list[str]:
    """Return the Chinese strings of a module that no N_ or gettext marks, docstrings apart."""
    tree = ast.parse(path.read_text("utf-8"))
    allowed = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in MARKS:
            allowed |= {id(argument) for argument in node.args}
    return [
        f"{path}:{node.lineno} {node.value}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and WORDS.search(node.value)
        and id(node) not in allowed
    ]


def called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


def test_code_says_nothing_unmarked() -> None:
    paths = [path for path in MODULES if path.as_posix() not in CHINESE_BY_NATURE]
    assert [line for path in paths for line in said_bare(path)] == []


def test_a_bare_sentence_in_code_is_found(tmp_path: Path) -> None:
    file = tmp_path / "pages.py"
    file.write_text('"""说明。"""\nA = N_("好")\nB = "坏"\nC = f"{A}坏"\n', "utf-8")
    assert [line.split(" ")[1] for line in said_bare(file)] == ["坏", "坏"]


class Bare(HTMLParser):
    """Collects the Chinese of text and attributes, but for what names itself: lang="zh…"."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._own = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._own = (dict(attrs).get("lang") or "").startswith("zh")
        self.found += [value for _, value in attrs if value and CJK.search(value)]

    def handle_data(self, data: str) -> None:
        if CJK.search(data) and not self._own:
            self.found.append(data.strip())


def written_bare(template: str) -> list[str]:
    """Return the Chinese that a template says outside _(…): in its text and in its strings."""
    found, kept = [], []
    marking = ("_", "gettext", "ngettext", "pgettext", "npgettext")
    before: list[str] = []
    for _line, kind, value in Environment(autoescape=True).lex(template):
        if kind == "data":
            kept.append(value)
        elif kind == "string" and CJK.search(value) and not is_marked(before, marking):
            found.append(value)
        elif kind.endswith("_end"):
            kept.append(" ")
        if kind not in {"whitespace", "data"}:
            before.append(value)
    bare = Bare()
    bare.feed("".join(kept))
    return found + bare.found


def is_marked(before: list[str], marking: tuple[str, ...]) -> bool:
    """Say whether the token that comes next is an argument of a marking call."""
    depth = 0
    for at in range(len(before) - 1, 0, -1):
        depth += {")": 1, "(": -1}.get(before[at], 0)
        if depth < 0:
            return before[at - 1] in marking
    return False


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_templates_say_nothing_unmarked(path: Path) -> None:
    assert written_bare(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>{{ _('好') }}</p>{# 注释 #}", []),
        ("{{ row(_('好', n=f(x)), ngettext('好', '好', 2)) }}", []),
        ('<button lang="zh-Hans">中文</button>', []),
        ("<p>坏{{ _('好') }}</p>", ["坏"]),
        ('<img alt="坏">', ["坏"]),
        ("{{ row('坏', _('好')) }}", ["'坏'"]),
        ("{{ _('好') if x else '坏' }}", ["'坏'"]),
    ],
)
def test_bare_text_in_a_template_is_found(template: str, found: list[str]) -> None:
    assert written_bare(template) == found


@pytest.mark.parametrize("path", SCRIPTS, ids=str)
def test_scripts_say_nothing_themselves(path: Path) -> None:
    """Their words stand in data-… attributes of the templates."""
    code = re.sub(r"/\*.*?\*/|//[^\n]*", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert [line for line in code.splitlines() if CJK.search(line)] == []
    assert re.findall(r"""(?:textContent|innerText|alert|confirm)\s*[=(]\s*["'`]\w""", code) == []
