import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.dumping import make as people
from tests.surveys import waves as make

pytestmark = pytest.mark.usefixtures("loaded")

KEY = "k" * 24


def test_a_program_lists_reads_and_answers_for_a_resident(app: Flask, client: FlaskClient) -> None:
    code = make.wave().code
    assert client.get("/api/v1/surveys/waves").json == {
        "open": [
            {
                "code": code,
                "title": "冬季满意度调查",
                "closes_on": "2026-12-10",
                "state": "open",
                "address": f"/surveys/{code}",
            }
        ],
        "published": [],
    }
    questions = client.get(f"/api/v1/surveys/waves/{code}/questions").json["questions"]
    assert [question["name"] for question in questions][:3] == ["consent", "town", "age"]
    resident = people.browser(app, people.account(people.RESIDENT))
    body = {"client_key": KEY, "seconds": 120, "answers": dict(make.ANSWERS)}
    for _ in range(2):
        answer = resident.post(f"/api/v1/surveys/waves/{code}/replies", json=body)
        assert (answer.status_code, answer.json) == (201, {"outcome": "1.1"})
    again = resident.post(
        f"/api/v1/surveys/waves/{code}/replies", json=body | {"client_key": "x" * 20}
    )
    assert (again.status_code, again.json["code"]) == (409, "answered")
    assert len(make.responses()) == 1


def test_faults_come_as_problem_details(client: FlaskClient) -> None:
    code = make.wave().code
    address = f"/api/v1/surveys/waves/{code}/replies"
    bad = client.post(address, json={"client_key": KEY, "answers": {"consent": {"a": 1}}})
    assert (bad.status_code, bad.json["errors"][0]["pointer"]) == (422, "#/answers/consent")
    missing = client.post(address, json={"client_key": KEY, "answers": {"consent": "yes"}})
    assert [fault["pointer"] for fault in missing.json["errors"]] == ["#/town", "#/age"]
    nobody = client.post(address, json={"client_key": KEY, "answers": dict(make.ANSWERS)})
    assert (nobody.status_code, nobody.json["code"]) == (422, "no_device")
