"""Reads of places and offices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from wufei_public.common.geo import Point, contains, distance
from wufei_public.divisions.models import Boundary, Department, Division, Loaded
from wufei_public.divisions.rules import Level

TOWNS = (Level.TOWN, Level.STREET)
VILLAGES = (Level.VILLAGE, Level.COMMUNITY)
# Beyond this the nearest rough centre says nothing.
FARTHEST = 15_000.0


@dataclass(frozen=True, slots=True)
class Proposal:
    """The place that a position seems to be in; `how` is boundary or centre."""

    code: str
    name: str
    how: str
    metres: int | None = None


def exists(session: Session, code: str) -> bool:
    """Say whether `code` is an active town, street, village or community."""
    found = session.scalar(
        select(Division.code).where(
            Division.code == code,
            Division.active,
            Division.level.in_((*TOWNS, *VILLAGES)),
        )
    )
    return found is not None


def towns(session: Session) -> Sequence[Row[tuple[str, str, int, int]]]:
    """Return `(code, name, tile_row, tile_column)` of the active towns and streets."""
    return session.execute(
        select(Division.code, Division.short, Division.tile_row, Division.tile_column)
        .where(Division.level.in_(TOWNS), Division.active)
        .order_by(Division.code)
    ).all()


def places(session: Session) -> Sequence[Row[tuple[str, str, str | None, str, str]]]:
    """Return `(code, short, parent, level, pinyin)` of all towns and villages for the list."""
    return session.execute(
        select(Division.code, Division.short, Division.parent, Division.level, Division.pinyin)
        .where(Division.level.in_((*TOWNS, *VILLAGES)), Division.active)
        .order_by(Division.code)
    ).all()


def names(session: Session) -> Mapping[str, str]:
    """Return the short name of every division by its code."""
    return {row.code: row.short for row in session.execute(select(Division.code, Division.short))}


def departments(session: Session) -> Sequence[Row[tuple[str, str, str]]]:
    """Return `(code, name, name_en)` of the active departments."""
    return session.execute(
        select(Department.code, Department.name, Department.name_en)
        .where(Department.active)
        .order_by(Department.code)
    ).all()


def department_exists(session: Session, code: str) -> bool:
    """Say whether `code` is an active department."""
    found = select(Department.code).where(Department.code == code, Department.active)
    return session.scalar(found) is not None


def digest_of(session: Session, name: str) -> str | None:
    """Return the digest under which the list `name` was last loaded."""
    return session.scalar(select(Loaded.digest).where(Loaded.name == name))


def propose(session: Session, lat: float, lon: float) -> Proposal | None:
    """Return the smallest division whose boundary holds the position (WGS-84).

    Without boundaries: the town with the nearest rough centre, with its distance, which
    a person confirms or corrects. None when nothing is near.
    """
    return _by_boundary(session, lat, lon) or _by_centre(session, lat, lon)


def _by_boundary(session: Session, lat: float, lon: float) -> Proposal | None:
    near = session.execute(
        select(Boundary.code, Boundary.geometry, Division.short)
        .join(Division, Division.code == Boundary.code)
        .where(
            Boundary.south <= lat,
            Boundary.north >= lat,
            Boundary.west <= lon,
            Boundary.east >= lon,
            func.length(Boundary.code) > 6,  # noqa: PLR2004  towns and villages
        )
        .order_by(func.length(Boundary.code).desc())
    )
    for row in near:
        if contains(row.geometry["coordinates"], Point(lat, lon)):
            return Proposal(row.code, row.short, "boundary")
    return None


def _by_centre(session: Session, lat: float, lon: float) -> Proposal | None:
    centres = session.execute(
        select(Division.code, Division.short, Division.lat, Division.lon).where(
            Division.level.in_(TOWNS), Division.active, Division.lat.is_not(None)
        )
    ).all()
    by_distance = [(distance(Point(lat, lon), Point(row.lat, row.lon)), row) for row in centres]
    if not by_distance:
        return None
    far, row = min(by_distance, key=lambda pair: pair[0])
    if far > FARTHEST:
        return None
    return Proposal(row.code, row.short, "centre", round(far))
