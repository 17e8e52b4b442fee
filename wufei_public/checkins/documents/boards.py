"""Boards, the map and the officials' export as plain values."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from wufei_public.checkins.queries import boards as queries
from wufei_public.checkins.rules.boards import (
    LEAST_PEOPLE,
    Count,
    Length,
    Span,
    ranked,
    summed,
)
from wufei_public.checkins.rules.days import DAY
from wufei_public.common.charts import step_of, steps
from wufei_public.common.places import town_of
from wufei_public.common.sheets import harmless
from wufei_public.divisions import queries as places
from wufei_public.divisions.rules.names import bare_name
from wufei_public.divisions.rules.plans import tiles_of
from wufei_public.infra.i18n import day, is_english

TILE_HEIGHT = 62
FIGURE_ROOM, NAME_ROOM = 22, 46
_LATIN = 0.58


def board(session: Session, span: Span, town: str) -> dict[str, Any]:
    """Return the board of a span: towns of the district, or villages of a town."""
    villages = queries.by_village(session, span)
    if town:
        counts = {code: one for code, one in villages.items() if town_of(code) == town}
    else:
        counts = summed((town_of(code) or "", one) for code, one in villages.items())
    living = _living(session, town)
    names = places.directory(session).called(english=is_english())
    lines = [
        {
            "rank": line.rank,
            "code": line.place,
            "name": names.get(line.place, line.place),
            "count": line.count,
            "per_head": _per_head(line.count, living.get(line.place, 0)),
        }
        for line in ranked(counts)
    ]
    whole = sum(counts.values(), Count())
    return {
        "lines": lines,
        "whole": whole,
        "whole_per_head": _per_head(whole, sum(living.values())),
    }


def _living(session: Session, town: str) -> Mapping[str, int]:
    found = queries.residents_by_village(session)
    if town:
        return {code: number for code, number in found.items() if town_of(code) == town}
    totals: dict[str, int] = {}
    for code, number in found.items():
        totals[town_of(code) or ""] = totals.get(town_of(code) or "", 0) + number
    return totals


def _per_head(count: Count, living: int) -> str:
    """Return check-ins per registered resident, with one decimal; nothing where there are none."""
    return f"{count.own / living:.1f}" if living else ""


def people_lines(session: Session, village: str, span: Span) -> list[dict[str, Any]]:
    """Return the nicknames of a village's board, none where there are too few to stand on one."""
    rows = queries.people(session, village, span)
    if len(rows) < LEAST_PEOPLE:
        return []
    return [{"nickname": row.nickname, "days": row.days} for row in rows]


def span_name(span: Span) -> str:
    """Return how a span is called."""
    if span.length is Length.MONTH:
        return str(_("%(year)s年%(month)s月", year=span.first.year, month=span.first.month))
    return f"{day(span.first)} – {day(span.last)}"


def around(span: Span) -> dict[str, Any]:
    """Return a day of the span before and of the one after."""
    return {"before": (span.first - DAY).isoformat(), "after": (span.last + DAY).isoformat()}


def town_map(session: Session, lines: Sequence[Mapping[str, Any]], span: Span) -> dict[str, Any]:
    """Return the towns shaded by check-ins per registered resident."""
    found = {line["code"]: line for line in lines}
    directory = places.directory(session)
    heads = {code: int(float(line["per_head"] or 0) * 10) for code, line in found.items()}
    begins = steps(max(heads.values(), default=0))
    plan = places.town_outlines(session) or tiles_of(directory.towns, TILE_HEIGHT)
    areas = []
    for area in plan.areas:
        place, line = directory.places[area.key], found.get(area.key)
        english = is_english()
        bare = bare_name(place.name, place.name_en)[english]
        total = line["count"].all if line else 0
        areas.append(
            {
                "url": url_for(
                    "checkin_boards.board",
                    span=span.length.value,
                    day=span.first.isoformat(),
                    town=area.key,
                ),
                "label": _(
                    "%(town)s：打卡 %(count)s 次",
                    town=place.name_en if english else place.name,
                    count=total,
                ),
                "step": step_of(heads.get(area.key, 0), begins),
                "path": area.path,
                "x": area.x,
                "y": area.y,
                "bare": bare,
                "ems": len(bare) * (_LATIN if english else 1),
                "tally": {"open": total},
                "named": not plan.frame or area.room >= NAME_ROOM,
                "figured": not plan.frame or area.room >= FIGURE_ROOM,
            }
        )
    return {"plan": plan, "areas": areas}


COLUMNS = ("day", "town", "village", "village_name", "own", "for_others", "wet", "dry", "hazardous")


def as_csv(session: Session, span: Span) -> Iterator[str]:
    """Give the village-days of a span as CSV, line by line."""
    names = places.directory(session).names
    yield "\ufeff" + _line(COLUMNS)
    for row in queries.days(session, span):
        yield _line(
            (
                row.day.isoformat(),
                names.get(town_of(row.village) or "", ""),
                row.village,
                names.get(row.village, ""),
                row.own,
                row.proxies,
                row.wet,
                row.dry,
                row.hazardous,
            )
        )


def _line(cells: Sequence[object]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(harmless(str(cell)) for cell in cells)
    return out.getvalue()
