"""The public map as plain values: figures, geometry and sentences for JSON and templates."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from math import sqrt
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from wufei_public.common.charts import TILE_HEIGHT, Area, Plan, drawn_inside
from wufei_public.divisions import queries as places
from wufei_public.divisions.rules.directory import Place
from wufei_public.divisions.rules.names import bare_name
from wufei_public.divisions.rules.plans import tiles_of
from wufei_public.dumping.queries.counts import satisfaction
from wufei_public.dumping.queries.figures import Cluster, clusters, figures, totals
from wufei_public.dumping.rules.figures import GRID_METRES, PERIODS, Figures, Tally
from wufei_public.dumping.rules.ratings import Rating
from wufei_public.dumping.rules.states import Phase
from wufei_public.infra.i18n import ENGLISH, choose_locale

# Room for a second figure; for the small map of one case.
TALL_TILE, LOW_TILE = 78, 44
# From so many units around the middle there is room for a figure, and for the name too.
FIGURE_ROOM, NAME_ROOM = 22, 46
# So many towns can be named in a heading.
MOST_NAMED = 2
_LATIN = 0.58


def map_json(session: Session, days: int | None, now: datetime) -> dict[str, Any]:
    """Return the figures of the map, and the rough points where outlines are loaded."""
    found = figures(session, days, now)
    points = _clusters(session, places.town_outlines(session), days)
    return {
        "days": days,
        "towns": [
            {
                "code": town.code,
                "name": town.name,
                "name_en": town.name_en,
                "tile": dict(zip(("row", "column"), town.tile, strict=True)) if town.tile else None,
                **_counts(found.of(town.code)),
            }
            for town in _towns(session, found)
        ],
        "no_town": _counts(found.of(None)),
        "total": _counts(found.whole),
        "grid_metres": GRID_METRES,
        "points": [
            {
                "town": one.town,
                **asdict(one.point),
                "hazardous": one.hazardous,
                "cases": one.cases,
            }
            for one in points
        ],
    }


def totals_json(session: Session) -> dict[str, Any]:
    """Return all cases by phase, shown or not, and how results were rated."""
    tally, said = totals(session), satisfaction(session)
    ratings = {str(rating): said.rated.get(rating, 0) for rating in Rating}
    return {
        **{str(phase): tally.all.get(phase, 0) for phase in Phase},
        "total": tally.total,
        "ratings": {"results": said.results, **ratings, "silent": said.silent},
    }


def _counts(tally: Tally) -> dict[str, int]:
    names = ("open", "closed", "uncleared", "refused", "hidden", "total")
    return {name: getattr(tally, name) for name in names}


def _towns(session: Session, found: Figures) -> list[Place]:
    """Return the towns in use, and those no longer in use that have cases."""
    directory = places.directory(session)
    old = sorted(code for code in found.tallies if code and code not in directory.active_codes)
    return [*directory.towns, *(directory.places[code] for code in old)]


def _clusters(session: Session, plan: Plan | None, days: int | None) -> Sequence[Cluster]:
    return clusters(session) if plan is not None and days is None else ()


def town_map(session: Session, days: int | None, now: datetime) -> dict[str, Any]:
    """Return what the map's page draws and says."""
    found = figures(session, days, now)
    outlined = places.town_outlines(session)
    towns = _towns(session, found)
    plan = outlined or tiles_of(
        places.directory(session).towns, TILE_HEIGHT if days is None else TALL_TILE
    )
    lines = {town.code: _line(town, found) for town in towns}
    points = _clusters(session, outlined, days)
    return {
        "plan": plan,
        "areas": [_area(area, lines[area.key], plan) for area in plan.areas],
        "points": [_point(one, plan) for one in points],
        "unplaced": found.whole.open - sum(one.cases for one in points) if points else 0,
        "grid_kilometres": GRID_METRES // 1000,
        "legend_steps": _legend(found),
        "finding": _finding(found, {code: line["name"] for code, line in lines.items()}),
        "lines": list(lines.values()),
        "no_town": found.of(None),
        "whole": found.whole,
    }


