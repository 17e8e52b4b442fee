"""Reads of photos."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select, text
from sqlalchemy.orm import Session, aliased

from wufei_public.media.models import Paper, Photo, PhotoPart, PhotoState
from wufei_public.media.rules.alike import bits_apart

RENDITIONS = {
    "large": (Photo.large_name, "image/jpeg"),
    "thumb": (Photo.thumb_name, "image/webp"),
}

MOST_TWINS = 50
_DIGITS = 64  # of a SHA-256, hexadecimal
# What a feature shows of its photos, to be joined to its own rows by the photo's id.
SEEN = select(
    Photo.id,
    Photo.state,
    Photo.fault,
    Photo.thumb_width,
    Photo.thumb_height,
    Photo.taken_at,
    Photo.lat,
    Photo.lon,
    Photo.placed_source,
    Photo.evidence_name,
).subquery("seen")

_PHOTOS = select(
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
_OF_OWNER = _PHOTOS.where(Photo.owner == bindparam("owner")).order_by(Photo.id)


def photos_of(session: Session, owner: str) -> Sequence[Row[Any]]:
    """Return `(id, state, fault, sizes…)` of every photo of `owner`, oldest first."""
    return session.connection().execute(_OF_OWNER, {"owner": owner}).all()


def photos_by_owner(session: Session, owners: Collection[str]) -> dict[str, list[Row[Any]]]:
    """Return the photos of several owners by owner, as `photos_of` gives those of one."""
    wanted = _PHOTOS.add_columns(Photo.owner).where(Photo.owner.in_(owners)).order_by(Photo.id)
    found: dict[str, list[Row[Any]]] = {}
    for row in session.execute(wanted):
        found.setdefault(row.owner, []).append(row)
    return found


def digests_of(session: Session, ids: Collection[int]) -> list[str]:
    """Return the SHA-256 of each photo as everyone gets it, in order: its file is named by it."""
    names = select(Photo.large_name).where(Photo.id.in_(ids), Photo.large_name.is_not(None))
    found = (str(name).rpartition("/")[2] for name in session.scalars(names))
    return sorted(name[:_DIGITS] for name in found)


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


def waiting_count(session: Session) -> int:
    """Return how many photos are in quarantine."""
    waits = text("state = 'quarantined'")  # the words of the partial index
    return session.scalar(select(func.count()).select_from(Photo).where(waits)) or 0


def twins(session: Session, ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    """Return the owners of other photos with the same bytes, by photo: a hint, never a verdict.

    One statement for all of a case's photos, the newest MOST_TWINS of them.
    """
    other = aliased(Photo)
    rows = session.execute(
        select(Photo.id, other.owner)
        .join(other, (other.sha256 == Photo.sha256) & (other.id != Photo.id))
        .where(Photo.id.in_(ids), other.owner.is_not(None))
        .order_by(other.id.desc())
        .limit(MOST_TWINS)
    )
    found: dict[int, list[str]] = {}
    for photo_id, owner in rows:
        found.setdefault(photo_id, []).append(str(owner))
    return found


def same_before(session: Session, ids: Collection[int]) -> set[int]:
    """Return which of the photos have the very bytes of an earlier one that a record holds."""
    other = aliased(Photo)
    rows = session.scalars(
        select(Photo.id)
        .join(other, (other.sha256 == Photo.sha256) & (other.id < Photo.id))
        .where(
            Photo.id.in_(ids),
            other.owner.is_not(None),
            other.state != PhotoState.FAILED,
            other.id.not_in(ids),
        )
    )
    return set(rows)


def near_before(session: Session, ids: Collection[int], apart: int) -> set[int]:
    """Return which developed photos differ in at most `apart` bits from an earlier one.

    Up to `alike.MOST_APART` bits none is missed: two such hashes have a part in common.
    """
    own, others, other = aliased(PhotoPart), aliased(PhotoPart), aliased(Photo)
    rows = session.execute(
        select(Photo.id, Photo.dhash, other.dhash.label("before"))
        .join(own, own.photo_id == Photo.id)
        .join(
            others,
            (others.part == own.part) & (others.bits == own.bits) & (others.photo_id < Photo.id),
        )
        .join(other, other.id == others.photo_id)
        .where(Photo.id.in_(ids), other.owner.is_not(None), other.id.not_in(ids))
        .distinct()
    )
    return {row.id for row in rows if bits_apart(row.dhash, row.before) <= apart}


def taken_before(session: Session, ids: Collection[int], moment: datetime) -> set[int]:
    """Return which of the photos say that they were taken before `moment`."""
    return set(session.scalars(select(Photo.id).where(Photo.id.in_(ids), Photo.taken_at < moment)))


def evidence(session: Session, photo_id: int, owner: str) -> Row[Any] | None:
    """Return where the sealed original of a photo of `owner` lies; None if none was kept."""
    return session.execute(
        select(Photo.evidence_name, Photo.mime).where(
            Photo.id == photo_id, Photo.owner == owner, Photo.evidence_name.is_not(None)
        )
    ).one_or_none()


def papers_of(session: Session, owner: str) -> Sequence[Row[Any]]:
    """Return `(id, name, size)` of every PDF of `owner`, oldest first."""
    return session.execute(
        select(Paper.id, Paper.name, Paper.size).where(Paper.owner == owner).order_by(Paper.id)
    ).all()


def paper(session: Session, paper_id: int, owners: Sequence[str]) -> Row[Any] | None:
    """Return `(name, file_name)` of a PDF of `owners`; None for everybody else's."""
    return session.execute(
        select(Paper.name, Paper.file_name).where(Paper.id == paper_id, Paper.owner.in_(owners))
    ).one_or_none()


def fingerprints(session: Session, ids: Sequence[int]) -> Mapping[int, tuple[str, int | None]]:
    """Return hash of the bytes and difference hash (None until developed) by photo."""
    rows = session.execute(select(Photo.id, Photo.sha256, Photo.dhash).where(Photo.id.in_(ids)))
    return {row.id: (row.sha256, row.dhash) for row in rows}


def developed(session: Session, ids: Sequence[int]) -> Mapping[int, int | None]:
    """Return the difference hash of each photo that waits no more, None for one that failed."""
    rows = session.execute(
        select(Photo.id, Photo.dhash).where(
            Photo.id.in_(ids), Photo.state != PhotoState.QUARANTINED
        )
    )
    return {row.id: row.dhash for row in rows}
