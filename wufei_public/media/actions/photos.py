"""What a feature does with its photos: receive, claim, keep, forget."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Literal, NoReturn

from sqlalchemy import delete, select, update

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_
from wufei_public.infra.storage import Storage, own_copy
from wufei_public.infra.work import Work
from wufei_public.media.models import Photo, PhotoState
from wufei_public.media.rules.exif import read_exif
from wufei_public.media.rules.inspect import inspect
from wufei_public.media.rules.keeping import QUARANTINE
from wufei_public.media.rules.limits import MOST_BYTES, BadPhoto, refuse_photo

SHA256 = 64  # hexadecimal digits


@dataclass(frozen=True, slots=True)
class Prepared:
    """A photo that is safe in the quarantine and has no row yet."""

    name: str
    mime: str
    width: int
    height: int
    size: int
    taken_at: datetime | None
    # `exif` as read here, `phone` as the phone says that it read it, empty without a time.
    taken_source: str
    lat: float | None
    lon: float | None
    # The same of the position.
    placed_source: str = ""


@dataclass(frozen=True, slots=True)
class Hints:
    """What the phone read out of EXIF before it shrank the photo."""

    taken_at: datetime | None = None
    lat: float | None = None
    lon: float | None = None


NO_HINTS = Hints()


def prepare(
    store: Storage, source: bytes | IO[bytes], name: str, hints: Hints = NO_HINTS
) -> Prepared:
    """Check a photo and put it into the quarantine; runs before any transaction.

    `source` is its bytes or the file of `store` in which it arrived. Raises Invalid that names
    the file. EXIF in the bytes goes before the phone's hints.
    """
    data = source if isinstance(source, bytes) else source.read(MOST_BYTES + 1)
    try:
        shape = inspect(data)
    except BadPhoto as bad:
        raise refuse_photo(bad.fault, name) from bad
    facts = read_exif(shape.exif)
    placed = facts if facts.lat is not None else hints
    return Prepared(
        name=_quarantine(store, source),
        mime=shape.mime,
        width=shape.width,
        height=shape.height,
        size=len(data),
        taken_at=facts.taken_at or hints.taken_at,
        taken_source="exif" if facts.taken_at else "phone" if hints.taken_at else "",
        lat=placed.lat,
        lon=placed.lon,
        placed_source=("" if placed.lat is None else "exif" if facts.lat is not None else "phone"),
    )


def _quarantine(store: Storage, source: bytes | IO[bytes]) -> str:
    if isinstance(source, bytes):
        return store.put(QUARANTINE, source, copy=own_copy())
    return store.keep(QUARANTINE, source, copy=own_copy())


def record(w: Work, prepared: Prepared) -> str:
    """Write the row of a prepared photo; return the token that alone may claim it."""
    token = secrets.token_urlsafe(18)
    w.insert(
        Photo,
        {
            "token_hash": _hash(token),
            "state": PhotoState.QUARANTINED,
            "fault": "",
            "mime": prepared.mime,
            "size": prepared.size,
            "width": prepared.width,
            "height": prepared.height,
            "sha256": prepared.name.partition("/")[2][:SHA256],
            "taken_at": prepared.taken_at,
            "taken_source": prepared.taken_source,
            "lat": prepared.lat,
            "lon": prepared.lon,
            "placed_source": prepared.placed_source,
            "quarantine_name": prepared.name,
            "keep_original": False,
            "uploaded_at": w.now,
            "lease_until": w.now,
            "tries": 0,
        },
    )
    return token


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def claim(
    w: Work,
    tokens: Sequence[str],
    *,
    owner: str,
    keep_original: bool = False,
    held: Literal["refused", "passed_over"] = "refused",
) -> list[int]:
    """Give the photos behind `tokens` to `owner` (`feature/code`); return their ids in order.

    A photo belongs to exactly one record: a token that was used, or never existed, is
    refused at its place. One that the same owner `held` already may be passed over.
    """
    fresh = set(not_yet(w, tokens, owner) if held == "passed_over" and tokens else tokens)
    places: dict[bytes, int] = {}
    for number, token in enumerate(tokens):
        if token in fresh:
            places.setdefault(_hash(token), number)
    if not places:
        return []
    rows = w.session.execute(
        select(Photo.token_hash, Photo.id)
        .where(Photo.token_hash.in_(places), Photo.owner.is_(None))
        .order_by(Photo.id)
        .with_for_update()  # of two records that claim it at once one finds it gone
    ).all()
    ids = {bytes(row.token_hash): row.id for row in rows}
    if missing := [number for digest, number in places.items() if digest not in ids]:
        _refuse_gone(missing)
    w.session.execute(
        update(Photo)
        .where(Photo.id.in_(ids.values()))
        .values(
            owner=owner,
            claimed_at=w.now,
            keep_original=keep_original and w.settings.photo_keep != "never",
        )
    )
    return [ids[digest] for digest in places]


def _refuse_gone(numbers: Sequence[int]) -> NoReturn:
    sentence = N_("有一张照片已经不在了，请重新选这张照片。")
    which = N_("第 %(n)s 张照片已经不在了，请重新选这张照片。")
    faults = [FieldError(f"photo/{number}", which, {"n": number + 1}) for number in numbers]
    raise Invalid("photo_gone", sentence, faults)


def not_yet(w: Work, tokens: Sequence[str], owner: str) -> list[str]:
    """Return which of `tokens` `owner` does not hold: a phone that heard no answer sends again."""
    hashes = [_hash(token) for token in tokens]
    held = set(
        w.session.scalars(
            select(Photo.token_hash).where(Photo.token_hash.in_(hashes), Photo.owner == owner)
        )
    )
    return [token for token in tokens if _hash(token) not in held]


def not_seen(w: Work, tokens: Sequence[str], owner: str) -> list[str]:
    """Return which of `tokens` nobody holds and show what `owner` does not have yet."""
    if not tokens:
        return []
    hashes = {_hash(token): token for token in tokens}
    theirs = select(Photo.sha256).where(Photo.owner == owner)
    fresh = select(Photo.token_hash).where(
        Photo.token_hash.in_(hashes), Photo.owner.is_(None), Photo.sha256.not_in(theirs)
    )
    return [hashes[bytes(digest)] for digest in w.session.scalars(fresh.order_by(Photo.id))]


def positions(w: Work, tokens: Sequence[str]) -> list[tuple[float, float, str]]:
    """Return position and its source of the photos behind `tokens`, in the order of the tokens."""
    hashes = [_hash(token) for token in tokens]
    rows = w.session.execute(
        select(Photo.token_hash, Photo.lat, Photo.lon, Photo.placed_source).where(
            Photo.token_hash.in_(hashes), Photo.lat.is_not(None)
        )
    )
    placed = {bytes(row.token_hash): (row.lat, row.lon, row.placed_source) for row in rows}
    return [placed[digest] for digest in hashes if digest in placed]


def pass_on(w: Work, before: str, after: str) -> None:
    """Give every photo of the record `before` to the record `after`, which goes on with it."""
    w.session.execute(update(Photo).where(Photo.owner == before).values(owner=after))


def keep_originals(w: Work, owner: str, *, keep: bool) -> None:
    """Set whether the originals of `owner` are kept; one that was kept in vain goes."""
    if not keep or w.settings.photo_keep == "never":
        forget_originals(w, owner)
        return
    w.session.execute(
        update(Photo)
        .where(Photo.owner == owner, Photo.state == PhotoState.QUARANTINED)
        .values(keep_original=True)
    )


def forget(w: Work, ids: Sequence[int]) -> None:
    """Remove the rows of photos whose record no longer needs them; the sweep removes the files."""
    w.session.execute(delete(Photo).where(Photo.id.in_(ids)))


def forget_originals(w: Work, owner: str) -> None:
    """Let the sealed originals of `owner` go; the sweep removes the files."""
    w.session.execute(
        update(Photo)
        .where(Photo.owner == owner)
        .values(evidence_name=None, keep_original=False, plain_name=None, boxes=None)
    )


def forget_facts(w: Work, owner: str = "", *, ids: Sequence[int] = ()) -> None:
    """Forget where and when the photos of `owner`, or those of `ids`, were taken."""
    w.session.execute(
        update(Photo)
        .where(Photo.owner == owner if owner else Photo.id.in_(ids))
        .values(lat=None, lon=None, placed_source="", taken_at=None, taken_source="")
    )
