"""Reads of divisions, departments and boundaries.

The directory and the departments are kept per process under a digest of their rows.
Each call first reads the digest that the last load wrote (one row by its key, in the
caller's transaction): a process that has not heard of a load finds another digest and
reads anew, and what is kept is filed under the digest of what was really read. So no
process answers with anything but the rows of its own database.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Row, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from wufei_public.common.charts import Plan
from wufei_public.common.geo import Box, Point
from wufei_public.divisions.models import (
    Boundary,
    Department,
    DepartmentAlias,
    Division,
    DivisionData,
)
from wufei_public.divisions.rules.departments import Departments, Office
from wufei_public.divisions.rules.directory import Directory, Place
from wufei_public.divisions.rules.levels import RANK, Level
from wufei_public.divisions.rules.names import initials, short_name
from wufei_public.divisions.rules.plans import outlines_of
from wufei_public.divisions.rules.proposal import Proposal, Shape, reach_of
from wufei_public.divisions.rules.proposal import propose as proposal_of

T = TypeVar("T", Directory, Departments)

DIVISIONS = "divisions"
DEPARTMENTS = "departments"
BOUNDARIES = "boundaries"

# Read at every call, so kept, and run past the ORM.
_VERSION = select(DivisionData.version).where(DivisionData.part == bindparam("part"))

_kept: dict[str, Any] = {}


def directory(session: Session) -> Directory:
    """Return every division as one value, also those no longer in use."""
    return _keep(session, DIVISIONS, read_directory)


def departments(session: Session) -> Departments:
    """Return every department as one value, also those no longer in use."""
    return _keep(session, DEPARTMENTS, read_departments)


def _keep(session: Session, part: str, read: Callable[[Session], T]) -> T:
    version = session.connection().execute(_VERSION, {"part": part}).scalar()
    kept: T | None = _kept.get(part)
    if kept is None or kept.version != version:
        kept = _kept[part] = read(session)
    return kept


def read_directory(session: Session) -> Directory:
    """Return the divisions as they stand in the database now; its version is their digest."""
    rows = session.execute(select(Division.__table__).order_by(Division.code)).all()
    return Directory((_place(row) for row in rows), _digest(rows))


def _place(row: Row[Any]) -> Place:
    level = Level(row.level)
    return Place(
        code=row.code,
        name=short_name(row.name, level),
        official=row.name,
        level=level,
        parent=row.parent,
        active=row.active,
        pinyin=row.pinyin,
        initials=initials(row.pinyin),
        name_en=row.name_en,
        tile=None if row.tile_row is None else (row.tile_row, row.tile_col),
        centre=None if row.lat is None else Point(row.lat, row.lon),
    )


def read_departments(session: Session) -> Departments:
    """Return the departments as they stand in the database now; the version as above."""
    rows = session.execute(select(Department.__table__).order_by(Department.code)).all()
    names = session.execute(
        select(DepartmentAlias.department, DepartmentAlias.name).order_by(DepartmentAlias.name)
    ).all()
    return Departments(
        (
            Office(
                row.code,
                row.name,
                row.name_en,
                tuple(name for code, name in names if code == row.code),
                row.active,
            )
            for row in rows
        ),
        _digest([*rows, *names]),
    )


def _digest(rows: Sequence[Row[Any]]) -> str:
    return hashlib.sha256(json.dumps([list(row) for row in rows]).encode()).hexdigest()


def propose(
    session: Session, lat: float, lon: float, accuracy: float | None = None
) -> Proposal | None:
    """Propose a division for a position in WGS-84, good to `accuracy` metres; None if unlikely."""
    point = Point(lat, lon)
    around = Box(lat, lon, lat, lon).grown(reach_of(accuracy))
    return proposal_of(directory(session), _shapes(session, around), point, accuracy)


def _shapes(session: Session, around: Box) -> list[Shape]:
    """Return the boundaries that touch `around`, and every district's."""
    touches = and_(
        Boundary.south <= around.north,
        Boundary.north >= around.south,
        Boundary.west <= around.east,
        Boundary.east >= around.west,
    )
    rows = session.execute(
        select(Boundary.__table__, Division.level)
        .join(Division, Division.code == Boundary.division)
        .where(Division.active, or_(touches, Division.level == Level.DISTRICT))
    )
    return [
        Shape(
            row.division,
            RANK[Level(row.level)],
            Box(row.south, row.west, row.north, row.east),
            row.polygons,
        )
        for row in rows
    ]


def outlines(session: Session, *levels: Level) -> dict[str, Any]:
    """Return the boundaries of the divisions in use at `levels`: code → MultiPolygon coordinates.

    Empty where none are loaded: then no map tap is offered.
    """
    found = session.execute(
        select(Boundary.division, Boundary.polygons)
        .join(Division, Division.code == Boundary.division)
        .where(Division.active, Division.level.in_(levels))
        .order_by(Boundary.division)
    )
    return {row.division: row.polygons for row in found}


def boundaries_version(session: Session) -> str:
    """Return the digest of the boundaries as they stand in the database now."""
    rows = session.execute(
        select(Boundary.division, Boundary.source_crs, Boundary.polygons).order_by(
            Boundary.division
        )
    ).all()
    return _digest(rows)


def town_outlines(session: Session) -> Plan | None:
    """Return the towns' outlines as a map, None unless each of them has a boundary.

    Drawn once per load of boundaries or divisions, then kept as the directory is.
    """
    towns = directory(session)
    stamp = session.scalar(select(DivisionData.version).where(DivisionData.part == BOUNDARIES))
    if stamp is None:
        return None
    version = (towns.version, stamp)
    kept: tuple[tuple[str, str], Plan | None] | None = _kept.get(BOUNDARIES)
    if kept is None or kept[0] != version:
        plan = outlines_of(towns.towns, outlines(session, Level.TOWN, Level.STREET))
        kept = _kept[BOUNDARIES] = (version, plan)
    return kept[1]
