from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.people import make
from wufei_public.common.actor import ANONYMOUS, SYSTEM, ActorKind
from wufei_public.common.errors import NotFound
from wufei_public.config import Mode
from wufei_public.infra.web.session import COOKIE
from wufei_public.infra.work import House, work
from wufei_public.people.actions.accounts import disable_account
from wufei_public.people.actions.demo import enter_as
from wufei_public.people.models import SessionRow
from wufei_public.people.rules.roles import Role

SAME = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def demo(app: Flask) -> Iterator[FlaskClient]:
    home: House = app.extensions["house"]
    app.extensions["house"] = replace(home, settings=replace(home.settings, mode=Mode.DEMO))
    yield app.test_client()
    app.extensions["house"] = home


def test_outside_a_demonstration_there_is_no_such_thing(client: FlaskClient) -> None:
    code = make.member("zhang.li").code
    assert client.get("/people/demo").status_code == 404
    assert client.post("/people/demo", data={"code": code}, headers=SAME).status_code == 404
    with pytest.raises(NotFound):
        work(ANONYMOUS, lambda w: enter_as(w, code=code, device=""))
    assert make.count(SessionRow) == 0


def test_one_of_each_role_is_offered_and_entered(demo: FlaskClient) -> None:
    make.places()
    first = make.member("zhang.li", Role.TOWN_OFFICER)
    second = make.member("li.si", Role.TOWN_OFFICER)
    left = make.member("wang.wu", Role.CREW_MEMBER)
    work(SYSTEM, lambda w: disable_account(w, code=left.code))
    resident = make.resident()
    page = demo.get("/people/demo").text
    shown = [who in page for who in (first.code, second.code, left.code, resident.account_code)]
    assert shown == [True, False, False, True]
    for code, address, kind in (
        (first.code, "/staff", ActorKind.STAFF),
        (resident.account_code, "/mine", ActorKind.RESIDENT),
    ):
        done = demo.post("/people/demo", data={"code": code}, headers=SAME)
        assert (done.status_code, done.location) == (303, address)
        cookie = demo.get_cookie(COOKIE)
        assert cookie is not None
        facts = make.who(cookie.value)
        assert facts is not None
        assert facts.actor.kind is kind


def test_who_is_not_there_cannot_be_entered(demo: FlaskClient) -> None:
    answer = demo.post("/people/demo", data={"code": "0000000000"}, headers=SAME)
    assert answer.status_code == 404
