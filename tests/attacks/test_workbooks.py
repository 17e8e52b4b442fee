"""Excel files that are small and unpack to much, or that ask for other files."""

import io
import zipfile
import zlib

import openpyxl
import pytest

from wufei_public.common.errors import Invalid
from wufei_public.infra.workbooks import read_book

SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET = "xl/worksheets/sheet1.xml"
LAUGH = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))


def cell(place: str, words: str = "x") -> str:
    row = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return f'<row r="{row}"><c r="{place}" t="inlineStr"><is><t>{words}</t></is></c></row>'


def book(sheet: str) -> bytes:
    """Return an .xlsx whose one sheet is this XML."""
    made, whole = io.BytesIO(), io.BytesIO()
    openpyxl.Workbook().save(made)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as to:
        for item in source.infolist():
            to.writestr(item.filename, sheet if item.filename == SHEET else source.read(item))
    return whole.getvalue()


def rows(*cells: str, size: str = "A1:XFD1048576", before: str = "") -> str:
    said = f'<dimension ref="{size}"/>' if size else ""
    return f"{before}<worksheet {SPACE}>{said}<sheetData>{''.join(cells)}</sheetData></worksheet>"


@pytest.mark.parametrize(
    "sheet",
    [
        rows(*(cell(f"XFD{row}") for row in range(1, 400))),
        rows(cell("A1", "&j;"), before=f'<!DOCTYPE l [<!ENTITY a "lol">{LAUGH}]>'),
        rows(cell("A1", "&a;"), before='<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
        rows(cell("A1", "&a;"), before='<!DOCTYPE l [<!ENTITY a SYSTEM "http://127.0.0.1/">]>'),
        "<worksheet" * 1000,
        "<worksheet><sheetData>",
    ],
    ids=["corners", "laughing", "file", "address", "deep", "cut"],
)
def test_a_bomb_is_refused(sheet: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_book(book(sheet))
    assert refused.value.code in {"big_xlsx", "bad_xlsx"}


def test_a_cell_far_down_costs_no_more_than_its_rows() -> None:
    """A million rows are claimed and one is there: nothing is kept for the others' columns."""
    found = read_book(book(rows(cell("B200000"))))
    assert [len(line) for line in found["Sheet"]] == [0] * 199_999 + [2]


def test_what_a_wrong_size_hides_is_read() -> None:
    assert read_book(book(rows(cell("A1"), cell("C3"), size="A1:A1"))) == {
        "Sheet": [["x"], [], ["", "", "x"]]
    }


def test_what_unpacks_to_too_much_is_not_unpacked() -> None:
    packed = book(rows(cell("A1", " " * 3_000_000)))
    assert len(packed) < 20_000
    with pytest.raises(Invalid) as refused:
        read_book(packed, unpacked=2_000_000)
    assert refused.value.code == "big_xlsx"


def test_a_size_that_is_a_lie_is_found_out() -> None:
    """The directory says 10 bytes; what is there is more, and is not read on."""
    packed = bytearray(book(rows(cell("A1", " " * 3_000_000))))
    with zipfile.ZipFile(io.BytesIO(packed)) as source:
        real = source.getinfo(SHEET)
    for at in (packed.find(b"PK\x01\x02"), 0):
        assert at >= 0
    size = real.file_size.to_bytes(4, "little")
    while (at := packed.find(size)) >= 0:
        packed[at : at + 4] = (10).to_bytes(4, "little")
    with pytest.raises(Invalid):
        read_book(bytes(packed))


def test_one_file_twice_in_the_archive_is_no_way_in() -> None:
    packed = io.BytesIO(book(rows(cell("A1"))))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(packed, "a") as more:
        more.writestr(SHEET, zlib.compress(b"x" * 1000))
    with pytest.raises(Invalid):
        read_book(packed.getvalue())
