"""Beta and Student's t distributions and their quantiles, to about twelve digits.

The density goes by Loader's saddle-point form (2000), which keeps its digits where
differences of log-gammas lose them; the integral by Lentz's continued fraction.
"""

from collections.abc import Callable
from functools import lru_cache
from math import exp, inf, lgamma, log, log1p, pi, sqrt
from statistics import NormalDist

_TINY = 1e-300
# Log odds that are as good as the end of the line.
_FAR = 300.0
# Newton doubles the digits with each step: after one as small as this, none are left to gain.
_STEP = 1e-13
# A bracket can be no closer.
_BRACKET = 4e-16
# The last factors of a fraction wander by rounding.
_SETTLED = 3e-15
# From here on the series in 1/df is exact to more than twelve digits.
_MANY_DF = 2000.0
_HALF_LOG_TWO_PI = 0.5 * log(2 * pi)
_STIRLING_FROM = 16.0
_STIRLING = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156)
# Below this share, x log(x / m) + m - x is summed as a series.
_CLOSE = 0.1


def beta_cdf(x: float, a: float, b: float) -> float:
    """Return the chance that a Beta(a, b) variable is at most `x`."""
    if x <= 0.0:
        return 0.0
    if x >= 1.0:
        return 1.0
    return _tail(x, 1.0 - x, a, b)


@lru_cache(maxsize=4096)
def beta_quantile(share: float, a: float, b: float) -> float:
    """Return the x below which a Beta(a, b) variable falls with chance `share`."""
    if share > beta_cdf(a / (a + b), a, b):
        return 1.0 - _lower_beta(1.0 - share, b, a)
    return _lower_beta(share, a, b)


def _lower_beta(share: float, a: float, b: float) -> float:
    def miss(x: float) -> tuple[float, float]:
        return beta_cdf(x, a, b) - share, _density(x, 1.0 - x, a, b) / (x * (1.0 - x))

    # Nearly normal in the log odds.
    spread = sqrt((a + b) / (a * b)) * NormalDist().inv_cdf(share)
    return _root(miss, 0.0, 1.0, a / (a + b * exp(-max(spread, -_FAR))))


def t_tails(t: float, df: float) -> float:
    """Return the chance that |T| exceeds |t|: the two-sided p-value."""
    if t == 0.0:
        return 1.0
    whole = df + t * t
    return _tail(df / whole, t * t / whole, df / 2, 0.5)


@lru_cache(maxsize=4096)
def t_quantile(share: float, df: float) -> float:
    """Return the t below which Student's T with `df` degrees falls with chance `share`."""
    if share < 0.5:  # noqa: PLR2004  the middle
        return -_upper_t(share, df)
    return _upper_t(1.0 - share, df)


def _upper_t(tail: float, df: float) -> float:
    """Return the t that is passed with chance `tail`, at most a half."""
    if tail == 0.5:  # noqa: PLR2004  the middle
        return 0.0
    z = -NormalDist().inv_cdf(tail)
    if df >= _MANY_DF:
        return _t_series(z, df)

    def miss(t: float) -> tuple[float, float]:
        whole = df + t * t
        density = 2.0 * _density(df / whole, t * t / whole, df / 2, 0.5) / t
        return 2.0 * tail - t_tails(t, df), density

    most = 2.0 * z
    while t_tails(most, df) > 2.0 * tail:
        most *= 2.0
    return _root(miss, 0.0, most, z)


def _t_series(z: float, df: float) -> float:
    # Abramowitz and Stegun 26.7.5
    square = z * z
    terms = (
        (square + 1) / 4,
        ((5 * square + 16) * square + 3) / 96,
        (((3 * square + 19) * square + 17) * square - 15) / 384,
        ((((79 * square + 776) * square + 1482) * square - 1920) * square - 945) / 92160,
    )
    return z * (1.0 + sum(term / df**power for power, term in enumerate(terms, 1)))


def _root(
    miss: Callable[[float], tuple[float, float]], low: float, high: float, start: float
) -> float:
    """Return where the rising `miss` is zero: Newton's steps, halving where they leave."""
    x = start
    while True:
        value, slope = miss(x)
        if value > 0.0:
            high = x
        else:
            low = x
        following = x - value / slope if slope > 0.0 else inf
        enough = _STEP
        if not low < following < high:
            following, enough = (low + high) / 2, _BRACKET
        if abs(following - x) <= enough * abs(x) or value == 0.0:
            return following if value else x
        x = following


def _tail(x: float, y: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function at x = 1 - y; both keep their digits."""
    front = _density(x, y, a, b)
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1.0 - front * _fraction(y, b, a) / b


def _density(x: float, y: float, a: float, b: float) -> float:
    """Return x^a y^b / B(a, b)."""
    whole = a + b
    correction = _stirling(whole) - _stirling(a) - _stirling(b)
    return sqrt(a * b / (2 * pi * whole)) * exp(
        correction - _deviance(a, whole * x) - _deviance(b, whole * y)
    )


def _stirling(n: float) -> float:
    """Return what Stirling's formula leaves of log-gamma of n."""
    if n < _STIRLING_FROM:
        return lgamma(n) - (n - 0.5) * log(n) + n - _HALF_LOG_TWO_PI
    square = n * n
    total = 0.0
    for term in reversed(_STIRLING):
        total = total / square + term
    return total / n


def _deviance(x: float, m: float) -> float:
    """Return x log(x / m) + m - x without losing digits where x is close to m."""
    gap = x - m
    if abs(gap) >= _CLOSE * (x + m):
        return x * log(x / m) - gap
    # log(x / m) = 2 atanh(v)
    v = gap / (x + m)
    total, term, odd = gap * v, 2 * x * v, 1
    while True:
        term *= v * v
        odd += 2
        following = total + term / odd
        if following == total:
            return total
        total = following


def _fraction(x: float, a: float, b: float) -> float:
    """Return the continued fraction of the incomplete beta function (Lentz's method)."""
    c, d = 1.0, 1.0 / _away(1.0 - (a + b) * x / (a + 1.0))
    total, m = d, 0
    while True:
        m += 1
        twice = a + 2 * m
        for step in (
            m * (b - m) * x / ((twice - 1.0) * twice),
            -(a + m) * (a + b + m) * x / (twice * (twice + 1.0)),
        ):
            d = 1.0 / _away(1.0 + step * d)
            c = _away(1.0 + step / c)
            total *= c * d
        if abs(c * d - 1.0) < _SETTLED:
            return total


def _away(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def expit(value: float) -> float:
    """Return the share whose log odds are `value`."""
    return 1.0 / (1.0 + exp(-value))


def logit(share: float) -> float:
    """Return the log odds of a `share` between 0 and 1."""
    return log(share) - log1p(-share)
