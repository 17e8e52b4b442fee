"""The map of the towns: their outlines where an operator loaded them, else labelled tiles."""

from collections.abc import Mapping, Sequence

from wufei_public.common.charts import Plan, frame_of, outline_plan, tile_plan
from wufei_public.common.geo import MultiPolygon, box_of
from wufei_public.divisions.rules.directory import Place

COLUMNS = 4


def tile_cells(towns: Sequence[Place]) -> dict[str, tuple[int, int]]:
    """Return each town's (row, column); towns without one stand in rows below the others."""
    placed = {town.code: town.tile for town in towns if town.tile}
    below = max((row for row, _ in placed.values()), default=0) + 1
    rest = [town.code for town in towns if not town.tile]
    free = {code: (below + at // COLUMNS, at % COLUMNS + 1) for at, code in enumerate(rest)}
    return placed | free


def tiles_of(towns: Sequence[Place], height: float) -> Plan:
    """Return the tile map of `towns`."""
    return tile_plan(tile_cells(towns), height)


def outlines_of(towns: Sequence[Place], shapes: Mapping[str, MultiPolygon]) -> Plan | None:
    """Return the outlines of `towns`, None unless every one of them has a boundary."""
    found = {town.code: shapes[town.code] for town in towns if town.code in shapes}
    if not towns or len(found) < len(towns):
        return None
    return outline_plan(found, frame_of([box_of(shape) for shape in found.values()]))
