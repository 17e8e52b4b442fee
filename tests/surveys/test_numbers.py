"""Answers that are numbers: mean and median as R has them, on page, in files, by the command."""

import json
from math import inf, isclose
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as some

from tests.dumping import make as people
from tests.surveys import make as oracle
from tests.surveys import waves as make
from tests.surveys.forms import sheets, small
from tests.surveys.test_clusters import by_cli
from tests.surveys.test_oracle import ALL, CLUSTERS, PSU, STRATUM, WEIGHT, rows_of
from wufei_public.common.errors import Invalid
from wufei_public.common.suppression import Hidden
from wufei_public.infra.work import reading, work
from wufei_public.infra.workbooks import read_book
from wufei_public.surveys.actions import forms as form_actions
from wufei_public.surveys.documents.results import assembled, figures_of
from wufei_public.surveys.models import Response, Wave
from wufei_public.surveys.queries import waves as queries
from wufei_public.surveys.rules.assembling import assemble
from wufei_public.surveys.rules.designs import weigh
from wufei_public.surveys.rules.drawing import Plan, Reply
from wufei_public.surveys.rules.estimates import Measure, Options, Result
from wufei_public.surveys.rules.intervals import Method
from wufei_public.surveys.rules.numbers import _quantile, estimate_numbers
from wufei_public.surveys.rules.responses import Reading, read_responses

R: dict[str, Any] = json.loads((oracle.ORACLE / "numbers.json").read_text())
DESIGNS = {
    "simple": {},
    "weighted": WEIGHT,
    "strata_clusters_finite": STRATUM | PSU | CLUSTERS,
}


def hours(row: dict[str, Any]) -> str:
    """Return the number that oracle/numbers.R makes of a row, or nothing."""
    at = int(row["id"])
    if at % 13 == 0:
        return ""
    return str((at * 37 + 11 * int(row["q1"])) % 29 + 6 * (row["age"] == "60_plus"))


def results(name: str, floor: int = 0) -> dict[Measure, Result]:
    rows = [{**row, "hours": hours(row)} for row in rows_of(DESIGNS[name])]
    told = Reading(by=("town", "sex", "age", "everybody"), numbers=("hours",))
    sample = oracle.sample(rows, ALL, told)
    found = estimate_numbers(
        weigh(sample, ALL, inf), sample.numbers, Options(by=("age",), floor=floor)
    )
    return {one.measure: one for one in found}


@pytest.mark.parametrize("name", DESIGNS)
def test_mean_and_median_equal_those_of_r(name: str) -> None:
    ours, theirs = results(name), R[name]
    pairs = [(lambda one: one.all, theirs["all"])]
    pairs += [
        (lambda one, at=level: one.by["age"][at], r) for level, r in theirs["by"]["age"].items()
    ]
    assert len(pairs) == 4
    for figure, r in pairs:
        mean, median = (figure(ours[one]).estimate for one in (Measure.AVERAGE, Measure.MEDIAN))
        assert (figure(ours[Measure.AVERAGE]).n, mean.df) == (r["n"], r["df"])
        assert isclose(mean.value, r["mean"], rel_tol=1e-10)
        assert isclose(mean.error, r["error"], rel_tol=1e-10)
        assert isclose(mean.design_effect, r["effect"], rel_tol=1e-10)
        assert all(
            isclose(*ends, rel_tol=1e-10) for ends in zip(mean.interval, r["interval"], strict=True)
        )
        assert (median.value, median.interval) == (r["median"], (r["low"], r["high"]))
        assert isclose(median.error, r["median_error"], rel_tol=1e-10)
        assert median.method is Method.WOODRUFF


def test_few_numbers_are_hidden_and_what_would_give_them_away_too() -> None:
    found = results("simple", floor=90)[Measure.MEDIAN].by["age"]
    assert found["18_39"].hidden is Hidden.SMALL
    assert sorted(str(figure.hidden) for figure in found.values()) == ["None", "secondary", "small"]


@given(some.lists(some.integers(0, 50), min_size=1), some.floats(0.01, 1))
def test_a_quantile_has_its_share_up_to_it_and_less_below(numbers: list[int], share: float) -> None:
    values = sorted(set(numbers))
    sums = [sum(n <= value for n in numbers) / len(numbers) for value in values]
    found = _quantile(values, sums, share)
    assert sum(n <= found for n in numbers) / len(numbers) >= share - 1e-9
    assert sum(n < found for n in numbers) / len(numbers) < share


