"""Who has a case: given, moved between towns, taken from a crew; and what the trail says of it."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Clock
from tests.dumping import make
from tests.dumping.test_desk_pages import path, send, text
from tests.dumping.trace import refused, traced
from wufei_public.common.actor import Grant
from wufei_public.common.errors import Conflict, Invalid, NotAllowed, WrongState
from wufei_public.dumping.actions import evidence, officer, placing
from wufei_public.people.rules.roles import Role

pytestmark = pytest.mark.usefixtures("town")

TOWN, DISTRICT, DEPARTMENT = make.TOWN_OFFICER, make.DISTRICT_OFFICER, make.DEPARTMENT_OFFICER


def test_event_and_trail_say_to_whom_a_case_was_given() -> None:
    make.account(make.CREW)
    receipt = make.accepted()
    with traced(receipt) as left:
        make.do(TOWN, officer.assign, receipt.code, department=make.DEPARTMENT, text="请快。")
    assert left.event[4] == f"→ {make.DEPARTMENT} #\n请快。"
    assert left.audit[2:] == (
        {"state": "accepted", "department": None},
        {"state": "assigned", "release": "pending", "department": make.DEPARTMENT},
    )
    with traced(receipt) as left:
        make.do(TOWN, officer.assign, receipt.code, crew=make.CREW.id)
    assert left.audit[2]["department"] == make.DEPARTMENT
    assert left.audit[3]["crew_id"] == make.CREW.id


def test_the_desk_names_who_has_it_and_begins_with_them(app: Flask) -> None:
    make.account(make.CREW)
    desk = make.browser(app, make.account(TOWN))
    receipt = make.accepted()
    make.do(
        TOWN, officer.assign, receipt.code, department=make.DEPARTMENT, crew=make.CREW.id, text="快"
    )
    page = text(desk.get(path(receipt)))
    assert "<dd>区城管局 · 清运</dd>" in page.partition("承办")[2]
    assert "→ 区城管局 · 清运" in page
    form = page.partition('id="do-assign"')[2].partition("</form>")[0]
    for value in (make.DEPARTMENT, str(make.CREW.id)):
        assert f'value="{value}" selected' in form


def test_a_department_gives_a_case_to_its_crew_and_keeps_it() -> None:
    make.account(make.CREW)
    receipt = make.assigned()
    make.do(DEPARTMENT, officer.assign, receipt.code, crew=make.CREW.id)
    row = make.case(receipt)
    assert (row.department, row.crew_id) == (make.DEPARTMENT, make.CREW.id)


def test_a_town_passes_a_case_on_twice_then_the_district_decides(app: Flask) -> None:
    receipt = make.report()
    make.do(TOWN, placing.place, receipt.code, division=make.TOWN)
    assert make.case(receipt).returns == 0
    make.account(DISTRICT)
    there, here = {"division": make.OTHER_TOWN}, {"division": make.TOWN}
    with refused(Invalid, "no_reason", receipt, "text"):
        make.do(TOWN, placing.place, receipt.code, **there)
    make.do(TOWN, placing.place, receipt.code, **there, text="桥那边的。")
    assert make.last_event(receipt).internal_text.endswith("\n桥那边的。")
    make.do(make.OTHER_OFFICER, placing.place, receipt.code, **here, text="桥这边的。")
    assert make.case(receipt).returns == 2
    with traced(receipt) as left:
        make.do(TOWN, placing.place, receipt.code, **there, text="就是桥那边的。")
    assert left.told == [(DISTRICT.id, "dumping.contest")]
    assert make.case(receipt).town == make.TOWN
    with refused(Conflict, "asked_the_district", receipt):
        make.do(TOWN, placing.place, receipt.code, **there, text="真的。")
    assert "几个镇办" in text(make.browser(app, DISTRICT).get("/staff/messages"))
    make.do(DISTRICT, placing.place, receipt.code, division=make.OTHER_TOWN)
    assert (make.case(receipt).town, make.case(receipt).returns) == (make.OTHER_TOWN, 2)


def test_a_case_that_is_over_changes_its_town_by_the_district_only() -> None:
    receipt = make.closed()
    with refused(NotAllowed, "over", receipt):
        make.do(TOWN, placing.place, receipt.code, division=make.OTHER_TOWN)
    make.do(DISTRICT, placing.place, receipt.code, division=make.OTHER_TOWN)
    assert make.case(receipt).town == make.OTHER_TOWN


def test_a_case_that_moves_leaves_a_crew_that_does_not_work_there() -> None:
    make.account(make.CREW)
    receipt = make.crewed()
    make.do(TOWN, placing.place, receipt.code, division=make.OTHER_TOWN, text="桥那边的。")
    row = make.case(receipt)
    assert (row.state, row.crew_id, row.due_at) == ("accepted", None, row.transfer_due)
    assert make.moves(receipt)[-2:] == ["place", "hand_over"]


def test_a_clock_that_ran_out_is_not_held(clock: Clock) -> None:
    receipt = make.assigned()
    clock.move(days=60)
    with refused(WrongState, "overdue", receipt):
        make.do(TOWN, officer.ask, receipt.code, text="哪天倒的？")


def test_a_look_is_no_news_to_a_form_that_stands_open() -> None:
    receipt = make.report(phone=make.PHONE)
    seen = make.case(receipt).version
    make.do(TOWN, evidence.open_contact, receipt.code, reason="要问路。")
    make.do(TOWN, officer.add_note, receipt.code, text="看过。", version=seen)
    with refused(Conflict, "case_changed", receipt):
        make.do(TOWN, officer.add_note, receipt.code, text="再看。", version=seen)


def test_the_second_return_says_where_it_went(app: Flask) -> None:
    desk = make.browser(app, make.account(DEPARTMENT))
    receipt = make.assigned()
    for told in ("镇办会重新派", "由区级人员决定"):
        answer = send(desk, path(receipt, "return"), text="不归我们。")
        assert told in text(desk.get(answer.headers["Location"]))
        if make.case(receipt).state == "accepted":
            make.do(TOWN, officer.assign, receipt.code, department=make.DEPARTMENT)


def test_the_queue_says_which_part_of_it_is_looked_at(app: Flask) -> None:
    desk = make.browser(app, make.account(TOWN))
    for query, words in (("state=closed", "已办结"), ("due=over", "已超期"), ("", "")):
        heading = text(desk.get(f"/staff/cases?{query}")).partition("<h1>")[2].partition("</h1>")[0]
        assert heading == "举报案件" + (f" · {words}" if words else "")


def test_cases_of_which_nobody_decided_are_said_to_be_late(app: Flask, clock: Clock) -> None:
    make.report()
    clock.move(days=9)
    desk = make.browser(app, make.account(TOWN))
    assert "待定是否公开，超期 1 件" in text(desk.get("/staff"))
    assert "1 件该定是否公开，也超期了" in text(desk.get("/staff/cases"))


def test_the_clock_that_runs_is_named(app: Flask, clock: Clock) -> None:
    receipt = make.accepted()
    clock.move(days=9)
    desk = make.browser(app, make.account(TOWN))
    page = text(desk.get(path(receipt)))
    assert "派办超" in page


def test_a_person_in_two_crews_has_the_cases_of_both() -> None:
    make.account(make.CREW)
    both = replace(make.CREW, grants=(*make.CREW.grants, Grant(Role.CREW_MEMBER, make.OTHER_TOWN)))
    receipt = make.crewed()
    make.do(both, officer.add_note, receipt.code, text="在路上。")


def test_words_that_come_too_late_come_back_with_a_notice(client: FlaskClient) -> None:
    receipt = make.assigned()
    for form, values in (("answer", {"text": "是昨天倒的。"}), ("rating", {"rating": "satisfied"})):
        answer = send(client, f"/r/{receipt.code}/{receipt.secret}/{form}", **values)
        assert answer.status_code == 409
        assert 'role="alert"' in text(answer)
