"""Every figure equals that of R's survey package to ten digits (made by oracle/oracle.R)."""

from collections.abc import Mapping
from functools import cache
from math import inf, isclose
from typing import Any

import pytest

from tests.surveys import make
from wufei_public.surveys.rules.comparison import compare
from wufei_public.surveys.rules.designs import Design, weigh
from wufei_public.surveys.rules.estimates import Estimate, Figure, Options, Result, estimate
from wufei_public.surveys.rules.intervals import Method
from wufei_public.surveys.rules.responses import Reading
from wufei_public.surveys.rules.sample import Margin, Sample

R = make.oracle()
ROWS = make.oracle_rows()
MARGINS = {
    name: Margin(name, tuple(levels), tuple(map(float, levels.values())))
    for name, levels in R["margins"].items()
}
ALL = tuple(MARGINS.values())
WHOLE = (Margin("everybody", ("1",), (ALL[0].total,)),)
STRATUM = {"_stratum": "stratum"}
PSU = {"_psu": "psu"}
WEIGHT = {"_weight": "weight"}
CLUSTERS = {"_stratum_n": "stratum_clusters"}
DESIGNS: dict[str, tuple[dict[str, str], tuple[Margin, ...], float]] = {
    "simple": ({}, ALL, inf),
    "weighted": (WEIGHT, ALL, inf),
    "stratified": (STRATUM | {"_stratum_n": "stratum_persons"}, ALL, inf),
    "clustered": (PSU | WEIGHT, ALL, inf),
    "strata_clusters": (STRATUM | PSU | WEIGHT, ALL, inf),
    "strata_clusters_finite": (STRATUM | PSU | CLUSTERS, ALL, inf),
    "trimmed": (STRATUM | PSU | WEIGHT, ALL, R["bound"]),
    "one_margin": (STRATUM | WEIGHT, (MARGINS["sex"],), inf),
    "drawn_only": (STRATUM | PSU | CLUSTERS, WHOLE, inf),
}
OPTIONS = Options(by=("town", "age"), floor=0)


def rows_of(columns: Mapping[str, str], keep: set[int] | None = None) -> list[dict[str, object]]:
    names = {name: name for name in ("id", "town", "sex", "age", "q1", "q2", "q3")}
    return [
        {new: row[old] for new, old in {**names, **columns}.items()} | {"everybody": "1"}
        for row in ROWS
        if keep is None or int(row["id"]) in keep
    ]


@cache
def design(name: str) -> tuple[Sample, Design]:
    columns, margins, bound = DESIGNS[name]
    reading = Reading(by=("town", "sex", "age", "everybody"))
    sample = make.sample(rows_of(columns), margins, reading)
    return sample, weigh(sample, margins, bound)


@cache
def results(name: str, method: Method) -> list[Result]:
    sample, weighed = design(name)
    options = Options(by=OPTIONS.by, floor=0, method=method)
    return estimate(weighed, sample.questions, options)


def close(ours: float | None, theirs: float) -> bool:
    return ours is not None and isclose(ours, theirs, rel_tol=1e-10)


def check(figure: Figure, theirs: Mapping[str, Any], kind: str) -> None:
    ours = figure.estimate
    assert ours is not None
    assert (figure.n, ours.df) == (theirs["n"], theirs["df"])
    assert close(ours.unweighted, theirs["unweighted"])
    assert isclose(ours.value, theirs["value"], rel_tol=1e-10)
    assert close(ours.error, theirs["error"])
    assert close(ours.design_effect, theirs["effect"])
    assert ours.interval is not None
    assert close(ours.interval[0], theirs[kind][0])
    assert close(ours.interval[1], theirs[kind][1])


@pytest.mark.parametrize("name", DESIGNS)
def test_weights_equal_those_of_r(name: str) -> None:
    _, weighed = design(name)
    ours = weighed.person_weights()
    for one, other in zip(ours, R["designs"][name]["weights"], strict=True):
        assert isclose(one, other, rel_tol=1e-10)


def test_weights_equal_those_of_rs_rake_too() -> None:
    _, weighed = design("simple")
    ours = weighed.person_weights()
    assert all(isclose(*pair, rel_tol=1e-10) for pair in zip(ours, R["rake"], strict=True))


def test_the_trimmed_design_has_weights_at_the_bound() -> None:
    assert 0 < design("trimmed")[1].weights.trimmed < len(ROWS) / 5


@pytest.mark.parametrize("method", [Method.LOGIT, Method.BETA])
@pytest.mark.parametrize("name", DESIGNS)
def test_figures_equal_those_of_r(name: str, method: Method) -> None:
    ours = {(result.column, str(result.measure)): result for result in results(name, method)}
    for theirs in R["designs"][name]["figures"]:
        result = ours.pop((theirs["column"], theirs["measure"]))
        kind = "wald" if theirs["measure"] == "mean" else str(method)
        check(result.all, theirs["all"], kind)
        for group, levels in theirs["by"].items():
            assert set(result.by[group]) == set(levels)
            for level, figure in levels.items():
                check(result.by[group][level], figure, kind)
    assert ours == {}


def wave(ids: list[int]) -> Estimate:
    sample = make.sample(rows_of(STRATUM | PSU | WEIGHT, set(ids)), ALL, Reading(by=("everybody",)))
    found = estimate(weigh(sample, ALL, inf), sample.questions, OPTIONS)[0].all.estimate
    assert found is not None
    return found


def test_waves_compare_as_in_r() -> None:
    theirs = R["comparison"]
    change = compare(wave(theirs["first"]), wave(theirs["second"]))
    for name in ("difference", "error", "df", "t", "p"):
        assert close(getattr(change, name), theirs[name]), name
    assert all(map(close, change.interval, theirs["interval"]))
