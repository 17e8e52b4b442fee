"""Divisions, their boundaries, and departments."""

from typing import Any

from sqlalchemy import CheckConstraint, Float, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.infra.tables import JSON, Base


class Division(Base):
    __tablename__ = "division"
    __table_args__ = (
        CheckConstraint("(lat IS NULL) = (lon IS NULL)", name="centre_is_a_pair"),
    )

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    short: Mapped[str] = mapped_column(String(80))
    level: Mapped[str] = mapped_column(String(12))
    parent: Mapped[str | None] = mapped_column(ForeignKey("division.code"), index=True)
    pinyin: Mapped[str] = mapped_column(String(200), default="")
    tile_row: Mapped[int | None] = mapped_column(Integer)
    tile_column: Mapped[int | None] = mapped_column(Integer)
    # Rough centre, WGS-84: proposes a town and never decides one.
    lat: Mapped[float | None] = mapped_column(Float)
    lon: Mapped[float | None] = mapped_column(Float)
    active: Mapped[bool] = mapped_column(default=True)


class Boundary(Base):
    __tablename__ = "boundary"

    code: Mapped[str] = mapped_column(ForeignKey("division.code"), primary_key=True)
    geometry: Mapped[dict[str, Any]] = mapped_column(JSON)
    south: Mapped[float] = mapped_column(Float, index=True)
    west: Mapped[float] = mapped_column(Float)
    north: Mapped[float] = mapped_column(Float)
    east: Mapped[float] = mapped_column(Float)


class Department(Base):
    __tablename__ = "department"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    name_en: Mapped[str] = mapped_column(String(160), default="")
    active: Mapped[bool] = mapped_column(default=True)


class Loaded(Base):
    """The digest of each list that was loaded, so that loading twice does nothing."""

    __tablename__ = "loaded"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
