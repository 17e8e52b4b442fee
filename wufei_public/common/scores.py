"""One rounding for every score: half up, to hundredths, from exact fractions."""

from decimal import Decimal
from fractions import Fraction
from math import isqrt


def hundredths(value: Fraction | Decimal | int) -> Decimal:
    """Return `value`, not below zero, rounded half up to hundredths."""
    return Decimal(int(Fraction(value) * 100 + Fraction(1, 2))) / 100


def root_hundredths(value: Fraction) -> Decimal:
    """Return the square root of `value`, rounded half up to hundredths, without a float."""
    # floor(200 r) is exact on whole numbers; half up is the floor of 100 r + 1/2.
    doubled = isqrt(40_000 * value.numerator // value.denominator)
    return Decimal((doubled + 1) // 2) / 100


def written(value: Decimal) -> str:
    """Return a score as it is read: no zeros behind, 80 rather than 80.00."""
    text = f"{value:.2f}"
    return text.rstrip("0").rstrip(".")
