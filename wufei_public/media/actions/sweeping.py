"""The jobs process removes what nobody needs: rows first, then the files without a row."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from sqlalchemy import delete, select, update
from sqlalchemy.orm import InstrumentedAttribute

from wufei_public.common.actor import SYSTEM
from wufei_public.infra.storage import ARRIVING, Storage
from wufei_public.infra.work import House, Work, reading, work
from wufei_public.media.models import Paper, Photo, PhotoState
from wufei_public.media.rules.keeping import (
    EVIDENCE,
    ORPHAN,
    PAPERS,
    PUBLIC,
    QUARANTINE,
    UNCLAIMED,
    UNREADABLE,
)

BATCH = 500
Columns = tuple[InstrumentedAttribute[str] | InstrumentedAttribute[str | None], ...]
AREAS: tuple[tuple[str, Columns], ...] = (
    (ARRIVING, ()),
    (QUARANTINE, (Photo.quarantine_name,)),
    (PUBLIC, (Photo.large_name, Photo.thumb_name)),
    (EVIDENCE, (Photo.evidence_name, Photo.plain_name)),
    (PAPERS, (Paper.file_name,)),
)

# What a backup holds: all but uploads that have not ended.
KEPT_AREAS = tuple(area for area, _columns in AREAS if area != ARRIVING)


def sweep(house: House) -> int:
    """Remove rows that nobody claimed and files that no row points at; return how many files.

    No put ever gives a name twice (`own_copy`), so that nobody can begin to need a file
    between the look at the rows and its end.
    """
    work(SYSTEM, _forget_unclaimed)
    work(SYSTEM, _forget_unreadable)
    removed = 0
    for area, columns in AREAS:
        old = _written_before(house.store, area, house.clock() - ORPHAN)
        while batch := list(islice(old, BATCH)):
            for name in sorted(set(batch) - _named(columns, batch)):
                house.store.delete(name)
                removed += 1
    return removed


def _written_before(store: Storage, area: str, instant: datetime) -> Iterator[str]:
    return (name for name, written in store.names(area) if written <= instant)


def _named(columns: Columns, names: Sequence[str]) -> set[str]:
    """Return which of `names` a row points at now: each batch has a look of its own."""
    session = reading()
    session.rollback()  # what committed since the last batch counts
    found = (session.scalars(select(column).where(column.in_(names))) for column in columns)
    return {name for part in found for name in part if name is not None}


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
