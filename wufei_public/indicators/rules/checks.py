"""What a figure that somebody enters may be."""

from dataclasses import dataclass
from decimal import Decimal

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_

PER_CENT = "%"
_WHOLE = Decimal(100)
_LONGEST = 30
_RANGE = N_("数值超出了这个单位可能的范围。")
Bounds = tuple[Decimal | None, Decimal | None]


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody tells of a period; a `survey` is one that somebody outside has done."""

    figure: Decimal | None
    statement: str
    bounds: Bounds = (None, None)
    survey: bool = False
    n: int | None = None
    method: str = ""
    collector: str = ""


def check_entry(told: Told, unit: str) -> None:
    """Raise Invalid, with each fault at its field, unless the entry can be true."""
    figure, (low, high) = told.figure, told.bounds
    least = Decimal(0) if told.survey or unit != PER_CENT else -_WHOLE
    numbers = {"figure": figure, "low": low, "high": high}
    faults = [
        FieldError(name, _RANGE)
        for name, one in numbers.items()
        if one is not None and not _possible(one, unit, least)
    ]
    if figure is None and not told.statement:
        faults.append(FieldError("figure", N_("请填数值；没有数值的，写一句进展。")))
    if not faults and not _around(figure, told.bounds):
        faults.append(FieldError("low", N_("区间要有上下限，而且包住数值。")))
    if told.n is not None and told.n < 1:
        faults.append(FieldError("n", N_("有效回答要写大于零的整数。")))
    faults += _missing(told) if told.survey else []
    if faults:
        raise Invalid("bad_entry", faults[0].message, faults)


def _missing(told: Told) -> list[FieldError]:
    """Return what nobody could judge an outside survey without."""
    needed = [
        (told.figure is None, "figure", N_("调查要填数值，写一句话不够。")),
        (told.n is None, "n", N_("请写有多少份有效回答。")),
        (not told.method, "method", N_("请写怎么抽的样、怎么问的。")),
        (not told.collector, "collector", N_("请写是谁做的调查。")),
    ]
    return [FieldError(name, sentence) for missing, name, sentence in needed if missing]


def _possible(figure: Decimal, unit: str, least: Decimal) -> bool:
    """Say whether a unit can have the figure; only a share can go down, and be below nought."""
    if not figure.is_finite() or len(f"{figure:f}") > _LONGEST or figure < least:
        return False
    return figure <= _WHOLE if unit == PER_CENT else True


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
