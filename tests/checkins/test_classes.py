"""Classes: opened by who represents the school, joined by a code, shown without a name."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.checkins import make
from tests.conftest import Clock
from tests.dumping.make import NEIGHBOUR, RESIDENT, TOWN_OFFICER
from tests.organisations.make import organisation, proven
from wufei_public.checkins import policy
from wufei_public.checkins.actions import classes as actions
from wufei_public.checkins.actions import personal, profiles
from wufei_public.checkins.queries import classes as queries
from wufei_public.checkins.rules.boards import Length, span_of
from wufei_public.checkins.rules.classes import Class, ranked
from wufei_public.common.actor import SYSTEM, Actor
from wufei_public.common.errors import Conflict, NotAllowed, NotFound
from wufei_public.infra.work import work
from wufei_public.organisations.models import Organisation

TODAY = date(2026, 11, 24)
WEEK = span_of(Length.WEEK, TODAY)


# ---- rules -----------------------------------------------------------------------


def test_small_classes_come_last_whatever_they_did() -> None:
    small, good, fair = (
        Class("A", "一班", 2, 14, 2),
        Class("B", "二班", 30, 60, 9),
        Class("C", "三班", 30, 30, 9),
    )
    assert ranked([small, fair, good]) == [good, fair, small]
    assert (small.shown, good.per_head, Class("D", "四班", 0, 0, 0).per_head) == (False, 2.0, 0.0)


@pytest.mark.parametrize(
    ("kind", "represents", "reason"),
    [
        ("school", True, ""),
        ("school", False, "not_of_the_school"),
        ("hotel", True, "not_a_school"),
    ],
)
def test_only_the_school_s_people_lead(kind: str, represents: bool, reason: str) -> None:
    assert policy.may_lead_classes(kind, represents=represents).reason == reason


# ---- opening, joining, counting --------------------------------------------------


@pytest.fixture
def school(town: None) -> Organisation:
    make.account(TOWN_OFFICER)
    found = organisation(1, kind="school")
    proven(found, RESIDENT)
    return found


def opened(school: Organisation, name: str = "三年级 2 班", actor: Actor = RESIDENT) -> str:
    code = school.code
    return work(actor, lambda w: actions.open_class(w, organisation=code, name=name))


def join(code: str, actor: Actor = NEIGHBOUR, member: int = 0) -> None:
    work(actor, lambda w: actions.join(w, code=code, member=member))


def figures(session: Session, school: Organisation) -> list[Class]:
    session.expire_all()
    return queries.figures(session, school.id, WEEK, TODAY)


def test_strangers_and_the_same_name_are_refused(school: Organisation) -> None:
    with pytest.raises(NotAllowed):
        opened(school, actor=NEIGHBOUR)
    code = opened(school)
    with pytest.raises(Conflict):
        opened(school)
    with pytest.raises(NotFound):
        work(NEIGHBOUR, lambda w: actions.close_class(w, code=code))


def test_a_child_counts_for_its_class_from_the_day_it_joined(
    school: Organisation, session: Session, clock: Clock
) -> None:
    code = opened(school)
    number = work(NEIGHBOUR, lambda w: profiles.add_member(w, name="小宝"))
    clock.now -= timedelta(days=1)
    make.check_in(NEIGHBOUR, member=number)
    clock.now += timedelta(days=1)
    join(code, member=number)
    join(code, RESIDENT)
    make.check_in(NEIGHBOUR)  # the parent is no pupil
    make.check_in(NEIGHBOUR, member=number)
    assert figures(session, school) == [Class(code, "三年级 2 班", 2, 1, 1)]
    work(NEIGHBOUR, lambda w: profiles.end_member(w, number=number))
    assert figures(session, school) == [Class(code, "三年级 2 班", 1, 0, 0)]


def test_whoever_changes_class_is_in_one(school: Organisation, session: Session) -> None:
    first, second = opened(school, "一班"), opened(school, "二班")
    join(first)
    join(second)
    assert [(row.member, row.code) for row in queries.joined(session, NEIGHBOUR.id or 0)] == [
        (0, second)
    ]


def test_a_closed_code_is_good_no_more(school: Organisation, session: Session) -> None:
    code = opened(school)
    join(code)
    work(RESIDENT, lambda w: actions.close_class(w, code=code))
    with pytest.raises(NotFound):
        join(code)
    assert queries.joined(session, NEIGHBOUR.id or 0) == []
    assert opened(school) != code  # open again, under another code


def test_a_pupil_s_place_moves_with_the_account_and_is_forgotten_with_it(
    school: Organisation, session: Session
) -> None:
    code = opened(school)
    join(code)
    work(SYSTEM, lambda w: personal.absorb(w, NEIGHBOUR.id or 0, RESIDENT.id or 0))
    assert [row.code for row in queries.joined(session, RESIDENT.id or 0)] == [code]
    work(SYSTEM, lambda w: personal.erase(w, RESIDENT.id or 0))
    assert queries.joined(session, RESIDENT.id or 0) == []


# ---- pages -----------------------------------------------------------------------


def test_a_teacher_s_class_page_has_numbers_and_no_names(app: Flask, school: Organisation) -> None:
    teacher, parent = make.browser(app, RESIDENT), make.browser(app, NEIGHBOUR)
    fields = {"organisation": school.code, "name": "三年级 2 班"}
    assert teacher.post("/checkin/classes", data=fields).status_code == 303
    code = address_of(teacher)
    assert parent.get(code).status_code == 404
    for name in ("小宝", "小贝", "小乐"):
        work(NEIGHBOUR, lambda w, name=name: profiles.add_member(w, name=name))  # type: ignore[misc]
    for number in ("1", "2", "3"):
        sent = {"code": code.rsplit("/", 1)[1], "member": number}
        assert parent.post("/checkin/classes/join", data=sent).status_code == 303
    make.check_in(NEIGHBOUR, member=2)
    shown = teacher.get(code).text
    assert "<dd>3<small>人" in shown
    assert "<dd>1<small>次" in shown
    assert not any(name in shown for name in ("小宝", "小贝", "小乐"))
    assert "班级码" in shown
    assert "h-code" not in parent.get(code).text
    refused = parent.post("/checkin/classes/join", data={"code": "AAAAAAAAAA"})
    assert refused.status_code == 422
    assert "没有这个班级码" in refused.text


def address_of(teacher: FlaskClient) -> str:
    page = teacher.get("/checkin/classes").text
    return page.split('id="h-led"')[1].split('href="')[1].split('"')[0]
