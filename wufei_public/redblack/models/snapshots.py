"""Signed pictures of what is published, and the sealed records behind their hashes."""
# ruff: noqa: S608  no words of a person

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.infra.guards import STAYS, guard, keep, sealed_anew
from wufei_public.infra.sealed import not_under_a_key, sealed_for
from wufei_public.infra.tables import Base, BigKey, UtcDateTime
from wufei_public.redblack.rules.snapshots import FORMAT, Head

IS_FREE = "listing_id IS NULL"
LAST = "(SELECT coalesce(max(listing_snapshot.number), 0) FROM listing_snapshot)"
_FOLLOWS = "(SELECT coalesce(max(listing_snapshot.number), 0) + 1 FROM listing_snapshot)"
_HASH = not_under_a_key("hashes and signatures, open to all")


class ListingLeaf(Base):
    """A published record, sealed with its salt: what auditors read a snapshot by."""

    __tablename__ = "listing_leaf"

    leaf: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True, info=_HASH)
    listing_id: Mapped[int] = mapped_column(BigKey, ForeignKey("listing.id"), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed_for("redblack:leaf"))


class ListingPlace(Base):
    """A place in the tree of snapshots, of two leaves, and which entry stands there now."""

    __tablename__ = "listing_place"
    __table_args__ = (
        CheckConstraint("place >= 0", name="counted"),
        Index(
            "ix_listing_place_free",
            "place",
            sqlite_where=text(IS_FREE),
            postgresql_where=text(IS_FREE),
        ),
    )

    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # None once the entry is gone: the next one that comes stands there.
    listing_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("listing.id"), unique=True)


class ListingNode(Base):
    """A node of the tree (`rules/trees.py`) from snapshot `number` on; rows are only ever added."""

    __tablename__ = "listing_node"
    __table_args__ = (Index(None, "number"),)

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32), info=_HASH)


class SnapshotCount(Base):
    """The one row that numbers snapshots: whoever publishes waits here for who publishes too."""

    __tablename__ = "listing_snapshot_count"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(Integer)


class Snapshot(Base):
    """A numbered, signed picture of what is published: hashes, dates and counts, never names."""

    __tablename__ = "listing_snapshot"
    __table_args__ = (
        CheckConstraint("number > 0", name="numbered"),
        CheckConstraint("red >= 0 AND black >= 0", name="counts"),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    red: Mapped[int] = mapped_column(Integer)
    black: Mapped[int] = mapped_column(Integer)
    added: Mapped[int] = mapped_column(Integer)
    gone: Mapped[int] = mapped_column(Integer)
    # Entries that say something else than in the one before.
    changed: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    root: Mapped[bytes] = mapped_column(LargeBinary(32), info=_HASH)
    # How many leaves its tree has; they are nodes of level 0.
    size: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    # What the signature before it is hashed to: nothing is slipped in between.
    previous: Mapped[bytes] = mapped_column(LargeBinary(32), info=_HASH)
    signature: Mapped[bytes] = mapped_column(LargeBinary(64), info=_HASH)
    # Of the words that are signed (`rules.snapshots.Head`): 1 named no size.
    format: Mapped[int] = mapped_column(Integer, default=FORMAT, server_default=text("1"))

    @property
    def head(self) -> Head:
        """Return what is signed."""
        return Head(
            self.number,
            self.at,
            self.red,
            self.black,
            self.size,
            bytes(self.root),
            bytes(self.previous),
            self.format,
        )


# Sealed anew under another version of the key, and never otherwise: its hash says what is in it.
keep(ListingLeaf, "sealed")
sealed_anew(ListingLeaf, "listing_leaf_is_sealed_anew", "sealed")
keep(ListingNode)
keep(Snapshot)
guard(ListingPlace, "listing_place_is_kept", "DELETE", "1 = 1", STAYS)
guard(SnapshotCount, "listing_snapshot_count_is_kept", "DELETE", "1 = 1", STAYS)
guard(
    SnapshotCount,
    "listing_snapshot_count_follows",
    "UPDATE",
    f"(NEW.number <> {_FOLLOWS})",
    "snapshots are numbered one after the other",
)
guard(
    Snapshot,
    "listing_snapshot_follows",
    "INSERT",
    f"(NEW.number <> {_FOLLOWS})",
    "snapshots are numbered one after the other",
)
guard(
    Snapshot,
    "listing_snapshot_signs_its_size",
    "INSERT",
    f"(NEW.format <> {FORMAT} OR NEW.size < 2 * (NEW.red + NEW.black))",
    "a snapshot signs how many leaves it has",
)
guard(
    ListingNode,
    "listing_node_belongs_to_the_next",
    "INSERT",
    f"(NEW.number <> {_FOLLOWS})",
    "what was signed gets no other leaves",
)
_PAIR = (
    "EXISTS (SELECT 1 FROM listing_node AS own JOIN listing_node AS other"
    " ON other.level = 0 AND other.place = own.place + 1 AND other.number = own.number"
    f" WHERE own.level = 0 AND own.place = 2 * NEW.place AND own.number = {_FOLLOWS}"
)
# Both leaves of an empty place are the same, those of an entry never.
guard(
    ListingPlace,
    "listing_place_begins_with_its_leaves",
    "INSERT",
    "(NEW.place <> (SELECT coalesce(max(listing_place.place) + 1, 0) FROM listing_place)"
    f" OR NEW.listing_id IS NULL OR NOT {_PAIR} AND own.hash <> other.hash))",
    "nobody comes or goes without leaves in the next snapshot",
)
guard(
    ListingPlace,
    "listing_place_changes_with_its_leaves",
    "UPDATE",
    "(NEW.place IS DISTINCT FROM OLD.place OR (NEW.listing_id IS DISTINCT FROM OLD.listing_id"
    " AND ((OLD.listing_id IS NOT NULL AND NEW.listing_id IS NOT NULL)"
    f" OR NOT {_PAIR} AND (own.hash = other.hash) = (NEW.listing_id IS NULL)))))",
    "nobody comes or goes without leaves in the next snapshot",
)
