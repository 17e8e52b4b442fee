"""The board: each indicator with its newest published value, its target and what follows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from wufei_public.divisions.queries import directory
from wufei_public.indicators.documents import words
from wufei_public.indicators.models.values import Value
from wufei_public.indicators.queries import values
from wufei_public.indicators.rules.gauges import gauge
from wufei_public.indicators.rules.judging import (
    CHIPS,
    LABELS,
    Light,
    Reading,
    judge,
    target_for,
)
from wufei_public.indicators.rules.plans import Indicator, Plan
from wufei_public.indicators.rules.series import ACTIVITIES, PERCEIVED, PLAIN, may_compare

Published = Mapping[str, Sequence[Value]]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an indicator stands: its newest values, the target that they face, the light."""

    indicator: Indicator
    newest: Sequence[Value]
    year: int
    light: Light


def district(session: Session) -> str:
    """Return the code of the district that the board is of; empty before the seed."""
    return next((place.code for place in directory(session).districts), "")


def published(session: Session, plan: Plan) -> Published:
    """Return what is published of every series, the newest period first."""
    found: dict[str, list[Value]] = {}
    for row in values.published(session, plan.code, district(session)):
        found.setdefault(row.series, []).append(row)
    return found


def standing(indicator: Indicator, rows: Sequence[Value], today_year: int) -> Standing:
    """Return where an indicator stands by `rows`, its published values, the newest first."""
    readings, newest = {}, []
    for component in indicator.components:
        mine = [row for row in rows if row.component == component]
        if mine:
            newest.append(mine[0])
            readings[component] = _reading(mine)
    year = min((row.ends_on.year for row in newest), default=today_year)
    target = target_for(indicator.targets, year)
    return Standing(indicator, newest, target.year, judge(target, readings))


def _reading(rows: Sequence[Value]) -> Reading:
    first = rows[0]
    older = (row for row in rows[1:] if row.ends_on < first.ends_on)
    alike = (row for row in older if may_compare(row.series, row.source, first.source))
    before = next((row.figure for row in alike), None)
    bounds = (first.low, first.high) if first.low is not None and first.high is not None else None
    return Reading(first.figure, first.met, before, bounds)


def line(found: Standing) -> dict[str, Any]:
    """Return one indicator as a row of the board."""
    one = found.indicator
    unit = words.told(one.unit)
    target = target_for(one.targets, found.year)
    return {
        "series": one.series,
        "number": one.number,
        "name": words.told(one.name),
        "mandatory": one.mandatory,
        "theme": one.theme,
        "group": words.told(one.group),
        "chip": (CHIPS[found.light], _(LABELS[found.light])),
        "light": found.light,
        "values": [_value(row, unit) for row in found.newest],
        "target": words.written(target.written, unit),
        "target_year": found.year,
    }


def _value(row: Value, unit: str) -> dict[str, Any]:
    return {
        "component": words.translated(row.component) if row.component else "",
        "said": words.said(row, unit),
        "counted": row.figure is not None,
        "without": words.without(row.inputs),
        "interval": words.interval(row),
        "period": words.period(row.period),
        "external": row.source == "external",
    }


def lines(plan: Plan, found: Published, year: int) -> list[dict[str, Any]]:
    """Return the rows of all indicators in the order of their numbers."""
    return [line(standing(one, found.get(one.series, ()), year)) for one in plan.indicators]


def by_theme(rows: Iterable[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """Return the rows under their themes, without the three that have gauges."""
    rest = [row for row in rows if row["series"] not in PERCEIVED]
    grouped = groupby(rest, key=lambda row: row["theme"])
    return [(words.told(theme), list(group)) for theme, group in grouped]


def gauges(plan: Plan, found: Published, year: int) -> list[dict[str, Any]]:
    """Return the three gauges, each with its target, what it means and its row."""
    return [
        gauge_of(standing(one, found.get(one.series, ()), year))
        for one in plan.indicators
        if one.series in PERCEIVED
    ]


def gauge_of(found: Standing) -> dict[str, Any]:
    """Return the gauge of an indicator that is a share."""
    row = found.newest[0] if found.newest else None
    target = target_for(found.indicator.targets, found.year).parts[0].bound
    bounds = (row.low, row.high) if row and row.low is not None and row.high is not None else None
    return line(found) | {
        "gauge": gauge(row.figure if row else None, bounds, target),
        "meaning": _(PLAIN[found.indicator.series]),
        "n": row.n if row else None,
    }


def activities(found: Published) -> list[dict[str, Any]]:
    """Return the activity series, each under its own name."""
    shown = []
    for one in ACTIVITIES.values():
        rows = found.get(one.series, ())
        newest = rows[0] if rows else None
        shown.append(
            {
                "series": one.series,
                "name": _(one.label),
                "said": words.said(newest, _(one.unit)) if newest else "",
                "period": words.period(newest.period) if newest else "",
            }
        )
    return shown


def tally(rows: Iterable[Mapping[str, Any]]) -> list[tuple[str, str, int]]:
    """Return how many indicators have each light: tone, word, count."""
    lights = [row["light"] for row in rows]
    return [(CHIPS[light], _(LABELS[light]), lights.count(light)) for light in Light]
