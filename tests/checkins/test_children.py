"""Children under 14: only by a guardian's yes, in no list by name, gone when it is taken back."""

from datetime import date, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.checkins import make
from tests.conftest import Clock
from tests.people.make import audited, fresh
from wufei_public.checkins import jobs
from wufei_public.checkins.actions import children, daily, figures, profiles
from wufei_public.checkins.actions.personal import absorb as absorb_days
from wufei_public.checkins.models import CheckIn, CheckInFigure, HouseholdMember
from wufei_public.checkins.queries import own
from wufei_public.common.actor import SYSTEM
from wufei_public.common.errors import Invalid, NotFound
from wufei_public.infra.work import Work, work
from wufei_public.people.actions import children as consents
from wufei_public.people.actions.personal import new_text
from wufei_public.people.models import Child
from wufei_public.people.rules.children import is_child, year_faults, years

NAME, YEAR = "豆豆", 2018
FORM = {"name": NAME, "birth_year": str(YEAR), "guardian": "true"}


@pytest.fixture
def phone(app: Flask, town: None) -> FlaskClient:
    return make.browser(app, make.RESIDENT)


def add(name: str = NAME) -> int:
    return work(make.RESIDENT, lambda w: children.add(w, name=name, birth_year=YEAR))


def child() -> Child:
    return fresh().scalars(select(Child)).one()


def members() -> list[tuple[int, str]]:
    return [(row.number, row.name) for row in own.members(fresh(), make.RESIDENT.id or 0)]


@pytest.mark.parametrize(
    ("born", "under"), [(2011, False), (2012, True), (2018, True), (2026, True)]
)
def test_a_child_is_one_until_the_fourteenth_year_is_over(born: int, under: bool) -> None:
    today = date(2026, 12, 31)
    assert is_child(born, today) is under
    assert (year_faults(born, today) == []) is under
    assert list(years(today))[-1] == 2026


def test_a_guardian_adds_a_child_and_the_yes_is_kept(phone: FlaskClient, clock: Clock) -> None:
    page = phone.get("/checkin/children").text
    assert "加一个孩子" in page
    assert "/privacy/children" in page
    refused = phone.post("/checkin/children", data=FORM | {"guardian": ""})
    assert (refused.status_code, 'id="e-guardian"' in refused.text) == (422, True)
    assert members() == []
    assert phone.post("/checkin/children", data=FORM).status_code == 303
    assert members() == [(1, NAME)]
    row = child()
    assert (row.guardian, row.birth_year, row.version, row.given_at, row.withdrawn_at) == (
        make.RESIDENT.id, YEAR, "children-1", clock.now, None,
    )  # fmt: skip
    assert "people:child:consent" in audited()
    assert "2018 年生" in phone.get("/checkin/children").text
    assert NAME in phone.get("/checkin").text
    copy = phone.get("/mine/data.json").get_json()["我的打卡"]
    given = clock.now.isoformat()
    whole = {"member": 1, "name": NAME, "birth_year": YEAR, "consent": "children-1"}
    assert whole | {"given_at": given} in copy


@pytest.mark.parametrize(
    ("changed", "at"),
    [({"birth_year": "2011"}, "birth_year"), ({"birth_year": ""}, "birth_year"),
     ({"name": "13912345678"}, "name"), ({"name": "河边"}, "name")],
)  # fmt: skip
@pytest.mark.usefixtures("town")
def test_what_is_wrong_is_said_at_its_field(app: Flask, changed: dict[str, str], at: str) -> None:
    work(make.RESIDENT, lambda w: profiles.settle(w, village=make.VILLAGE, nickname="小河边"))
    answer = make.browser(app, make.RESIDENT).post("/checkin/children", data=FORM | changed)
    assert (answer.status_code, f'id="e-{at}"' in answer.text) == (422, True)
    assert members() == []


def test_a_childs_name_stands_in_no_list(app: Flask, phone: FlaskClient) -> None:
    number = add()
    named = {"village": make.VILLAGE, "nickname": f"{NAME}妈", "listed": "1"}
    refused = phone.post("/checkin/home", data=named)
    assert (refused.status_code, 'id="e-nickname"' in refused.text) == (422, True)
    assert phone.post("/checkin/home", data=named | {"nickname": "小河边"}).status_code == 303
    work(make.RESIDENT, lambda w: daily.check_in(w, make.draft(member=number)))
    third = make.account(make.resident(301))
    make.home(third, nickname="老井", listed=True)
    make.home(make.NEIGHBOUR, nickname="大槐树", listed=True)
    for one in (make.RESIDENT, make.NEIGHBOUR, third):
        make.check_in(one)
    jobs.recount("")
    stranger = make.browser(app, make.NEIGHBOUR)
    board = stranger.get(f"/checkin/board?town={make.VILLAGE}").text
    assert "小河边" in board
    for page in (board, stranger.get("/checkin/children").text, stranger.get("/notices").text):
        assert NAME not in page


