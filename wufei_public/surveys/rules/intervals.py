"""Confidence intervals of shares and means, as `svyciprop` and `confint` of R give them."""

from enum import StrEnum

from wufei_public.surveys.rules.special import beta_quantile, expit, logit, t_quantile


class Method(StrEnum):
    """How it is made: on log odds, as Korn and Graubard or Woodruff do, or plus and minus."""

    LOGIT = "logit"
    BETA = "beta"
    WALD = "wald"
    WOODRUFF = "woodruff"
    EXACT = "exact"


Interval = tuple[float, float]


def wald(value: float, error: float, df: float, level: float) -> Interval:
    """Return value ± t × error."""
    reach = t_quantile((1 + level) / 2, df) * error
    return value - reach, value + reach


def logit_interval(share: float, error: float, df: float, level: float) -> Interval:
    """Return the interval of a share between 0 and 1, symmetric in the log odds."""
    low, high = wald(logit(share), error / (share * (1 - share)), df, level)
    return expit(low), expit(high)


def beta_interval(share: float, effective: float, n: int, df: float, level: float) -> Interval:
    """Return Korn and Graubard's interval: Clopper and Pearson's, at the effective size.

    `effective` is share × (1 - share) / variance; it is brought down for the degrees of
    freedom, of which a clustered sample has few.
    """
    upper = (1 + level) / 2
    if n > 1:
        effective *= (t_quantile(upper, n - 1) / t_quantile(upper, df)) ** 2
    yes, no = effective * share, effective * (1 - share)
    low = beta_quantile(1 - upper, yes, no + 1) if yes > 0 else 0.0
    high = beta_quantile(upper, yes + 1, no) if no > 0 else 1.0
    return low, high


def share_interval(
    share: float, error: float, n: int, df: float, level: float, *, method: Method, kish_n: float
) -> tuple[Interval, Method]:
    """Return the interval of a share and how it was made.

    Where all or none said yes the error is zero and says nothing: then Korn and Graubard's
    at the effective size that the weights leave (`kish_n`).
    """
    if share <= 0 or share >= 1:
        return beta_interval(min(max(share, 0.0), 1.0), kish_n, n, df, level), Method.BETA
    if error == 0:
        return (share, share), Method.EXACT
    if method is Method.BETA:
        effective = share * (1 - share) / error**2
        return beta_interval(share, effective, n, df, level), Method.BETA
    return logit_interval(share, error, df, level), Method.LOGIT
