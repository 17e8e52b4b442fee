"""A department's sheet: template, preview, each fault by its cell, a second person for the rest."""

import io
from collections.abc import Mapping, Sequence
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.dumping.make import browser
from tests.indicators import make
from wufei_public.common.errors import Invalid
from wufei_public.indicators.rules.plans import current
from wufei_public.indicators.rules.sheets import COLUMNS, Told, read_sheet
from wufei_public.indicators.rules.states import State
from wufei_public.infra.workbooks import read_book, write_book

ADDRESS = "/staff/indicators/sheets"
GOOD = {"series": "24", "period": "2025", "figure": "36.25", "document": "统计公报第 3 号"}


def lines(*rows: Mapping[str, str]) -> list[list[str]]:
    return [list(COLUMNS.values()), *([row.get(field, "") for field in COLUMNS] for row in rows)]


def read(*rows: Mapping[str, str], ours: Sequence[str] = ("24", "48", "52", "39")) -> list[Told]:
    return read_sheet("表", lines(*rows), current(), ours)


def faults(*rows: Mapping[str, str]) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        read(*rows)
    return [(error.pointer.removeprefix("表/"), error.message) for error in caught.value.errors]


def test_rows_that_say_something_are_read() -> None:
    (told,) = read(GOOD | {"unit": "%", "met": "是", "n": "558", "low": "35", "high": "38"}, {})
    assert (told.row, told.series, told.figure, told.met) == (2, "24", Decimal("36.25"), True)
    assert (told.n, told.low, told.high) == (558, Decimal(35), Decimal(38))
    # An external figure of a perceived indicator, and one of several parts.
    assert [one.component for one in read(
        GOOD | {"series": "48", "component": "产废单位", "figure": "97%"},
        GOOD | {"series": "52", "collector": "统计局", "method": "电话", "n": "800"},
    )] == ["产废单位", ""]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"figure": "101"}, "figure"),
        ({"figure": "-2", "series": "52", "n": "9", "method": "x", "collector": "y"}, "figure"),
        ({"series": "52", "method": "电话", "collector": "统计局"}, "n"),
        ({"n": "3.5"}, "n"),
        ({"n": "-3"}, "n"),
        ({"low": "35", "high": "380"}, "high"),
        ({"figure": "三十"}, "figure"),
        ({"figure": "inf"}, "figure"),
        ({"unit": "吨"}, "unit"),
        ({"series": "55"}, "series"),
        ({"series": "39"}, "series"),  # counted here
        ({"series": "49"}, "series"),  # of another department
        ({"component": "甲"}, "component"),
        ({"period": "2025-13"}, "period"),
        ({"document": ""}, "document"),
        ({"document": "长" * 201}, "document"),
        ({"met": "也许"}, "met"),
        ({"low": "37", "high": "38"}, "low"),
    ],
)
def test_each_fault_is_named_by_row_and_column(change: Mapping[str, str], column: str) -> None:
    found = faults(GOOD, GOOD | {"period": "2024"} | change)
    assert [pointer for pointer, _message in found] == [f"3/{COLUMNS[column]}"]


def test_a_sheet_as_a_whole_may_be_wrong() -> None:
    assert faults() == [("1/数值", "没有一行填了数值或进展。")]
    assert [pointer for pointer, _message in faults(GOOD, GOOD)] == ["3/序号"]
    with pytest.raises(Invalid):
        read_sheet("表", [["序号", "数值"]], current(), ("24",))
    with pytest.raises(Invalid):
        read_sheet("表", [], current(), ("24",))


# ---- over the real application ------------------------------------------------------


def send(client: FlaskClient, *rows: Mapping[str, str]) -> TestResponse:
    data = write_book({"表": lines(*rows)})
    return client.post(ADDRESS, data={"sheet": (io.BytesIO(data), "填好的.xlsx")})


@pytest.mark.usefixtures("district")
def test_a_template_has_the_departments_own_rows(app: Flask) -> None:
    make.published()
    office = browser(app, make.DEPARTMENT_OFFICER)
    (sheet,) = read_book(office.get(f"{ADDRESS}/template.xlsx").data).values()
    numbers = [row[0] for row in sheet[1:]]
    assert sheet[0] == list(COLUMNS.values())
    assert "24" in numbers
    assert "49" not in numbers
    assert next(row for row in sheet if row[0] == "24")[4] == "2025: 35.5%"
    # Sent back as it is, it says nothing.
    with pytest.raises(Invalid):
        read_sheet("表", sheet, current(), numbers)
    for actor in (make.TOWN_OFFICER, make.AUDITOR, make.RESIDENT):
        assert browser(app, actor).get(f"{ADDRESS}/template.xlsx").status_code in {403, 404}
        assert send(browser(app, actor), GOOD).status_code in {403, 404}


@pytest.mark.usefixtures("district")
def test_a_sheet_is_previewed_written_and_published_by_another(app: Flask) -> None:
    make.published(period="2024", figure=Decimal(12))
    office = browser(app, make.DEPARTMENT_OFFICER)
    assert send(office, GOOD | {"figure": "400"}).status_code == 422
    assert send(office, GOOD | {"series": "49"}).status_code == 422
    sent = send(office, GOOD)
    assert sent.status_code == 303
    address = sent.headers["Location"]
    preview = office.get(address).text
    for word in ("36.25%", "2024年 12%", "差一半以上", "写成草稿"):
        assert word in preview, word
    assert len(make.rows("24")) == 1
    assert browser(app, make.CHIEF).get(address).status_code == 404
    assert office.post(address).status_code == 303
    assert office.post(address).status_code == 409
    row = make.rows("24")[-1]
    assert (row.figure, row.state, row.source) == (Decimal("36.25"), State.DRAFT, "external")
    assert row.inputs["row"] == 2
    assert len(row.digest) == 64
    # Who filled it in neither checks nor publishes.
    assert office.post(f"{address}/check").status_code == 409
    colleague, chief = browser(app, make.COLLEAGUE), browser(app, make.CHIEF)
    assert "整张表：核对无误" in colleague.get(address).text
    assert colleague.post(f"{address}/check").status_code == 303
    assert colleague.post(f"{address}/publish").status_code == 409
    assert chief.post(f"{address}/publish").status_code == 303
    assert make.rows("24")[-1].state == State.PUBLISHED
    assert chief.post(f"{address}/publish").status_code == 409
    assert "36.25%" in app.test_client().get("/indicators/24").text
