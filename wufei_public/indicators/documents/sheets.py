"""The sheet for departments: its template, and what a filled one says."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from wufei_public.common.text import N_
from wufei_public.indicators.documents import series, words
from wufei_public.indicators.models.sheets import Sheet
from wufei_public.indicators.models.values import Value
from wufei_public.indicators.queries import sheets
from wufei_public.indicators.rules.checks import jumps
from wufei_public.indicators.rules.periods import read_period
from wufei_public.indicators.rules.plans import Plan, current
from wufei_public.indicators.rules.series import may_compare
from wufei_public.indicators.rules.sheets import COLUMNS, Told
from wufei_public.indicators.rules.states import CHIPS, LABELS, Source, State
from wufei_public.infra.workbooks import write_book

Published = Mapping[tuple[str, str], Sequence[Value]]


def template(session: Session, plan: Plan, ours: Collection[str], today: date) -> bytes:
    """Return a workbook with a row for each series of a department, to fill in.

    Its words are the plan's own, since the plan is what the figures are of.
    """
    before = sheets.published(session, plan.code, ours)
    rows = [
        _blank(one.series, part, one.name.zh, one.unit.zh, before, today)
        for one in plan.indicators
        if one.series in ours
        for part in one.components
    ]
    return write_book({N_("指标"): [list(COLUMNS.values()), *rows]})


def _blank(
    number: str, part: str, name: str, unit: str, before: Published, today: date
) -> list[object]:
    last = next(iter(before.get((number, part), ())), None)
    known = {
        "series": number,
        "_name": name,
        "component": part,
        "unit": unit,
        "_before": f"{last.period}: {words.said(last, unit)}" if last else "",
        "period": str(today.year - 1),
    }
    return [known.get(field, "") for field in COLUMNS]


def told(session: Session, rows: Sequence[Told]) -> list[dict[str, Any]]:
    """Return what a sheet says, each row beside what was published before it."""
    plan = current()
    before = sheets.published(session, plan.code, {row.series for row in rows})
    return [_told(plan, row, before) for row in rows]


def _told(plan: Plan, row: Told, before: Published) -> dict[str, Any]:
    name, unit = series.named(plan, row.series)
    begin = read_period(row.period).first
    known = before.get((row.series, row.component), ())
    older = [one for one in known if may_compare(row.series, one.source, Source.EXTERNAL)]
    last = next((one for one in older if one.ends_on < begin), None)
    same = next(
        (one for one in older if (one.period, one.source) == (row.period, Source.EXTERNAL)), None
    )
    return {
        "number": row.series,
        "name": name,
        "component": words.translated(row.component) if row.component else "",
        "period": words.period(row.period),
        "said": words.amount(row.figure, unit) if row.figure is not None else row.statement,
        "document": row.document,
        "before": f"{words.period(last.period)} {words.said(last, unit)}" if last else "",
        "jumps": jumps(row.figure, last.figure if last else None),
        "corrects": same.version if same else 0,
    }


def written(session: Session, row: Sheet) -> list[dict[str, Any]]:
    """Return the values that were written from a sheet, with where each stands."""
    plan, found = current(), []
    for one in sheets.values_of(session, row):
        name, unit = series.named(plan, one.series)
        state = State(one.state)
        found.append(
            {
                "series": one.series,
                "name": name,
                "component": words.translated(one.component) if one.component else "",
                "period": words.period(one.period),
                "said": words.said(one, unit),
                "chip": (CHIPS[state], _(LABELS[state])),
            }
        )
    return found
