"""Reads of photos."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from wufei_public.media.models import Photo, PhotoState

RENDITIONS = {
    "large": (Photo.large_name, "image/jpeg"),
    "thumb": (Photo.thumb_name, "image/webp"),
}

_OF_OWNER = (
    select(
        Photo.id,
        Photo.state,
        Photo.fault,
        Photo.thumb_width,
        Photo.thumb_height,
        Photo.large_width,
        Photo.large_height,
        Photo.taken_at,
        Photo.evidence_name,
    )
    .where(Photo.owner == bindparam("owner"))
    .order_by(Photo.id)
)


def photos_of(session: Session, owner: str) -> Sequence[Row[Any]]:
    """Return `(id, state, fault, sizes…)` of every photo of `owner`, oldest first."""
    return session.connection().execute(_OF_OWNER, {"owner": owner}).all()


def rendition_name(
    session: Session, photo_id: int, owners: Sequence[str], size: str
) -> tuple[str, str] | None:
    """Return name in the store and type of a photo of `owners`; None before it is developed."""
    column, mime = RENDITIONS[size]
    found = select(column).where(Photo.id == photo_id, Photo.owner.in_(owners))
    name = session.scalar(found)
    return (name, mime) if name else None


def waiting(session: Session, now: datetime, limit: int) -> Sequence[int]:
    """Return the ids of photos in quarantine that nobody works on."""
    return session.scalars(
        select(Photo.id)
        .where(Photo.state == PhotoState.QUARANTINED, Photo.lease_until <= now)
        .order_by(Photo.id)
        .limit(limit)
    ).all()


def same_bytes(session: Session, photo_id: int) -> Sequence[Row[tuple[int, str | None]]]:
    """Return `(id, owner)` of other photos with the same bytes: a hint, never a verdict."""
    digest = select(Photo.sha256).where(Photo.id == photo_id).scalar_subquery()
    return session.execute(
        select(Photo.id, Photo.owner)
        .where(Photo.sha256 == digest, Photo.id != photo_id)
        .order_by(Photo.id.desc())
        .limit(20)
    ).all()


def evidence(session: Session, photo_id: int, owner: str) -> Row[Any] | None:
    """Return where the sealed original of a photo of `owner` lies; None if none was kept."""
    return session.execute(
        select(Photo.evidence_name, Photo.mime).where(
            Photo.id == photo_id, Photo.owner == owner, Photo.evidence_name.is_not(None)
        )
    ).one_or_none()
