"""Photos and places: how long they are kept, and what stays of them."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from wufei_public.surveys.rules.questions import Kind, Question


def kept_until(closes_on: date, days: int) -> date:
    """Return the last day on which photos and positions of a wave are there."""
    return closes_on + timedelta(days=days)


def village_of(value: str) -> str:
    """Return the village or community of a place, without the position that may follow it."""
    return value.partition(" ")[0]


def without(pointing: Iterable[Question], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return answers without photos and positions; the village that was chosen stays."""
    left = dict(answers)
    for question in pointing:
        if question.kind is Kind.PHOTO:
            left.pop(question.name, None)
        elif question.name in left:
            left[question.name] = village_of(left[question.name])
    return left
