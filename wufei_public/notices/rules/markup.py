"""Plain text with four habits: paragraphs, `# ` headings, `- ` lists, `[words](address)` links.

It is read into plain values, which templates draw and escape: no markup that somebody
types ever reaches a page.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from wufei_public.common.errors import FieldError
from wufei_public.common.text import N_

_LINK = re.compile(r"\[([^\[\]\n]{1,120})\]\(([^()\s]{1,300})\)")
_OPENED = re.compile(r"\[[^\[\]\n]+\]\(")
_SAFE = re.compile(r"https://[A-Za-z0-9][^\\\"'<>]*|/(?![/\\])[^\\\"'<>]*|tel:[0-9+-]{3,20}")
_HEADING, _ITEM = "# ", "- "
BAD_LINK = N_("链接只能通往本站（/ 开头）、https:// 开头的网址或 tel: 电话。")


@dataclass(frozen=True, slots=True)
class Span:
    """A run of words; with `url` it is a link."""

    words: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A `heading`, a `paragraph` of lines, or a `list` of items; each line is a row of spans."""

    kind: str
    lines: Sequence[Sequence[Span]] = field(default_factory=tuple)


def is_safe(url: str) -> bool:
    """Say whether a link may lead there: https, a page of this site, or a telephone."""
    return _SAFE.fullmatch(url) is not None


def spans(line: str) -> tuple[Span, ...]:
    """Return the runs of a line; a link that may not lead there stays the text it is."""
    found, end = [], 0
    for match in _LINK.finditer(line):
        if not is_safe(match[2]):
            continue
        found += [Span(line[end : match.start()]), Span(match[1], match[2])]
        end = match.end()
    return tuple(span for span in (*found, Span(line[end:])) if span.words)


def blocks(text: str) -> tuple[Block, ...]:
    """Return the blocks of a text, in order."""
    made: list[tuple[str, list[str]]] = []
    kind = ""
    for line in (one.strip() for one in text.splitlines()):
        if not line:
            kind = ""
            continue
        now, words = _read(line)
        if now != kind or now == "heading":
            made.append((now, []))
        made[-1][1].append(words)
        kind = now
    return tuple(Block(name, tuple(spans(line) for line in lines)) for name, lines in made)


def _read(line: str) -> tuple[str, str]:
    if line.startswith(_HEADING):
        return "heading", line.removeprefix(_HEADING).strip()
    if line.startswith(_ITEM):
        return "list", line.removeprefix(_ITEM).strip()
    return "paragraph", line


def faults(name: str, text: str) -> list[FieldError]:
    """Return the fault of a text with a link that would not be one, at the field `name`."""
    links = sum(is_safe(match[2]) for match in _LINK.finditer(text))
    return [FieldError(name, BAD_LINK)] if len(_OPENED.findall(text)) > links else []


def plain(parts: Iterable[Block]) -> str:
    """Return the words alone, for a line that tells what a piece says."""
    return " ".join("".join(span.words for span in line) for block in parts for line in block.lines)
