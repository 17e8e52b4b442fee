"""Excel files of the register: one sheet, read and written as CSV is."""

from collections.abc import Iterable, Sequence

from wufei_public.infra.workbooks import first_sheet, write_book

MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 60 * 1024 * 1024


def as_csv(data: bytes) -> bytes:
    """Return the first sheet of an .xlsx as CSV; a CSV stays, Invalid for what is neither."""
    return first_sheet(data, most=MOST_BYTES, unpacked=MOST_UNPACKED)


def as_xlsx(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return an .xlsx with one sheet; no text in it is taken for a formula."""
    return write_book({"Sheet": (heading, *rows)})
