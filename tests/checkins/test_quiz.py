"""The daily quiz: once a day, points by right answers."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.checkins import make
from tests.conftest import Clock
from tests.points.make import balance
from wufei_public.checkins.actions.quiz import asked_on
from wufei_public.checkins.rules.schemes import Scheme

pytestmark = pytest.mark.usefixtures("town")
DAY = date(2026, 11, 24)


@pytest.fixture
def phone(app: Flask, town: None) -> FlaskClient:
    return make.browser(app, make.RESIDENT)


def answers(wrong: int = 0) -> dict[str, str]:
    asked = asked_on(DAY, Scheme.TWO)
    right = {one.id: one.answer for one in asked}
    for one in asked[:wrong]:
        right[one.id] = next(name for name in one.options if name != one.answer)
    return right


def test_right_answers_are_worth_points(phone: FlaskClient) -> None:
    html = phone.get("/checkin/quiz").get_data(as_text=True)
    assert html.count("<fieldset") == 5
    assert phone.post("/checkin/quiz", data=answers(wrong=2)).status_code == 303
    assert balance(make.RESIDENT) == 3
    done = phone.get("/checkin/quiz").get_data(as_text=True)
    assert "5 题对了 3 题" in done
    assert done.count("st-bad") == 2


def test_a_day_is_answered_once(phone: FlaskClient, clock: Clock) -> None:
    phone.post("/checkin/quiz", data=answers(wrong=5))
    phone.post("/checkin/quiz", data=answers())
    assert balance(make.RESIDENT) == 0
    clock.move(days=1)
    assert "今天的 5 道题" in phone.get("/checkin/quiz").get_data(as_text=True)


def test_a_question_without_an_answer_is_said_at_its_place(phone: FlaskClient) -> None:
    given = answers()
    missing = next(iter(given))
    answer = phone.post("/checkin/quiz", data=given | {missing: "z"})
    html = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'id="e-{missing}"' in html
    assert html.count(" checked") == 4
    assert balance(make.RESIDENT) == 0


def test_a_guest_is_led_to_sign_in(client: FlaskClient) -> None:
    assert client.get("/checkin/quiz").status_code == 302
