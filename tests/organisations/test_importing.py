"""Sheets of enterprises: each change shown, each bad row by number, and nothing half-written."""

import io
import zipfile
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.dumping.make import browser
from tests.organisations import make
from wufei_public.common.errors import Invalid
from wufei_public.common.sheets import Faults, Row, read_sheet
from wufei_public.infra.work import reading
from wufei_public.organisations.gateway import as_csv, as_xlsx
from wufei_public.organisations.models import Organisation
from wufei_public.organisations.queries import cards, permits
from wufei_public.organisations.rules.cards import (
    COLUMNS,
    MOST_ROWS,
    Card,
    Effect,
    as_cells,
    change_of,
    given,
    read_rows,
)

HEAD = list(COLUMNS.values())
URL = "/staff/organisations-sheet"
PLACE = make.VILLAGE


def line(number: int, **changes: str) -> list[str]:
    cells = {"uscc": make.uscc(number), "name": f"{number}厂", "kind": "工厂", "place": PLACE,
             "permit_class": "重点管理", "waste_related": "是"} | changes  # fmt: skip
    return [cells.get(field, "") for field in COLUMNS]


def csv_of(*rows: list[str]) -> bytes:
    return "\n".join(",".join(row) for row in (HEAD, *rows)).encode()


def read(*rows: list[str]) -> tuple[list[tuple[int, Card]], Faults]:
    faults = Faults("表.csv")
    places = {PLACE: PLACE}.get
    return read_rows(read_sheet("表.csv", csv_of(*rows), HEAD), places, faults), faults


# ---- rules ----------------------------------------------------------------------


def test_a_row_is_a_card_by_names_or_codes() -> None:
    rows, faults = read(line(1), line(2, kind="factory", permit_class="", waste_related="否"))
    assert faults.errors == []
    assert rows == [
        (2, Card(make.uscc(1), "1厂", "factory", PLACE, "", "key", waste_related=True)),
        (3, Card(make.uscc(2), "2厂", "factory", PLACE)),
    ]


@pytest.mark.parametrize(
    ("column", "changes"),
    [
        ("uscc", {"uscc": "123"}), ("name", {"name": ""}), ("name", {"name": "长" * 81}),
        ("kind", {"kind": "城堡"}), ("place", {"place": "月亮"}),
        ("permit_class", {"permit_class": "无"}),
        ("permit_since", {"permit_since": "去年"}), ("waste_related", {"waste_related": "也许"}),
    ],
)  # fmt: skip
def test_a_bad_row_is_named_by_row_and_column(column: str, changes: dict[str, str]) -> None:
    _rows, faults = read(line(1), line(2, **changes))
    assert [fault.pointer for fault in faults.errors] == [f"表.csv/3/{COLUMNS[column]}"]


def test_a_code_that_comes_twice_and_too_many_rows_are_named() -> None:
    _rows, faults = read(line(1), line(1, name="又一次"))
    assert [fault.pointer for fault in faults.errors] == [f"表.csv/3/{COLUMNS['uscc']}"]
    many = [line(number) for number in range(MOST_ROWS + 1)]
    _rows, faults = read(*many)
    assert [fault.pointer for fault in faults.errors] == [f"表.csv/{MOST_ROWS + 2}/"]


def test_what_a_row_does_to_a_card() -> None:
    old = make.card(address="桥头")
    assert change_of(2, old, None).effect is Effect.NEW
    assert change_of(2, old, old).effect is Effect.SAME
    changed = change_of(2, make.card(name="新"), old)
    assert changed.effect is Effect.CHANGED
    assert changed.fields == (("name", make.NAME, "新"), ("address", "桥头", ""))


def test_a_column_that_is_left_out_changes_nothing() -> None:
    rows = read_sheet("表.csv", csv_of(line(1)), HEAD)
    assert given(rows) == {*COLUMNS, "division"}
    short = [Row(2, {COLUMNS[field]: "" for field in ("uscc", "name", "kind", "place")})]
    old = make.card(permit_class="key", address="桥头")
    new = make.card(name="新")
    changed = change_of(2, new, old, given(short))
    assert changed.fields == (("name", make.NAME, "新"),)
    assert (changed.card.permit_class, changed.card.address) == ("key", "桥头")


def test_a_day_says_since_when_the_permit_holds_and_none_says_nothing() -> None:
    old = make.card(permit_class="key", permit_since=date(2024, 5, 1))
    new = make.card(permit_class="key", permit_since=date(2023, 3, 1))
    changed = change_of(2, new, old)
    assert changed.fields == (("permit_since", "2024-05-01", "2023-03-01"),)
    assert change_of(2, make.card(permit_class="key"), old).effect is Effect.SAME
    ((_number, read_again),), faults = read(line(1, permit_since="2023-03-01 00:00:00"))
    assert (read_again.permit_since, faults.errors) == (date(2023, 3, 1), [])


def test_a_sheet_brings_the_permit_of_a_past_year(desk: FlaskClient) -> None:
    sent = upload(desk, csv_of(line(1, permit_since="2023-03-01")))
    page = desk.get(sent.location).get_data(as_text=True)
    assert desk.post(sent.location, data={"digest": digest(page)}).status_code == 303
    make.fresh()
    assert [row.uscc for row in permits.holders(reading(), date(2024, 1, 1))] == [make.uscc(1)]
    assert permits.holders(reading(), date(2023, 2, 28)) == []


