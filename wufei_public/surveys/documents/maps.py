"""One measure by town, shaded by what chance leaves open.

A town is called better or worse than the whole district only where its interval lies wholly
on one side of the district's figure: a shade for each percentage would show noise as news.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from wufei_public.common.text import N_
from wufei_public.divisions.documents import town_areas
from wufei_public.surveys.documents.pictures import percent
from wufei_public.surveys.rules.estimates import Measure


class Side(StrEnum):
    """Where a town's interval lies beside the district's figure."""

    ABOVE = "above"
    OPEN = "open"
    BELOW = "below"
    UNKNOWN = "unknown"


WORDS = {
    Side.ABOVE: N_("▲ 高于全区，不像是偶然"),
    Side.OPEN: N_("和全区分不出高低"),
    Side.BELOW: N_("▼ 低于全区，不像是偶然"),
    Side.UNKNOWN: N_("回答太少，不显示"),
}
_STEPS = {Side.ABOVE: 4, Side.OPEN: 2, Side.BELOW: 1, Side.UNKNOWN: "few"}
_SIGNS = {Side.ABOVE: "▲", Side.BELOW: "▼"}


def side_of(figure: Mapping[str, Any] | None, whole: float | None) -> Side:
    """Return on which side of `whole` a town's interval lies."""
    if figure is None or figure["interval"] is None or whole is None:
        return Side.UNKNOWN
    low, high = figure["interval"]
    if low > whole:
        return Side.ABOVE
    return Side.BELOW if high < whole else Side.OPEN


def town_map(session: Session, figures: Mapping[str, Any], column: str) -> dict[str, Any] | None:
    """Return one measure as a map of the towns; None where the wave did not ask for the town."""
    one = next(
        (m for m in figures["measures"] if m["column"] == column and m["measure"] != Measure.MEAN),
        None,
    )
    if one is None or "town" not in one["by"]:
        return None
    found = {row["level"]: row for row in one["by"]["town"]}
    plan, areas = town_areas(session)
    for area in areas:
        area.update(_said(area["name"], found.get(area["key"]), one["weighted"]))
        area["url"] = "#h-groups"
    shown = dict.fromkeys(area["side"] for area in areas)
    legend = [(_STEPS[side], _(WORDS[side])) for side in Side if side in shown]
    return {"plan": plan, "areas": areas, "legend": legend, "whole": percent(one["weighted"])}


def _said(name: str, figure: Mapping[str, Any] | None, whole: float | None) -> dict[str, Any]:
    side = side_of(figure, whole)
    value = percent(figure["weighted"], 0) if figure and side is not Side.UNKNOWN else ""
    return {
        "side": side,
        "step": _STEPS[side],
        "tally": {"open": f"{_SIGNS.get(side, '')}{value}"},
        "label": " ".join(filter(None, [name, value, _(WORDS[side])])),
    }
