"""Excel files, by openpyxl: rows of the first sheet as text, and back."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence

from wufei_public.common.errors import Invalid
from wufei_public.common.sheets import harmless
from wufei_public.common.text import N_

MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 60 * 1024 * 1024
_UNREADABLE = N_("这不是能读的 Excel 文件（.xlsx）。")


def as_csv(data: bytes) -> bytes:
    """Return the first sheet of an .xlsx as CSV, so that one reader judges both; a CSV stays.

    Raises Invalid for what is too large once unpacked, and for what is no such file.
    """
    if not data.startswith(b"PK"):
        return data
    _check_size(data)
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        made = io.StringIO()
        lines = ([_text(cell) for cell in row] for row in book.worksheets[0].values)
        csv.writer(made, lineterminator="\n").writerows(lines)
    except (KeyError, ValueError, OSError, SyntaxError, zipfile.BadZipFile) as error:
        raise Invalid("bad_xlsx", _UNREADABLE) from error
    return made.getvalue().encode()


def _check_size(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unpacked = sum(item.file_size for item in packed.infolist())
    except zipfile.BadZipFile as error:
        raise Invalid("bad_xlsx", _UNREADABLE) from error
    if len(data) > MOST_BYTES or unpacked > MOST_UNPACKED:
        raise Invalid("big_xlsx", N_("文件太大了。"))


def _text(cell: object) -> str:
    """Return a cell as text: a line break inside would be a row of its own to a reader."""
    if cell is None:
        return ""
    whole = isinstance(cell, float) and cell.is_integer()
    return f"{cell:.0f}" if whole else " ".join(str(cell).split())


def as_xlsx(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return an .xlsx with one sheet; no text in it is taken for a formula."""
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for line in (heading, *rows):
        sheet.append([harmless(cell) for cell in line])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()
