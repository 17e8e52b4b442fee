"""What a figure that somebody enters may be."""

from decimal import Decimal

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_

PER_CENT = "%"
_WHOLE = Decimal(100)
_LONGEST = 30
Bounds = tuple[Decimal | None, Decimal | None]


def check_entry(figure: Decimal | None, statement: str, bounds: Bounds, unit: str) -> None:
    """Raise Invalid, with each fault at its field, unless the entry can be true."""
    faults = []
    if figure is None and not statement:
        faults.append(FieldError("figure", N_("请填数值；没有数值的，写一句进展。")))
    if figure is not None and not _possible(figure, unit):
        faults.append(FieldError("figure", N_("数值超出了这个单位可能的范围。")))
    if not _around(figure, bounds):
        faults.append(FieldError("low", N_("区间要有上下限，而且包住数值。")))
    if faults:
        raise Invalid("bad_entry", faults[0].message, faults)


def _possible(figure: Decimal, unit: str) -> bool:
    if not figure.is_finite() or len(f"{figure:f}") > _LONGEST:
        return False
    return abs(figure) <= _WHOLE if unit == PER_CENT else True


def _around(figure: Decimal | None, bounds: Bounds) -> bool:
    low, high = bounds
    if low is None and high is None:
        return True
    if low is None or high is None or figure is None:
        return False
    return low <= figure <= high


def jumps(figure: Decimal | None, before: Decimal | None) -> bool:
    """Say whether a figure is so far from the one before that a person should look twice."""
    if figure is None or before is None or before == 0:
        return False
    return abs(figure - before) > abs(before) / 2
