"""Excel files of the register: one sheet, read and written as CSV is."""

import csv
import io
from collections.abc import Iterable, Sequence

from wufei_public.infra.workbooks import read_book, write_book

MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 60 * 1024 * 1024


def as_csv(data: bytes) -> bytes:
    """Return the first sheet of an .xlsx as CSV, so that one reader judges both; a CSV stays.

    Raises Invalid for what is too large once unpacked, and for what is no such file.
    """
    if not data.startswith(b"PK"):
        return data
    first, *_ = read_book(data, most=MOST_BYTES, unpacked=MOST_UNPACKED).values()
    made = io.StringIO()
    # A line break inside a cell would be a row of its own to a reader.
    lines = ([" ".join(cell.split()) for cell in row] for row in first)
    csv.writer(made, lineterminator="\n").writerows(lines)
    return made.getvalue().encode()


def as_xlsx(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return an .xlsx with one sheet; no text in it is taken for a formula."""
    return write_book({"Sheet": (heading, *rows)})
