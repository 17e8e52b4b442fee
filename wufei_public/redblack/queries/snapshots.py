"""Snapshots: their list, one of them, the tree behind them and who stands where in it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, ScalarSelect, bindparam, func, select, text
from sqlalchemy.orm import Session

from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.redblack.models.listings import IS_SALTED, Listing
from wufei_public.redblack.models.snapshots import (
    IS_FREE,
    ListingLeaf,
    ListingNode,
    ListingPlace,
    Snapshot,
)
from wufei_public.redblack.rules.trees import Place, Read

PAGE = 50
# Kept, for a change asks it once for each level of the tree.
_NODE = (
    select(ListingNode.hash)
    .where(
        ListingNode.level == bindparam("level"),
        ListingNode.place == bindparam("place"),
        ListingNode.number <= bindparam("last"),
    )
    .order_by(ListingNode.number.desc())
    .limit(1)
)


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


def over(session: Session, now: datetime) -> Sequence[Listing]:
    """Return the entries whose term is over without anybody having written it down."""
    ended = select(Listing).where(text(IS_SALTED), Listing.ends_at <= now)
    return session.scalars(ended.order_by(Listing.ends_at)).all()


def places_of(session: Session, listings: Collection[int]) -> dict[int, int]:
    """Return by entry the place at which it stands in the tree."""
    its = ListingPlace.listing_id.in_(listings)
    rows = session.execute(select(ListingPlace.listing_id, ListingPlace.place).where(its)).tuples()
    return {listing: place for listing, place in rows if listing is not None}


def free_places(session: Session, most: int) -> Sequence[int]:
    """Return so many places that are empty at the most, the first ones."""
    free = select(ListingPlace.place).where(text(IS_FREE)).order_by(ListingPlace.place)
    return session.scalars(free.limit(most)).all()


def places(session: Session) -> int:
    """Return how many places the tree has."""
    last = session.scalar(select(func.max(ListingPlace.place)))
    return 0 if last is None else last + 1


def tree(session: Session, number: int) -> Read:
    """Return what reads the nodes of the tree as it was in a snapshot."""
    connection = session.connection()

    def read(at: Place) -> bytes:
        level, place = at
        found = connection.execute(_NODE, {"level": level, "place": place, "last": number})
        return bytes(found.scalar_one())

    return read


def leaves(session: Session, row: Snapshot) -> list[bytes]:
    """Return the leaves of a snapshot in order."""
    left, right = (_leaf_at(2 * ListingPlace.place + at, row.number) for at in (0, 1))
    stands = select(left, right).where(2 * ListingPlace.place < row.size)
    pairs = session.execute(stands.order_by(ListingPlace.place)).tuples()
    found = [bytes(leaf) for pair in pairs for leaf in pair]
    return found if len(found) == row.size else _of_more_places(session, row)


def _of_more_places(session: Session, row: Snapshot) -> list[bytes]:
    """Return the leaves of a snapshot from before places stayed: it may have had more of them."""
    own = (ListingNode.level == 0, ListingNode.place < row.size, ListingNode.number <= row.number)
    rows = session.execute(
        select(ListingNode.place, ListingNode.hash).where(*own).order_by(ListingNode.number)
    )
    # Of a place the last one counts.
    found = {one.place: bytes(one.hash) for one in rows}
    return [found[place] for place in range(row.size)]


def _leaf_at(place: ColumnElement[int], number: int) -> ScalarSelect[bytes]:
    """Return the leaf that stood there in a snapshot: one look for each, however old."""
    its = (ListingNode.level == 0, ListingNode.place == place, ListingNode.number <= number)
    newest = select(ListingNode.hash).where(*its).order_by(ListingNode.number.desc()).limit(1)
    return newest.correlate(ListingPlace).scalar_subquery()


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
