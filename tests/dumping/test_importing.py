"""Cases of other doors by a sheet: previewed, each bad row by its number, no number twice."""

import io
from datetime import UTC, date, datetime

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.conftest import NOW
from tests.dumping import make
from wufei_public.common.clock import day_end
from wufei_public.common.errors import Conflict, Invalid
from wufei_public.dumping.actions.importing import apply, preview
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.rules.sheets import COLUMNS, OPTIONAL, read_received
from wufei_public.infra.audit import AuditRow
from wufei_public.infra.work import work
from wufei_public.infra.workbooks import write_book

pytestmark = pytest.mark.usefixtures("town")

ROW = [
    "12345 热线",
    "A-1",
    "建筑垃圾",
    make.VILLAGE,
    "桥头",
    f"三车砖，找 {make.PHONE}",
    make.PHONE,
]


def table(*rows: list[str]) -> bytes:
    return "\n".join(",".join(row) for row in (list(COLUMNS), *rows)).encode()


def changed(**cells: str) -> list[str]:
    return [cells.get(column, value) for column, value in zip(COLUMNS, ROW, strict=True)]


def bring(data: bytes) -> int:
    def do(w: object) -> int:
        digest = preview(w.session, w.actor, data, w.now).digest  # type: ignore[attr-defined]
        return apply(w, data=data, digest=digest)  # type: ignore[arg-type]

    return work(make.TOWN_OFFICER, do)


def cases(session: Session) -> list[tuple[str, str | None]]:
    session.rollback()
    rows = session.execute(select(Report.source, Report.outside_number).order_by(Report.id))
    return [(row.source, row.outside_number) for row in rows]


def test_rows_become_cases_of_their_door(session: Session) -> None:
    assert bring(table(ROW, changed(来源="来信", 手机号=""))) == 2
    assert cases(session) == [("12345", "A-1"), ("letter", "A-1")]
    first = session.scalars(select(Report).order_by(Report.id)).first()
    assert first is not None
    assert (first.plain_kind, first.division, first.spot) == ("build", make.VILLAGE, "桥头")
    assert first.contact_sealed is not None
    assert make.PHONE not in first.public_words
    assert first.reporter_id is None


def test_a_number_that_is_there_is_never_written_again(session: Session) -> None:
    bring(table(ROW))
    again = table(ROW, changed(来源编号="A-2"))
    found = preview(session, make.TOWN_OFFICER, again, NOW)
    assert ([change.entry.number for change in found.changes], found.same) == (["A-2"], 1)
    assert bring(again) == 1
    assert bring(again) == 0
    assert cases(session) == [("12345", "A-1"), ("12345", "A-2")]


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"来源": "路人"}, "来源"),
        ({"来源编号": ""}, "来源编号"),
        ({"来源编号": "9" * 41}, "来源编号"),
        ({"种类": "砖"}, "种类"),
        ({"村或社区": "桃花源"}, "村或社区"),
        ({"村或社区": f"{make.OTHER_TOWN}201"}, "村或社区"),
        ({"村或社区": ""}, "村或社区"),
        ({"举报内容": ""}, "举报内容"),
        ({"手机号": "123"}, "手机号"),
    ],
)
def test_a_bad_row_is_told_by_its_number_and_nothing_is_written(
    session: Session, cells: dict[str, str], column: str
) -> None:
    data = table(changed(来源编号="A-0"), changed(**cells))
    found = preview(session, make.TOWN_OFFICER, data, NOW)
    assert [fault.pointer for fault in found.faults] == [f"sheet/3/{column}"]
    with pytest.raises(Invalid):
        work(make.TOWN_OFFICER, lambda w: apply(w, data=data, digest=found.digest))
    assert cases(session) == []


def test_a_number_twice_in_one_sheet_is_a_fault(session: Session) -> None:
    found = preview(session, make.TOWN_OFFICER, table(ROW, ROW), NOW)
    assert [fault.pointer for fault in found.faults] == ["sheet/3/来源编号"]


def test_the_district_may_leave_the_place_open(session: Session) -> None:
    found = preview(session, make.DISTRICT_OFFICER, table(changed(村或社区="")), NOW)
    assert (list(found.faults), found.changes[0].entry.division) == ([], None)


def test_what_came_in_meanwhile_asks_for_another_look(session: Session) -> None:
    data = table(ROW)
    found = preview(session, make.TOWN_OFFICER, data, NOW)
    bring(data)
    with pytest.raises(Conflict):
        work(make.TOWN_OFFICER, lambda w: apply(w, data=data, digest=found.digest))
    assert cases(session) == [("12345", "A-1")]


