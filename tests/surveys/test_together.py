"""The mean of independent surveys: its error, and what stands on the page for indicator 53."""

import re
from math import isclose, sqrt

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.dumping import make as people
from tests.surveys import waves as make
from wufei_public.surveys.rules.special import t_quantile
from wufei_public.surveys.rules.together import Part, mean_of
from wufei_public.surveys.rules.waves import UNITS


def test_variances_of_a_mean_add_and_degrees_of_freedom_too() -> None:
    found = mean_of([Part(0.6, 0.02, 400, 401), Part(0.8, 0.06, 19, 20)])
    error = sqrt(0.02**2 + 0.06**2) / 2
    df = error**4 / (0.01**4 / 400 + 0.03**4 / 19)
    assert (found.n, found.value, found.error) == (421, pytest.approx(0.7), pytest.approx(error))
    assert found.interval is not None
    assert isclose(found.interval[1] - 0.7, t_quantile(0.975, df) * error, rel_tol=1e-12)


def test_a_group_of_whom_all_were_asked_adds_no_error_and_one_without_error_leaves_none() -> None:
    whole = [Part(0.5, 0.0, 4, 5), Part(0.9, 0.0, 4, 5)]
    assert mean_of(whole).interval == (pytest.approx(0.7), pytest.approx(0.7))
    assert mean_of([Part(0.5, None, 0, 1), Part(0.9, 0.1, 4, 5)]).interval is None
    assert mean_of([Part(0.98, 0.2, 3, 4)]).interval[1] == 1.0  # type: ignore[index]


@pytest.mark.usefixtures("loaded")
def test_the_page_gives_indicator_53_its_n_and_interval(app: Flask, client: FlaskClient) -> None:
    people.places()
    officer = people.browser(app, people.account(people.DISTRICT_OFFICER))
    codes = []
    for form in ("public", *sorted(UNITS)):
        wave = make.closed(make.answered(make.wave(form), 60))
        assert officer.post(f"/staff/surveys/{wave.code}/publish").status_code == 303
        codes.append(wave.code)
    page = client.get(f"/surveys/{codes[0]}/results").get_data(as_text=True)
    assert "四类各占四分之一" in page
    assert re.search(r"区间 [\d.]+% – [\d.]+%，四次调查一共 \d{3} 份回答", page)
    part = page.split("四次调查一共")[1]
    assert part.count(" – ") >= 4
