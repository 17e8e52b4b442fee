"""A computed figure with all that it was made of, so that anybody can make it again."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from wufei_public.common.text import N_
from wufei_public.indicators.rules.states import Source

METHODS: Mapping[str, str] = {
    "wave-estimate": "1",
    "mean-of-groups": "1",
    "valid-cells": "1",
    "closed-by-legal-day": "1",
    "sum-of-days": "1",
    "cases-received": "1",
    "graded-holders": "1",
    "checked-places": "1",
    "distinct-accounts": "1",
    "represented": "1",
    "signed-in": "1",
}
_HUNDRED, _ZERO = Decimal(100), Decimal(0)
# Among the inputs of indicator 50: what was due and in time had nobody been given more time.
WITHOUT = "without_extensions"


@dataclass(frozen=True, slots=True)
class Computed:
    """One figure and its inputs; `rows` is how many rows it was counted from."""

    series: str
    source: Source
    method: str
    figure: Decimal | None
    rows: int
    inputs: Mapping[str, Any]
    n: int | None = None
    interval: tuple[Decimal, Decimal] | None = None

    @property
    def digest(self) -> str:
        """Return the digest of the inputs and of what was made of them."""
        bounds = [str(one) for one in self.interval or ()]
        text = [dict(self.inputs), self.method, METHODS[self.method], str(self.figure), bounds]
        plain = json.dumps(text, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(plain.encode()).hexdigest()


# Why a source gives nothing, said where there was a value once.
_NO_WAVE = N_("没有数：这段时间没有可用的调查。")
NOTHING: Mapping[str, str] = {
    "12": N_("没有数：登记表里没有小区。"),
    "13": N_("没有数：登记表里没有村。"),
    "41": N_("没有数：没有持证的企业。"),
    "50": N_("没有数：没有到期的案件。"),
    "52": _NO_WAVE,
    "53": N_("没有数：四类人群的调查不全。"),
    "54": _NO_WAVE,
}
NO_ROWS = N_("没有数：这段时间没有记录。")


def nothing(series: str, source: Source, method: str) -> Computed:
    """Return that there is no value any more, with the reason; it is a version like others."""
    reason = NOTHING.get(series, NO_ROWS)
    return Computed(series, source, method, None, 0, {"nothing": reason})


def only_erased(published: Decimal | None, left: Decimal | None, erased: int) -> bool:
    """Say whether a count differs from the published one by no more than erased rows explain.

    Nothing counts as nought. A share or an estimate is never explained: no erasure alters one.
    """
    if not erased or published is None:
        return False
    return published - erased <= (left or _ZERO) <= published


def per_cent(share: float) -> Decimal:
    """Return a share of 1 as per cent, with every digit that the float has."""
    return (Decimal(repr(share)) * _HUNDRED).normalize() + 0


def mean(rates: Mapping[str, float], weights: Mapping[str, int]) -> Decimal:
    """Return the weighted mean of the groups' rates as per cent, in exact arithmetic."""
    whole = sum(weights.values())
    summed = sum((Decimal(repr(rates[name])) * weight for name, weight in weights.items()), _ZERO)
    return (summed * _HUNDRED / whole).normalize() + 0


def ratio(part: int, whole: int) -> Decimal:
    """Return `part` of `whole` as per cent."""
    return (Decimal(part) * _HUNDRED / Decimal(whole)).normalize() + 0


def without_extensions(inputs: Mapping[str, Any]) -> Decimal | None:
    """Return indicator 50 as per cent had nobody been given more time.

    None for other series, for versions before it was kept, and where nothing would have been due.
    """
    found = inputs.get(WITHOUT)
    return ratio(found["in_time"], found["due"]) if found and found["due"] else None