@pytest.mark.parametrize(
    ("cell", "reading"),
    [
        ("many", Reading(numbers=("q",))),
        ("inf", Reading(numbers=("q",))),
        ("1", Reading(numbers=("q",), shares=("q",))),
        ("1", Reading(numbers=("nothing",))),
    ],
)
def test_what_is_no_number_is_refused(cell: str, reading: Reading) -> None:
    rows = oracle.people(("A", "f", 2, "3"), ("A", "f", 1, cell))
    with pytest.raises(Invalid):
        read_responses(oracle.csv_of(rows), (), reading)


# ---- a wave --------------------------------------------------------------------------------


def wave_of_numbers() -> Wave:
    """Return a wave that asks men and women how many bags; the k-th answers k modulo 11."""
    form = sheets(
        ["select_one sexes", "sex", "性别", "yes", "", ""],
        ["integer", "bags", "一周几袋垃圾", "", "", ""],
        choices=[["sexes", "male", "男"], ["sexes", "female", "女"]],
    )
    work(people.DISTRICT_OFFICER, lambda w: form_actions.load(w, form))
    wave = make.wave("small", margins=())
    said = [
        {"sex": "male" if at % 2 else "female"} | ({"bags": str(at % 11)} if at % 7 else {})
        for at in range(140)
    ]
    rows = [
        {
            "id": at + 1, "wave_id": wave.id, "day": wave.opens_on, "outcome": "1.1",
            "answers": answers, "pace": "usual", "straight": False, "everything": False,
            "duplicate": False, "stratum": "", "weight": None,
        }
        for at, answers in enumerate(said)
    ]  # fmt: skip
    work(people.DISTRICT_OFFICER, lambda w: [w.insert(Response, one) for one in rows])
    return make.closed(wave)


def test_the_command_reads_numbers_below_nothing_as_they_were_written(
    app: Flask, tmp_path: Path
) -> None:
    said = [-5.5, 3.0, -0.25, 12.0] * 20
    form = small(["decimal", "degrees", "早上几度", "", "", ""])
    replies = [Reply({"degrees": str(value)}) for value in said]
    found = assemble(form, replies, Plan())
    told = by_cli(app, tmp_path, found, 30)
    mean = next(one for one in told["measures"] if one["measure"] == "average")
    assert mean["weighted"] == pytest.approx(sum(said) / len(said))


def test_numbers_stand_on_page_in_files_in_the_api_and_in_the_command(
    app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    people.places()
    officer = people.browser(app, people.account(people.DISTRICT_OFFICER))
    wave = wave_of_numbers()
    page = f"/staff/surveys/{wave.code}/results"
    html = officer.get(page).get_data(as_text=True)
    for words in ("填数字的题", "一周几袋垃圾", "平均数", "中位数", "Woodruff"):
        assert words in html
    assert officer.get(f"{page}?measure=bags&rows=sex&columns=sex").status_code == 200
    book = read_book(officer.get(f"{page}.xlsx").data)
    rows = [row for row in book["数字"] if row[0] == "bags"]
    assert [row[2] for row in rows] == ["平均数"] * 3 + ["中位数"] * 3
    assert officer.get(f"{page}.pdf").data.startswith(b"%PDF")
    officer.post(f"/staff/surveys/{wave.code}/publish")
    assert "填数字的题" in client.get(f"/surveys/{wave.code}/results").get_data(as_text=True)
    told = client.get(f"/api/v1/surveys/waves/{wave.code}/results").get_json()["figures"]
    ours = {one["measure"]: one for one in told["measures"] if one["column"] == "bags"}
    numbers = [at % 11 for at in range(140) if at % 7]
    assert ours["average"]["weighted"] == pytest.approx(sum(numbers) / len(numbers))
    assert ours["median"]["weighted"] == sorted(numbers)[(len(numbers) - 1) // 2]
    found = assembled(reading(), make.again(wave), ())
    theirs = by_cli(app, tmp_path, found, queries.floor_of(wave))["measures"]
    same = {one["measure"]: one for one in theirs if one["column"] == "bags"}
    for measure in ("average", "median"):
        assert same[measure]["se"] == pytest.approx(ours[measure]["se"], rel=1e-9)
        assert same[measure]["interval"] == pytest.approx(ours[measure]["interval"], rel=1e-9)
    assert figures_of(wave, found, ())["n"] == 140
