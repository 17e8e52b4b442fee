"""Collection points from a sheet: bad rows by their number, all of it or nothing."""

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.checkins import make
from tests.dumping.make import CREW, TOWN_OFFICER
from wufei_public.checkins.queries import places as queries
from wufei_public.infra.work import reading
from wufei_public.infra.workbooks import write_book

PAGE = "/staff/collection-points/import"


@pytest.fixture
def desk(app: Flask, town: None, session: Session) -> FlaskClient:
    return make.browser(app, make.account(TOWN_OFFICER))


def sheet(*rows: tuple[str, ...]) -> dict[str, tuple[io.BytesIO, str]]:
    book = write_book({"Sheet": [("村或社区", "投放点名称"), *rows]})
    return {"sheet": (io.BytesIO(book), "points.xlsx")}


def names() -> list[str]:
    reading().rollback()
    return [one.name for one in queries.points(reading(), make.TOWN)]


def test_bad_rows_are_named_and_nothing_is_written(desk: FlaskClient) -> None:
    rows = [
        (make.VILLAGE, "村口 1 号"), ("没有这个村", "桥头"), (make.VILLAGE, ""),
        ("410307107201", "别的镇"), (make.VILLAGE, "村口 1 号"),
    ]  # fmt: skip
    answer = desk.post(PAGE, data=sheet(*rows))
    found = re.findall(r'<td class="wf-num">(\d+)</td><td>(\S+?)</td><td>', answer.text)
    assert found == [
        ("3", "村或社区"), ("4", "投放点名称"), ("5", "村或社区"), ("6", "投放点名称"),
    ]  # fmt: skip
    assert ('name="digest"' in answer.text, names()) == (False, [])


def test_points_come_from_a_sheet_once(desk: FlaskClient) -> None:
    html = desk.post(PAGE, data=sheet((make.VILLAGE, "村口 1 号"))).text
    form = {
        "digest": re.findall(r'name="digest" value="(\w+)"', html)[0],
        "table": re.findall(r"<textarea[^>]*>\n(.*?)</textarea>", html, re.DOTALL)[0],
    }
    assert desk.post(f"{PAGE}/write", data=form).status_code == 303
    assert names() == ["村口 1 号"]
    # Sent again, it has nothing of what was seen to write.
    assert desk.post(f"{PAGE}/write", data=form).status_code == 409
    assert names() == ["村口 1 号"]


def test_only_keepers_bring_points(app: Flask, desk: FlaskClient) -> None:
    assert make.browser(app, make.account(CREW)).get(PAGE).status_code == 403
