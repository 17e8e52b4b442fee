"""The file of answers for everybody: checked, recomputable, taken back; the whole for auditors."""

import csv
import io
import json
import zipfile
from collections import Counter
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.dumping import make as people
from tests.surveys import waves as make
from wufei_public.infra.audit import AuditRow
from wufei_public.infra.work import reading
from wufei_public.surveys.documents.blunt import blunt
from wufei_public.surveys.models import Wave
from wufei_public.surveys.queries import waves as queries

pytestmark = pytest.mark.usefixtures("loaded")

ANSWERS, K = 260, 5


@pytest.fixture
def officer(app: Flask) -> FlaskClient:
    people.places()
    return people.browser(app, people.account(people.DISTRICT_OFFICER))


def published(officer: FlaskClient) -> Wave:
    wave = make.closed(make.answered(make.wave(), ANSWERS))
    assert officer.post(f"/staff/surveys/{wave.code}/publish").status_code == 303
    reading().rollback()
    return queries.wave(reading(), wave.code)


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def release(officer: FlaskClient, wave: Wave, reason: str = "甲、乙检查过") -> TestResponse:
    return officer.post(f"/staff/surveys/{wave.code}/file", data={"reason": reason})


def unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return {name: book.read(name) for name in book.namelist()}


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode())))


def test_the_check_is_shown_before_and_the_decision_kept(
    officer: FlaskClient, client: FlaskClient
) -> None:
    wave = published(officer)
    address = f"/surveys/{wave.code}/answers.zip"
    assert client.get(address).status_code == 404
    page = text(officer.get(f"/staff/surveys/{wave.code}/file"))
    assert ("每种组合至少 5 份" in page, "用这份文件重算" in page) == (True, True)
    assert release(officer, wave, "").status_code == 422
    assert release(officer, wave).status_code == 303
    assert release(officer, wave).status_code == 409
    data = client.get(address).data
    assert sha256(data).hexdigest() in text(client.get(f"/surveys/{wave.code}/results"))
    back = officer.post(f"/staff/surveys/{wave.code}/file/withdraw", data={"reason": "有误"})
    assert (back.status_code, client.get(address).status_code) == (303, 404)
    assert "甲、乙检查过" in text(officer.get(f"/staff/surveys/{wave.code}/file"))


def test_nobody_stands_alone_in_the_file(officer: FlaskClient, client: FlaskClient) -> None:
    wave = published(officer)
    release(officer, wave)
    rows = rows_of(unpacked(client.get(f"/surveys/{wave.code}/answers.zip").data)["responses.csv"])
    keys = [name for name in ("town", "sex", "age") if name in rows[0]]
    groups = Counter(tuple(row[key] for key in keys) for row in rows)
    assert (len(rows), min(groups.values()) >= K) == (ANSWERS, True)
    weights = {(tuple(row[key] for key in keys), row["_weight"]) for row in rows}
    assert len(weights) == len(groups)
    bodies = [{k: v for k, v in row.items() if k != "id"} for row in rows]
    assert [list(row.values()) for row in bodies] == sorted(list(row.values()) for row in bodies)
    for private in ("open_comment", "day", "outcome", "_stratum"):
        assert private not in rows[0]


def test_an_outsider_gets_the_published_figures_from_the_file(
    app: Flask, officer: FlaskClient, client: FlaskClient, tmp_path: Path
) -> None:
    wave = published(officer)
    release(officer, wave)
    files = unpacked(client.get(f"/surveys/{wave.code}/answers.zip").data)
    again = measures_of(app, files, tmp_path)
    figures: dict[str, Any] = wave.figures or {}
    compared = 0
    for one in figures["measures"]:
        other = again.get((one["column"], one["measure"]))
        if one["weighted"] is not None and one["interval"] and other and other["weighted"]:
            low, high = one["interval"]
            assert low - 1e-9 <= other["weighted"] <= high + 1e-9
            compared += 1
    assert compared > ANSWERS // 10


