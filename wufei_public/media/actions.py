"""Writes of photos: receive, claim, develop, sweep."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from wufei_public.common.actor import SYSTEM
from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_
from wufei_public.infra.storage import Storage
from wufei_public.infra.work import House, Work, reading, work
from wufei_public.media import gateway, queries
from wufei_public.media.models import Photo, PhotoState
from wufei_public.media.rules.exif import read_exif
from wufei_public.media.rules.inspect import inspect
from wufei_public.media.rules.limits import BadPhoto, Fault, refuse_photo

QUARANTINE, PUBLIC, EVIDENCE = "quarantine", "renditions", "evidence"
LEASE = timedelta(minutes=5)
TRIES = 3
UNCLAIMED = timedelta(hours=48)
# An original that cannot be opened helps nobody: long enough to look into what was wrong with it.
UNREADABLE = timedelta(days=7)
# A file may be put a moment before its row commits.
ORPHAN = timedelta(hours=1)
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


def prepare(store: Storage, data: bytes, name: str, hints: Hints = NO_HINTS) -> Prepared:
    """Check `data` and put it into the quarantine; runs before any transaction.

    Raises Invalid that names the file. EXIF in the bytes goes before the phone's hints.
    """
    try:
        shape = inspect(data)
    except BadPhoto as bad:
        raise refuse_photo(bad.fault, name) from bad
    facts = read_exif(shape.exif)
    placed = facts if facts.lat is not None else hints
    return Prepared(
        # A copy of its own: it is deleted once developed, whoever sent the same bytes meanwhile.
        name=store.put(QUARANTINE, data, copy=secrets.token_hex(2)),
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
            "note": "",
        },
    )
    return token


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def claim(w: Work, tokens: Sequence[str], *, owner: str, keep_original: bool = False) -> list[int]:
    """Give the photos behind `tokens` to `owner` (`feature/code`); return their ids in order.

    A photo belongs to exactly one record: a token that was used, or never existed, is
    refused at its place.
    """
    hashes = [_hash(token) for token in dict.fromkeys(tokens)]
    if not hashes:
        return []
    rows = w.session.execute(
        select(Photo.token_hash, Photo.id)
        .where(Photo.token_hash.in_(hashes), Photo.owner.is_(None))
        .order_by(Photo.id)
        .with_for_update()  # of two records that claim it at once one finds it gone
    ).all()
    ids = {bytes(row.token_hash): row.id for row in rows}
    missing = [number for number, digest in enumerate(hashes) if digest not in ids]
    if missing:
        sentence = N_("有一张照片已经不在了，请重新选这张照片。")
        faults = [FieldError(f"photos/{number}", sentence) for number in missing]
        raise Invalid("photo_gone", sentence, faults)
    w.session.execute(
        update(Photo)
        .where(Photo.id.in_(ids.values()))
        .values(
            owner=owner,
            claimed_at=w.now,
            keep_original=keep_original and w.settings.photo_keep != "never",
        )
    )
    return [ids[digest] for digest in hashes]


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
        update(Photo).where(Photo.owner == owner).values(evidence_name=None, keep_original=False)
    )


def forget_facts(w: Work, owner: str) -> None:
    """Forget where and when the photos of `owner` were taken."""
    w.session.execute(
        update(Photo)
        .where(Photo.owner == owner)
        .values(lat=None, lon=None, placed_source="", taken_at=None, taken_source="")
    )


# ---- the jobs process -----------------------------------------------------------


def develop_waiting(house: House, limit: int = 8) -> int:
    """Develop up to `limit` photos from the quarantine; return how many."""
    ids = queries.waiting(reading(), house.clock(), limit)
    return sum(develop_one(house, photo_id) for photo_id in ids)


def develop_one(house: House, photo_id: int) -> bool:
    """Develop one photo unless another process does: files first, then the row, then the tidying.

    A crash at any point leaves either the photo in quarantine (the lease runs out and it
    is done again) or the finished row and a file that the sweep removes.
    """
    taken = work(SYSTEM, lambda w: _lease(w, photo_id))
    if taken is None:
        return False
    name, keep = taken
    try:
        made = gateway.develop(house.store.read(name))
    except (BadPhoto, KeyError) as error:
        fault = error.fault if isinstance(error, BadPhoto) else Fault.UNREADABLE
        work(SYSTEM, lambda w: _fail(w, photo_id, fault))
        return False
    large = house.store.put(PUBLIC, made.large.data)
    thumb = house.store.put(PUBLIC, made.thumb.data)
    evidence = None
    if keep:
        sealed = house.keys.encrypt("evidence", house.store.read(name))
        evidence = house.store.put(EVIDENCE, sealed)
    if not work(SYSTEM, lambda w: _finish(w, photo_id, made, large, thumb, evidence)):
        return False
    house.store.delete(name)
    return True


def _lease(w: Work, photo_id: int) -> tuple[str, bool] | None:
    leased = w.session.connection().execute(
        update(Photo)
        .where(
            Photo.id == photo_id,
            Photo.state == PhotoState.QUARANTINED,
            Photo.lease_until <= w.now,
        )
        .values(lease_until=w.now + LEASE, tries=Photo.tries + 1)
    )
    if leased.rowcount != 1:
        return None
    row = w.session.execute(
        select(Photo.quarantine_name, Photo.keep_original, Photo.tries).where(Photo.id == photo_id)
    ).one()
    if row.tries > TRIES:
        # A photo that took three workers down is not given to a fourth.
        _fail(w, photo_id, Fault.UNREADABLE)
        return None
    return row.quarantine_name, row.keep_original


def _fail(w: Work, photo_id: int, fault: Fault) -> None:
    w.session.execute(
        update(Photo)
        .where(Photo.id == photo_id, Photo.state == PhotoState.QUARANTINED)
        .values(state=PhotoState.FAILED, fault=fault)
    )


def _finish(
    w: Work,
    photo_id: int,
    made: gateway.Developed,
    large: str,
    thumb: str,
    evidence: str | None,
) -> bool:
    """Write what was made; False if it was done already or the original is kept after all."""
    done = w.session.connection().execute(
        update(Photo)
        .where(
            Photo.id == photo_id,
            Photo.state == PhotoState.QUARANTINED,
            Photo.keep_original == (evidence is not None),
        )
        .values(
            state=PhotoState.READY,
            large_name=large,
            thumb_name=thumb,
            large_width=made.large.width,
            large_height=made.large.height,
            thumb_width=made.thumb.width,
            thumb_height=made.thumb.height,
            dhash=made.dhash,
            evidence_name=evidence,
            quarantine_name=None,
        )
    )
    return done.rowcount == 1


def sweep(house: House) -> int:
    """Remove rows that nobody claimed and files that no row points at; return how many files."""
    work(SYSTEM, _forget_unclaimed)
    work(SYSTEM, _forget_unreadable)
    removed = 0
    for area, column in (
        (QUARANTINE, (Photo.quarantine_name,)),
        (PUBLIC, (Photo.large_name, Photo.thumb_name)),
        (EVIDENCE, (Photo.evidence_name,)),
    ):
        for name, written in house.store.names(area):
            if house.clock() - written < ORPHAN:
                continue
            found = (reading().scalar(select(Photo.id).where(c == name).limit(1)) for c in column)
            if all(each is None for each in found):
                house.store.delete(name)
                removed += 1
    return removed


def _forget_unclaimed(w: Work) -> None:
    w.session.execute(
        delete(Photo).where(Photo.owner.is_(None), Photo.uploaded_at < w.now - UNCLAIMED)
    )


def _forget_unreadable(w: Work) -> None:
    w.session.execute(
        update(Photo)
        .where(
            Photo.state == PhotoState.FAILED,
            Photo.quarantine_name.is_not(None),
            Photo.uploaded_at < w.now - UNREADABLE,
        )
        .values(quarantine_name=None)
    )
