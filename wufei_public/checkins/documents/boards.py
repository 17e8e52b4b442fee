"""Boards, the map and the officials' export as plain values."""

from collections.abc import Mapping, Sequence
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
    Veil,
    ranked,
    summed,
    veil,
)
from wufei_public.checkins.rules.days import DAY
from wufei_public.common.charts import step_of, steps
from wufei_public.common.places import town_of
from wufei_public.divisions import queries as places
from wufei_public.divisions.documents import town_areas
from wufei_public.infra.i18n import day, is_english

TILE_HEIGHT = 62


def board(session: Session, span: Span, town: str, *, public: bool) -> dict[str, Any]:
    """Return the board of a span: towns of the district, or villages of a town.

    For the `public` it hides what few check-ins would give away.
    """
    villages = queries.by_village(session, span)
    towns = summed((town_of(code) or "", one) for code, one in villages.items())
    counts = {c: one for c, one in villages.items() if town_of(c) == town} if town else towns
    above = veil(_with_nothing(session, "", towns)).places if public and town else frozenset()
    hidden = veil(_with_nothing(session, town, counts), sum_is_known=town not in above)
    hidden = hidden if public else Veil()
    living = _living(session, town)
    names = places.directory(session).called(english=is_english())
    lines = [
        {
            "rank": line.rank,
            "code": line.place,
            "name": names.get(line.place, line.place),
            "count": line.count,
            "hidden": line.place in hidden.places,
            "living": living.get(line.place, 0),
            "proxies": None if line.place in hidden.sorts else line.count.proxies,
            "per_head": ""
            if line.place in hidden.sorts
            else _per_head(line.count, living.get(line.place, 0)),
        }
        for line in ranked(counts, hidden.places)
    ]
    whole = sum(counts.values(), Count())
    return {
        "lines": lines,
        "whole": whole,
        "whole_hidden": bool(town) and town in above,
        "hides": bool(hidden.sorts or hidden.places),
        "whole_per_head": _per_head(whole, sum(living.values())),
    }


def _with_nothing(session: Session, town: str, counts: Mapping[str, Count]) -> Mapping[str, Count]:
    """Return the counts of every place of a board, also of those with nothing."""
    found = places.directory(session)
    below = found.children(town) if town else found.towns
    return {place.code: Count() for place in below} | dict(counts)


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


def town_map(
    session: Session, lines: Sequence[Mapping[str, Any]], span: Span, page: str
) -> dict[str, Any]:
    """Return the towns shaded by check-ins per registered resident, each leading to `page`."""
    found = {line["code"]: line for line in lines}
    heads = {code: int(float(line["per_head"] or 0) * 10) for code, line in found.items()}
    begins = steps(max(heads.values(), default=0))
    plan, areas = town_areas(session, TILE_HEIGHT)
    for area in areas:
        line = found.get(area["key"])
        total = line["count"].all if line else 0
        area["label"] = _("%(town)s：打卡 %(count)s 次", town=area["name"], count=total)
        area["tally"] = {"open": total}
        if line and line["hidden"]:
            area["label"] = _("%(town)s：打卡太少，不显示", town=area["name"])
            area["tally"] = {"open": "–"}
        area["step"] = step_of(heads.get(area["key"], 0), begins)
        area["url"] = url_for(
            page, span=span.length.value, day=span.first.isoformat(), town=area["key"]
        )
    return {"plan": plan, "areas": areas, "steps": _step_words(begins)}


def _step_words(begins: Sequence[int]) -> list[tuple[int, str]]:
    """Return each step of colour with the check-ins a head from which it begins."""
    words = [(0, _("没有，或不显示"))]
    for step, begin in enumerate(begins, 1):
        words.append((step, _("人均 %(least)s 次起", least=f"{begin / 10:.1f}")))
    return words
