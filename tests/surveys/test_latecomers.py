"""What was begun in time comes in after the last day; keys, organisations, and what pages tell."""

import random
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError

from tests.conftest import Clock
from tests.dumping import make as people
from tests.organisations import make as organisations
from tests.surveys import waves as make
from tests.surveys.test_external import HEADER, as_csv, line, take_over, upload
from tests.surveys.test_pages import hidden
from wufei_public.common.actor import SYSTEM
from wufei_public.common.errors import Invalid
from wufei_public.infra.audit import AuditRow
from wufei_public.infra.replay import ReplayRow
from wufei_public.infra.work import reading, work
from wufei_public.surveys.actions import waves as actions
from wufei_public.surveys.documents.answers import prepare
from wufei_public.surveys.documents.paper import counted
from wufei_public.surveys.documents.pictures import trend
from wufei_public.surveys.documents.results import assembled, figures_of
from wufei_public.surveys.models import Wave
from wufei_public.surveys.pages.results import labels_of
from wufei_public.surveys.queries import forms
from wufei_public.surveys.queries import waves as queries
from wufei_public.surveys.rules.waves import GRACE, Mode, State, WaveFacts

pytestmark = pytest.mark.usefixtures("loaded")
LAST = make.LAST_DAY
FACTS = WaveFacts(State.OPEN, Mode.LINK, make.FIRST, LAST, "public")


@pytest.mark.parametrize(
    ("today", "began", "takes"),
    [
        (LAST, LAST, True),
        (LAST + timedelta(days=1), LAST, True),
        (LAST + GRACE, LAST, True),
        (LAST + GRACE + timedelta(days=1), LAST, False),
        (LAST + timedelta(days=1), LAST + timedelta(days=1), False),
        (LAST + timedelta(days=1), make.FIRST - timedelta(days=1), False),
        (LAST + timedelta(days=1), None, False),
    ],
)
def test_who_began_in_time_has_two_days(today: date, began: date | None, takes: bool) -> None:
    assert FACTS.still_takes(today, began) is takes


def test_an_interview_of_the_last_day_comes_in_when_the_phone_finds_its_signal(
    app: Flask, clock: Clock
) -> None:
    wave = make.wave(mode=Mode.INTERVIEWER, closes_on=clock.now.date())
    interviewer = people.account(people.TOWN_OFFICER)
    officer = people.browser(app, interviewer)
    page = f"/staff/surveys/{wave.code}/interview"
    own = hidden(officer.get(page).text)
    clock.move(hours=20)
    assert work(SYSTEM, actions.close_ended) == 0
    officer = people.browser(app, interviewer)
    assert officer.get(page).status_code == 409
    sent = officer.post(page, data={**own, **make.ANSWERS})
    assert sent.status_code == 303
    assert make.responses()[0].day == wave.closes_on
    other = {**own, "client_key": "x" * 20, "began": "1.0000000000000000"}
    assert officer.post(page, data={**make.ANSWERS, **other}).status_code == 409
    clock.move(days=3)
    officer = people.browser(app, interviewer)
    assert (
        officer.post(page, data={**own, **make.ANSWERS, "client_key": "y" * 20}).status_code == 409
    )
    assert work(SYSTEM, actions.close_ended) == 1


def test_the_same_key_in_two_waves_is_two_answers() -> None:
    one, two, sent = make.wave(), make.wave(), make.sent()
    assert [make.submit(one, sent), make.submit(two, sent), make.submit(two, sent)] == ["1.1"] * 3
    counts = [queries.counted(reading(), wave.id) for wave in (one, two)]
    assert counts == [1, 1]


@pytest.mark.parametrize("hour", [0, 10, 23])
def test_a_key_is_known_for_48_hours_at_most(clock: Clock, hour: int) -> None:
    clock.now = clock.now.replace(hour=16) + timedelta(hours=hour, days=-1)
    make.submit(make.wave())
    kept = reading().query(ReplayRow).one().expires_at - clock.now
    assert timedelta(hours=24) < kept <= timedelta(hours=48)


# ---- organisations --------------------------------------------------------------------------


def test_a_link_to_organisations_asks_who_it_is() -> None:
    with pytest.raises(Invalid) as refused:
        make.wave("ngo", signed_in=False)
    assert [error.pointer for error in refused.value.errors] == ["signed_in"]
    assert make.wave("ngo", signed_in=False, mode=Mode.INTERVIEWER).signed_in is False


def test_the_table_takes_no_link_to_organisations_that_anybody_answers() -> None:
    row = make.wave("ngo")
    values = {c.name: getattr(row, c.name) for c in Wave.__table__.columns if c.name != "id"}
    wrong = values | {"code": "K0000000X1", "signed_in": False}
    with pytest.raises(IntegrityError, match="organisations answer in their own name"):
        work(SYSTEM, lambda w: w.insert(Wave, wrong))


