"""The change log as entries of a feed: numbers, dates and counts, never a name."""

from collections.abc import Sequence
from typing import Any

from wufei_public.infra.atom import Entry
from wufei_public.infra.i18n import gettext as _


def entries(pages: str, rows: Sequence[dict[str, Any]]) -> list[Entry]:
    """Return snapshots as entries; `pages` is the address of one with {} for its number."""
    return [
        Entry(pages.replace("{}", str(row["number"])), _words(row), row["at"], row["root"])
        for row in rows
    ]


def _words(row: dict[str, Any]) -> str:
    return _(
        "第 %(number)s 期：红榜 %(red)s 家，黑榜 %(black)s 家；"
        "新增 %(added)s，撤下 %(gone)s，更正 %(changed)s。",
        number=row["number"],
        red=row["red"],
        black=row["black"],
        added=row["added"],
        gone=row["gone"],
        changed=row["changed"],
    )
