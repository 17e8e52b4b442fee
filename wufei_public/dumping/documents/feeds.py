"""Released cases as entries of a feed: the newest release first, each with how it stands."""

from collections.abc import Sequence
from typing import Any

from flask import url_for
from sqlalchemy import Row
from sqlalchemy.orm import Session

from wufei_public.divisions import queries as places
from wufei_public.dumping.documents import shown
from wufei_public.dumping.documents.outside import notes_of, words_for
from wufei_public.infra.atom import Entry
from wufei_public.infra.i18n import gettext as _
from wufei_public.infra.i18n import is_english


def feed_title(session: Session, town: str = "", area: str = "", kind: str = "") -> str:
    """Return what the feed is called: the list's name, its place, its kind."""
    names = places.directory(session).called(english=is_english())
    parts = (names.get(area) or names.get(town), shown.kind_label(kind) if kind else "")
    return " · ".join([_("随手拍案件"), *(part for part in parts if part)])


def feed_entries(session: Session, rows: Sequence[Row[Any]]) -> list[Entry]:
    """Return cases as entries; a case that changes is new to its readers again."""
    words = words_for(session)
    return [
        Entry(
            url_for("cases.case", code=row.public_code, _external=True),
            f"{shown.kind_label(row.official_kind)} · {words.address(row)}",
            max(row.changed_at, row.released_at),
            " ".join(part for part in (notes_of(row), row.public_words) if part),
        )
        for row in rows
    ]
