"""Boards, the map and the officials' export as plain values."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from wufei_public.checkins.queries import boards as queries
from wufei_public.checkins.rules.boards import (
    NOTHING_HIDDEN,
    Length,
    Line,
    Span,
    Standing,
    Veil,
    names_shown,
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


def board(session: Session, span: Span, place: str, *, public: bool) -> dict[str, Any]:
    """Return the board of a span as it was last counted: towns, or villages of a place's town.

    For the `public` it hides what few check-ins would give away. `whole` is the sum of all, and
    `here` the line of `place` where that is a village.
    """
    villages, town = queries.kept(session, span), town_of(place) or ""
    towns = summed((town_of(code) or "", one) for code, one in villages.items())
    found = {c: one for c, one in villages.items() if town_of(c) == town} if town else towns
    above = veil(_with_nothing(session, "", towns)).places if public and town else frozenset()
    hidden = veil(_with_nothing(session, town, found), sum_is_known=town not in above)
    hidden = hidden if public else NOTHING_HIDDEN
    names = places.directory(session).called(english=is_english())
    lines = [
        _line(line, hidden, names.get(line.place, line.place)) for line in ranked(found, hidden)
    ]
    whole = sum(found.values(), Standing())
    return {
        "lines": lines,
        "whole": whole.count,
        "whole_hidden": bool(town) and town in above,
        "hides": bool(hidden.proxies or hidden.heads),
        "whole_per_head": _shown(whole.per_head),
        "here": next((line for line in lines if line["code"] == place), None),
    }


def _line(line: Line, hidden: Veil, name: str) -> dict[str, Any]:
    count = line.found.count
    return {
        "rank": line.rank,
        "code": line.place,
        "name": name,
        "count": count,
        "hidden": line.place in hidden.places,
        "living": line.found.residents,
        "proxies": None if line.place in hidden.proxies else count.proxies,
        "per_head": "" if line.place in hidden.heads else _shown(line.found.per_head),
    }


def _with_nothing(
    session: Session, town: str, found: Mapping[str, Standing]
) -> Mapping[str, Standing]:
    """Return the standing of every place of a board, also of those with nothing."""
    known = places.directory(session)
    below = known.children(town) if town else known.towns
    return {place.code: Standing() for place in below} | dict(found)


def _shown(per_head: Fraction | None) -> str:
    """Return check-ins a registered resident, with one decimal; nothing where there are none."""
    return "" if per_head is None else f"{float(per_head):.1f}"


def people_lines(session: Session, village: str, span: Span) -> list[dict[str, Any]]:
    """Return the nicknames of a village's board, none where others would be found by them."""
    rows = queries.people(session, village, span)
    whole = queries.kept(session, span, village).get(village, Standing())
    shown = names_shown([row.days for row in rows], whole)
    return [{"nickname": row.nickname, "days": row.days} for row in rows[:shown]]


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
        total = line["count"].own if line else 0
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
