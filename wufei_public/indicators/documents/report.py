"""The report of a quarter: all indicators as they stood at its end, towns by month, tasks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from wufei_public.divisions.queries import directory
from wufei_public.indicators.documents import board, progress, towns, words
from wufei_public.indicators.queries import runs, tasks
from wufei_public.indicators.rules.periods import Kind, Period, month_before, month_of, read_period
from wufei_public.indicators.rules.plans import Plan
from wufei_public.infra.i18n import is_english
from wufei_public.infra.workbooks import write_book

Rows = list[list[str]]
# In millimetres on A4.
_LEFT, _WIDTH, _BOTTOM, _LINE = 14.0, 182.0, 282.0, 4.2


@dataclass(frozen=True, slots=True)
class Table:
    """A heading, the names of the columns, and the rows; `shares` are the columns' widths."""

    heading: str
    columns: list[str]
    rows: Rows
    shares: tuple[int, ...]


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


def _indicators(session: Session, plan: Plan, quarter: Period) -> Table:
    found = {
        series: [row for row in rows if row.ends_on <= quarter.last]
        for series, rows in board.published(session, plan).items()
    }
    rows = []
    for line in board.lines(plan, found, quarter.last.year):
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
    rows = []
    for code in codes:
        figures = [found.get((code, month), 0) for month in months]
        rows.append([names.get(code, code), *map(str, figures), str(sum(figures))])
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


def as_xlsx(found: Sequence[Table]) -> bytes:
    """Return the tables as a workbook, one sheet each."""
    return write_book({one.heading[:30]: [one.columns, *one.rows] for one in found})


@cache
def _font() -> str:
    from pylopdf_fonts_zh_cn import sans_path  # noqa: PLC0415  8 MB

    return str(sans_path())


def as_pdf(title: str, source: str, found: Sequence[Table]) -> bytes:
    """Return the tables as a paper to print, each on a page of its own, headings repeated."""
    from fpdf import FPDF  # noqa: PLC0415  50 MB of memory for who makes no file

    pdf: Any = FPDF(format="A4")
    pdf.add_font("sans", fname=_font())
    pdf.set_title(title)
    pdf.set_lang("en" if is_english() else "zh-CN")
    pdf.set_auto_page_break(auto=False)
    for number, one in enumerate(found):
        pdf.add_page()
        y = _say(pdf, [(title, 17), (source, 9)], 18.0) + 4 if not number else 18.0
        _draw(pdf, one, _say(pdf, [(one.heading, 13)], y))
    return bytes(pdf.output())


def _say(pdf: Any, lines: Sequence[tuple[str, int]], y: float) -> float:
    for text, size in lines:
        pdf.set_font("sans", size=size)
        pdf.text(_LEFT, y, text)
        y += size * 0.55
    return y


def _draw(pdf: Any, table: Table, y: float) -> None:
    """Draw a table row by row; the library's own tables take ten times as long."""
    pdf.set_font("sans", size=8)
    whole = sum(table.shares)
    widths = [_WIDTH * share / whole for share in table.shares]
    width_of = cache(pdf.get_string_width)
    for row in (table.columns, *table.rows):
        cells = [
            _wrapped(text, width - 2, width_of) for text, width in zip(row, widths, strict=True)
        ]
        height = max(map(len, cells)) * _LINE + 1.6
        if y + height > _BOTTOM:
            pdf.add_page()
            y = 18.0
        x = _LEFT
        for lines, width in zip(cells, widths, strict=True):
            for number, line in enumerate(lines):
                pdf.text(x, y + _LINE * (number + 1) - 0.6, line)
            x += width
        y += height
        pdf.line(_LEFT, y, _LEFT + _WIDTH, y)


def _wrapped(text: str, width: float, width_of: Callable[[str], float]) -> list[str]:
    """Return the lines of a cell; Chinese breaks anywhere."""
    lines, room = [""], width
    for letter in text:
        wide = width_of(letter)
        if wide > room and lines[-1]:
            lines.append("")
            room = width
        lines[-1] += letter
        room -= wide
    return lines
