"""Officials' pages: questionnaires, planning, moves, decisions."""

import io
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.dumping import make as people
from tests.surveys import forms
from tests.surveys import waves as make
from wufei_public.infra.work import reading, work
from wufei_public.infra.workbooks import read_book, write_book
from wufei_public.surveys.actions import waves as actions
from wufei_public.surveys.models import Form, Wave
from wufei_public.surveys.queries import forms as form_queries
from wufei_public.surveys.queries import waves as queries

pytestmark = pytest.mark.usefixtures("loaded")


@pytest.fixture
def officer(app: Flask) -> FlaskClient:
    people.places()
    return people.browser(app, people.account(people.DISTRICT_OFFICER))


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def upload(client: FlaskClient, sheets: Any) -> TestResponse:
    file = (io.BytesIO(write_book(sheets, literal=True)), "q.xlsx")
    return client.post(
        "/staff/surveys/questionnaires", data={"file": file}, content_type="multipart/form-data"
    )


def newer(version: str = "2") -> dict[str, list[list[str]]]:
    sheets = {name: [list(row) for row in rows] for name, rows in forms.book("ngo").items()}
    sheets["settings"][1][2] = version
    return sheets


def test_an_officer_loads_a_new_version_and_gets_it_back_as_it_was(officer: FlaskClient) -> None:
    answer = upload(officer, newer())
    assert answer.status_code == 303
    preview = text(officer.get(answer.headers["Location"]))
    assert "版本 2，19 题" in preview
    exported = officer.get(answer.headers["Location"] + ".xlsx")
    assert exported.headers["Content-Disposition"] == 'attachment; filename="ngo-2.xlsx"'
    assert read_book(exported.data) == newer()


def test_a_version_is_loaded_once(officer: FlaskClient) -> None:
    assert upload(officer, forms.book("ngo")).status_code == 409


def test_a_bad_file_is_told_by_sheet_row_and_column_and_nothing_is_loaded(
    officer: FlaskClient,
) -> None:
    sheets = newer()
    sheets["survey"][3][0] = "audio"
    before = reading().query(Form).count()
    answer = upload(officer, sheets)
    assert (answer.status_code, "survey/4/type" in text(answer)) == (422, True)
    answer = officer.post("/staff/surveys/questionnaires", data={})
    assert answer.status_code == 422
    assert reading().query(Form).count() == before


def plan(client: FlaskClient, **changes: Any) -> TestResponse:
    form = {
        "form": form_queries.newest(reading(), "public"), "title": "新的一次", "mode": "link",
        "opens_on": "2026-11-24", "closes_on": "2026-12-20", "target": "800", "shipped": "1",
    }  # fmt: skip
    return client.post(
        "/staff/surveys/new", data=form | changes, content_type="multipart/form-data"
    )


def test_an_officer_plans_opens_closes_a_wave(officer: FlaskClient) -> None:
    assert 'value="link"' in text(officer.get("/staff/surveys/new"))
    page = plan(officer).headers["Location"]
    html = text(officer.get(page))
    assert ("准备中" in html, "推算的" in html, "±2.9 个点" in html) == (True, True, True)
    assert re.search(r"缑氏镇</th><td class=\"r\">43641</td><td class=\"r\">84<", html)
    assert officer.post(f"{page}/begin").status_code == 303
    assert "正在答" in text(officer.get("/staff/surveys"))
    assert officer.post(f"{page}/close").status_code == 303
    assert officer.post(f"{page}/close").status_code == 409
    assert officer.post(f"{page}/drop", data={}).status_code == 422
    assert officer.post(f"{page}/drop", data={"reason": "样本有误"}).status_code == 303
    assert "已作废" in text(officer.get(page))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "名称"),
        ({"closes_on": "2026-11-01"}, "最后一天不能早于第一天"),
        ({"mode": "external"}, "是谁收集的"),
        ({"margins": (io.BytesIO(b"variable,level\ntown,x\n"), "m.csv")}, "population"),
    ],
)
def test_a_plan_with_faults_comes_back(
    officer: FlaskClient, changes: dict[str, Any], words: str
) -> None:
    answer = plan(officer, **changes)
    assert (answer.status_code, words in text(answer)) == (422, True)
    assert reading().query(Wave).count() == 0


def test_margins_of_ones_own_are_taken(officer: FlaskClient) -> None:
    file = (io.BytesIO(b"variable,level,population\nsex,male,10\nsex,female,20\n"), "m.csv")
    code = plan(officer, margins=file).headers["Location"].rsplit("/", 1)[1]
    assert queries.wave(reading(), code).margins == [
        ["sex", "male", 10.0, "", ""], ["sex", "female", 20.0, "", ""],
    ]  # fmt: skip
    code = plan(officer, shipped="").headers["Location"].rsplit("/", 1)[1]
    assert queries.wave(reading(), code).margins == []


def test_an_exclusion_is_a_decision_with_a_reason(officer: FlaskClient) -> None:
    wave = make.wave()
    make.submit(wave, make.sent(seconds=3))
    make.submit(wave)
    page = f"/staff/surveys/{wave.code}"
    assert officer.post(f"{page}/exclude", data={"flag": "fast"}).status_code == 422
    assert officer.post(f"{page}/exclude", data={"flag": "x", "reason": "理由"}).status_code == 422
    officer.post(f"{page}/exclude", data={"flag": "fast", "reason": "三秒答不完"})
    officer.post(f"{page}/exclude", data={"flag": "fast", "reason": "再说一次"})
    assert queries.excluded(reading(), wave.id) == ("fast",)
    assert len(queries.replies(reading(), wave.id, ("fast",))) == 1
    html = text(officer.get(page))
    assert ("三秒答不完" in html, "已排除" in html) == (True, True)
    officer.post(f"{page}/include", data={"flag": "fast", "reason": "读得快"})
    reading().rollback()
    assert queries.excluded(reading(), wave.id) == ()
    assert len(queries.exclusions(reading(), wave.id)) == 1


def test_others_read_but_do_not_plan(app: Flask, client: FlaskClient) -> None:
    people.places()
    wave = make.wave()
    town = people.browser(app, people.account(people.TOWN_OFFICER))
    stranger = people.browser(app, people.account(people.STRANGER))
    resident = people.browser(app, people.account(people.RESIDENT))
    assert "新的调查" not in text(town.get("/staff/surveys"))
    assert town.get(f"/staff/surveys/{wave.code}").status_code == 200
    assert town.post(f"/staff/surveys/{wave.code}/close").status_code == 403
    assert plan(town).status_code == 403
    for other in (stranger, resident):
        assert other.get("/staff/surveys").status_code == 403
    assert client.get("/staff/surveys").status_code == 302


def test_a_wave_that_was_published_can_be_taken_back() -> None:
    wave = make.wave()
    work(people.DISTRICT_OFFICER, lambda w: actions.close(w, code=wave.code))
    figures = {"n": 1}
    work(people.DISTRICT_OFFICER, lambda w: actions.publish(w, code=wave.code, figures=figures))
    assert make.again(wave).figures == figures
    work(people.DISTRICT_OFFICER, lambda w: actions.withdraw(w, code=wave.code, reason="算错了"))
    taken = make.again(wave)
    assert (taken.state, taken.figures, taken.published_at) == ("closed", None, None)
