"""A computed figure with all that it was made of, so that anybody can make it again."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from wufei_public.indicators.rules.states import Source

METHODS: Mapping[str, str] = {
    "wave-estimate": "1",
    "mean-of-groups": "1",
    "valid-cells": "1",
    "closed-by-legal-day": "1",
    "sum-of-days": "1",
    "cases-received": "1",
    "graded-holders": "1",
}
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Computed:
    """One figure and its inputs; `rows` is how many rows it was counted from."""

    series: str
    source: Source
    method: str
    figure: Decimal
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


_ZERO = Decimal(0)
