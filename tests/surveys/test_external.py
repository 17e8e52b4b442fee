"""A contractor's file: whole or not at all, estimated by the same code."""

import io
from itertools import count
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.dumping import make as people
from tests.surveys import waves as make
from tests.surveys.forms import shipped
from wufei_public.common.errors import Invalid
from wufei_public.infra.work import reading
from wufei_public.infra.workbooks import write_book
from wufei_public.surveys.models import Response
from wufei_public.surveys.queries import waves as queries
from wufei_public.surveys.rules.external import read_rows
from wufei_public.surveys.rules.waves import Mode

HEADER = ["id", *make.ANSWERS, "_stratum", "_weight"]

_IDS = count(1)


def line(**changes: Any) -> list[str]:
    said = {**make.ANSWERS, "id": str(next(_IDS)), "_stratum": "x", "_weight": "1.5", **changes}
    values = (said[name] for name in HEADER)
    return [" ".join(value) if isinstance(value, list) else str(value) for value in values]


def test_cells_may_hold_names_or_words_in_either_language() -> None:
    row = line(sat_overall="比较满意", contact="电视、广播、报纸", know_kitchen="Green")
    found = read_rows(shipped(), [HEADER, row, [], line(contact="media；poster")], "f.csv")
    assert found[0].answers["sat_overall"] == "4"
    assert found[0].answers["contact"] == ("media",)
    assert found[0].answers["know_kitchen"] == "green"
    assert found[1].answers["contact"] == ("media", "poster")
    assert (found[0].stratum, found[0].weight) == ("x", 1.5)


@pytest.mark.parametrize(
    ("lines", "pointers"),
    [
        ([["town", "nonsense"], ["410307106", "1"]], ["f/1/nonsense"]),
        ([["town", "town"], ["410307106", ""]], ["f/1/town", "f/1/town"]),
        ([["id"], ["1"]], ["f/1/"]),
        ([], ["f/1/"]),
        ([HEADER], ["f/1/"]),
        ([HEADER, line(sat_overall="6")], ["f/2/sat_overall"]),
        ([HEADER, line(_weight="0")], ["f/2/_weight"]),
        (
            [HEADER, line(), line(age="under_18")],
            [f"f/3/{name}" for name in list(make.ANSWERS)[3:]],
        ),
    ],
)
def test_faults_are_told_by_row_and_column(lines: list[list[str]], pointers: list[str]) -> None:
    with pytest.raises(Invalid) as refused:
        read_rows(shipped(), lines, "f")
    assert [error.pointer for error in refused.value.errors] == pointers


def test_no_more_faults_are_told_than_one_can_read() -> None:
    with pytest.raises(Invalid) as refused:
        read_rows(shipped(), [HEADER, *(line(sat_overall="6") for _ in range(300))], "f")
    assert len(refused.value.errors) == 50


@pytest.fixture
def officer(app: Flask) -> FlaskClient:
    people.places()
    return people.browser(app, people.account(people.DISTRICT_OFFICER))


def upload(client: FlaskClient, code: str, data: bytes, name: str) -> TestResponse:
    form = {"data": (io.BytesIO(data), name)}
    return client.post(f"/staff/surveys/{code}/data", data=form, content_type="multipart/form-data")


def as_csv(*lines: list[str]) -> bytes:
    return "\n".join(",".join(row) for row in (HEADER, *lines)).encode("gb18030")


@pytest.mark.usefixtures("loaded")
def test_a_file_becomes_the_answers_and_a_newer_one_takes_its_place(officer: FlaskClient) -> None:
    wave = make.wave(mode=Mode.EXTERNAL, collector="某调查公司")
    page = officer.get(f"/staff/surveys/{wave.code}").get_data(as_text=True)
    assert "由 某调查公司 收集" in page
    assert upload(officer, wave.code, as_csv(line(), line()), "a.csv").status_code == 303
    book = write_book({"回答": [HEADER, line(), line(sat_overall="5"), line()]})
    assert upload(officer, wave.code, book, "b.xlsx").status_code == 303
    kept = make.responses()
    assert [(row.outcome, row.pace, row.weight) for row in kept] == [("1.1", "", 1.5)] * 3
    assert queries.counted(reading(), wave.id) == 3


@pytest.mark.usefixtures("loaded")
def test_a_file_with_one_fault_changes_nothing(officer: FlaskClient) -> None:
    wave = make.wave(mode=Mode.EXTERNAL, collector="某调查公司")
    upload(officer, wave.code, as_csv(line()), "a.csv")
    bad = upload(officer, wave.code, as_csv(line(), line(sex="x")), "b.csv")
    html = bad.get_data(as_text=True)
    assert (bad.status_code, "b.csv/3/sex" in html) == (422, True)
    some = upload(officer, wave.code, as_csv(line(), line(_weight="")), "c.csv")
    assert some.status_code == 422
    for data in (b"\xff\xfe\x00\x01", b""):
        assert upload(officer, wave.code, data, "d.csv").status_code == 422
    assert reading().query(Response).count() == 1
    other = make.wave()
    assert upload(officer, other.code, as_csv(line()), "a.csv").status_code == 409
