"""Cells of a table of places and months that stay hidden: few check-ins say who was at home.

The sum of a month stands in the table above (villages below their town, towns below the
district), so a month is protected by itself, whatever other months a page shows beside it. What
is hidden in a month must be at least the floor together, as in the surveys, and more than one
for each cell, for whoever reads knows that nothing is no secret.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from wufei_public.common.suppression import Hidden, protect_sum

FLOOR = 5
Cells = Mapping[tuple[str, date], int]
Veil = Mapping[tuple[str, date], Hidden]


def veil(
    figures: Cells, places: Sequence[str], months: Sequence[date], unknown: Collection[date] = ()
) -> Veil:
    """Return what to hide; of the months `unknown` the sum is hidden in the table above."""
    found: dict[tuple[str, date], Hidden] = {}
    for month in months:
        counts = {place: figures.get((place, month), 0) for place in places}
        hidden = _all(counts) if month in unknown else protect_sum(counts, FLOOR)
        found |= {(place, month): why for place, why in hidden.items()}
    return found


def _all(counts: Mapping[str, int]) -> dict[str, Hidden]:
    return {place: _why(n) for place, n in counts.items() if n}


def _why(count: int) -> Hidden:
    return Hidden.SMALL if count < FLOOR else Hidden.SECONDARY


def hidden_months(found: Veil, place: str) -> frozenset[date]:
    """Return the months of which a place's figure is hidden."""
    return frozenset(month for one, month in found if one == place)