def test_another_resident_reaches_no_child(app: Flask, phone: FlaskClient) -> None:
    number = add()
    stranger = make.browser(app, make.NEIGHBOUR)
    for way in ("renew", "withdraw"):
        assert stranger.post(f"/checkin/children/{number}/{way}").status_code == 404
    assert members() == [(number, NAME)]
    with pytest.raises(NotFound):
        work(
            make.NEIGHBOUR,
            lambda w: consents.withdraw(w, guardian=w.actor.id or 0, child=child().id),
        )


def test_a_consent_taken_back_takes_the_childs_data(
    phone: FlaskClient, session: Session, clock: Clock
) -> None:
    number = add()
    make.check_in()
    work(make.RESIDENT, lambda w: daily.check_in(w, make.draft(member=number)))
    work(SYSTEM, figures.recount)
    # A child leaves by the consent, not by the button of the other household members.
    assert phone.post(f"/checkin/household/{number}/end").status_code == 404
    assert phone.post(f"/checkin/children/{number}/withdraw").status_code == 303
    assert members() == []
    assert fresh().scalars(select(HouseholdMember.name)).all() == [""]
    assert fresh().scalars(select(CheckIn.member)).all() == [0]
    row = child()
    assert (row.birth_year, row.withdrawn_at, row.version) == (None, clock.now, "children-1")
    work(SYSTEM, figures.recount)
    found = fresh().execute(select(CheckInFigure.own, CheckInFigure.proxies))
    assert found.tuples().all() == [(1, 0)]
    assert "people:child:withdraw" in audited()
    assert phone.post(f"/checkin/children/{number}/withdraw").status_code == 404


def test_a_new_text_is_agreed_to_before_the_next_check_in(phone: FlaskClient, clock: Clock) -> None:
    number = add()
    work(SYSTEM, lambda w: new_text(w, text="children", number=2, since=clock.now))
    clock.move(minutes=1)
    with pytest.raises(Invalid) as caught:
        work(make.RESIDENT, lambda w: daily.check_in(w, make.draft(member=number)))
    assert caught.value.code == "text_changed"
    assert "请再看一遍" in phone.get("/checkin/children").text
    assert phone.post(f"/checkin/children/{number}/renew").status_code == 303
    assert (child().version, child().given_at) == ("children-v2", clock.now)
    assert work(make.RESIDENT, lambda w: daily.check_in(w, make.draft(member=number))).streak == 1
    # The privacy text of everybody is another one, and stays.
    assert phone.get("/mine/data").status_code == 200


@pytest.mark.usefixtures("town")
def test_who_is_grown_stays_without_a_year_and_can_be_taken_out(clock: Clock) -> None:
    number = add()
    assert work(SYSTEM, consents.let_go) == 0
    clock.now = datetime(2033, 1, 2, tzinfo=clock.now.tzinfo)
    assert work(SYSTEM, consents.let_go) == 1
    assert (child().birth_year, child().withdrawn_at) == (None, None)
    work(make.RESIDENT, lambda w: profiles.end_member(w, number=number))
    assert members() == []


@pytest.mark.usefixtures("town")
def test_accounts_that_become_one_bring_the_child_along(session: Session) -> None:
    number, whose = add(), make.NEIGHBOUR.id or 0
    work(make.NEIGHBOUR, lambda w: profiles.add_member(w, name="奶奶"))
    work(make.RESIDENT, lambda w: daily.check_in(w, make.draft(member=number)))

    def merge(w: Work) -> None:
        absorb_days(w, make.RESIDENT.id or 0, whose)
        consents.absorb(w, make.RESIDENT.id or 0, whose)

    work(SYSTEM, merge)
    assert [row.name for row in own.members(fresh(), whose)] == ["奶奶", NAME]
    work(make.NEIGHBOUR, lambda w: children.withdraw(w, number=2))
    assert fresh().scalars(select(CheckIn.id)).all() == []


@pytest.mark.usefixtures("town")
def test_an_account_that_ends_takes_its_children_along(phone: FlaskClient) -> None:
    add()
    assert phone.post("/mine/data/erase", data={"sure": "1"}).status_code == 303
    assert fresh().scalars(select(Child.id)).all() == []
    assert fresh().scalars(select(HouseholdMember.name)).all() == []