def _line(town: Place, found: Figures) -> dict[str, Any]:
    tally = found.of(town.code)
    english = choose_locale() == ENGLISH
    name = town.name_en if english else town.name
    bare = bare_name(town.name, town.name_en)[english]
    return {
        "name": name,
        "bare": bare,
        # How wide the name is, in heights of its letters.
        "ems": len(bare) * (_LATIN if english else 1),
        "tally": tally,
        "step": found.step(town.code),
        "url": _list_url(town.code, found.days),
        "label": _("%(town)s：在办 %(open)s 件", town=name, open=tally.open)
        if found.days is None
        else _(
            "%(town)s：在办 %(open)s 件，办结 %(closed)s 件",
            town=name,
            open=tally.open,
            closed=tally.closed,
        ),
    }


def _list_url(town: str, days: int | None) -> str:
    if days is None:
        return url_for("cases.listing", town=town, phase="open")
    return url_for("cases.listing", town=town, days=days)


def _area(area: Area, line: Mapping[str, Any], plan: Plan) -> dict[str, Any]:
    tiled = plan.frame is None
    return {
        **line,
        "path": area.path,
        "x": area.x,
        "y": area.y,
        "named": tiled or area.room >= NAME_ROOM,
        "figured": tiled or area.room >= FIGURE_ROOM,
    }


def _point(one: Cluster, plan: Plan) -> dict[str, Any]:
    area = next(area for area in plan.areas if area.key == one.town)
    x, y = plan.frame.at(one.point) if plan.frame else (area.x, area.y)
    x, y = drawn_inside(area, x, y)
    return {
        "x": x,
        "y": y,
        "size": round(min(3 + 1.5 * sqrt(one.cases), 9), 1),
        "hazardous": one.hazardous,
    }


def _legend(found: Figures) -> list[tuple[int, str]]:
    begins = found.begins
    lines = [(0, _("没有"))]
    for step, begin in enumerate(begins, start=1):
        end = begins[step] - 1 if step < len(begins) else None
        if end is None:
            lines.append((step, _("%(least)s 件起", least=begin)))
        elif begin == end:
            lines.append((step, _("%(least)s 件", least=begin)))
        else:
            lines.append((step, _("%(least)s–%(most)s 件", least=begin, most=end)))
    return lines


def _finding(found: Figures, names: Mapping[str | None, str]) -> str:
    """Return the map's heading: where most is, and how much."""
    foremost = found.foremost
    if found.days is None:
        return _finding_of_today(found, [names[town] for town in foremost])
    period, whole = _(PERIODS[found.days]), found.whole
    if not foremost:
        return str(_("%(period)s还没有公开的案件", period=period))
    return str(
        _(
            "%(period)s公开了 %(shown)s 件，办结 %(closed)s 件",
            period=period,
            shown=whole.drawn,
            closed=whole.closed,
        )
    )


def _finding_of_today(found: Figures, foremost: Sequence[str]) -> str:
    if not foremost:
        return str(_("现在没有在办的公开案件"))
    most = found.most
    if len(foremost) == 1:
        return str(_("%(town)s在办的最多，有 %(most)s 件", town=foremost[0], most=most))
    if len(foremost) <= MOST_NAMED:
        return str(
            _(
                "%(one)s和%(two)s在办的最多，各 %(most)s 件",
                one=foremost[0],
                two=foremost[1],
                most=most,
            )
        )
    return str(_("%(towns)s 个镇和街道在办的最多，各 %(most)s 件", towns=len(foremost), most=most))


def locator(session: Session, town: str) -> dict[str, Any] | None:
    """Return the small map that shows in which town a case is; None for a town not on it."""
    directory = places.directory(session)
    plan = places.town_outlines(session) or tiles_of(directory.towns, LOW_TILE)
    place = directory.get(town)
    if place is None or all(area.key != town for area in plan.areas):
        return None
    english = choose_locale() == ENGLISH
    return {
        "plan": plan,
        "town": town,
        "name": place.name_en if english else place.name,
        "bare": bare_name(place.name, place.name_en)[english],
    }
