"""The map of the towns as templates draw it (templates/_macros/map.html), without its figures."""

from typing import Any

from sqlalchemy.orm import Session

from wufei_public.common.charts import TILE_HEIGHT, Area, Plan
from wufei_public.divisions import queries
from wufei_public.divisions.rules.directory import Place
from wufei_public.divisions.rules.names import bare_name
from wufei_public.divisions.rules.plans import tiles_of
from wufei_public.infra.i18n import is_english

# From so many units around the middle there is room for a figure, and for the name too.
FIGURE_ROOM, NAME_ROOM = 22, 46
# How wide a Latin letter is beside a Chinese one.
_LATIN = 0.58


def town_areas(
    session: Session, tile_height: float = TILE_HEIGHT
) -> tuple[Plan, list[dict[str, Any]]]:
    """Return the towns' outlines where they are loaded, else tiles, each with its name and room."""
    directory = queries.directory(session)
    plan = queries.town_outlines(session) or tiles_of(directory.towns, tile_height)
    return plan, [_area(area, directory.places[area.key], plan) for area in plan.areas]


def _area(area: Area, town: Place, plan: Plan) -> dict[str, Any]:
    tiled, english = plan.frame is None, is_english()
    bare = bare_name(town.name, town.name_en)[english]
    return {
        "key": area.key,
        "path": area.path,
        "x": area.x,
        "y": area.y,
        "named": tiled or area.room >= NAME_ROOM,
        "figured": tiled or area.room >= FIGURE_ROOM,
        "name": town.name_en if english else town.name,
        "bare": bare,
        "ems": len(bare) * (_LATIN if english else 1),
    }
