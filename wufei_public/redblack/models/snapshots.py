"""Signed pictures of what is published, and the sealed records behind their hashes."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Integer,
    LargeBinary,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.infra.guards import keep, sealed_anew
from wufei_public.infra.sealed import not_under_a_key, sealed_for
from wufei_public.infra.tables import Base, BigKey, UtcDateTime

_HASH = not_under_a_key("hashes and signatures, open to all")


class ListingLeaf(Base):
    """A published record, sealed with its salt: what auditors read a snapshot by."""

    __tablename__ = "listing_leaf"

    leaf: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True, info=_HASH)
    listing_id: Mapped[int] = mapped_column(BigKey, ForeignKey("listing.id"), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed_for("redblack:leaf"))


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
    # The leaves in order, 32 bytes each.
    leaves: Mapped[bytes] = mapped_column(LargeBinary, info=_HASH)
    # What the signature before it is hashed to: nothing is slipped in between.
    previous: Mapped[bytes] = mapped_column(LargeBinary(32), info=_HASH)
    signature: Mapped[bytes] = mapped_column(LargeBinary(64), info=_HASH)


# Sealed anew under another version of the key, and never otherwise: its hash says what is in it.
keep(ListingLeaf, "sealed")
sealed_anew(ListingLeaf, "listing_leaf_is_sealed_anew", "sealed")
keep(Snapshot)
