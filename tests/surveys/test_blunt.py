"""What a table hides is not had by reckoning with all that it shows."""

from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from tests.surveys import make
from tests.surveys import waves as survey
from wufei_public.infra.work import reading
from wufei_public.surveys.documents.blunt import blunt
from wufei_public.surveys.documents.estimates import estimates_json
from wufei_public.surveys.documents.pictures import Labels
from wufei_public.surveys.documents.results import assembled, figures_of
from wufei_public.surveys.documents.tables import as_csv
from wufei_public.surveys.queries import forms
from wufei_public.surveys.rules.designs import weigh
from wufei_public.surveys.rules.estimates import FLOOR, Measure, Options, estimate
from wufei_public.surveys.rules.responses import Reading

PEOPLE = {"A": 40150, "B": 15711, "C": 100000, "D": 80000}
# Answers and yeses: A is hidden as too few, B with it.
TRUTH = {"A": (7, 3), "B": (36, 25), "C": (120, 101), "D": (90, 80)}
Found = tuple[int, int, int, int]


def shown(truth: Mapping[str, tuple[int, int]]) -> dict[str, Any]:
    """Return the share by town as the command gives it."""
    rows = [
        {"id": f"{town}{at}", "town": town, "q": int(at < yes)}
        for town, (n, yes) in truth.items()
        for at in range(n)
    ]
    levels = "".join(f"town,{town},{n}\n" for town, n in PEOPLE.items())
    margins = make.margins(f"variable,level,population\n{levels}")
    sample = make.sample(rows, margins, Reading(shares=("q",)))
    design, options = weigh(sample, margins, 50.0), Options(by=("town",))
    figures = estimates_json(design, estimate(design, sample.questions, options), options)
    measure: dict[str, Any] = figures["measures"][0]
    return measure


def fitting(measure: Mapping[str, Any], off: float) -> list[Found]:
    """Return every number of answers and yeses of A and B that fits, shares being `off` by that."""
    seen = [one for one in measure["by"]["town"] if not one["hidden"]]
    n = measure["n"] - sum(one["n"] for one in seen)
    weighted = measure["weighted"] * sum(PEOPLE.values())
    weighted -= sum(one["weighted"] * PEOPLE[one["level"]] for one in seen)
    slack = off * (sum(PEOPLE.values()) + sum(PEOPLE[one["level"]] for one in seen)) + 1e-4
    yes = None
    if measure["unweighted"] is not None:
        plain = [measure, *seen]
        first, *rest = (round(one["unweighted"] * one["n"]) for one in plain)
        yes = first - sum(rest)
    return [
        (a, yes_a, n - a, yes_b)
        for a in range(1, FLOOR)
        for yes_a in range(a + 1)
        for yes_b in (range(n - a + 1) if yes is None else [yes - yes_a])
        if 0 <= yes_b <= n - a
        and abs(PEOPLE["A"] * yes_a / a + PEOPLE["B"] * yes_b / (n - a) - weighted) <= slack
    ]


def test_two_hidden_towns_are_not_solved_for() -> None:
    exact = shown(TRUTH)
    truth = (*TRUTH["A"], *TRUTH["B"])
    assert [one["hidden"] for one in exact["by"]["town"]] == ["small", "secondary", None, None]
    # What there was to see before: one solution, the truth.
    assert fitting(exact, 0) == [truth]
    left = fitting(blunt(exact), 0.0005)
    assert truth in left
    assert {a for a, *_rest in left} == set(range(2, FLOOR))
    assert len({yes_a for a, yes_a, *_rest in left if a == TRUTH["A"][0]}) > 1


def test_a_table_that_hides_nothing_keeps_every_digit() -> None:
    open_ = shown({town: (n + FLOOR, yes) for town, (n, yes) in TRUTH.items()})
    assert blunt(open_) == open_


@given(
    st.sampled_from(Measure),
    st.floats(-1e6, 1e6),
    st.floats(1e-9, 1e5),
    st.floats(0.01, 50),
    st.integers(30, 5000),
)
def test_blunt_figures_stay_figures_and_blunting_twice_is_the_same(
    measure: Measure, value: float, error: float, effect: float, n: int
) -> None:
    of_groups = {"town": [{"level": "A", "hidden": "small", "weighted": None}]}
    figure = {
        "measure": str(measure), "n": n, "unweighted": value, "weighted": value, "se": error,
        "interval": [value - error, value + error], "design_effect": effect,
        "effective_n": n / effect, "missing_share": 0.12345, "by": of_groups,
    }  # fmt: skip
    once = blunt(figure)
    assert (once["unweighted"], once["missing_share"], once["se"] > 0) == (None, 0.123, True)
    assert once["interval"][0] <= once["weighted"] <= once["interval"][1]
    assert blunt(once)["weighted"] == pytest.approx(once["weighted"], rel=0.01)


@pytest.mark.usefixtures("loaded")
def test_a_waves_figures_are_blunt_where_they_hide_some(app: Flask) -> None:
    """Page, CSV, workbook, paper, API and publication are all made of these."""
    wave = survey.closed(survey.answered(survey.wave(), 260))
    figures = figures_of(wave, assembled(reading(), wave, ()), ())
    hiding = [
        one
        for one in figures["measures"]
        if any(level["hidden"] for levels in one["by"].values() for level in levels)
    ]
    assert hiding
    for one in hiding:
        assert one["unweighted"] is None
        assert one["weighted"] is None or one["weighted"] == round(one["weighted"], 3)
    labels = Labels(forms.questionnaire(reading(), wave.form_key), english=False)
    with app.test_request_context():
        assert str(hiding[0]["weighted"]) in as_csv(figures, labels).decode("utf-8-sig")
