"""Loads divisions, departments and boundaries; a second load of the same changes nothing."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from secrets import token_bytes
from typing import Any, TypeVar

from sqlalchemy import delete, select

from wufei_public.common.codes import new_code
from wufei_public.common.errors import FieldError, Invalid, NotFound
from wufei_public.common.geo import Crs
from wufei_public.common.text import N_
from wufei_public.divisions import queries
from wufei_public.divisions.models import (
    Boundary,
    Department,
    DepartmentAlias,
    Division,
    DivisionData,
)
from wufei_public.divisions.queries import BOUNDARIES, DEPARTMENTS, DIVISIONS
from wufei_public.divisions.rules.boundaries import BoundaryRow
from wufei_public.divisions.rules.names import english_name, read_pinyin, short_name, spell
from wufei_public.divisions.rules.tables import (
    DepartmentRow,
    DivisionRow,
    TownRow,
    read_departments,
    read_divisions,
    read_towns,
)
from wufei_public.infra.audit import record
from wufei_public.infra.tables import Base
from wufei_public.infra.work import Work

_DATA = files("wufei_public.divisions") / "data"
_FILES = {
    DIVISIONS: ("divisions.csv", "towns.csv", "pinyin.csv"),
    DEPARTMENTS: ("departments.csv",),
}
Listed = TypeVar("Listed", Division, Department)

PACKAGE = "package"
OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Changes:
    """How many rows a load added, changed and took out of use (boundaries: removed)."""

    added: int = 0
    changed: int = 0
    retired: int = 0

    def __bool__(self) -> bool:
        return self != Changes()

    def __str__(self) -> str:
        return f"added {self.added}, changed {self.changed}, removed {self.retired}"

    def __add__(self, other: "Changes") -> "Changes":
        return Changes(
            self.added + other.added, self.changed + other.changed, self.retired + other.retired
        )


@dataclass(frozen=True, slots=True)
class Source:
    """Whose data it is; a digest of the package's files tells whether they are new."""

    origin: str = OPERATOR
    digest: str = ""


def load(
    w: Work,
    *,
    divisions: Sequence[DivisionRow],
    towns: Sequence[TownRow] | None = None,
    departments: Sequence[DepartmentRow] | None = None,
) -> Changes:
    """Load the operator's lists; what they no longer name goes out of use, nothing is deleted.

    Without `towns` the tile map and centres stay, without `departments` these do.
    """
    changes = _load_divisions(w, divisions, towns, Source())
    return changes + (_load_departments(w, departments, Source()) if departments else Changes())


def seed(w: Work) -> Changes:
    """Load the package's lists where they are new and the operator has not loaded others."""
    changes = Changes()
    for part, names in _FILES.items():
        data = {name: (_DATA / name).read_bytes() for name in names}
        digest = hashlib.sha256(b"\0".join(data.values())).hexdigest()
        stamp = w.session.get(DivisionData, part)
        if stamp is None or (stamp.origin == PACKAGE and stamp.source != digest):
            changes += _load_package(w, part, data, Source(PACKAGE, digest))
        else:  # another release may reckon the version otherwise
            _stamp(w, part, Source(stamp.origin, stamp.source), Changes())
    return changes


def _load_package(w: Work, part: str, data: Mapping[str, bytes], source: Source) -> Changes:
    if part == DEPARTMENTS:
        return _load_departments(w, read_departments(data["departments.csv"]), source)
    divisions = read_divisions(data["divisions.csv"])
    return _load_divisions(w, divisions, read_towns(data["towns.csv"], divisions), source)


def _load_divisions(
    w: Work, rows: Sequence[DivisionRow], towns: Sequence[TownRow] | None, source: Source
) -> Changes:
    pinyin = read_pinyin((_DATA / "pinyin.csv").read_text(encoding="utf-8"))
    places = {town.code: town for town in towns or ()}
    wanted = {row.code: _division_values(row, pinyin) for row in rows}
    if towns is not None:
        for code, values in wanted.items():
            values.update(_tile_values(places.get(code)))
    changes = _apply(w, Division, wanted, _tile_values(None))
    _stamp(w, DIVISIONS, source, changes)
    return changes


def _division_values(row: DivisionRow, pinyin: Mapping[str, str]) -> dict[str, Any]:
    short = short_name(row.name, row.level)
    spelt = row.pinyin or spell(short, pinyin)
    return {
        "name": row.name,
        "level": row.level.value,
        "parent": row.parent,
        "pinyin": spelt,
        "name_en": row.name_en or english_name(short, spelt),
    }


def _tile_values(town: TownRow | None) -> dict[str, Any]:
    return {
        "tile_row": town and town.tile_row,
        "tile_col": town and town.tile_col,
        "lat": town and town.lat,
        "lon": town and town.lon,
        "centre_status": town.status if town else "",
        "centre_note": town.note if town else "",
    }


def _load_departments(w: Work, rows: Sequence[DepartmentRow], source: Source) -> Changes:
    wanted = {row.code: {"name": row.name, "name_en": row.name_en} for row in rows}
    changes = _apply(w, Department, wanted, {})
    changes += _apply_aliases(w, {name: row.code for row in rows for name in row.aliases})
    _stamp(w, DEPARTMENTS, source, changes)
    return changes


