"""One series: its definition, its values, where each comes from, how they moved."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.indicators.documents import words
from wufei_public.indicators.models.values import Value
from wufei_public.indicators.rules.forecasts import forecast
from wufei_public.indicators.rules.gauges import begin_of, height_of, spots
from wufei_public.indicators.rules.plans import Indicator, Plan
from wufei_public.indicators.rules.series import ACTIVITIES, may_compare
from wufei_public.indicators.rules.states import CHIPS, LABELS, SOURCES, Source, State
from wufei_public.indicators.rules.targets import Direction

MOST_SPOTS = 24
DIRECTIONS = {
    Direction.UP: N_("越高越好"),
    Direction.DOWN: N_("越低越好"),
    Direction.STATE: N_("看做没做到，不比大小"),
    Direction.UNCLEAR: N_("方向待核实，不亮灯"),
}


def missing() -> NotFound:
    """Return the answer for a series that is not there."""
    return NotFound("no_indicator", N_("没有这项指标。"))


def indicator(plan: Plan, series: str) -> Indicator | None:
    """Return the plan's indicator, None for an activity; NotFound for anything else."""
    found = plan.indicator(series)
    if found is None and series not in ACTIVITIES:
        raise missing()
    return found


def named(plan: Plan, series: str) -> tuple[str, str]:
    """Return the name and the unit of a series in the reader's language."""
    found = indicator(plan, series)
    if found is not None:
        return words.told(found.name), words.told(found.unit)
    return _(ACTIVITIES[series].label), _(ACTIVITIES[series].unit)


def definition(plan: Plan, one: Indicator) -> dict[str, Any]:
    """Return what the plan says of an indicator, and what this project reads out of it."""
    unit = words.told(one.unit)
    return {
        "number": one.number,
        "name": words.told(one.name),
        "theme": words.told(one.theme),
        "group": words.told(one.group),
        "unit": unit,
        "direction": _(DIRECTIONS[one.direction]),
        "baseline": words.written(one.baseline.zh, unit) if one.baseline.zh else "",
        "targets": [(target.year, words.written(target.written, unit)) for target in one.targets],
        "note": words.told(one.note),
        "mandatory": one.mandatory,
        "offices": words.offices(one.responsible),
        "source": _(
            "%(source)s，%(annex)s第 %(number)s 项",
            source=plan.source,
            annex=plan.annex,
            number=one.number,
        ),
    }


def versions(rows: Sequence[Value], unit: str) -> list[dict[str, Any]]:
    """Return every version with its lineage."""
    return [version(row, unit) for row in rows]


def version(row: Value, unit: str) -> dict[str, Any]:
    """Return one version of a value with what it was made of."""
    state = State(row.state)
    return {
        "code": row.code,
        "state": state,
        "chip": (CHIPS[state], _(LABELS[state])),
        "period": words.period(row.period),
        "component": words.translated(row.component) if row.component else "",
        "version": row.version,
        "said": words.said(row, unit),
        "exact": f"{row.figure:f}" if row.figure is not None else "",
        "interval": words.interval(row),
        "n": row.n,
        "without": words.without(row.inputs),
        "source": _(SOURCES[Source(row.source)]),
        "external": row.source == Source.EXTERNAL,
        "collector": row.collector,
        "document": row.document,
        "method": row.method,
        "method_version": row.method_version,
        "cut_off": row.cut_off,
        "rows": row.rows,
        "digest": row.digest,
        "run": row.run,
        "code_version": row.code_version,
        "wave": row.inputs.get("wave", ""),
        "published_at": row.published_at,
        "entered_by": row.entered_by,
    }


def outlook(one: Indicator, rows: Sequence[Value], today: date) -> dict[str, Any] | None:
    """Return where an indicator of one figure will stand at the next target year that lies ahead.

    None where the plan is over, where it has parts, and from too few published values.
    """
    ahead = next((target for target in one.targets if target.year >= today.year), None)
    if ahead is None or len(one.components) > 1:
        return None
    shown = {row.ends_on: row.figure for row in _line(rows)}
    known = [(day, figure) for day, figure in shown.items() if figure is not None]
    found = forecast(known, ahead.year, (0, 100) if one.unit.zh == "%" else None)
    if found is None:
        return None
    unit = words.told(one.unit)
    figure, low, high = (Decimal(repr(x)) for x in (found.figure, found.low, found.high))
    return {
        "year": found.year,
        "figure": words.amount(figure, unit),
        "interval": f"{words.number(low)}–{words.number(high)}",
        "target": words.written(ahead.written, unit),
        "values": found.values,
    }


def _line(rows: Sequence[Value]) -> list[Value]:
    """Return the published figures that may be joined, the newest first: of each period one."""
    shown = [row for row in rows if row.state == State.PUBLISHED and row.figure is not None]
    ours = [row for row in shown if row.source != Source.EXTERNAL]
    kept = ours or shown
    return [row for row in shown if may_compare(row.series, row.source, kept[0].source)]


def trend(rows: Sequence[Value], target: Any) -> dict[str, Any] | None:
    """Return the picture of published per cents over time; None for fewer than two."""
    shown = list(reversed(_line(rows)[:MOST_SPOTS]))
    if len(shown) < 2:  # noqa: PLR2004  one value is no line
        return None
    points = [
        (row.figure, row.low or row.figure, row.high or row.figure)
        for row in shown
        if row.figure is not None
    ]
    lows = [low for _figure, low, _high in points]
    begin = begin_of([*lows, target] if target is not None else lows)
    placed = spots(points, begin)
    return {
        "spots": placed,
        "line": "M" + "L".join(f"{spot.x} {spot.y}" for spot in placed),
        "target": height_of(float(target), begin) if target is not None else None,
        "begin": begin,
        "first": words.period(shown[0].period),
        "last": words.period(shown[-1].period),
        "from": words.number(points[0][0]),
        "to": words.number(points[-1][0]),
    }
