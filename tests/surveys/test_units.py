"""Organisations answer once, in their own name, through whoever represents them."""

import random

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError

from tests.dumping import make as people
from tests.organisations import make as organisations
from tests.surveys import forms as small_forms
from tests.surveys import waves as make
from wufei_public.common.actor import ANONYMOUS, Actor
from wufei_public.common.errors import Conflict, Invalid, NotAllowed
from wufei_public.infra.work import reading, work
from wufei_public.organisations.models import Organisation
from wufei_public.surveys.actions import forms as form_actions
from wufei_public.surveys.models import Response, Token, Unit, Wave
from wufei_public.surveys.queries import forms, units
from wufei_public.surveys.queries import waves as queries

pytestmark = pytest.mark.usefixtures("loaded")


@pytest.fixture
def member() -> Actor:
    people.places()
    organisations.fresh()
    people.account(people.TOWN_OFFICER)
    return people.account(people.RESIDENT)


@pytest.fixture
def wave(member: Actor) -> Wave:
    return make.wave("enterprise", signed_in=True)


def unit(number: int, member: Actor) -> Organisation:
    found = organisations.organisation(number)
    organisations.proven(found, member)
    return found


def answer(wave: Wave, member: Actor, of: str = "") -> str:
    form = forms.questionnaire(reading(), wave.form_key)
    said = make.made_up(form, random.Random(8))  # noqa: S311  made-up organisations
    return make.submit(wave, make.sent(said, unit=of), member)


def test_an_organisation_answers_once_whoever_speaks_for_it(member: Actor, wave: Wave) -> None:
    with pytest.raises(NotAllowed):
        answer(wave, member)
    mine = unit(1, member)
    assert answer(wave, member) == "1.1"
    with pytest.raises(Conflict, match=r"."):
        answer(wave, member)
    assert [row.name for row in units.answered(reading(), wave.id)] == [mine.name]
    with pytest.raises(NotAllowed):
        answer(wave, ANONYMOUS)


def test_who_speaks_for_two_says_for_which(member: Actor, wave: Wave) -> None:
    one, two = unit(1, member), unit(2, member)
    with pytest.raises(Invalid):
        answer(wave, member)
    with pytest.raises(Invalid):
        answer(wave, member, "ZZZZZZZZZZ")
    for of in (one, two):
        assert answer(wave, member, of.code) == "1.1"
    assert units.count(reading(), wave.id) == len((one, two))
    assert reading().query(Token).count() == 0


def test_what_it_answered_lies_apart_from_its_name() -> None:
    # `fresh` says that a row waits for the next mixing, as those of the answers do.
    mine = {column.name for column in Unit.__table__.columns}
    assert mine == {"wave_id", "organisation_id", "fresh"}
    columns = {column.name for column in Response.__table__.columns}
    assert not columns & {"organisation_id", "unit", "account_id"}


def test_the_page_offers_the_units_that_have_not_answered(
    app: Flask, member: Actor, wave: Wave
) -> None:
    browser: FlaskClient = people.browser(app, member)
    page = browser.get(f"/surveys/{wave.code}").get_data(as_text=True)
    assert ("加入我的单位" in page, "开始答题" in page) == (True, False)
    one, two = unit(1, member), unit(2, member)
    answer(wave, member, one.code)
    page = browser.get(f"/surveys/{wave.code}").get_data(as_text=True)
    assert ("已经答过了，谢谢" in page, f'value="{two.code}" checked' in page) == (True, True)
    begun = browser.post(f"/surveys/{wave.code}/begin", data={"unit": two.code})
    form = browser.get(begun.headers["Location"]).get_data(as_text=True)
    assert f'name="unit" value="{two.code}"' in form


def test_units_may_have_questionnaires_of_their_own(app: Flask) -> None:
    sheets_ = small_forms.sheets(["select_one yn", "sorts", "分类吗", "yes", "", ""])
    sheets_["settings"][1][1] = "unit_schools"
    work(people.DISTRICT_OFFICER, lambda w: form_actions.load(w, sheets_))
    with pytest.raises(Invalid):
        make.wave("unit_schools", margins=())
    wave = make.wave("unit_schools", margins=(), signed_in=True, opened=False)
    columns = {c.name: getattr(wave, c.name) for c in Wave.__table__.columns if c.name != "id"}
    row = {**columns, "code": "K0000000X1", "signed_in": False}
    with pytest.raises(IntegrityError):
        work(people.DISTRICT_OFFICER, lambda w: w.insert(Wave, row))
    wave = make.again(wave)
    assert wave.facts.of_units
    assert queries.floor_of(wave) == 0