def test_a_program_says_for_which_organisation_it_answers(app: Flask) -> None:
    people.places()
    people.account(people.TOWN_OFFICER)
    member = people.account(people.RESIDENT)
    units = [organisations.organisation(number) for number in (1, 2)]
    for unit in units:
        organisations.proven(unit, member)
    wave = make.wave("enterprise")
    form = forms.questionnaire(reading(), wave.form_key)
    said = make.made_up(form, random.Random(8))  # noqa: S311  made-up organisations
    browser, path = people.browser(app, member), f"/api/v1/surveys/waves/{wave.code}/replies"
    body: dict[str, Any] = {"client_key": "k" * 20, "answers": said}
    assert browser.post(path, json=body).status_code == 422
    assert browser.post(path, json=body | {"unit": units[1].code}).status_code == 201


# ---- what is told ------------------------------------------------------------------------------


@pytest.fixture
def officer(app: Flask) -> FlaskClient:
    people.places()
    return people.browser(app, people.account(people.DISTRICT_OFFICER))


def test_a_faulty_topic_of_an_open_wave_shows_no_comment(officer: FlaskClient) -> None:
    wave = make.wave()
    make.submit(wave)
    answer = officer.post(f"/staff/surveys/{wave.code}/topics", data={"label": ""})
    assert (answer.status_code, make.ANSWERS["open_comment"] in answer.text) == (403, False)
    make.closed(make.answered(wave, 100))
    shown = officer.post(f"/staff/surveys/{wave.code}/topics", data={"label": ""})
    assert (shown.status_code, make.ANSWERS["open_comment"] in shown.text) == (422, True)
    reading().rollback()
    looks = reading().query(AuditRow).filter_by(action="surveys:wave:look").all()
    assert [(row.after or {})["at"] for row in looks] == ["comments"]


def test_a_row_that_comes_twice_is_refused_at_its_id(officer: FlaskClient) -> None:
    wave = make.wave(mode=Mode.EXTERNAL, collector="某调查公司")
    assert "id" in HEADER
    upload(officer, wave.code, as_csv(line(id="7"), line(id="8"), line(id="7")), "a.csv")
    html = officer.get(f"/staff/surveys/{wave.code}/data").text
    assert '<th scope="row" class="r">4</th><td>id</td>' in html
    assert take_over(officer, wave.code).status_code == 422
    assert make.responses() == []


def test_pages_say_how_many_did_not_answer_and_whose_answers_were_left_out(
    officer: FlaskClient, client: FlaskClient
) -> None:
    wave = make.answered(make.wave())
    rows = make.responses()[:40]
    for row in rows:
        row.answers = {name: said for name, said in row.answers.items() if name != "know_kitchen"}
        row.straight = True  # so many that a later decision tells of no few
    reading().commit()
    excluded = {"code": wave.code, "flag": "fast", "reason": "答得太快"}
    work(people.DISTRICT_OFFICER, lambda w: actions.exclude(w, **excluded))
    make.closed(wave)
    assert officer.post(f"/staff/surveys/{wave.code}/publish").status_code == 303
    page = client.get(f"/surveys/{wave.code}/results").text
    assert "按决定排除了有这些标记的回答" in page
    assert "未答" in page
    published = make.again(wave)
    with officer.application.test_request_context():
        before = prepare(reading(), published, labels_of(published)).digest
    later = {"code": wave.code, "flag": "straight", "reason": "一条线"}
    work(people.DISTRICT_OFFICER, lambda w: actions.exclude(w, **later))
    again = make.again(wave)
    with officer.application.test_request_context():
        assert prepare(reading(), again, labels_of(again)).digest == before


def test_the_paper_says_nothing_where_a_figure_is_hidden(app: Flask) -> None:
    with app.test_request_context():
        assert counted({"n": None, "missing": None}) == "—"
        assert counted({"n": 30, "missing": 0}) == "30"
        assert counted({"n": 30, "missing": 4}) == "30（未答 4）"


def test_waves_that_were_asked_otherwise_are_not_tested_against_each_other(app: Flask) -> None:
    wave = make.answered(make.wave())
    figures = figures_for(wave)
    with app.test_request_context():
        labels = labels_of(wave)
        [alike] = trend([("上次", figures)], figures, labels)[0]["past"]
        [other] = trend([("上次", figures | {"mode": "invited"})], figures, labels)[0]["past"]
    assert (alike["title"], bool(alike["p"])) == ("上次", True)
    assert ("方式不同，不检验" in other["title"], other["p"], other["change"]) == (True, "", "")


def figures_for(wave: Wave) -> dict[str, Any]:
    return figures_of(wave, assembled(reading(), wave, ()), ())
