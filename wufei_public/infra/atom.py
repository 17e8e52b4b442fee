"""Feeds (Atom, RFC 4287): what is new, for readers that ask again."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape

# What XML 1.0 cannot hold; nobody types it, but a file may bring it along.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NEVER = "1970-01-01T00:00:00+00:00"
MIME = "application/atom+xml"


@dataclass(frozen=True, slots=True)
class Entry:
    """One piece: where it stands, what it is called, when it last changed, one sentence of it."""

    url: str
    title: str
    updated: datetime
    summary: str
    lang: str = ""


def feed(title: str, own: str, entries: Sequence[Entry]) -> str:
    """Return the feed whose own address is `own`."""
    newest = max((entry.updated.isoformat() for entry in entries), default=_NEVER)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>{_xml(title)}</title><id>{_xml(own)}</id>"
        f'<link rel="self" href="{_xml(own)}"/><updated>{newest}</updated>'
        f"<author><name>{_xml(title)}</name></author>{''.join(map(_entry, entries))}</feed>\n"
    )


def _entry(one: Entry) -> str:
    lang = f' xml:lang="{_xml(one.lang)}"' if one.lang else ""
    return (
        f"<entry{lang}><title>{_xml(one.title)}</title><id>{_xml(one.url)}</id>"
        f'<link href="{_xml(one.url)}"/><updated>{one.updated.isoformat()}</updated>'
        f"<summary>{_xml(one.summary)}</summary></entry>"
    )


def _xml(words: str) -> str:
    return escape(_NO_XML.sub("", words), {'"': "&quot;"})
