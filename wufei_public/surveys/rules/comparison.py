"""Tells whether two waves differ by more than chance."""

from dataclasses import dataclass
from math import inf, sqrt

from wufei_public.common.errors import Invalid
from wufei_public.common.text import N_
from wufei_public.surveys.rules.estimates import LEVEL, Estimate
from wufei_public.surveys.rules.intervals import Interval, wald
from wufei_public.surveys.rules.special import t_tails


@dataclass(frozen=True, slots=True)
class Change:
    """The later figure less the earlier; `p` is the chance of as much if nothing changed."""

    difference: float
    error: float
    df: float
    t: float
    p: float
    interval: Interval


def compare(earlier: Estimate, later: Estimate, level: float = LEVEL) -> Change:
    """Return the change between two samples drawn independently (Welch and Satterthwaite).

    Samples that share their clusters vary together; then the test errs on the safe side.
    """
    if earlier.error is None or later.error is None:
        raise Invalid("no_error", N_("其中一个数没有误差，不能比较。"))
    difference = later.value - earlier.value
    one, other = earlier.error**2, later.error**2
    if one + other == 0:
        chance = 1.0 if difference == 0 else 0.0
        far = inf if difference else 0.0
        return Change(difference, 0.0, inf, far, chance, (difference, difference))
    error = sqrt(one + other)
    df = (one + other) ** 2 / (one**2 / earlier.df + other**2 / later.df)
    t = difference / error
    return Change(difference, error, df, t, t_tails(t, df), wald(difference, error, df, level))
