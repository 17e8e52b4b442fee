"""The village sorters' weights as people see them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from wufei_public.checkins.documents.own import face_of
from wufei_public.checkins.queries import splits as queries
from wufei_public.checkins.rules.boards import Span
from wufei_public.checkins.rules.splits import (
    FOUR,
    LABELS,
    PARTS,
    Way,
    Weights,
    in_common,
    kilograms,
    per_cent,
)
from wufei_public.common.clock import district_day
from wufei_public.divisions.queries import directory
from wufei_public.infra.i18n import is_english
from wufei_public.learning.rules.bins import SECOND_LABELS, RuralSecond


def _label(part: str) -> str:
    """Return how a part is called; of what is hazardous, the short name that both schemes know."""
    hazardous = part == RuralSecond.HAZARDOUS
    return str(_(face_of(FOUR[part]).label if hazardous else SECOND_LABELS[RuralSecond(part)]))


def parts() -> list[dict[str, str]]:
    """Return the four of the second split, as the form asks for them."""
    return [
        {
            "name": part,
            "label": _label(part),
            "icon": face_of(FOUR[part]).icon,
            "bin": FOUR[part].value,
        }
        for part in PARTS
    ]


def weights_words(weights: Weights) -> list[tuple[str, str]]:
    """Return what was weighed, by part, without the parts that had nothing."""
    return [
        (_label(part), kilograms(getattr(weights, part)))
        for part in PARTS
        if getattr(weights, part)
    ]


def own(session: Session, sorter: int, since: date, today: date) -> list[dict[str, Any]]:
    """Return what a sorter has recorded, and what can still be withdrawn."""
    names = directory(session).called(english=is_english())
    return [
        {
            "code": row.code,
            "day": row.day,
            "village": names.get(row.village, row.village),
            "way": _(LABELS[Way(row.way)]),
            "households": row.households,
            "weights": weights_words(queries.weights_of(row)),
            "whole": kilograms(queries.weights_of(row).whole),
            "open": district_day(row.arrived_at) == today,
        }
        for row in queries.own(session, sorter, since)
    ]


def table(session: Session, span: Span, town: str) -> Sequence[dict[str, Any]]:
    """Return the weights of a span by village under the four categories, the sum last."""
    names = directory(session).called(english=is_english())
    found = queries.by_village(session, span, town)
    lines = [_line(names.get(code, code), *figures) for code, figures in found.items()]
    if not lines:
        return []
    times = sum(one for one, _doors, _weights in found.values())
    doors = sum(one for _times, one, _weights in found.values())
    whole = sum((one for _times, _doors, one in found.values()), Weights())
    return [*lines, _line(_("合计"), times, doors, whole)]


def _line(name: str, times: int, doors: int, weights: Weights) -> dict[str, Any]:
    common = in_common(weights)
    return {
        "name": name,
        "times": times,
        "doors": doors,
        "parts": [kilograms(getattr(weights, part)) for part in PARTS],
        "whole": kilograms(weights.whole),
        "wet": per_cent(common["wet"], weights.whole),
        "dry": per_cent(common["dry"], weights.whole),
    }
