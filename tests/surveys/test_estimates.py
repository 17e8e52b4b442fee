"""Figures by hand, in the corners where R gives none, and whatever the order of the rows."""

from collections.abc import Sequence
from math import inf, isclose, sqrt
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.surveys import make
from wufei_public.common.errors import Invalid
from wufei_public.common.suppression import Hidden
from wufei_public.surveys.rules.comparison import Change, compare
from wufei_public.surveys.rules.designs import weigh
from wufei_public.surveys.rules.estimates import (
    Estimate,
    Figure,
    Measure,
    Options,
    Result,
    estimate,
)
from wufei_public.surveys.rules.intervals import Method, beta_interval, share_interval
from wufei_public.surveys.rules.responses import Reading
from wufei_public.surveys.rules.sample import Margin

EVERYBODY = (Margin("all", ("x",), (1000.0,)),)
OPEN = Options(floor=0)
ONE_TOWN = "variable,level,population\ntown,A,1000\n"


def bare(rows: Sequence[dict[str, object]], *names: str) -> list[dict[str, object]]:
    return [{name: row[name] for name in row if name not in names} for row in rows]


def alike(rows: Sequence[dict[str, object]]) -> list[dict[str, object]]:
    return [{**row, "all": "x"} for row in bare(rows, "town", "sex")]


def results(
    rows: Sequence[dict[str, object]],
    known: tuple[Margin, ...] | None = None,
    options: Options = OPEN,
    reading: Reading = make.PLAIN,
) -> list[Result]:
    known = make.margins() if known is None else known
    sample = make.sample(rows, known, reading)
    return estimate(weigh(sample, known, inf), sample.questions, options)


def plain(rows: Sequence[dict[str, object]], options: Options = OPEN) -> Estimate:
    """Estimate without margins, except that the population is 1000."""
    found = results(alike(rows), EVERYBODY, options)[-1].all.estimate
    assert found is not None
    return found


def test_a_plain_share_is_the_textbooks() -> None:
    found = plain(make.people(("A", "f", 30, 1), ("A", "f", 70, 0)))
    assert (found.unweighted, found.df) == (0.3, 99)
    assert isclose(found.value, 0.3, rel_tol=1e-14)
    assert found.error is not None
    assert isclose(found.error, sqrt(0.3 * 0.7 / 99), rel_tol=1e-12)
    assert found.design_effect == pytest.approx(1.0)
    assert found.effective_n == pytest.approx(100)


def test_a_poststratified_share_has_the_textbooks_variance() -> None:
    rows = make.people(("A", "f", 20, 1), ("A", "f", 30, 0), ("B", "f", 10, 1), ("B", "f", 40, 0))
    known = make.margins("variable,level,population\ntown,A,600\ntown,B,400\n")
    found = results(bare(rows, "sex"), known)[0].all.estimate
    assert found is not None
    assert found.error is not None
    assert isclose(found.value, 0.6 * 0.4 + 0.4 * 0.2, rel_tol=1e-12)
    # Σ (W_a² / n_a²) × sum of squares within a, as one simple sample: n/(n-1).
    within = (0.6 / 50) ** 2 * 50 * 0.24 + (0.4 / 50) ** 2 * 50 * 0.16
    assert isclose(found.error, sqrt(within * 100 / 99), rel_tol=1e-12)


def test_what_the_margins_say_is_known_without_error() -> None:
    rows = make.people(("A", "f", 20, 1), ("A", "m", 30, 0), ("B", "f", 35, 1), ("B", "m", 15, 0))
    found = results(rows)[0].all.estimate
    assert found is not None
    assert isclose(found.value, 0.52, rel_tol=1e-12)
    assert (found.error, found.method, found.design_effect) == (0.0, Method.EXACT, 0.0)
    assert found.interval == (found.value, found.value)
    assert found.effective_n is None


