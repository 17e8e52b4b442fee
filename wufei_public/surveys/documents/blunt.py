"""Figures so round that what a table hides can not be reckoned from what it shows.

Counts alone protect nobody where shares stand to their last digit: of a total, weighted and
unweighted, less the groups that are shown there is often one number of answers and of yeses that
fits what is hidden. So of a question of which any group is hidden no unweighted figure is told,
since times n it is a whole number however it is rounded, and the others are rounded. A table that
hides nothing keeps every digit, and so does `flask surveys estimate`: whoever runs it has the
answers.
"""

from collections.abc import Mapping
from math import floor, log10
from typing import Any

from wufei_public.surveys.rules.estimates import Measure

# Of shares a tenth of a percentage point, of means of steps a hundredth of a step.
_DIGITS = {Measure.SHARE: 3, Measure.TOP_TWO: 3, Measure.MEAN: 2}
# Of numbers so many digits that mean something.
_LEADING = 3


def blunt(measure: Mapping[str, Any]) -> dict[str, Any]:
    """Return a measure of `estimates_json` as it may be shown; it changes only what hides some."""
    by = measure["by"]
    if not any(level["hidden"] for levels in by.values() for level in levels):
        return dict(measure)
    kind = Measure(measure["measure"])
    lost = measure["missing_share"]
    return {
        **_figure(measure, kind),
        "missing_share": None if lost is None else round(lost, 3),
        "by": {name: [_figure(level, kind) for level in levels] for name, levels in by.items()},
    }


def _figure(figure: Mapping[str, Any], kind: Measure) -> dict[str, Any]:
    value = figure["weighted"]
    if value is None:
        return dict(figure)
    digits = _DIGITS.get(kind, _LEADING - 1 - floor(log10(abs(value))) if value else 0)
    error, interval, effect = figure["se"], figure["interval"], figure["design_effect"]
    effect = max(round(effect, 1), 0.1) if effect else None
    return {
        **figure,
        "unweighted": None,
        "weighted": round(value, digits),
        # No error that there is becomes none.
        "se": max(round(error, digits), 10.0**-digits) if error else error,
        "interval": interval and [round(end, digits) for end in interval],
        "design_effect": effect,
        "effective_n": round(figure["n"] / effect) if effect else None,
    }
