"""What the district sets by page: years of the calendar, departments."""

import io
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.conftest import NOW
from tests.dumping import make
from wufei_public.calendar import queries as calendar
from wufei_public.calendar.rules import DayRow, Kind, lines_of, typed_year
from wufei_public.common.errors import Invalid
from wufei_public.common.workdays import add_workdays
from wufei_public.divisions import queries as places
from wufei_public.divisions.actions import seed
from wufei_public.infra.work import work
from wufei_public.infra.workbooks import write_book

pytestmark = pytest.mark.usefixtures("town")

DAYS = "\n".join(
    ["2027-01-01 放假 元旦", "2027-05-01 放假 劳动节"]
    + [f"2027-10-0{n} 放假 国庆节" for n in (1, 2, 3)]
    + ["2027-10-09 上班 国庆节"]
)
YEAR = {"source": "国办发明电〔2026〕9号", "verified": "true", "days": DAYS}


# ---- the calendar ---------------------------------------------------------------


def test_a_typed_year_reads_as_it_is_written() -> None:
    found = typed_year(2027, "x", f"\n{DAYS}\n", verified=True)
    assert found.days[-1] == DayRow(date(2027, 10, 9), Kind.WORK, "国庆节")
    assert lines_of(found.days) == DAYS


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        (DAYS + "\n2027-10-11 上班 国庆节", {"days/8/kind"}),
        (DAYS.replace("2027-05-01", "2027-5-1"), {"days/3/day", "days/2/year"}),
        (DAYS.replace("放假 元旦", "休息 元旦"), {"days/2/kind"}),
        ("2027-01-01 放假 元旦", {"days/2/year"}),
        (" ", {"days/1/"}),
    ],
)
def test_a_faulty_line_is_named(text: str, faults: set[str]) -> None:
    with pytest.raises(Invalid) as refused:
        typed_year(2027, "x", text, verified=True)
    assert {fault.pointer for fault in refused.value.errors} >= faults - {"days/2/year"}


def test_a_year_is_typed_on_its_page_and_deadlines_use_it(app: Flask, session: Session) -> None:
    browser = make.browser(app, make.account(make.DISTRICT_OFFICER))
    assert "2027 年的放假安排还没有。" in browser.get("/staff/calendar").text
    assert list(calendar.unknown_years(session, NOW.date())) == [2027]
    bad = browser.post("/staff/calendar/2027", data=YEAR | {"days": "2027-01-01 休息 元旦"})
    assert bad.status_code == 422
    assert "2027-01-01 休息 元旦" in bad.text
    assert browser.post("/staff/calendar/2027", data=YEAR).status_code == 303
    session.rollback()
    holidays = calendar.holidays(session)
    assert add_workdays(date(2027, 9, 30), 1, holidays).day == date(2027, 10, 4)
    assert not holidays.is_workday(date(2027, 1, 1))
    assert "还没有。" not in browser.get("/staff/calendar").text
    page = browser.get("/staff/calendar/2027").text
    assert DAYS in page
    # Edited again, the year is replaced as a whole.
    browser.post(
        "/staff/calendar/2027", data=YEAR | {"days": DAYS.replace("2027-10-09 上班 国庆节", "")}
    )
    session.rollback()
    assert not calendar.holidays(session).is_workday(date(2027, 10, 9))


def test_years_come_from_a_file_whole_or_not_at_all(app: Flask, session: Session) -> None:
    browser = make.browser(app, make.account(make.DISTRICT_OFFICER))
    head = ["year", "day", "kind", "name", "source", "verified"]
    kinds = {"放假": "off", "上班": "work"}
    lines = [
        ["2027", day, kinds[kind], name, "x", "no"]
        for day, kind, name in (line.split() for line in DAYS.splitlines())
    ]

    def send(rows: list[list[str]]) -> int:
        book = (io.BytesIO(write_book({"a": [head, *rows]})), "years.xlsx")
        return browser.post("/staff/calendar", data={"file": book}).status_code

    assert send([*lines, ["2027", "tomorrow", "off", "x", "x", "no"]]) == 422
    assert browser.post("/staff/calendar", data={}).status_code == 422
    session.rollback()
    assert 2027 not in calendar.holidays(session).years
    assert send(lines) == 303
    session.rollback()
    assert 2027 in calendar.holidays(session).years


def test_only_the_district_sets_calendar_and_departments(app: Flask) -> None:
    for actor in (make.TOWN_OFFICER, make.AUDITOR, make.RESIDENT):
        browser = make.browser(app, make.account(actor))
        for path in ("/staff/calendar", "/staff/calendar/2027", "/staff/departments"):
            assert browser.get(path).status_code == 403
            assert browser.post(path, data=YEAR | {"name": "新部门"}).status_code == 403


# ---- departments ----------------------------------------------------------------


def names(session: Session) -> list[str]:
    session.rollback()
    return [office.name for office in places.departments(session).active]


def test_a_missing_department_is_added_and_can_get_cases(app: Flask, session: Session) -> None:
    browser = make.browser(app, make.account(make.DISTRICT_OFFICER))
    assert browser.post("/staff/departments", data={"name": "区园林局"}).status_code == 303
    assert "区园林局" in names(session)
    office = places.departments(session).named("区园林局")
    assert office is not None
    case = make.accepted()
    page = browser.post(f"/staff/cases/{case.code}/assign", data={"department": office.code})
    assert (page.status_code, make.case(case).department) == (303, office.code)
    again = browser.post("/staff/departments", data={"name": "区园林局"})
    assert (again.status_code, "已经有这个部门。" in again.text) == (422, True)


def test_an_ended_department_gets_nothing_more_and_can_come_back(
    app: Flask, session: Session
) -> None:
    browser = make.browser(app, make.account(make.DISTRICT_OFFICER))
    browser.post("/staff/departments", data={"name": "区园林局"})
    office = places.departments(session).named("区园林局")
    assert office is not None
    assert browser.post(f"/staff/departments/{office.code}/end").status_code == 303
    assert "区园林局" not in names(session)
    case = make.accepted()
    sent = browser.post(f"/staff/cases/{case.code}/assign", data={"department": office.code})
    assert sent.status_code == 422
    browser.post("/staff/departments", data={"name": "区园林局"})
    session.rollback()
    back = places.departments(session).get(office.code)
    assert (back is not None and back.active) is True
    # What the law names stays, and an unknown one is not there.
    browser.post("/staff/departments/ecology_branch/end")
    session.rollback()
    assert (lawful := places.departments(session).get("ecology_branch")) is not None
    assert lawful.active
    assert browser.post("/staff/departments/none/end").status_code == 404


def test_the_packages_list_takes_no_added_department_away(app: Flask, session: Session) -> None:
    browser = make.browser(app, make.account(make.DISTRICT_OFFICER))
    browser.post("/staff/departments", data={"name": "区园林局"})
    work(make.DISTRICT_OFFICER, seed)
    assert "区园林局" in names(session)
