"""The jobs process makes the renditions of what waits in the quarantine."""

from dataclasses import dataclass

from sqlalchemy import insert, select, update

from wufei_public.common.actor import SYSTEM
from wufei_public.infra.keyring import number_of
from wufei_public.infra.storage import own_copy
from wufei_public.infra.work import House, Work, reading, work
from wufei_public.media import gateway, queries
from wufei_public.media.models import Photo, PhotoPart, PhotoState
from wufei_public.media.rules.alike import parts
from wufei_public.media.rules.keeping import EVIDENCE, LATE, LEASE, PUBLIC, TRIES
from wufei_public.media.rules.limits import BadPhoto, Fault


@dataclass(frozen=True, slots=True)
class Leased:
    """A photo that this process works on, and in which of its tries: two may think so."""

    photo_id: int
    name: str
    keep_original: bool
    tries: int


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
    try:
        made = gateway.develop(house.store.read(taken.name))
    except (BadPhoto, KeyError) as error:
        fault = error.fault if isinstance(error, BadPhoto) else Fault.UNREADABLE
        work(SYSTEM, lambda w: _fail(w, photo_id, fault))
        return False
    values = _kept(house, taken, made)
    if not work(SYSTEM, lambda w: _finish(w, taken, values)):
        return False
    house.store.delete(taken.name)
    return True


def _lease(w: Work, photo_id: int) -> Leased | None:
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
        select(Photo.id, Photo.quarantine_name, Photo.keep_original, Photo.tries).where(
            Photo.id == photo_id
        )
    ).one()
    if row.tries > TRIES:
        # A photo that took three workers down is not given to a fourth.
        _fail(w, photo_id, Fault.UNREADABLE)
        return None
    return Leased(*row)


def _fail(w: Work, photo_id: int, fault: Fault) -> None:
    w.session.execute(
        update(Photo)
        .where(Photo.id == photo_id, Photo.state == PhotoState.QUARANTINED)
        .values(state=PhotoState.FAILED, fault=fault)
    )


def _kept(house: House, taken: Leased, made: gateway.Developed) -> dict[str, object]:
    """Put what was made into the store; return what the row will say of it."""
    evidence, sealed = None, b""
    if taken.keep_original:
        sealed = house.keys.encrypt("evidence", house.store.read(taken.name))
        evidence = house.store.put(EVIDENCE, sealed, copy=own_copy())
    return {
        "large_name": house.store.put(PUBLIC, made.large.data, copy=own_copy()),
        "thumb_name": house.store.put(PUBLIC, made.thumb.data, copy=own_copy()),
        "large_width": made.large.width,
        "large_height": made.large.height,
        "thumb_width": made.thumb.width,
        "thumb_height": made.thumb.height,
        "dhash": made.dhash,
        "evidence_name": evidence,
        "evidence_key": number_of(sealed),
        "quarantine_name": None,
    }


def _finish(w: Work, taken: Leased, values: dict[str, object]) -> bool:
    """Write what was made; False if it was done already or the original is kept after all.

    False too for a process that slept meanwhile: the sweep may have taken its files away.
    """
    done = w.session.connection().execute(
        update(Photo)
        .where(
            Photo.id == taken.photo_id,
            Photo.state == PhotoState.QUARANTINED,
            Photo.keep_original == taken.keep_original,
            Photo.tries == taken.tries,
            Photo.lease_until > w.now + LEASE - LATE,
        )
        .values(state=PhotoState.READY, **values)
    )
    if done.rowcount == 1:
        keep_parts(w, taken.photo_id, int(str(values["dhash"])))
    return done.rowcount == 1


def keep_parts(w: Work, photo_id: int, dhash: int) -> None:
    """Write the parts of a photo's hash by which later ones are compared with it."""
    rows = [
        {"part": part, "bits": bits, "photo_id": photo_id} for part, bits in enumerate(parts(dhash))
    ]
    w.session.execute(insert(PhotoPart), rows)