def test_all_who_say_yes_leave_an_interval() -> None:
    rows = make.people(("A", "f", 60, 1))
    found = results(alike(rows), EVERYBODY, OPEN, Reading(shares=("q",)))[0].all.estimate
    assert found is not None
    assert (found.value, found.error, found.method) == (1.0, 0.0, Method.BETA)
    assert found.design_effect is None
    assert found.interval is not None
    # Clopper and Pearson: the share of which 60 of 60 still come in 2.5 % of samples.
    assert isclose(found.interval[0], 0.025 ** (1 / 60), rel_tol=1e-10)
    assert found.interval[1] == 1.0


def test_all_who_say_no_leave_the_mirror_image() -> None:
    found = plain(make.people(("A", "f", 40, 0)))
    assert found.interval is not None
    assert found.interval[0] == 0.0
    assert isclose(found.interval[1], 1 - 0.025 ** (1 / 40), rel_tol=1e-10)


def test_a_census_has_no_error() -> None:
    rows = [{**row, "_stratum_n": 20} for row in make.people(("A", "f", 12, 1), ("A", "f", 8, 0))]
    found = plain(rows)
    assert (found.value, found.error, found.method) == (0.6, 0.0, Method.EXACT)
    assert found.interval == (0.6, 0.6)


def test_a_finite_population_takes_its_share_off_the_variance() -> None:
    rows = make.people(("A", "f", 30, 1), ("A", "f", 70, 0))
    found = plain([{**row, "_stratum_n": 400} for row in rows])
    assert found.error is not None
    assert isclose(found.error, sqrt(0.75 * 0.3 * 0.7 / 99), rel_tol=1e-12)


def test_one_cluster_alone_has_a_value_and_no_error() -> None:
    rows = [
        {**row, "_psu": row["town"]}
        for row in make.people(
            ("A", "f", 5, 1), ("A", "m", 5, 0), ("B", "f", 4, 1), ("B", "m", 6, 0)
        )
    ]
    figure = results(rows, options=Options(floor=0, by=("town",)))[0].by["town"]["A"]
    found = figure.estimate
    assert (figure.n, figure.missing) == (10, 0)
    assert found is not None
    assert (found.df, found.error, found.interval, found.method) == (0, None, None, None)


def test_five_steps_give_mean_and_top_two() -> None:
    rows = make.people(*[("A", "f", 20, step) for step in (1, 2, 3, 4, 5)])
    mean, top_two = results(bare(rows, "sex"), make.margins(ONE_TOWN))
    assert (mean.measure, top_two.measure) == (Measure.MEAN, Measure.TOP_TWO)
    assert mean.all.estimate is not None
    assert top_two.all.estimate is not None
    assert mean.all.estimate.value == pytest.approx(3.0)
    assert mean.all.estimate.error == pytest.approx(sqrt(2 / 99))
    assert top_two.all.estimate.value == pytest.approx(0.4)


def test_who_did_not_answer_is_counted_and_weighed() -> None:
    rows = make.people(
        ("A", "f", 30, 1),
        ("A", "m", 20, 0),
        ("B", "f", 20, 0),
        ("B", "m", 25, 1),
        ("B", "m", 5, ""),
    )
    result = results(rows, options=Options(floor=0, by=("town",)))[0]
    assert (result.all.n, result.all.missing) == (95, 5)
    assert {level: (figure.n, figure.missing) for level, figure in result.by["town"].items()} == {
        "A": (50, 0),
        "B": (45, 5),
    }
    sample = make.sample(rows)
    design = weigh(sample, make.margins())
    lost = design.person_weights()[-1] * 5 / 1000
    assert isclose(result.missing_share, lost, rel_tol=1e-12)


def test_few_answers_are_hidden_and_what_gives_them_away() -> None:
    towns = "variable,level,population\n" + "".join(f"town,{t},100\n" for t in "ABCD")
    rows = make.people(
        ("A", "f", 12, 1), ("B", "f", 50, 0), ("C", "f", 40, 1), ("D", "f", 3, ""), ("A", "f", 9, 0)
    )
    result = results(bare(rows, "sex"), make.margins(towns), Options(by=("town",)))[0]
    hidden = {level: figure.hidden for level, figure in result.by["town"].items()}
    assert hidden == {"A": Hidden.SMALL, "B": None, "C": Hidden.SECONDARY, "D": Hidden.SMALL}
    assert result.by["town"]["A"] == Figure(None, None, None, Hidden.SMALL)
    assert result.by["town"]["D"] == Figure(None, None, None, Hidden.SMALL)  # nor their silence
    assert result.all.n == 111


