"""Snapshots: their list, one of them, the leaves of what is published now."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.redblack.models.listings import IS_SHOWN, Listing
from wufei_public.redblack.models.snapshots import ListingLeaf, Snapshot
from wufei_public.redblack.rules.snapshots import HASH

PAGE = 50


def snapshot(session: Session, number: int) -> Snapshot:
    """Return the snapshot with that number; NotFound."""
    found = session.get(Snapshot, number)
    if found is None:
        raise NotFound("no_snapshot", N_("没有这一期快照。"))
    return found


def newest(session: Session) -> Snapshot | None:
    """Return the last snapshot, None before the first publication."""
    return session.scalar(select(Snapshot).order_by(Snapshot.number.desc()).limit(1))


def changes(session: Session, before: int | None = None, limit: int = PAGE) -> Sequence[Row[Any]]:
    """Return number, instant and counts of each snapshot, the newest first."""
    statement = select(
        Snapshot.number,
        Snapshot.at,
        Snapshot.red,
        Snapshot.black,
        Snapshot.added,
        Snapshot.gone,
        Snapshot.changed,
        Snapshot.root,
        Snapshot.signature,
    ).order_by(Snapshot.number.desc())
    if before is not None:
        statement = statement.where(Snapshot.number < before)
    return session.execute(statement.limit(limit)).all()


def shown_leaves(session: Session, now: datetime) -> Sequence[Row[Any]]:
    """Return `(id, code, kind, salt, record)` of what is published now, in the order of ids."""
    return session.execute(
        select(Listing.id, Listing.code, Listing.kind, Listing.salt, Listing.record)
        .where(text(IS_SHOWN), Listing.ends_at > now)
        .order_by(Listing.id)
    ).all()


def sealed_of(session: Session, leaves: Sequence[bytes]) -> Mapping[bytes, bytes]:
    """Return the sealed records of a snapshot's leaves; what an entry is has none."""
    found: dict[bytes, bytes] = {}
    for at in range(0, len(leaves), 500):
        rows = session.execute(
            select(ListingLeaf.leaf, ListingLeaf.sealed).where(
                ListingLeaf.leaf.in_(leaves[at : at + 500])
            )
        )
        found |= {bytes(row.leaf): row.sealed for row in rows}
    return found


def position(leaves: bytes, leaf: bytes) -> int | None:
    """Return at which place of a snapshot the leaf stands, None where it does not."""
    places = range(0, len(leaves), HASH)
    return next((at // HASH for at in places if leaves[at : at + HASH] == leaf), None)