def test_a_card_is_written_as_it_is_read() -> None:
    card = make.card(permit_class="key", waste_related=True, permit_since=date(2023, 3, 1))
    cells = as_cells(card, PLACE)
    ((_number, again),), faults = read(list(cells))
    assert (again, faults.errors) == (card, [])


# ---- files ----------------------------------------------------------------------


def test_a_workbook_reads_as_its_csv_and_hides_formulas() -> None:
    book = as_xlsx(HEAD, [line(1, address="=1+1")])
    assert as_csv(book).decode().splitlines()[1].split(",")[4] == "'=1+1"
    assert as_csv(b"a,b\n1,2\n") == b"a,b\n1,2\n"


def bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 70_000_000)
    return made.getvalue()


@pytest.mark.parametrize(("data", "code"), [(b"PK\x03\x04rest", "bad_xlsx"), (bomb(), "big_xlsx")])
def test_what_is_no_workbook_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Invalid) as error:
        as_csv(data)
    assert error.value.code == code


def test_a_zip_without_a_sheet_is_refused() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("a.txt", "a")
    with pytest.raises(Invalid):
        as_csv(made.getvalue())


# ---- pages ----------------------------------------------------------------------


@pytest.fixture
def desk(app: Flask, town: None) -> FlaskClient:
    return browser(app, make.TOWN_OFFICER)


def upload(client: FlaskClient, data: bytes) -> TestResponse:
    return client.post(URL, data={"sheet": (io.BytesIO(data), "企业.xlsx")})


def count() -> int:
    make.fresh()
    return reading().scalar(select(func.count()).select_from(Organisation)) or 0


def digest(page: str) -> str:
    return page.split('name="digest" value="')[1].split('"', maxsplit=1)[0]


def test_a_sheet_is_looked_at_and_then_written(desk: FlaskClient) -> None:
    make.organisation(1)
    sent = upload(desk, as_xlsx(HEAD, [line(1), line(2)]))
    assert sent.status_code == 303
    page = desk.get(sent.location).get_data(as_text=True)
    for words in ("2厂", make.NAME, "1厂", "重点管理", "全部写进名录"):
        assert words in page, words
    assert count() == 1
    assert desk.post(sent.location, data={"digest": digest(page)}).status_code == 303
    assert count() == 2
    page = desk.get(sent.location).get_data(as_text=True)
    assert "改动了 2 个单位" in page
    assert desk.post(sent.location, data={"digest": "0"}).status_code == 409
    first = cards.by_uscc(reading(), make.uscc(1))
    assert first is not None
    assert (first.name, first.permit_class) == ("1厂", "key")
    assert cards.former_names(reading(), first.id) == (make.NAME,)


def test_one_bad_row_and_nothing_is_written(desk: FlaskClient) -> None:
    sent = upload(desk, csv_of(line(1), line(2, kind="城堡"), line(3, place=make.OTHER_TOWN)))
    page = desk.get(sent.location).get_data(as_text=True)
    for words in (">3<", ">4<", "没有这种单位类型", "不归您管"):
        assert words in page, words
    assert "digest" not in page
    assert desk.post(sent.location, data={"digest": "0"}).status_code == 422
    assert count() == 0


def test_a_register_that_changed_meanwhile_is_looked_at_again(desk: FlaskClient) -> None:
    sent = upload(desk, csv_of(line(1), line(2)))
    page = desk.get(sent.location).get_data(as_text=True)
    make.organisation(2)
    assert desk.post(sent.location, data={"digest": digest(page)}).status_code == 409
    assert count() == 1


def test_files_that_cannot_be_read_are_named(desk: FlaskClient, app: Flask) -> None:
    assert upload(desk, b"").status_code == 422
    answer = upload(desk, "名称\n甲".encode())
    assert answer.status_code == 422
    assert "缺少这一列" in answer.get_data(as_text=True)
    assert upload(desk, b"PK\x03\x04").status_code == 422
    assert "表头" in desk.get(URL).get_data(as_text=True)
    sent = upload(desk, csv_of(line(1)))
    other = browser(app, make.DISTRICT_OFFICER)
    assert other.get(sent.location).status_code == 404
    assert browser(app, make.DEPARTMENT_OFFICER).get(URL).status_code == 403


def test_what_is_taken_away_can_be_read_again(desk: FlaskClient, app: Flask) -> None:
    make.organisation(1, permit_class="key", waste_related=True, address="桥头 1 号")
    make.organisation(2, make.OTHER_OFFICER, division=make.OTHER_TOWN)
    answer = desk.get(f"{URL}/register.xlsx?kind=factory")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    sent = upload(desk, answer.data)
    page = desk.get(sent.location).get_data(as_text=True)
    assert "和名录完全一样" in page
    whole = browser(app, make.DEPARTMENT_OFFICER).get(f"{URL}/register.xlsx")
    assert as_csv(whole.data).decode().count("\n") == 3