def add_department(w: Work, *, name: str, name_en: str = "") -> str:
    """Add a department that the lists do not name, or bring one back; return its code.

    From now on the departments are the operator's: the package's list is not loaded any more.
    """
    there = queries.departments(w.session).named(name)
    if there is not None and there.active:
        sentence = N_("已经有这个部门。")
        raise Invalid("department_there", sentence, [FieldError("name", sentence)])
    code = there.code if there is not None else f"office_{new_code(token_bytes).lower()}"
    values = {"name": name, "name_en": name_en or name, "active": True}
    row = w.session.get(Department, code)
    if row is None:
        w.session.add(Department(code=code, **values))
        w.session.flush()
        w.session.add(DepartmentAlias(name=name, department=code))
    else:
        _set(row, values)
    w.session.flush()
    _stamp(w, DEPARTMENTS, Source(), Changes(added=1))
    record(w, "divisions:department:add", f"departments/{code}", after=values)
    return code


def end_department(w: Work, *, code: str) -> None:
    """Take a department out of use; what it has in hand stays named. NotFound if there is none."""
    row = w.session.get(Department, code)
    if row is None:
        raise NotFound("no_department", N_("没有这个部门。"))
    if _set(row, {"active": False}):
        w.session.flush()
        _stamp(w, DEPARTMENTS, Source(), Changes(retired=1))
        record(w, "divisions:department:end", f"departments/{code}")


def _apply(
    w: Work,
    table: type[Listed],
    wanted: Mapping[str, Mapping[str, Any]],
    blank: Mapping[str, Any],
) -> Changes:
    """Make the rows of `table` as `wanted`; a new row begins `blank`, a missing one retires."""
    there = {row.code: row for row in w.session.scalars(select(table))}
    added = changed = retired = 0
    for code, values in wanted.items():
        row = there.get(code)
        if row is None:
            w.session.add(table(code=code, active=True, **{**blank, **values}))
            added += 1
        else:
            changed += _set(row, {**values, "active": True})
    for code in there.keys() - wanted.keys():
        retired += _set(there[code], {"active": False})
    w.session.flush()
    return Changes(added, changed, retired)


def _apply_aliases(w: Work, wanted: Mapping[str, str]) -> Changes:
    there = {row.name: row for row in w.session.scalars(select(DepartmentAlias))}
    changed = 0
    for name, code in wanted.items():
        if name in there:
            changed += _set(there[name], {"department": code})
        else:
            w.session.add(DepartmentAlias(name=name, department=code))
            changed += 1
    for name in there.keys() - wanted.keys():
        w.session.delete(there[name])
        changed += 1
    w.session.flush()
    return Changes(changed=changed)


def _set(row: Base, values: Mapping[str, Any]) -> bool:
    """Set what differs; say whether anything did."""
    differing = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    return bool(differing)


def _stamp(w: Work, part: str, source: Source, changes: Changes) -> None:
    """Write which data stand in the tables of `part` now, and who changed them."""
    read = queries.read_directory if part == DIVISIONS else queries.read_departments
    values = {
        "version": read(w.session).version,
        "origin": source.origin,
        "source": source.digest,
    }
    stamp = w.session.get(DivisionData, part)
    if stamp is None:
        w.session.add(DivisionData(part=part, loaded_at=w.now, **values))
    elif not _set(stamp, values):  # the version is made of the rows: nothing has changed
        return
    else:
        stamp.loaded_at = w.now
    w.session.flush()
    record(w, "divisions:load", f"divisions/{part}", after={**values, **asdict(changes)})


def load_boundaries(
    w: Work, boundaries: Sequence[BoundaryRow], crs: Crs, *, replace: bool = False
) -> Changes:
    """Load checked boundaries, one per division; with `replace` those not given are removed.

    Raises Invalid if a division has gone out of use since they were checked.
    """
    places = queries.directory(w.session).places
    gone = [row.code for row in boundaries if row.code not in places or not places[row.code].active]
    if gone:
        raise Invalid(
            "unknown_division", N_("没有代码为“%(codes)s”的区划。"), codes="、".join(gone)
        )
    there = {row.division: row for row in w.session.scalars(select(Boundary))}
    added = changed = 0
    for boundary in boundaries:
        values = _boundary_values(boundary, crs)
        row = there.get(boundary.code)
        if row is None:
            w.session.add(Boundary(division=boundary.code, loaded_at=w.now, **values))
            added += 1
        elif _set(row, values):
            row.loaded_at = w.now
            changed += 1
    extra = there.keys() - {row.code for row in boundaries} if replace else set[str]()
    if extra:
        w.session.execute(delete(Boundary).where(Boundary.division.in_(extra)))
    w.session.flush()
    changes = Changes(added, changed, len(extra))
    if changes:
        _stamp_boundaries(w)
        record(
            w, "divisions:boundaries", "divisions/boundaries", after={**asdict(changes), "crs": crs}
        )
    return changes


def _stamp_boundaries(w: Work) -> None:
    """Tell every process that keeps a map of the boundaries that there are others."""
    version = queries.boundaries_version(w.session)
    stamp = w.session.get(DivisionData, BOUNDARIES)
    if stamp is None:
        stamp = DivisionData(part=BOUNDARIES, origin=OPERATOR, source="")
        w.session.add(stamp)
    stamp.version, stamp.loaded_at = version, w.now
    w.session.flush()


def _boundary_values(boundary: BoundaryRow, crs: Crs) -> dict[str, Any]:
    return {
        # As JSON will give it back, so that the same file compares equal.
        "polygons": [[list(map(list, ring)) for ring in part] for part in boundary.polygons],
        "south": boundary.box.south,
        "west": boundary.box.west,
        "north": boundary.box.north,
        "east": boundary.box.east,
        "source_crs": crs.value,
    }
