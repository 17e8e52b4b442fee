"""Tables of divisions, departments, boundaries, and which data stand in them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Double, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from wufei_public.divisions.rules.levels import Level
from wufei_public.infra.tables import JSON, Base, UtcDateTime

_LEVELS = ", ".join(f"'{level}'" for level in Level)


class Division(Base):
    """A division; `active` is false once the list no longer has it, and old records still do."""

    __tablename__ = "division"
    __table_args__ = (
        CheckConstraint(f"level IN ({_LEVELS})", name="level_known"),
        CheckConstraint("(parent IS NULL) = (level = 'province')", name="parent_above"),
        CheckConstraint("(lat IS NULL) = (lon IS NULL)", name="centre_whole"),
        CheckConstraint("(tile_row IS NULL) = (tile_col IS NULL)", name="tile_whole"),
        Index(None, "parent"),
    )

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    level: Mapped[str] = mapped_column(String(16))
    parent: Mapped[str | None] = mapped_column(String(12), ForeignKey("division.code"))
    active: Mapped[bool]
    pinyin: Mapped[str] = mapped_column(String(240))
    name_en: Mapped[str] = mapped_column(String(240))
    tile_row: Mapped[int | None]
    tile_col: Mapped[int | None]
    lat: Mapped[float | None] = mapped_column(Double)
    lon: Mapped[float | None] = mapped_column(Double)
    # How the rough centre is known ("assumption" in the package) and what to say of it.
    centre_status: Mapped[str] = mapped_column(String(40))
    centre_note: Mapped[str] = mapped_column(String(240))


class Department(Base):
    """A department; `active` as for a division."""

    __tablename__ = "department"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(120))
    active: Mapped[bool]


class DepartmentAlias(Base):
    """A name under which documents know a department; no two departments share one."""

    __tablename__ = "department_alias"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    department: Mapped[str] = mapped_column(String(40), ForeignKey("department.code"), index=True)


class Boundary(Base):
    """The polygons of one division in WGS-84 (coordinates of a GeoJSON MultiPolygon)."""

    __tablename__ = "boundary"

    division: Mapped[str] = mapped_column(String(12), ForeignKey("division.code"), primary_key=True)
    polygons: Mapped[list[Any]] = mapped_column(JSON)
    south: Mapped[float] = mapped_column(Double)
    west: Mapped[float] = mapped_column(Double)
    north: Mapped[float] = mapped_column(Double)
    east: Mapped[float] = mapped_column(Double)
    # What the operator's file was in, before it was converted.
    source_crs: Mapped[str] = mapped_column(String(16))
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DivisionData(Base):
    """Which data stand in the tables: one row per part.

    `version` is a digest of the rows themselves, so what a process keeps under it is
    right in every process; `source` is the digest of the package's files as last seeded.
    """

    __tablename__ = "division_data"
    __table_args__ = (CheckConstraint("origin IN ('package', 'operator')", name="origin_known"),)

    part: Mapped[str] = mapped_column(String(16), primary_key=True)
    version: Mapped[str] = mapped_column(String(64))
    origin: Mapped[str] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(String(64))
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
