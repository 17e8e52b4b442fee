"""What reviewers see of a check-in's photo: the picture, and what it is like, as a hint."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import Row
from sqlalchemy.orm import Session

from wufei_public.checkins import policy
from wufei_public.checkins.queries import photos as queries
from wufei_public.checkins.rules.photos import LABELS, Likeness
from wufei_public.common.actor import Actor
from wufei_public.media import queries as media


def seen(session: Session, actor: Actor, row: Row[Any] | None) -> dict[str, Any] | None:
    """Return a photo as `actor` may see it, None without one; the earlier one only within scope."""
    if row is None:
        return None
    shown = _picture(session, row.code, row.day) | hint(row)
    near = row.earlier_code and policy.may_see_photo(actor, row.earlier_village).allowed
    earlier = _picture(session, row.earlier_code, row.earlier_day) if near else None
    return shown | {"earlier": earlier}


def _picture(session: Session, code: str, day: Any) -> dict[str, Any]:
    kept = media.photos_of(session, queries.owner_of(code))
    state = kept[0].state if kept else "failed"
    return {
        "code": code,
        "day": day,
        "state": state,
        "width": kept[0].thumb_width if kept else None,
        "height": kept[0].thumb_height if kept else None,
        "thumb": url_for("checkin_photos.picture", code=code, size="thumb"),
        "large": url_for("checkin_photos.picture", code=code, size="large"),
    }


def hint(row: Row[Any]) -> dict[str, Any]:
    """Return what a photo is like, in words that name nobody; empty for one that is like none."""
    if not row.likeness:
        return {"words": "", "earlier_day": None}
    own = row.account == row.earlier_account
    return {"words": _(LABELS[Likeness(row.likeness), own]), "earlier_day": row.earlier_day}
