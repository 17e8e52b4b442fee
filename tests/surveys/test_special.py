from math import isclose

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.surveys import make
from wufei_public.surveys.rules.special import (
    beta_cdf,
    beta_quantile,
    expit,
    logit,
    t_quantile,
    t_tails,
)

R = make.oracle()["quantiles"]
SHARES = st.floats(0.001, 0.999)
SIZES = st.floats(0.05, 1e5)


@pytest.mark.parametrize(("share", "df", "t"), R["t"])
def test_t_quantiles_equal_those_of_r(share: float, df: float, t: float) -> None:
    assert isclose(t_quantile(share, df), t, rel_tol=1e-12, abs_tol=1e-15)


@pytest.mark.parametrize(("share", "a", "b", "x"), R["beta"])
def test_beta_quantiles_equal_those_of_r(share: float, a: float, b: float, x: float) -> None:
    assert isclose(beta_quantile(share, a, b), x, rel_tol=1e-12)


@pytest.mark.parametrize(("t", "df", "p"), R["tails"])
def test_tails_equal_those_of_r(t: float, df: float, p: float) -> None:
    assert isclose(t_tails(t, df), p, rel_tol=1e-11)
    assert t_tails(-t, df) == t_tails(t, df)


@settings(deadline=None)
@given(SHARES, st.floats(1, 1e5), st.floats(1, 1e5))
def test_a_beta_quantile_has_its_share_below(share: float, a: float, b: float) -> None:
    assert isclose(beta_cdf(beta_quantile(share, a, b), a, b), share, rel_tol=1e-9)


@settings(deadline=None)
@given(SHARES, SIZES, SIZES)
def test_beta_mirrors(x: float, a: float, b: float) -> None:
    assert isclose(beta_cdf(x, a, b), 1 - beta_cdf(1 - x, b, a), rel_tol=1e-9, abs_tol=1e-12)


@settings(deadline=None)
@given(SHARES, st.floats(1, 1e4))
def test_a_t_quantile_has_its_share_below(share: float, df: float) -> None:
    tail = t_tails(t_quantile(share, df), df) / 2
    assert isclose(tail, min(share, 1 - share), rel_tol=1e-10)


def test_ends_and_closed_forms() -> None:
    assert (beta_cdf(0.0, 2, 3), beta_cdf(1.0, 2, 3)) == (0.0, 1.0)
    assert isclose(beta_cdf(0.3, 1, 1), 0.3, rel_tol=1e-14)
    assert isclose(beta_cdf(0.3, 4, 1), 0.3**4, rel_tol=1e-13)
    assert t_tails(0.0, 5) == 1.0
    assert isclose(expit(logit(0.2)), 0.2, rel_tol=1e-15)
