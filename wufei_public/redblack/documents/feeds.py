"""The change log as a feed (Atom, RFC 4287): numbers, dates and counts, never a name."""

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from wufei_public.infra.i18n import gettext as _


def atom(title: str, own: str, pages: str, rows: Sequence[dict[str, Any]]) -> str:
    """Return the feed; `own` is its address, `pages` that of a snapshot with {} for its number."""
    newest = rows[0]["at"].isoformat() if rows else "1970-01-01T00:00:00+00:00"
    entries = "".join(_entry(pages.replace("{}", str(row["number"])), row) for row in rows)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<title>{escape(title)}</title><id>{escape(own)}</id>"
        f'<link rel="self" href="{escape(own)}"/><updated>{newest}</updated>'
        f"<author><name>{escape(title)}</name></author>{entries}</feed>\n"
    )


def _entry(address: str, row: dict[str, Any]) -> str:
    words = _(
        "第 %(number)s 期：红榜 %(red)s 家，黑榜 %(black)s 家；新增 %(added)s，撤下 %(gone)s。",
        number=row["number"],
        red=row["red"],
        black=row["black"],
        added=row["added"],
        gone=row["gone"],
    )
    return (
        f"<entry><title>{escape(words)}</title><id>{escape(address)}</id>"
        f'<link href="{escape(address)}"/><updated>{row["at"].isoformat()}</updated>'
        f"<summary>{row['root']}</summary></entry>"
    )
