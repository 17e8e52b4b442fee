"""Files that are written while they leave: what is in them, and what they hold in memory."""

import csv
import io
import json
import tracemalloc
from collections.abc import Callable, Iterable, Iterator

import openpyxl
import pytest
import xmltodict

from wufei_public.common.geo import Point
from wufei_public.infra.exporting import as_csv, as_geojson, as_json, as_xlsx, as_xml, blocks

ROWS: list[dict[str, object]] = [
    {"code": "A", "words": '=HYPERLINK("x")', "lat": 34.7},
    {"code": "B", "words": "两行\n<&>\x0b", "lat": None},
    {"code": "C", "words": "", "lat": -1},
]
HEAD = ["code", "words", "lat"]
MEGABYTE = 1024 * 1024


def whole(parts: Iterable[str]) -> str:
    return b"".join(blocks(parts)).decode()


def test_csv_has_no_formula_and_a_mark_for_excel() -> None:
    made = whole(as_csv(HEAD, ROWS, bom=True))
    assert made.startswith("\ufeff")
    assert list(csv.reader(io.StringIO(made[1:]))) == [
        HEAD,
        ["A", '\'=HYPERLINK("x")', "34.7"],
        ["B", "两行\n<&>\x0b", ""],
        ["C", "", "-1"],
    ]


def test_json_and_geojson_have_null_for_what_is_empty() -> None:
    assert [row["words"] for row in json.loads(whole(as_json(ROWS)))][2] is None
    made = json.loads(whole(as_geojson([(Point(34.7, 112.8), ROWS[0]), (None, ROWS[1])])))
    assert [one["geometry"] for one in made["features"]] == [
        {"type": "Point", "coordinates": [112.8, 34.7]},
        None,
    ]
    assert json.loads(whole(as_geojson([]))) == {"type": "FeatureCollection", "features": []}


def test_xml_holds_what_xml_may_hold() -> None:
    made = xmltodict.parse(whole(as_xml("service_requests", "request", ROWS)))
    assert [row["words"] for row in made["service_requests"]["request"]] == [
        '=HYPERLINK("x")',
        "两行\n<&>",
        None,
    ]


def test_a_workbook_opens_with_its_sheets_and_every_text_is_text() -> None:
    lines = [HEAD, *(list(row.values()) for row in ROWS)]
    made = b"".join(as_xlsx({"案件": lines, "a&b": [["x"]]}))
    book = openpyxl.load_workbook(io.BytesIO(made))
    assert book.sheetnames == ["案件", "a&b"]
    assert list(book["案件"].iter_rows(values_only=True)) == [
        ("code", "words", "lat"),
        ("A", '\'=HYPERLINK("x")', 34.7),
        ("B", "两行\n<&>", None),
        ("C", None, -1),
    ]
    assert {cell.data_type for row in book["案件"].iter_rows() for cell in row} == {"s", "n"}


def many() -> Iterator[dict[str, object]]:
    for number in range(100_000):
        yield {
            "code": f"{number:010d}",
            "words": "昨天晚上有车倒的，大概三车碎砖。" * 5,
            "lat": 34.7,
        }


@pytest.mark.parametrize(
    "write",
    [
        lambda: blocks(as_csv(HEAD, many())),
        lambda: blocks(as_json(many())),
        lambda: blocks(as_geojson((Point(34.7, 112.8), row) for row in many())),
        lambda: blocks(as_xml("rows", "row", many())),
        lambda: as_xlsx({"a": (list(row.values()) for row in many())}),
    ],
    ids=["csv", "json", "geojson", "xml", "xlsx"],
)
def test_a_hundred_thousand_rows_are_never_held(write: Callable[[], Iterator[bytes]]) -> None:
    tracemalloc.start()
    try:
        sizes = [len(block) for block in write()]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(sizes) > 100
    assert max(sizes) < MEGABYTE
    assert peak < 4 * MEGABYTE