# ---- when it was taken down ------------------------------------------------------


def dated(*cells: str) -> bytes:
    rows = [[*changed(来源编号=f"B-{number}"), cell] for number, cell in enumerate(cells)]
    return "\n".join(",".join(row) for row in ([*COLUMNS, *OPTIONAL], *rows)).encode()


def test_the_clocks_run_from_when_it_was_taken_down_and_the_trail_says_so(
    app: Flask, session: Session
) -> None:
    """Monday 23 November 2026, 08:05; entered on Tuesday: two working days end on Wednesday."""
    assert bring(dated("2026-11-23 08:05", "")) == 2
    early, late = session.scalars(select(Report).order_by(Report.id)).all()
    assert early.submitted_at == datetime(2026, 11, 23, 0, 5, tzinfo=UTC)
    assert (early.business_day, late.business_day) == (date(2026, 11, 23), date(2026, 11, 24))
    assert early.accept_due == day_end(date(2026, 11, 25))
    assert late.accept_due == day_end(date(2026, 11, 26))
    assert early.release_due < late.release_due
    rows = session.scalars(select(AuditRow).where(AuditRow.action == "dumping:case:submit")).all()
    assert [(row.after or {}).get("received_at") for row in rows] == [
        "2026-11-23T00:05:00+00:00",
        None,
    ]
    browser = make.browser(app, make.account(make.TOWN_OFFICER))
    assert "接报时间" in browser.get(f"/staff/cases/{early.code}").text
    assert "接报时间" not in browser.get(f"/staff/cases/{late.code}").text


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("昨天", "请写成"),
        ("2026-11-24 10:01", "不能晚于现在"),
        ("2026-10-25 09:59", "太早"),
    ],
)
def test_a_time_that_can_not_be_is_told_by_its_row(session: Session, cell: str, said: str) -> None:
    found = preview(session, make.TOWN_OFFICER, dated("", cell), NOW)
    assert [fault.pointer for fault in found.faults] == ["sheet/3/接报时间"]
    assert said in found.faults[0].message


@pytest.mark.parametrize(
    "cell",
    ["2026-11-23 08:05", "2026/11/23 8:05", "2026-11-23T08:05:00", "2026-11-23 08:05:00"],
)
def test_times_are_read_as_people_and_excel_write_them(cell: str) -> None:
    assert read_received(cell, NOW) == datetime(2026, 11, 23, 0, 5, tzinfo=UTC)


# ---- the pages ------------------------------------------------------------------


def send(browser: FlaskClient, data: bytes) -> TestResponse:
    return browser.post("/staff/entry/sheet", data={"sheet": (io.BytesIO(data), "a.xlsx")})


def field(page: str, name: str) -> str:
    if name == "digest":
        return page.partition('name="digest" value="')[2].partition('"')[0]
    return page.partition('<textarea name="table" hidden>')[2].partition("</textarea>")[0]


def test_a_workbook_is_looked_at_and_then_written(app: Flask, session: Session) -> None:
    browser = make.browser(app, make.account(make.TOWN_OFFICER))
    page = send(browser, write_book({"Sheet": [COLUMNS, ROW]}))
    assert page.status_code == 200
    assert "138****5678" in page.text
    assert cases(session) == []
    form = {name: field(page.text, name).lstrip("\n") for name in ("digest", "table")}
    written = browser.post("/staff/entry/sheet/write", data=form)
    assert written.headers["Location"] == "/staff/entry/sheet?written=1"
    assert cases(session) == [("12345", "A-1")]
    assert browser.post("/staff/entry/sheet/write", data=form).status_code == 409
    bad = send(browser, write_book({"Sheet": [COLUMNS, changed(种类="砖", 来源编号="A-9")]}))
    assert "只能是：建筑垃圾、" in bad.text


def test_the_empty_sheet_has_the_columns_that_are_read(app: Flask) -> None:
    browser = make.browser(app, make.account(make.TOWN_OFFICER))
    book = openpyxl.load_workbook(io.BytesIO(browser.get("/staff/entry/sheet/template.xlsx").data))
    assert [cell.value for cell in next(iter(book.worksheets[0].rows))] == list(COLUMNS + OPTIONAL)
    assert send(browser, b"PK no book").status_code == 422
    assert browser.post("/staff/entry/sheet", data={}).status_code == 422


def test_strangers_bring_nothing(app: Flask, session: Session) -> None:
    for actor in (make.DEPARTMENT_OFFICER, make.CREW, make.AUDITOR, make.RESIDENT):
        browser = make.browser(app, make.account(actor))
        assert send(browser, table(ROW)).status_code == 403
    assert cases(session) == []
