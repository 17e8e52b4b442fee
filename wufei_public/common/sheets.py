"""Reads tables that people made (CSV), and names each fault by row and column.

Rows are counted as a spreadsheet counts them: the header is row 1.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_

# A number is no formula, whatever its sign.
_NUMBER = re.compile(r"-[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")
# More faulty lines than that nobody reads.
_MOST_LINES = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the sheet and its cells, trimmed, by column."""

    number: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class Columns:
    """A sheet by columns: the number of each row in the sheet, and the cells of each column."""

    numbers: Sequence[int]
    cells: Mapping[str, Sequence[str]]


@dataclass(slots=True)
class Faults:
    """Collects what is wrong with the sheet called `name`, to tell it all at once."""

    name: str
    errors: list[FieldError] = field(default_factory=list)

    def add(self, row: int, column: str, message: str, **facts: object) -> None:
        """Note a fault at `row` and `column` (a marked sentence and its facts)."""
        self.errors.append(FieldError(f"{self.name}/{row}/{column}", message, facts))

    def check(self) -> None:
        """Raise Invalid with every fault noted so far; do nothing if there is none."""
        if self.errors:
            raise self.refusal()

    def refusal(self) -> Invalid:
        """Return the refusal that names every fault noted so far."""
        return Invalid(
            "bad_file",
            N_("文件 %(name)s 有 %(count)s 处错误，没有载入任何内容。"),
            self.errors,
            name=self.name,
            count=len(self.errors),
        )


def read_sheet(
    name: str, data: bytes, columns: Iterable[str], optional: Iterable[str] = ()
) -> list[Row]:
    """Return the rows of the CSV `data` (UTF-8, or GB 18030 as Excel writes it in China).

    Every one of `columns` must be there, the `optional` may; empty rows are left out.
    Raises Invalid for what cannot be read.
    """
    header, lines = _read(Faults(name), data, tuple(columns), tuple(optional))
    return [Row(number, dict(zip(header, cells, strict=False))) for number, cells in lines]


def read_columns(name: str, data: bytes, columns: Iterable[str]) -> Columns:
    """Return the CSV `data` by columns; every one of `columns` must be there, others may.

    For long sheets: far quicker and smaller than rows. Raises Invalid for what cannot be read.
    """
    header, lines = _read(Faults(name), data, tuple(columns), None)
    width = len(header)
    rows = (cells + [""] * (width - len(cells)) for _, cells in lines)
    columns_of = zip(*rows, strict=True) if lines else [()] * width
    return Columns([number for number, _ in lines], dict(zip(header, columns_of, strict=True)))


def read_lines(name: str, data: bytes) -> list[list[str]]:
    """Return every row of the CSV `data` as it stands, the header first and empty rows empty.

    Raises Invalid, by row, for a row that is cut off, is longer than the header, or has
    swallowed others after a quote that does not end.
    """
    faults = Faults(name)
    reader = csv.reader(io.StringIO(_decode(data, faults), newline=""), strict=True)
    lines: list[list[str]] = []
    try:
        for cells in reader:
            _check_line(lines[0] if lines else cells, cells, len(lines) + 1, faults)
            lines.append(cells if any(map(str.strip, cells)) else [])
    except csv.Error:
        faults.add(len(lines) + 1, "", N_("这一行不是合法的 CSV，请检查引号。"))
    faults.check()
    return lines


def _check_line(header: Sequence[str], cells: Sequence[str], number: int, faults: Faults) -> None:
    width = len(header)
    if len(faults.errors) == _MOST_LINES or not any(map(str.strip, cells)):
        return
    for place, cell in enumerate(cells[:width]):
        # What a quote swallows of this row and the last has a comma for every column but one.
        if "\n" in cell and width > 1 and cell.count(",") >= width - 1:
            message = N_("这一格里有整行的内容，请检查这一行的引号。")
            faults.add(number, header[place].strip(), message)
    if len(cells) < width:
        message = N_("这一行只有 %(count)s 格，表头有 %(width)s 格。")
        faults.add(number, "", message, count=len(cells), width=width)
    if len(cells) > width:
        faults.add(number, "", N_("这一行比表头多出内容。"))


def _read(
    faults: Faults, data: bytes, columns: tuple[str, ...], optional: tuple[str, ...] | None
) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the header, and the rows that are not empty, each after its number."""
    reader = csv.reader(io.StringIO(_decode(data, faults), newline=""), strict=True)
    lines: list[tuple[int, list[str]]] = []
    header: list[str] = []
    try:
        header = [cell.strip() for cell in next(reader, [])]
        _check_header(header, columns, optional, faults)
        width = len(header)
        for cells in reader:
            trimmed = [cell.strip() for cell in cells]
            if any(trimmed[width:]):
                faults.add(reader.line_num, "", N_("这一行比表头多出内容。"))
            if any(trimmed):
                lines.append((reader.line_num, trimmed[:width]))
    except csv.Error:
        faults.add(reader.line_num, "", N_("这一行不是合法的 CSV，请检查引号。"))
    faults.check()
    return header, lines


def _decode(data: bytes, faults: Faults) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    faults.add(1, "", N_("认不出文件的编码，请另存为 UTF-8 编码的 CSV。"))
    raise faults.refusal()


def _check_header(
    header: list[str],
    columns: tuple[str, ...],
    optional: tuple[str, ...] | None,
    faults: Faults,
) -> None:
    for column in columns:
        if column not in header:
            faults.add(1, column, N_("缺少这一列。"))
    for column in header:
        if optional is not None and column not in columns + optional:
            faults.add(1, column, N_("没有叫这个名字的列。"))
    if len(set(header)) < len(header):
        faults.add(1, "", N_("有两列的名字相同。"))
    faults.check()


def harmless(cell: str) -> str:
    """Return `cell` so that no spreadsheet takes it for a formula (OWASP, CSV injection)."""
    risky = cell.startswith(("=", "+", "-", "@", "\t", "\r")) and not _NUMBER.fullmatch(cell)
    return f"'{cell}" if risky else cell


def fault_lines(error: Invalid) -> str:
    """Return the refusal and each of its faults on a line of its own, for a terminal."""
    faults = [f"{fault.pointer}  {fault.message % fault.facts}" for fault in error.errors]
    return "\n".join([error.message % error.facts, *faults])
