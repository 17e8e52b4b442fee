"""Files of cases: the same rows as the list they stand under, and nothing that may not go."""

import csv
import io
import json
import tracemalloc

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.conftest import NOW
from tests.dumping import make, plans
from wufei_public.dumping.documents.exports import FORMATS, open_lines, staff_lines
from wufei_public.dumping.queries.desk import QueueFilter
from wufei_public.dumping.queries.public import PublicFilter
from wufei_public.dumping.rules.columns import COLUMNS
from wufei_public.infra.audit import AuditRow

pytestmark = pytest.mark.usefixtures("town")

STAFF = "/staff/cases/export/cases"


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def names(file: str) -> list[str]:
    return [column.name for column in COLUMNS[file]]


# ---- for everyone ---------------------------------------------------------------


def test_the_public_file_has_the_released_cases_and_no_word_more(client: FlaskClient) -> None:
    closed = make.released(make.closed(), public_words="三车碎砖。", public_spot="村口")
    hidden = [make.accepted(), make.withheld(make.released(make.accepted()))]
    answer = client.get("/cases/data/cases.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="cases-2026-11-24.csv"'
    (row,) = table(answer.text)
    assert list(row) == names("open")
    assert row == {
        "service_request_id": make.shown_as(closed),
        "requested_datetime": "2026-11-24T10:00:00+08:00",
        "updated_datetime": "2026-11-24T10:00:00+08:00",
        "closed_date": "2026-11-24T10:00:00+08:00",
        "status_description": "closed",
        "status_notes": "已办结: 已经清走。",
        "source": "网页",
        "service_name": "建筑装修垃圾",
        "service_subtype": "construction",
        "description": "三车碎砖。",
        "agency_responsible": "区城管局",
        "address": "缑氏镇 化寨村 村口",
        "lat": "34.6958",
        "long": "112.7891",
    }
    for secret in (closed.code, make.PHONE, *(one.code for one in hidden)):
        assert secret not in answer.text


@pytest.mark.parametrize("query", ["", "phase=open", "kind=household", f"town={make.TOWN}"])
def test_file_and_list_agree_in_every_format(client: FlaskClient, query: str) -> None:
    made = [make.closed(), make.accepted(), make.accepted(kind="house")]
    for receipt in made:
        make.released(receipt)
    listed = client.get(f"/api/v1/dumping/reports?{query}").json
    assert listed is not None
    wanted = [row["code"] for row in listed["reports"]]
    files = {fmt: client.get(f"/cases/data/cases.{fmt}?{query}", buffered=True) for fmt in FORMATS}
    assert [answer.mimetype for answer in files.values()] == [one.mime for one in FORMATS.values()]
    assert [row["service_request_id"] for row in table(files["csv"].text)] == wanted
    assert [row["service_request_id"] for row in json.loads(files["json"].text)] == wanted
    features = json.loads(files["geojson"].text)["features"]
    assert [one["properties"]["service_request_id"] for one in features] == wanted
    assert [code for code in wanted if code in files["xml"].text] == wanted
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"].data))
    first, about = book.worksheets
    assert [row[0] for row in first.iter_rows(min_row=2, values_only=True)] == wanted
    assert [row[0] for row in about.iter_rows(min_row=2, values_only=True)] == names("open")


def test_the_page_says_what_each_column_means(client: FlaskClient) -> None:
    page = client.get(f"/cases/data?town={make.TOWN}").text
    assert f"/cases/data/cases.xlsx?town={make.TOWN}" in page
    assert [name for name in names("open") if f">{name}<" in page] == names("open")


# ---- for officials --------------------------------------------------------------


def test_an_official_takes_the_own_queue_along_with_nobodys_number(app: Flask) -> None:
    browser = make.browser(app, make.account(make.TOWN_OFFICER))
    own = make.accepted(words=f"=1+1 {make.PHONE}")
    make.report(division=make.OTHER_TOWN)
    done = make.closed()
    (row,) = table(browser.get(f"{STAFF}.csv", buffered=True).text)
    assert list(row) == names("staff")
    assert (row["code"], row["words"], row["state"]) == (
        own.code,
        "'=1+1 ［手机号已隐去］",
        "已受理",
    )
    assert (row["lat"], row["lon"], row["finish_due"]) == (
        "34.7",
        "112.8",
        "2026-12-15T23:59:59+08:00",
    )
    assert make.PHONE not in browser.get(f"{STAFF}.geojson?whole=1").text
    whole = table(browser.get(f"{STAFF}.csv?whole=1").text)
    assert [one["code"] for one in whole] == [own.code, done.code]
    closed = table(browser.get(f"{STAFF}.csv?state=closed").text)
    assert [one["code"] for one in closed] == [done.code]


def test_each_file_is_on_record(app: Flask, session: Session) -> None:
    browser = make.browser(app, make.account(make.TOWN_OFFICER))
    browser.get(f"{STAFF}.xlsx?kind=bulky&whole=1")
    row = session.scalars(select(AuditRow).filter_by(action="dumping:export")).one()
    assert (row.actor_id, row.after) == (101, {"format": "xlsx", "narrowed": "kind=bulky&whole=1"})


def test_whoever_handles_nothing_takes_nothing_along(app: Flask) -> None:
    make.account(make.DISTRICT_OFFICER)
    for actor in (make.CREW, make.AUDITOR, make.RESIDENT):
        browser = make.browser(app, make.account(actor))
        assert browser.get(f"{STAFF}.csv").status_code == 403
    assert "/staff/cases/export" not in make.browser(app, make.CREW).get("/staff/cases").text


# ---- cost -----------------------------------------------------------------------


def test_a_long_file_is_read_in_parts_and_each_once(app: Flask, session: Session) -> None:
    """What is held does not grow with the file: 1,200 rows are read in parts of 500."""
    released = [plans.shown(**plans.over()) for _ in range(1_200)]
    plans.fill(session, released)
    with app.test_request_context(), plans.statements() as seen:
        public = [row["service_request_id"] for _at, row in open_lines(session, PublicFilter())]
    assert len(public) == len(set(public)) == 1_200
    assert sum("FROM report" in statement for statement, _values in seen) == 3
    with app.test_request_context():
        staff = staff_lines(session, make.DISTRICT_OFFICER, QueueFilter(), NOW, whole=True)
        tracemalloc.start()
        try:
            codes = [row["code"] for _at, row in staff]
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert len(codes) == len(set(codes)) == 1_201
    assert peak < 8 * 1024 * 1024
