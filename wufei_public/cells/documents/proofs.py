"""The photos and PDFs of an application, with the addresses at which their reader gets them."""

from collections.abc import Sequence
from typing import Any

from flask import url_for
from sqlalchemy import Row
from sqlalchemy.orm import Session

from wufei_public.cells.actions.steps import owner_of, story_owner, visit_owner
from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.queries import applications as queries
from wufei_public.infra.i18n import gettext as _
from wufei_public.media import queries as media
from wufei_public.media.rules.limits import SENTENCES, Fault


def photos(
    session: Session, row: CellApplication, ids: Sequence[int], endpoint: str = "cells_unit.photo"
) -> list[dict[str, Any]]:
    """Return the unit's photos of one item with their state."""
    every = media.photos_of(session, owner_of(row.code)) if ids else ()
    return [
        _photo(found, at, endpoint, row.code)
        for at, found in enumerate(every, start=1)
        if found.id in ids
    ]


def owned(session: Session, owner: str, endpoint: str, code: str) -> list[dict[str, Any]]:
    """Return every photo that media keeps under the name `owner`."""
    found = media.photos_of(session, owner)
    return [_photo(one, at, endpoint, code) for at, one in enumerate(found, start=1)]


def story(session: Session, row: CellApplication, endpoint: str) -> list[dict[str, Any]]:
    """Return the photos that the public will see with the unit's story."""
    return owned(session, story_owner(row.code), endpoint, row.code)


def visit(
    session: Session, row: CellApplication, sheet: int, endpoint: str
) -> list[dict[str, Any]]:
    """Return the photos of an expert's visit."""
    return owned(session, visit_owner(row.code, sheet), endpoint, row.code)


def mended(session: Session, row: CellApplication, endpoint: str) -> list[dict[str, Any]]:
    """Return the photos with which the unit showed that it was put right."""
    ids = [one.photo_id for one in queries.evidence(session, row.id) if not one.item]
    return photos(session, row, ids, endpoint)


def _photo(found: Row[Any], at: int, endpoint: str, code: str) -> dict[str, Any]:
    return {
        "id": found.id,
        "state": found.state,
        "fault": _(SENTENCES[Fault(found.fault)]) % {"name": at} if found.fault else "",
        "thumb": url_for(endpoint, code=code, photo_id=found.id, size="thumb"),
        "large": url_for(endpoint, code=code, photo_id=found.id, size="large"),
        "width": found.thumb_width,
        "height": found.thumb_height,
    }


def papers(
    session: Session, row: CellApplication, ids: Sequence[int], endpoint: str = "cells_unit.paper"
) -> list[dict[str, Any]]:
    """Return the unit's PDFs of one item."""
    return [
        {
            "id": found.id,
            "name": found.name,
            "size": _("%(size)s KB", size=-(-found.size // 1024)),
            "url": url_for(endpoint, code=row.code, paper_id=found.id),
        }
        for found in (media.papers_of(session, owner_of(row.code)) if ids else ())
        if found.id in ids
    ]
