"""Excel files, by openpyxl: sheets of cells as text, and back."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from wufei_public.common.errors import Invalid
from wufei_public.common.sheets import harmless
from wufei_public.common.text import N_

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024
# A cell at the far corner of a sheet asks for all the empty ones before it: 16384 in a row.
MOST_CELLS = 5_000_000
_UNREADABLE = N_("这不是能读的 Excel 文件（.xlsx）。")


def read_book(
    data: bytes, *, most: int = MOST_BYTES, unpacked: int = MOST_UNPACKED
) -> dict[str, list[list[str]]]:
    """Return the sheets of an .xlsx by name; cells as text, rows keep their places.

    Raises Invalid for what is too large, packed or unpacked, and for what is no such file.
    """
    import openpyxl

    _check_size(data, most, unpacked)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets = {sheet.title: _lines(sheet) for sheet in book.worksheets}
    except (KeyError, ValueError, OSError, SyntaxError, zipfile.BadZipFile) as error:
        raise Invalid("bad_xlsx", _UNREADABLE) from error
    return sheets


def first_sheet(data: bytes, *, most: int, unpacked: int) -> bytes:
    """Return the first sheet of an .xlsx as CSV, so that one reader judges both; a CSV stays.

    Raises Invalid for what is too large once unpacked, and for what is no such file.
    """
    if not data.startswith(b"PK"):
        return data
    first, *_ = read_book(data, most=most, unpacked=unpacked).values()
    made = io.StringIO()
    # A line break inside a cell would be a row of its own to a reader.
    lines = ([" ".join(cell.split()) for cell in row] for row in first)
    csv.writer(made, lineterminator="\n").writerows(lines)
    return made.getvalue().encode()


def _check_size(data: bytes, most: int, unpacked: int) -> None:
    """Refuse what would not fit in memory once unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            whole = sum(item.file_size for item in packed.infolist())
    except zipfile.BadZipFile as error:
        raise Invalid("bad_xlsx", _UNREADABLE) from error
    if len(data) > most or whole > unpacked:
        raise Invalid("big_xlsx", N_("文件太大了。"))


def _lines(sheet: Any) -> list[list[str]]:
    """Return the rows of a sheet, whatever size it claims; Invalid past the most cells."""
    # What other programs say of the size may be wrong, and rows beyond it would be lost.
    sheet.reset_dimensions()
    lines, cells = [], 0
    for row in sheet.iter_rows(values_only=True):
        cells += max(1, len(row))
        if cells > MOST_CELLS:
            raise Invalid("big_xlsx", N_("文件太大了。"))
        lines.append(_line(row))
    return _cut(lines, bool)


def _line(row: Sequence[object]) -> list[str]:
    return _cut([_text(cell) for cell in row], bool)


def _cut(items: list[Any], holds: Callable[[Any], bool]) -> list[Any]:
    """Return `items` without the empty ones at the end."""
    last = max((at for at, item in enumerate(items) if holds(item)), default=-1)
    return items[: last + 1]


def _text(cell: object) -> str:
    if cell is None:
        return ""
    whole = isinstance(cell, float) and cell.is_integer()
    return f"{cell:.0f}" if whole else str(cell).strip()


def write_book(sheets: Mapping[str, Iterable[Sequence[object]]], *, literal: bool = False) -> bytes:
    """Return an .xlsx of `sheets`, every text as text: no cell is a formula.

    Unless it must be `literal`, a text that a spreadsheet would take for a formula once it
    is saved as CSV gets an apostrophe before it.
    """
    import openpyxl
    from openpyxl.cell import WriteOnlyCell

    book = openpyxl.Workbook(write_only=True)
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append([_cell(WriteOnlyCell, sheet, value, literal=literal) for value in line])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _cell(make: Any, sheet: Any, value: object, *, literal: bool) -> Any:
    if not isinstance(value, str):
        return value
    cell = make(sheet, value=value if literal else harmless(value))
    cell.data_type = "s"
    return cell
