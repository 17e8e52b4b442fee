"""A photo's faces, plates and doors are covered: what everybody sees is made anew.

The picture as it was is kept under seal, so that a box can be moved or taken away while nobody
has seen it covered; no page can show it, whatever address somebody has noted. The sweep removes
the old renditions.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from wufei_public.common.errors import Conflict
from wufei_public.common.text import N_
from wufei_public.infra.keyring import number_of
from wufei_public.infra.storage import own_copy
from wufei_public.infra.work import House, Work, reading
from wufei_public.media import gateway
from wufei_public.media.models import Photo
from wufei_public.media.rules.boxes import Box
from wufei_public.media.rules.keeping import EVIDENCE, PUBLIC

_CHANGED = N_("这张照片刚才有人改过，请刷新再看。")


@dataclass(frozen=True, slots=True)
class Covered:
    """What was made of a photo, and the rendition that it was made from."""

    photo_id: int
    seen: str
    values: dict[str, Any]


def prepare(
    house: House, photo_id: int, owners: Sequence[str], boxes: Sequence[Box]
) -> Covered | None:
    """Make the renditions with `boxes` covered, without any as it was; None for no such photo.

    Outside of the transaction: pictures take time, and nobody else shall wait for it.
    """
    row = (
        reading()
        .execute(
            select(Photo.large_name, Photo.plain_name).where(
                Photo.id == photo_id, Photo.owner.in_(owners), Photo.large_name.is_not(None)
            )
        )
        .one_or_none()
    )
    if row is None:
        return None
    plain = (
        house.keys.decrypt("evidence", house.store.read(row.plain_name))
        if row.plain_name
        else house.store.read(row.large_name)
    )
    made = gateway.covered(plain, boxes)
    values = _kept_plain(house, plain, row, boxes) | {
        "large_name": house.store.put(PUBLIC, made.large.data, copy=own_copy()),
        "thumb_name": house.store.put(PUBLIC, made.thumb.data, copy=own_copy()),
        "boxes": [asdict(box) for box in boxes] or None,
    }
    return Covered(photo_id, row.large_name, values)


def _kept_plain(house: House, plain: bytes, row: Row[Any], boxes: Sequence[Box]) -> dict[str, Any]:
    """Return where the picture lies as it was, sealed; nowhere where nothing is covered."""
    if not boxes:
        return {"plain_name": None}
    if row.plain_name is not None:
        return {}
    sealed = house.keys.encrypt("evidence", plain)
    name = house.store.put(EVIDENCE, sealed, copy=own_copy())
    return {"plain_name": name, "plain_key": number_of(sealed)}


def write(w: Work, made: Covered) -> None:
    """Let the photo be what was made of it; Conflict where somebody was first."""
    done = w.session.connection().execute(
        update(Photo)
        .where(Photo.id == made.photo_id, Photo.large_name == made.seen)
        .values(made.values)
    )
    if done.rowcount != 1:
        raise Conflict("photo_changed", _CHANGED)


def boxes_of(session: Session, photo_id: int) -> list[Box]:
    """Return what is covered of a photo now."""
    kept = session.scalar(select(Photo.boxes).where(Photo.id == photo_id))
    return [Box(**one) for one in kept or []]
