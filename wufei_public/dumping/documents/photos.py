"""A case's photos as officials see them: where each was taken, and where else it turned up."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from flask import url_for
from sqlalchemy import Row
from sqlalchemy.orm import Session

from wufei_public.common.actor import Actor
from wufei_public.common.codes import grouped
from wufei_public.common.geo import Point, distance
from wufei_public.common.text import N_
from wufei_public.dumping.actions.steps import code_of
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries import cases as queries
from wufei_public.dumping.queries import desk as desks
from wufei_public.dumping.rules.photos import PhotoRole
from wufei_public.infra.i18n import gettext as _
from wufei_public.media import queries as media

# Where a position came from, for a photo and for a case.
POSITION_WORDS: Mapping[str, str] = {
    "exif": N_("照片里的位置（系统读出）"),
    "phone": N_("照片里的位置（手机读出）"),
    "photo": N_("照片里的位置"),
    "device": N_("手机定位"),
    "map": N_("在地图上点的"),
    "list": N_("从名单选的"),
    "outside": N_("别的应用给的位置"),
}


def desk_photos(session: Session, report: Report, actor: Actor) -> list[dict[str, Any]]:
    """Return every photo of the case with its twins elsewhere; three statements, however many."""
    rows = queries.photos_seen(session, report.id)
    twins = media.twins(session, [row.id for row in rows])
    owned = {owner for owners in twins.values() for owner in owners}
    open_to = desks.codes_in_scope(session, actor, [code_of(owner) for owner in owned])
    return [
        {
            "id": row.id,
            "state": row.state,
            "public": row.public,
            "proof": row.role == PhotoRole.PROOF,
            "seen": row.role == PhotoRole.SEEN,
            "earlier": row.round != report.reopened,
            "thumb": url_for("desk.photo", code=report.code, photo_id=row.id, size="thumb"),
            "large": url_for("desk.photo", code=report.code, photo_id=row.id, size="large"),
            "width": row.thumb_width or 320,
            "height": row.thumb_height or 240,
            "taken_at": row.taken_at,
            "placed": _placed(row, report),
            "original": row.evidence_name is not None,
            "twins": _twins(twins.get(row.id, ()), open_to),
        }
        for row in rows
    ]


def photos_json(session: Session, report: Report) -> list[dict[str, Any]]:
    """Return every photo of the case as JSON; its pictures are the desk's."""
    return [
        {
            "id": row.id,
            "role": row.role,
            "state": row.state,
            "public": row.public,
            "thumb": url_for("desk.photo", code=report.code, photo_id=row.id, size="thumb"),
            "large": url_for("desk.photo", code=report.code, photo_id=row.id, size="large"),
            "taken_at": row.taken_at,
            "lat": row.lat,
            "lon": row.lon,
            "placed_source": row.placed_source,
            "has_original": row.evidence_name is not None,
        }
        for row in queries.photos_seen(session, report.id)
    ]


def _twins(owners: Sequence[str], open_to: Collection[str]) -> list[dict[str, str]]:
    """Return where the same photo is; a way there where the actor handles that case too."""
    codes = dict.fromkeys(code_of(owner) for owner in owners)
    return [
        {
            "name": grouped(code) if code else _("别处"),
            "url": url_for("desk.case", code=code) if code in open_to else "",
        }
        for code in codes
    ]


def _placed(row: Row[Any], report: Report) -> str:
    """Return where a photo was taken, seen from the case, and who read that out of it."""
    if row.lat is None:
        return ""
    who = POSITION_WORDS.get(row.placed_source, POSITION_WORDS["photo"])
    if report.point is None:
        return _(who)
    metres = round(distance(report.point, Point(row.lat, row.lon)))
    return _("%(who)s，离案件 %(metres)s 米", who=_(who), metres=metres)
