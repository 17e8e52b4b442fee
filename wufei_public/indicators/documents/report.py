"""The report of a quarter: all indicators as they stood at its end, towns by month, tasks."""

from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from wufei_public.divisions.queries import directory
from wufei_public.indicators.documents import board, progress, towns, words
from wufei_public.indicators.queries import runs, tasks
from wufei_public.indicators.rules import heat
from wufei_public.indicators.rules.periods import Kind, Period, month_before, month_of, read_period
from wufei_public.indicators.rules.plans import Plan
from wufei_public.infra.i18n import is_english
from wufei_public.infra.papers import Table


def quarters(today: date, count: int = 4) -> list[Period]:
    """Return the last quarters that are over, the newest first."""
    found: list[Period] = []
    month = month_before(today)
    while len(found) < count:
        quarter = read_period(f"{month.first.year}-Q{(month.first.month - 1) // 3 + 1}")
        if quarter.last < today and quarter not in found:
            found.append(quarter)
        month = month_before(month.first)
    return found


def tables(session: Session, plan: Plan, quarter: Period) -> list[Table]:
    """Return what the report of a quarter says."""
    return [
        _indicators(session, plan, quarter),
        *(_towns(session, name, quarter) for name in ("reports", "checkins")),
        _tasks(session, plan, quarter),
    ]


def standing(session: Session, plan: Plan, quarter: Period) -> list[dict[str, Any]]:
    """Return all indicators as they stood at the end of a quarter."""
    found = {
        series: [row for row in rows if row.ends_on <= quarter.last]
        for series, rows in board.published(session, plan).items()
    }
    return board.lines(plan, found, quarter.last.year)


def _indicators(session: Session, plan: Plan, quarter: Period) -> Table:
    rows = []
    for line in standing(session, plan, quarter):
        values = line["values"]
        rows.append(
            [
                line["series"],
                line["name"],
                "; ".join(f"{one['component']} {one['said']}".strip() for one in values) or "—",
                values[0]["period"] if values else "",
                f"{line['target']} ({line['target_year']})",
                line["chip"][1],
            ]
        )
    names = [_("序号"), _("哪项指标"), _("现在"), _("期间"), _("目标"), _("状态")]
    return Table(_("全部指标"), names, rows, (6, 40, 20, 14, 22, 12))


def _towns(session: Session, series: str, quarter: Period) -> Table:
    places = directory(session)
    codes, months = [town.code for town in places.towns], _months(quarter)
    found = runs.figures(session, series, Kind.MONTH, codes, (quarter.first, quarter.last))
    names = places.called(english=is_english())
    hidden = towns.hidden_of(session, series, board.district(session), found, months)
    rows = [
        [
            names.get(line.place, line.place),
            *("·" if figure is None else str(figure) for figure in line.figures),
            str(line.whole) if line.is_whole else "·",
        ]
        for line in heat.lines(found, codes, months, hidden)
    ]
    heads = [words.period(f"{month:%Y-%m}") for month in months]
    label = _(towns.SERIES[series])
    return Table(label, [_("镇、街道"), *heads, _("合计")], rows, (30, 15, 15, 15, 15))


def _months(quarter: Period) -> list[date]:
    found = [quarter.first]
    while (following := month_of(found[-1]).last + timedelta(days=1)) <= quarter.last:
        found.append(following)
    return found


def _tasks(session: Session, plan: Plan, quarter: Period) -> Table:
    said = tasks.newest(session, plan.code)
    lines = progress.lines(plan, said, tasks.notice(session, plan.code), quarter.last)
    rows = [[line["code"], line["title"], line["lead"], line["chip"][1]] for line in lines]
    names = [_("序号"), _("哪项任务"), _("牵头"), _("状态")]
    return Table(_("方案任务"), names, rows, (8, 55, 35, 14))