def test_the_file_says_which_margins_are_assumptions(
    officer: FlaskClient, client: FlaskClient
) -> None:
    wave = published(officer)
    release(officer, wave)
    files = unpacked(client.get(f"/surveys/{wave.code}/answers.zip").data)
    told = {(row["variable"], row["level"]): row["status"] for row in rows_of(files["margins.csv"])}
    assumed = {(row[0], row[1]) for row in wave.margins if row[3] == "assumption"}
    assert assumed
    for (variable, level), status in told.items():
        parts = {(variable, one) for one in level.split("+")}
        assert status == ("assumption" if parts & assumed else "")
    assert "assumption" in told.values()
    assert "assumption" in files["README.txt"].decode("utf-8-sig")


def measures_of(
    app: Flask, files: Mapping[str, bytes], folder: Path
) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the measures that the command of a file's README gives, by column and measure."""
    for name, data in files.items():
        (folder / name).write_bytes(data)
    command = files["README.txt"].decode("utf-8-sig").strip().splitlines()[-1].split()
    there = [str(folder / word) if word in files else word for word in command[3:]]
    run = app.test_cli_runner().invoke(args=["surveys", "estimate", *there, "--json"])
    assert run.exit_code == 0, run.output
    return {(one["column"], one["measure"]): one for one in json.loads(run.output)["measures"]}


def test_results_that_are_taken_back_take_the_file_along(
    officer: FlaskClient, client: FlaskClient
) -> None:
    wave = published(officer)
    release(officer, wave)
    officer.post(f"/staff/surveys/{wave.code}/withdraw", data={"reason": "算错了"})
    officer.post(f"/staff/surveys/{wave.code}/publish")
    assert client.get(f"/surveys/{wave.code}/answers.zip").status_code == 404


def test_auditors_alone_get_every_answer_and_the_digest_binds_it(
    app: Flask, officer: FlaskClient, client: FlaskClient
) -> None:
    wave = published(officer)
    auditor = people.browser(app, people.account(people.AUDITOR))
    assert officer.post(f"/staff/surveys/{wave.code}/whole").status_code == 403
    assert wave.code in text(auditor.get("/staff/surveys/whole"))
    data = unpacked(auditor.post(f"/staff/surveys/{wave.code}/whole").data)["whole.csv"]
    assert len(rows_of(data)) >= ANSWERS
    assert sha256(data).hexdigest() in text(client.get(f"/surveys/{wave.code}/results"))
    reading().rollback()
    looks = reading().query(AuditRow).filter(AuditRow.action == "surveys:wave:answers")
    assert looks.count() == 1


def test_auditors_get_every_published_figure_again_from_plain_files(
    app: Flask, officer: FlaskClient, tmp_path: Path
) -> None:
    wave = published(officer)
    auditor = people.browser(app, people.account(people.AUDITOR))
    files = unpacked(auditor.post(f"/staff/surveys/{wave.code}/whole").data)
    again = measures_of(app, files, tmp_path)
    figures: dict[str, Any] = wave.figures or {}
    wanted = [one for one in figures["measures"] if one["weighted"] is not None]
    assert len(wanted) > 50
    for one in wanted:
        # Where a table hides some, what is published is that, rounded.
        other = blunt(again[one["column"], one["measure"]])
        assert same(one, other), (one, other)
        for name, levels in one["by"].items():
            told = {line["level"]: line for line in other["by"][name]}
            assert all(same(line, told[line["level"]]) for line in levels if line["n"])


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Say whether two figures are the same: counts, value, error, interval, what is hidden."""
    plain = [(one[key], other[key]) for key in ("n", "missing", "hidden", "method", "df")]
    values = [(one[key], other[key]) for key in ("unweighted", "weighted", "se")]
    values += zip(one["interval"] or (), other["interval"] or (), strict=True)
    return all(a == b for a, b in plain) and all(a == pytest.approx(b, abs=1e-9) for a, b in values)
