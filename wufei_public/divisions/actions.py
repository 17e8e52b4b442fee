"""Writes of places and offices: loading lists, safe to run twice."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update

from wufei_public.common.geo import Crs
from wufei_public.divisions import queries, rules
from wufei_public.divisions.models import Boundary, Department, Division, Loaded
from wufei_public.infra.audit import record
from wufei_public.infra.work import Work


def load_places(w: Work, text: str, pinyin: Mapping[str, str]) -> int:
    """Load the divisions in CSV `text`; return how many rows changed.

    New ones are added, changed names updated; what is no longer listed becomes inactive
    and keeps its rows. The same list again changes nothing.
    """
    if not _is_new(w, "divisions", text):
        return 0
    listed = rules.read_places(text.splitlines())
    rows = [
        {
            "code": place.code,
            "name": place.name,
            "short": rules.short_name(place.name),
            "level": place.level,
            "parent": place.parent,
            "pinyin": pinyin.get(place.code, ""),
            "active": True,
        }
        for place in listed
    ]
    return _merge(w, Division, rows)


def load_tiles(w: Work, text: str) -> int:
    """Load the towns' tiles and rough centres in CSV `text`; return how many."""
    if not _is_new(w, "towns", text):
        return 0
    tiles = rules.read_tiles(text.splitlines())
    for tile in tiles:
        w.session.execute(
            update(Division)
            .where(Division.code == tile.code)
            .values(tile_row=tile.row, tile_column=tile.column, lat=tile.lat, lon=tile.lon)
        )
    record(w, "divisions:load", "divisions/towns", after={"rows": len(tiles)})
    return len(tiles)


def load_offices(w: Work, text: str) -> int:
    """Load the departments in CSV `text`; return how many rows changed."""
    if not _is_new(w, "departments", text):
        return 0
    rows = [
        {"code": office.code, "name": office.name, "name_en": office.name_en, "active": True}
        for office in rules.read_offices(text.splitlines())
    ]
    return _merge(w, Department, rows)


def load_boundaries(w: Work, document: Any, crs: Crs) -> int:
    """Replace all boundaries by those of a GeoJSON document; return how many."""
    known = frozenset(w.session.scalars(select(Division.code)))
    areas = rules.read_areas(document, crs, known)
    w.session.execute(delete(Boundary))
    for area in areas:
        south, west, north, east = area.box
        w.session.execute(
            insert(Boundary),
            {
                "code": area.code,
                "geometry": dict(area.geometry),
                "south": south,
                "west": west,
                "north": north,
                "east": east,
            },
        )
    record(w, "divisions:boundaries", "divisions/boundaries", after={"areas": len(areas)})
    return len(areas)


def _is_new(w: Work, name: str, text: str) -> bool:
    digest = hashlib.sha256(text.encode()).hexdigest()
    before = queries.digest_of(w.session, name)
    if before == digest:
        return False
    if before is None:
        w.session.execute(insert(Loaded), {"name": name, "digest": digest})
    else:
        w.session.execute(update(Loaded).where(Loaded.name == name).values(digest=digest))
    return True


def _merge(
    w: Work, model: type[Division | Department], rows: Sequence[Mapping[str, Any]]
) -> int:
    known = set(w.session.scalars(select(model.code)))
    fresh = [dict(row) for row in rows if row["code"] not in known]
    if fresh:
        w.session.execute(insert(model), fresh)
    for row in rows:
        if row["code"] in known:
            w.session.execute(update(model).where(model.code == row["code"]).values(**row))
    gone = known - {str(row["code"]) for row in rows}
    _retire(w, model, gone)
    record(
        w,
        "divisions:load",
        f"divisions/{model.__tablename__}",
        after={"added": len(fresh), "listed": len(rows), "retired": len(gone)},
    )
    return len(fresh)


def _retire(w: Work, model: type[Division | Department], codes: Iterable[str]) -> None:
    for code in codes:
        w.session.execute(update(model).where(model.code == code).values(active=False))
