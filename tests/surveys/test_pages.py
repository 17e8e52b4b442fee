"""Residents' pages without a script: the first page, the questions, thanks."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import Clock
from tests.dumping import make as people
from tests.dumping.make import DISTRICT_OFFICER
from tests.surveys import waves as make
from tests.surveys.forms import sheets
from wufei_public.infra.work import reading, work
from wufei_public.surveys.actions import forms as form_actions
from wufei_public.surveys.queries import waves as queries
from wufei_public.surveys.rules.waves import Mode

pytestmark = pytest.mark.usefixtures("loaded")


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def hidden(html: str) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="(client_key|began)" value="([^"]+)"', html))


def begin(client: FlaskClient, code: str) -> dict[str, str]:
    """Open the questionnaire as a browser does; return what its form carries."""
    answer = client.post(f"/surveys/{code}/begin")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/surveys/{code}/form")
    return hidden(text(client.get(f"/surveys/{code}/form")))


def test_a_resident_answers_by_a_plain_form(client: FlaskClient, clock: Clock) -> None:
    code = make.wave().code
    own = begin(client, code)
    clock.move(seconds=150)
    answer = client.post(f"/surveys/{code}/form", data={**make.ANSWERS, **own})
    assert answer.headers["Location"] == f"/surveys/{code}/done?o=1.1"
    thanks = text(client.get(answer.headers["Location"]))
    assert "收到了，谢谢您" in thanks
    assert "请点“提交”" not in thanks
    assert [(row.outcome, row.pace) for row in make.responses()] == [("1.1", "usual")]
    assert queries.outcomes(reading(), make.wave()) == {}


def test_a_second_form_of_the_same_browser_is_told_so(client: FlaskClient) -> None:
    code = make.wave().code
    client.post(f"/surveys/{code}/form", data={**make.ANSWERS, **begin(client, code)})
    second = {**make.ANSWERS, **hidden(text(client.get(f"/surveys/{code}/form")))}
    answer = client.post(f"/surveys/{code}/form", data=second)
    assert (answer.status_code, "您已经答过这次调查了" in text(answer)) == (409, True)
    assert len(make.responses()) == 1


def test_faults_stand_at_their_questions_and_every_answer_is_kept(client: FlaskClient) -> None:
    code = make.wave().code
    sent = {**make.ANSWERS, **begin(client, code), "contact": ["media", "none"], "age": ""}
    answer = client.post(f"/surveys/{code}/form", data=sent)
    html = text(answer)
    assert answer.status_code == 422
    assert 'id="e-age"' in html
    assert re.search(r'name="sat_overall" value="4" checked', html)
    assert re.search(r'name="contact" value="none" checked', html)
    assert "大口镇的桶满了没人收" in html
    assert make.responses() == []


@pytest.mark.parametrize(
    ("sent", "words"),
    [({"consent": "no"}, "问卷到此结束"), ({"consent": "yes", "town": "elsewhere"}, "这次只请")],
)
def test_who_ends_early_is_thanked(client: FlaskClient, sent: dict[str, str], words: str) -> None:
    code = make.wave().code
    answer = client.post(f"/surveys/{code}/form", data={**sent, **begin(client, code)})
    thanks = text(client.get(answer.headers["Location"]))
    assert ("好的，谢谢您" in thanks, words in thanks) == (True, True)


def test_the_time_is_what_the_phone_counted_and_no_more_than_the_form_is_old(
    client: FlaskClient, clock: Clock
) -> None:
    code = make.wave().code
    own = begin(client, code)
    clock.move(seconds=20)
    client.post(f"/surveys/{code}/form", data={**make.ANSWERS, **own, "seconds": "900"})
    assert make.responses()[0].pace == "fast"


def test_a_form_without_its_first_page_leads_there(client: FlaskClient, clock: Clock) -> None:
    code = make.wave().code
    assert client.get(f"/surveys/{code}/form").headers["Location"] == f"/surveys/{code}"
    assert client.post(f"/surveys/{code}/form", data=make.ANSWERS).status_code == 422
    clock.move(days=40)
    assert "答题已经结束" in text(client.get(f"/surveys/{code}"))


def test_the_device_is_known_to_this_wave_alone(client: FlaskClient) -> None:
    code = make.wave().code
    cookie = client.post(f"/surveys/{code}/begin").headers["Set-Cookie"]
    assert f"Path=/surveys/{code}" in cookie
    assert "HttpOnly" in cookie
    again = client.post(f"/surveys/{code}/begin")
    assert "Set-Cookie" not in again.headers
    assert queries.outcomes(reading(), queries.wave(reading(), code)) == {"start": 1}


@pytest.mark.parametrize(
    "changes",
    [{"opened": False}, {"mode": Mode.INTERVIEWER}, {"mode": Mode.EXTERNAL, "collector": "公司"}],
)
def test_the_public_knows_nothing_of_other_waves(
    client: FlaskClient, changes: dict[str, Any]
) -> None:
    code = make.wave(**changes).code
    assert client.get(f"/surveys/{code}").status_code == 404
    assert code not in text(client.get("/surveys"))
    assert client.get("/surveys/0000000000").status_code == 404


def test_home_and_the_list_show_what_can_be_answered(app: Flask, client: FlaskClient) -> None:
    people.places()
    assert "想听听您的看法" not in text(client.get("/"))
    code = make.wave(title_en="Winter survey").code
    for page in ("/", "/surveys"):
        assert f'href="/surveys/{code}"' in text(client.get(page))
    english = text(client.get("/surveys", headers={"Accept-Language": "en"}))
    assert "Winter survey" in english


def test_questions_come_in_the_readers_language(client: FlaskClient) -> None:
    code = make.wave().code
    begin(client, code)
    html = text(client.get(f"/surveys/{code}/form", headers={"Accept-Language": "en"}))
    assert "Are you willing to take part?" in html


def test_a_wave_for_residents_asks_to_sign_in(app: Flask, client: FlaskClient) -> None:
    code = make.wave(signed_in=True).code
    assert "先登录" in text(client.get(f"/surveys/{code}"))
    resident = people.browser(app, people.account(people.RESIDENT))
    own = begin(resident, code)
    answer = resident.post(f"/surveys/{code}/form", data={**make.ANSWERS, **own})
    assert answer.status_code == 303
    refused = client.post(f"/surveys/{code}/form", data={**make.ANSWERS, **begin(client, code)})
    assert refused.status_code == 403


def test_methods_are_explained(client: FlaskClient) -> None:
    assert "几种调查，几种把握" in text(client.get("/surveys/methods"))


def test_without_a_script_a_note_with_a_condition_is_told_when_that_is_known(
    client: FlaskClient,
) -> None:
    code = make.wave(small_form(), margins=()).code
    own = begin(client, code)
    page = text(client.get(f"/surveys/{code}/form"))
    hidden_note = 'class="wf-ask__note wf-needs-script"'
    assert (page.count(hidden_note), "data-when-told" in page) == (1, True)
    for said, times in (("yes", 1), ("no", 0)):
        back = client.post(f"/surveys/{code}/form", data={"a": said, "b": "", **own})
        assert (back.status_code, text(back).count(hidden_note)) == (422, times)


def small_form() -> str:
    rows = [
        ["select_one yn", "a", "甲", "yes"],
        ["note", "n", "只对答“否”的人说", "", "${a} = 'no'"],
        ["text", "b", "乙", "yes"],
    ]
    work(DISTRICT_OFFICER, lambda w: form_actions.load(w, sheets(*rows)))
    return "small"
