"""One row per photo, from quarantine to rendition."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.infra.sealed import Form, not_under_a_key, sealed_for
from wufei_public.infra.tables import MAYBE_JSON, Base, Key, UtcDateTime


class PhotoState(StrEnum):
    QUARANTINED = "quarantined"
    READY = "ready"
    FAILED = "failed"


class Photo(Base):
    __tablename__ = "photo"
    __table_args__ = (
        CheckConstraint("state IN ('quarantined', 'ready', 'failed')", name="state_known"),
        CheckConstraint(
            "(state = 'ready') = (large_name IS NOT NULL AND thumb_name IS NOT NULL)",
            name="ready_has_renditions",
        ),
        CheckConstraint("(state = 'failed') = (fault <> '')", name="failed_has_fault"),
        CheckConstraint(
            "state <> 'quarantined' OR quarantine_name IS NOT NULL", name="waiting_has_original"
        ),
        CheckConstraint("(lat IS NULL) = (lon IS NULL)", name="position_is_a_pair"),
        CheckConstraint("(owner IS NULL) = (claimed_at IS NULL)", name="owner_has_time"),
        CheckConstraint("(plain_name IS NULL) = (boxes IS NULL)", name="covered_keeps_plain"),
        Index(
            "ix_photo_waiting",
            "lease_until",
            sqlite_where=text("state = 'quarantined'"),
            postgresql_where=text("state = 'quarantined'"),
        ),
        Index(
            "ix_photo_unclaimed",
            "uploaded_at",
            sqlite_where=text("owner IS NULL"),
            postgresql_where=text("owner IS NULL"),
        ),
        Index(
            "ix_photo_failed",
            "id",
            sqlite_where=text("state = 'failed'"),
            postgresql_where=text("state = 'failed'"),
        ),
    )

    id: Mapped[Key]
    token_hash: Mapped[bytes] = mapped_column(
        LargeBinary(32), unique=True, info=not_under_a_key("the hash of chance")
    )
    state: Mapped[str] = mapped_column(String(12), default=PhotoState.QUARANTINED)
    fault: Mapped[str] = mapped_column(String(32), default="")
    mime: Mapped[str] = mapped_column(String(16))
    size: Mapped[int] = mapped_column(Integer)
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    # 64-bit difference hash, as a signed whole number; None until developed.
    dhash: Mapped[int | None] = mapped_column(BigInteger)
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_source: Mapped[str] = mapped_column(String(8), default="")
    lat: Mapped[float | None] = mapped_column(Float)
    lon: Mapped[float | None] = mapped_column(Float)
    # `exif` as read here, `phone` as the phone says that it read it, empty without a position.
    placed_source: Mapped[str] = mapped_column(String(8), default="", server_default=text("''"))
    quarantine_name: Mapped[str | None] = mapped_column(String(80), index=True)
    large_name: Mapped[str | None] = mapped_column(String(80), index=True)
    thumb_name: Mapped[str | None] = mapped_column(String(80), index=True)
    large_width: Mapped[int | None] = mapped_column(Integer)
    large_height: Mapped[int | None] = mapped_column(Integer)
    thumb_width: Mapped[int | None] = mapped_column(Integer)
    thumb_height: Mapped[int | None] = mapped_column(Integer)
    # The sealed original, kept only where the case policy says so.
    keep_original: Mapped[bool] = mapped_column(default=False)
    evidence_name: Mapped[str | None] = mapped_column(
        String(80), index=True, info=sealed_for("evidence", Form.FILE, "evidence_key")
    )
    # Under which version of the key.
    evidence_key: Mapped[int] = mapped_column(Integer, default=1, server_default=text("1"))
    # What an official covered in the renditions, and the sealed picture as it was before.
    boxes: Mapped[list[Any] | None] = mapped_column(MAYBE_JSON)
    plain_name: Mapped[str | None] = mapped_column(
        String(80), index=True, info=sealed_for("evidence", Form.FILE, "plain_key")
    )
    plain_key: Mapped[int] = mapped_column(Integer, default=1, server_default=text("1"))
    owner: Mapped[str | None] = mapped_column(String(40), index=True)
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_until: Mapped[datetime] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(Integer, default=0)


class PhotoPart(Base):
    """A part of a photo's difference hash (`rules/alike.py`), by which copies are found."""

    __tablename__ = "photo_part"

    part: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    bits: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    photo_id: Mapped[int] = mapped_column(
        ForeignKey("photo.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Paper(Base):
    """A PDF that proves something; who may read it is for the record that owns it to say."""

    __tablename__ = "paper"

    id: Mapped[Key]
    owner: Mapped[str] = mapped_column(String(40), index=True)
    # As the phone called it, for whoever downloads it.
    name: Mapped[str] = mapped_column(String(80))
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(80), index=True)
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
