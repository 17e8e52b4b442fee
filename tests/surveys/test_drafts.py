"""Writing a questionnaire: kept through faults, undone, not overwritten, published once."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.dumping import make as people
from wufei_public.infra.work import reading
from wufei_public.surveys.models import Draft, Form
from wufei_public.surveys.queries import drafts, forms

pytestmark = pytest.mark.usefixtures("loaded")

QUESTION = {
    "part": "select_one", "name": "compost", "label_zh": "家里沤肥吗？", "required": "1",
    "option_name": ["yes", "", ""], "option_zh": ["沤", "不沤", ""], "option_en": ["Yes", "No", ""],
}  # fmt: skip


@pytest.fixture
def officer(app: Flask) -> FlaskClient:
    people.places()
    return people.browser(app, people.account(people.DISTRICT_OFFICER))


def begin(client: FlaskClient, based_on: str = "") -> str:
    answer = client.post("/staff/surveys/drafts", data={"based_on": based_on})
    assert answer.status_code == 303
    return answer.headers["Location"].removesuffix("/")


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def kept(page: str) -> Draft:
    reading().rollback()
    return drafts.draft(reading(), page.rsplit("/", 1)[1])


def send(client: FlaskClient, page: str, step: str, **data: Any) -> TestResponse:
    return client.post(f"{page}/{step}", data={"edits": kept(page).edits, **data})


def test_from_nothing_to_a_version(officer: FlaskClient) -> None:
    page = begin(officer)
    assert "问卷里没有一道题" in text(officer.get(page))
    assert send(officer, page, "publish").status_code == 422
    assert send(officer, page, "settings", title="沤肥", form_id="compost", version="1").location
    answer = send(officer, page, "add/0", **QUESTION)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{page}#line-0")
    assert "家里沤肥吗？" in text(officer.get(page))
    answer = send(officer, page, "publish")
    form = reading().query(Form).filter_by(form_id="compost").one()
    assert answer.headers["Location"] == f"/staff/surveys/questionnaires/{form.code}"
    [question] = forms.questionnaire(reading(), form.id).questions
    assert [choice.name for choice in question.choices] == ["yes", "1"]
    assert officer.get(page).status_code == 404


def test_a_version_goes_on_as_a_draft_and_needs_a_number_of_its_own(officer: FlaskClient) -> None:
    page = begin(officer, str(forms.newest(reading(), "ngo")))
    assert send(officer, page, "publish").status_code == 409
    assert send(officer, page, "settings", title="新", form_id="ngo", version="2").location
    assert send(officer, page, "publish").status_code == 303


def test_a_line_with_faults_comes_back_with_what_was_typed(officer: FlaskClient) -> None:
    page = begin(officer)
    bad = QUESTION | {"name": "两个 字", "relevant": "${nowhere} = '1'"}
    answer = send(officer, page, "add/0", **bad)
    html = text(answer)
    assert answer.status_code == 422
    assert "题目名只用字母、数字和下划线" in html
    assert "“nowhere”不是前面的题" in html
    assert ("家里沤肥吗？" in html, 'value="不沤"' in html) == (True, True)
    assert kept(page).edits == 1


def test_changes_are_undone_one_by_one(officer: FlaskClient) -> None:
    page = begin(officer, str(forms.newest(reading(), "ngo")))
    first = kept(page).sheets
    assert send(officer, page, "down", at=1).status_code == 303
    second = kept(page).sheets
    assert send(officer, page, "remove", at=2).status_code == 303
    assert len({str(first), str(second), str(kept(page).sheets)}) == 3
    assert send(officer, page, "undo").status_code == 303
    assert kept(page).sheets == second
    assert send(officer, page, "undo").status_code == 303
    assert kept(page).sheets == first
    assert send(officer, page, "undo").status_code == 409


def test_two_at_once_do_not_overwrite(officer: FlaskClient) -> None:
    page = begin(officer)
    seen = kept(page).edits
    assert send(officer, page, "add/0", **QUESTION).status_code == 303
    late = officer.post(f"{page}/add/0", data=QUESTION | {"edits": seen, "name": "late"})
    assert (late.status_code, 'value="late"' in text(late)) == (409, True)
    assert f'name="edits" value="{kept(page).edits}"' in text(late)
    assert officer.post(f"{page}/up", data={"edits": seen, "at": 0}).status_code == 409
    assert "late" not in str(kept(page).sheets)


def test_the_phone_shows_what_is_being_typed(officer: FlaskClient) -> None:
    page = begin(officer)
    seen = text(send(officer, page, "look", **QUESTION))
    assert ("家里沤肥吗？" in seen, "不沤" in seen, "<html" in seen) == (True, True, False)
    assert "这一项不能为空" in text(send(officer, page, "look", **QUESTION | {"label_zh": ""}))
    assert kept(page).edits == 1


def test_a_list_of_others_is_used_and_a_name_of_ones_own_takes_none_over(
    officer: FlaskClient,
) -> None:
    page = begin(officer, str(forms.newest(reading(), "public")))
    before = [row for row in kept(page).sheets["choices"] if row[0] == "town"]
    own = QUESTION | {"name": "town_again", "choices": "town", "shown": ""}
    assert send(officer, page, "add/3", **own).status_code == 303
    named = QUESTION | {"name": "consent_again", "choices": ""}
    assert send(officer, page, "add/4", **named).status_code == 303
    sheets = kept(page).sheets
    assert [row for row in sheets["choices"] if row[0] == "town"] == before
    assert ["select_one town", "town_again"] in [row[:2] for row in sheets["survey"]]


def test_only_the_district_writes(app: Flask, officer: FlaskClient) -> None:
    page = begin(officer)
    town = people.browser(app, people.account(people.TOWN_OFFICER))
    assert town.get(page).status_code == 403
    assert town.post(f"{page}/discard", data={"edits": 1}).status_code == 403
    assert officer.get(f"{page}/lines/7").status_code == 404
    assert officer.get(f"{page}.xlsx").status_code == 200
    assert send(officer, page, "discard").status_code == 303
    assert officer.get(page).status_code == 404
