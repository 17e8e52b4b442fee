"""What readers see of a piece, in their language where it was written in it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from wufei_public.config import Settings
from wufei_public.infra.atom import Entry
from wufei_public.infra.i18n import is_english
from wufei_public.notices.models import Notice, NoticeVersion
from wufei_public.notices.rules import markup
from wufei_public.notices.rules.versions import Draft


def chosen(draft: Draft) -> Draft:
    """Return the draft whose plain fields are in the reader's language, where it has that."""
    if not (is_english() and draft.body_en):
        return draft
    return replace(draft, title=draft.title_en, summary=draft.summary_en, body=draft.body_en)


def drawn(draft: Draft, settings: Settings) -> Mapping[str, Any]:
    """Return title, line and blocks; {phone} and {site} stand for what the operator set."""
    words = chosen(draft)
    known = {
        "{phone}": settings.contact_phone or settings.hotline,
        "{site}": settings.site_name_en if is_english() else settings.site_name,
    }
    body = words.body
    for name, value in known.items():
        body = body.replace(name, value)
    return {
        "title": words.title,
        "summary": words.summary,
        "blocks": markup.blocks(body),
        "lang": "en" if words is not draft else "zh-Hans",
    }


def lines(rows: Sequence[tuple[Notice, NoticeVersion]]) -> list[dict[str, Any]]:
    """Return the rows of a list for its readers."""
    made = []
    for notice, version in rows:
        words = chosen(version.draft)
        made.append(
            {
                "code": notice.code,
                "kind": notice.kind,
                "title": words.title,
                "summary": words.summary,
                "lang": "en" if is_english() and version.body_en else "zh-Hans",
                "at": version.publish_at,
            }
        )
    return made


def entries(pages: str, rows: Sequence[Mapping[str, Any]]) -> list[Entry]:
    """Return lines as entries of a feed; `pages` is the address of a piece with {} for its code."""
    return [
        Entry(
            pages.replace("{}", row["code"]), row["title"], row["at"], row["summary"], row["lang"]
        )
        for row in rows
    ]
