"""Tables as papers to print and as workbooks: one heading, columns, rows."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from wufei_public.infra.i18n import is_english
from wufei_public.infra.workbooks import write_book

# Marks that close stay with what they close, a little over the edge.
_NEVER_FIRST = "，。、；：！？”’）》】"
_WORDS = re.compile(r"[!-~]+ ?|.")
# In millimetres on A4.
_LEFT, _TOP, _WIDTH, _BOTTOM, _LINE = 14.0, 18.0, 182.0, 282.0, 4.2
# Of a page, for a heading with a few rows.
_ROOM = 40.0


@dataclass(frozen=True, slots=True)
class Whisker:
    """A cell that is drawn: an interval with its figure, on an axis from 0 to 1."""

    low: float
    at: float
    high: float


Cell = str | Whisker | None


@dataclass(frozen=True, slots=True)
class Table:
    """A heading, the names of the columns, and the rows; `shares` are the columns' widths."""

    heading: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    shares: Sequence[int]


def as_xlsx(found: Sequence[Table]) -> bytes:
    """Return the tables as a workbook, one sheet each."""
    return write_book({one.heading[:30]: [one.columns, *one.rows] for one in found})


@cache
def font() -> str:
    """Return where the typeface with Chinese characters lies."""
    from pylopdf_fonts_zh_cn import sans_path  # noqa: PLC0415  8 MB

    return str(sans_path())


def as_pdf(title: str, source: str, found: Sequence[Table], *, apart: bool = True) -> bytes:
    """Return the tables as a paper to print, headings repeated; each on a page of its own if apart.

    No table begins where only its heading would fit.
    """
    from fpdf import FPDF  # noqa: PLC0415  50 MB of memory for who makes no file

    pdf: Any = FPDF(format="A4")
    pdf.add_font("sans", fname=font())
    pdf.set_title(title)
    pdf.set_lang("en" if is_english() else "zh-CN")
    pdf.set_auto_page_break(auto=False)
    pdf.add_page()
    y = _say(pdf, [(title, 17), (source, 9)], _TOP) + 4
    for number, one in enumerate(found):
        if number and (apart or y > _BOTTOM - _ROOM):
            pdf.add_page()
            y = _TOP
        y = _draw(pdf, one, _say(pdf, [(one.heading, 13)], y)) + 9
    return bytes(pdf.output())


def _say(pdf: Any, lines: Sequence[tuple[str, int]], y: float) -> float:
    for text, size in lines:
        pdf.set_font("sans", size=size)
        for line in wrapped(text, _WIDTH, cache(pdf.get_string_width)):
            pdf.text(_LEFT, y, line)
            y += size * 0.55
    return y


def _draw(pdf: Any, table: Table, y: float) -> float:
    """Draw a table row by row; the library's own tables take ten times as long.

    The names of the columns stand again on every page that the table goes on.
    """
    pdf.set_font("sans", size=8)
    whole, width_of = sum(table.shares), cache(pdf.get_string_width)
    widths = [_WIDTH * share / whole for share in table.shares]
    head = _wrapped_row(table.columns, widths, width_of)
    if any(table.columns):
        y = _row(pdf, head, widths, y)
    for cells in table.rows:
        row = _wrapped_row(cells, widths, width_of)
        if y + _height(row) > _BOTTOM:
            pdf.add_page()
            y = _row(pdf, head, widths, _TOP)
        y = _row(pdf, row, widths, y)
    return y


_Row = list[list[str] | Whisker]


def _wrapped_row(
    row: Sequence[Cell], widths: Sequence[float], width_of: Callable[[str], float]
) -> _Row:
    return [
        cell if isinstance(cell, Whisker) else wrapped(cell or "", width - 2, width_of)
        for cell, width in zip(row, widths, strict=True)
    ]


def _height(row: _Row) -> float:
    lines = max(1 if isinstance(cell, Whisker) else len(cell) for cell in row)
    return lines * _LINE + 1.6


def _row(pdf: Any, row: _Row, widths: Sequence[float], y: float) -> float:
    """Draw a row and the line below it; return where the next begins."""
    height, x = _height(row), _LEFT
    for cell, width in zip(row, widths, strict=True):
        if isinstance(cell, Whisker):
            _whisker(pdf, cell, (x, y + height / 2), width - 6)
        else:
            for number, line in enumerate(cell):
                pdf.text(x, y + _LINE * (number + 1) - 0.6, line)
        x += width
    pdf.line(_LEFT, y + height, _LEFT + _WIDTH, y + height)
    return y + height


def _whisker(pdf: Any, cell: Whisker, start: tuple[float, float], width: float) -> None:
    """Draw the axis thin, the interval thick, the figure as a dot."""
    x, y = start
    pdf.set_draw_color(190)
    pdf.line(x, y, x + width, y)
    pdf.set_draw_color(0)
    pdf.set_line_width(0.7)
    pdf.line(x + width * cell.low, y, x + width * cell.high, y)
    pdf.set_line_width(0.2)
    pdf.circle(x + width * cell.at, y, 0.9, style="F")


def wrapped(text: str, width: float, width_of: Callable[[str], float]) -> list[str]:
    """Return the lines of a cell; Chinese breaks anywhere, other words only where they must."""
    lines, room = [""], width
    for piece in _pieces(text, width, width_of):
        wide = sum(map(width_of, piece.rstrip()))
        if wide > room and lines[-1] and piece not in _NEVER_FIRST:
            lines.append("")
            room = width
        lines[-1] += piece
        room -= sum(map(width_of, piece))
    return lines


def _pieces(text: str, width: float, width_of: Callable[[str], float]) -> Iterator[str]:
    for word in _WORDS.findall(text):
        if sum(map(width_of, word.rstrip())) > width:
            yield from word
        else:
            yield word
