"""Members of staff from a sheet: looked at, then all of them or none."""

import io
import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from tests.conftest import Clock
from tests.people import make
from tests.people.entering import SAME, post, signed_in
from wufei_public.common.sheets import Faults, Row
from wufei_public.infra.workbooks import write_book
from wufei_public.people.models import Account, GrantRow
from wufei_public.people.rules.roles import Role
from wufei_public.people.rules.staff_sheets import COLUMNS, MOST_ROWS, NewStaff, read_staff

PAGE = "/staff/accounts-sheet"


@pytest.fixture
def system(app: Flask, clock: Clock) -> FlaskClient:
    return signed_in(app, clock, "admin.xi", Role.SYSTEM_ADMIN)


def send(client: FlaskClient, *rows: tuple[str, str], data: bytes = b"") -> TestResponse:
    book = data or write_book({"人员": [COLUMNS, *rows]})
    form = {"sheet": (io.BytesIO(book), "staff.xlsx")}
    return client.post(PAGE, data=form, headers=SAME)


def table(page: str) -> str:
    found = re.search(r'name="table" value="([^"]*)"', page)
    assert found is not None
    return unescape(found[1])


def user_names() -> list[str | None]:
    return list(make.fresh().scalars(select(Account.user_name).order_by(Account.id)))


def test_rows_are_read_and_each_fault_has_its_row() -> None:
    cells = [("Li.Si", "李四"), ("x", "王五"), ("li.si", "赵六"), ("zhou", ""), ("wu", "吴")]
    rows = [Row(n, dict(zip(COLUMNS, one, strict=True))) for n, one in enumerate(cells, start=2)]
    faults = Faults("a.csv")
    assert read_staff(rows, {"old"}, faults) == [NewStaff(2, "li.si", "李四")]
    assert [fault.pointer for fault in faults.errors] == [
        "a.csv/3/用户名",
        "a.csv/4/用户名",
        "a.csv/5/姓名",
        "a.csv/6/用户名",
    ]
    many = [Row(n, {"用户名": f"staff.{n}", "姓名": "某"}) for n in range(2, MOST_ROWS + 4)]
    for wrong, place in ((many, MOST_ROWS + 2), ([], 1)):
        faults = Faults("a")
        read_staff(wrong, (), faults)
        assert [fault.pointer for fault in faults.errors] == [f"a/{place}/"]


def test_a_sheet_is_looked_at_and_then_made_whole(system: FlaskClient, app: Flask) -> None:
    assert PAGE in system.get("/staff/accounts").text
    page = send(system, ("Li.Si", "李四"), ("wang.wu", "王五")).text
    assert "要新建 2 个账号" in page
    assert user_names() == ["admin.xi"]
    done = post(system, f"{PAGE}/write", table=table(page))
    assert "no-store" in done.headers["Cache-Control"]
    assert user_names() == ["admin.xi", "li.si", "wang.wu"]
    links = re.findall(r"http://localhost(/staff/setup/[\w-]+)", done.text)
    assert [app.test_client().get(link).status_code for link in links] == [200, 200]
    assert make.fresh().scalar(select(func.count()).select_from(GrantRow)) == 1
    again = post(system, f"{PAGE}/write", table=table(page))
    assert (again.status_code, len(user_names())) == (422, 3)


def test_one_bad_row_and_nothing_is_made(system: FlaskClient) -> None:
    answer = send(system, ("li.si", "李四"), ("admin.xi", "重名"))
    assert answer.status_code == 422
    assert '<td class="wf-num">3</td><td lang="zh">用户名</td>' in answer.text
    forged = "用户名,姓名\nli.si,李四\nadmin.xi,重名\n"
    assert post(system, f"{PAGE}/write", table=forged).status_code == 422
    assert user_names() == ["admin.xi"]


@pytest.mark.parametrize("data", [b"PK\x03\x04broken", b"a,b\n1,2\n"])
def test_what_is_no_such_sheet_is_refused(system: FlaskClient, data: bytes) -> None:
    assert send(system, data=data).status_code == 422


def test_a_name_that_looks_like_script_is_words(system: FlaskClient) -> None:
    page = send(system, ("li.si", '"><script>alert(1)</script>')).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_only_the_system_administrator_makes_accounts(app: Flask, clock: Clock) -> None:
    security = signed_in(app, clock, "guard.an", Role.SECURITY_ADMIN)
    assert security.get(PAGE).status_code == 403
    assert send(security, ("li.si", "李四")).status_code == 403
    refused = post(security, f"{PAGE}/write", table="用户名,姓名\nli.si,李四\n")
    assert refused.status_code == 403
    assert user_names() == ["guard.an"]
