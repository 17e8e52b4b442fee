"""Training: made by officials, signed in on its day, once per person, counted by group."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from tests.conftest import Clock
from tests.dumping import make as people
from wufei_public.common.actor import Actor, ActorKind, Grant
from wufei_public.common.clock import district_day
from wufei_public.common.errors import Invalid, NotAllowed, WrongState
from wufei_public.infra.buckets import BucketChange
from wufei_public.infra.work import house, reading, work
from wufei_public.learning.actions import training
from wufei_public.learning.policy import may_run
from wufei_public.learning.queries import training as queries
from wufei_public.learning.rules.training import Audience, Standing, standing
from wufei_public.people.rules.roles import Role

TODAY = date(2026, 11, 24)
OTHER_TOWN = "410307107"
OFFICER = Actor(ActorKind.STAFF, 301, "", (Grant(Role.TOWN_OFFICER, people.TOWN),))


@pytest.mark.parametrize(
    ("days", "cancelled", "expected"),
    [
        (0, False, Standing.TODAY),
        (1, False, Standing.COMING),
        (-1, False, Standing.OVER),
        (0, True, Standing.CANCELLED),
    ],
)
def test_signing_in_runs_on_the_day_itself(
    days: int, *, cancelled: bool, expected: Standing
) -> None:
    assert standing(TODAY + timedelta(days), TODAY, cancelled=cancelled) is expected


def test_towns_run_their_own_and_departments_everywhere() -> None:
    office = Actor(ActorKind.STAFF, 9, "", (Grant(Role.DEPARTMENT_OFFICER, None, "education"),))
    crew = Actor(ActorKind.STAFF, 9, "", (Grant(Role.CREW_MEMBER, people.TOWN),))
    asked = [
        may_run(actor, town).allowed
        for actor in (OFFICER, office, crew)
        for town in (people.TOWN, OTHER_TOWN)
    ]
    assert asked == [True, False, True, True, False, False]


@pytest.fixture
def town(session: Session) -> Session:
    people.places()
    for one in (people.RESIDENT, people.NEIGHBOUR, people.DISTRICT_OFFICER):
        people.account(one)
    return session


def event(audience: Audience = Audience.SCHOOL, *, days: int = 0, town: str = people.TOWN) -> str:
    day = district_day(house().clock()) + timedelta(days)
    plan = training.Plan("厨余垃圾怎么分", day, town, "二楼会议室", audience)
    return work(people.DISTRICT_OFFICER, lambda w: training.make_event(w, plan))


def sign_in(actor: Actor, code: str) -> bool:
    return work(actor, lambda w: training.sign_in(w, code=code))


def counted(session: Session) -> list[dict[str, object]]:
    """Return what is counted, and check that the buckets that were handed on say the same."""
    session.rollback()
    every = [dict(row._mapping) for row in session.execute(queries.all_buckets())]
    marks = session.execute(
        select(BucketChange.place, BucketChange.day).where(BucketChange.measure == "training")
    )
    for place, day in set(marks.tuples()):
        asked = select(literal(place).label("place"), literal(day).label("day")).subquery()
        (row,) = session.execute(queries.of_buckets(asked)).all()
        held = [one for one in every if (one["place"], one["day"]) == (place, day)]
        assert (held[0]["training"] if held else 0) == row.training
    return [{k: v for k, v in row.items() if k not in {"place", "day"}} for row in every]


def test_each_person_counts_once_and_by_group(town: Session) -> None:
    school, office = event(), event(Audience.OFFICE)
    signed = [
        sign_in(actor, school) for actor in (people.RESIDENT, people.NEIGHBOUR, people.RESIDENT)
    ]
    assert signed == [True, True, False]
    sign_in(people.RESIDENT, office)
    nobody = {"training_community": 0, "training_enterprise": 0}
    assert counted(town) == [{"training": 3, "training_school": 2, "training_office": 1} | nobody]
    work(people.DISTRICT_OFFICER, lambda w: training.cancel_event(w, code=school))
    assert counted(town) == [{"training": 1, "training_school": 0, "training_office": 1} | nobody]


def test_nobody_signs_in_before_after_or_at_a_cancelled_one(town: Session, clock: Clock) -> None:
    late, over = event(days=1), event()
    with pytest.raises(WrongState):
        sign_in(people.RESIDENT, late)
    clock.now += timedelta(days=2)
    with pytest.raises(WrongState):
        sign_in(people.RESIDENT, over)
    gone = event()
    work(people.DISTRICT_OFFICER, lambda w: training.cancel_event(w, code=gone))
    with pytest.raises(WrongState):
        sign_in(people.RESIDENT, gone)
    assert counted(town) == []


@pytest.mark.usefixtures("town")
def test_a_training_elsewhere_or_of_yesterday_is_refused() -> None:
    day = district_day(house().clock())
    plan = training.Plan("厨余垃圾怎么分", day, OTHER_TOWN, "会议室", Audience.OFFICE)
    with pytest.raises(NotAllowed):
        work(OFFICER, lambda w: training.make_event(w, plan))
    with pytest.raises(Invalid) as refusal:
        event(days=-1)
    assert refusal.value.errors[0].pointer == "day"


def test_visits_move_with_an_account_and_end_with_it(town: Session) -> None:
    both, one = event(), event(Audience.COMMUNITY)
    sign_in(people.RESIDENT, both)
    sign_in(people.NEIGHBOUR, both)
    sign_in(people.NEIGHBOUR, one)
    mine, theirs = (actor.id or 0 for actor in (people.RESIDENT, people.NEIGHBOUR))
    work(people.RESIDENT, lambda w: training.absorb(w, theirs, mine))
    assert {row.code for row in queries.visits(town, mine)} == {both, one}
    assert counted(town)[0]["training"] == 2
    work(people.RESIDENT, lambda w: training.erase(w, mine))
    assert counted(town) == []


def test_a_class_signs_in_by_the_code_at_the_door(app: Flask, town: Session) -> None:
    desk = people.browser(app, people.DISTRICT_OFFICER)
    day = district_day(house().clock()).isoformat()
    values = {"title": "怎么分", "day": day, "town": people.TOWN, "place": "操场"}
    bad = desk.post("/staff/training", data=values)
    assert (bad.status_code, 'id="e-audience"' in bad.get_data(as_text=True)) == (422, True)
    page = desk.post("/staff/training", data=values | {"audience": "school"}).headers["Location"]
    assert "data:image/svg+xml" in desk.get(page).get_data(as_text=True)
    door = page.removeprefix("/staff")
    assert app.test_client().get(door).status_code == 302
    for actor in (people.RESIDENT, people.NEIGHBOUR):
        phone: FlaskClient = people.browser(app, actor)
        assert "我到了，签到" in phone.get(door).get_data(as_text=True)
        assert [phone.post(door).status_code for _ in range(2)] == [303, 303]
        assert "您签到了" in phone.get(door).get_data(as_text=True)
        assert phone.get(page).status_code == 403
    html = desk.get("/staff/training").get_data(as_text=True)
    assert re.findall(r'<td class="r">(\d+)</td>', html) == ["2"]
    assert desk.post(f"{page}/cancel").status_code == 303
    answer = phone.post(door)
    assert (answer.status_code, "取消了" in answer.get_data(as_text=True)) == (409, True)
    assert counted(reading()) == []
    assert queries.visitors(town, []) == {}


def test_the_list_of_trainings_goes_on_page_by_page(
    app: Flask, town: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_SHOWN", 2)
    codes = [event(days=days) for days in (0, 1, 1, 2, 3)]
    desk = people.browser(app, people.DISTRICT_OFFICER)
    seen, address = [], "/staff/training"
    for _page in range(3):
        html = desk.get(address).get_data(as_text=True)
        seen += re.findall(r'href="/staff/training/(\w{10})"', html)
        following = re.findall(r'href="(/staff/training\?after=[^"]+)"', html)
        address = following[0] if following else ""
    assert address == ""
    assert seen == [codes[4], codes[3], codes[2], codes[1], codes[0]]
    assert desk.get("/staff/training?after=x").status_code == 422