def test_a_whole_below_the_floor_is_hidden() -> None:
    rows = make.people(("A", "f", 5, 1), ("A", "m", 5, 0), ("B", "f", 5, 0), ("B", "m", 5, 1))
    result = results(rows, options=Options(by=("sex",)))[0]
    assert result.all == Figure(None, None, None, Hidden.SMALL)
    assert {figure.hidden for figure in result.by["sex"].values()} == {Hidden.SMALL}


ANSWERS = st.lists(
    st.tuples(st.sampled_from("AB"), st.sampled_from("fm"), st.sampled_from(["0", "1", ""])),
    min_size=4,
    max_size=30,
)
CORNERS = [("A", "f", "1"), ("A", "m", "0"), ("B", "f", "0"), ("B", "m", "1")]


@settings(max_examples=50, deadline=None)
@given(ANSWERS, st.randoms(use_true_random=False))
def test_order_of_the_rows_does_not_matter(
    answers: list[tuple[str, str, str]], random: Random
) -> None:
    rows = [
        {"id": n, "town": town, "sex": sex, "q": q}
        for n, (town, sex, q) in enumerate([*CORNERS, *answers])
    ]
    mixed = rows[:]
    random.shuffle(mixed)
    options = Options(floor=0, by=("town",))
    one, other = results(rows, options=options)[0], results(mixed, options=options)[0]
    assert isclose(one.missing_share, other.missing_share, rel_tol=1e-9, abs_tol=1e-12)
    pairs = [(one.all, other.all)]
    pairs += [(one.by["town"][level], other.by["town"][level]) for level in "AB"]
    for first, second in pairs:
        assert (first.n, first.missing) == (second.n, second.missing)
        assert first.estimate is not None
        assert second.estimate is not None
        assert isclose(first.estimate.value, second.estimate.value, rel_tol=1e-9, abs_tol=1e-12)
        assert isclose(
            first.estimate.error or 0, second.estimate.error or 0, rel_tol=1e-6, abs_tol=1e-8
        )


def estimate_of(value: float, error: float | None, df: int = 99) -> Estimate:
    return Estimate(value, value, error, None, None, df, None, None)


def test_waves_without_change_have_no_evidence() -> None:
    change = compare(estimate_of(0.5, 0.03), estimate_of(0.5, 0.04))
    assert (change.difference, change.t, change.p) == (0.0, 0.0, 1.0)
    assert change.error == pytest.approx(0.05)


def test_known_figures_differ_or_do_not() -> None:
    assert compare(estimate_of(0.5, 0.0), estimate_of(0.5, 0.0)) == Change(
        0.0, 0.0, inf, 0.0, 1.0, (0.0, 0.0)
    )
    assert compare(estimate_of(0.5, 0.0), estimate_of(0.75, 0.0)) == Change(
        0.25, 0.0, inf, inf, 0.0, (0.25, 0.25)
    )


@pytest.mark.parametrize("errors", [(None, 0.1), (0.1, None)])
def test_figures_without_error_are_not_compared(errors: tuple[float | None, float | None]) -> None:
    with pytest.raises(Invalid) as refusal:
        compare(estimate_of(0.5, errors[0]), estimate_of(0.6, errors[1]))
    assert refusal.value.code == "no_error"


def test_a_single_answer_has_korn_and_graubards_interval_too() -> None:
    assert beta_interval(1.0, 1.0, 1, 1, 0.95) == pytest.approx((0.025, 1.0))


def test_shares_beyond_their_ends_by_rounding_are_taken_as_the_ends() -> None:
    low_high, method = share_interval(
        1 + 1e-16 * 4, 1e-18, 50, 49, 0.95, method=Method.LOGIT, kish_n=50
    )
    assert method is Method.BETA
    assert low_high == pytest.approx((0.025 ** (1 / 50), 1.0))
