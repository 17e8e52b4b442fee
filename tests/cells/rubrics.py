"""The package's rubrics, and answers to them."""

import json
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

from wufei_public.cells.rules.rubrics import Item, Rubric, read_rubric
from wufei_public.cells.rules.scoring import Answer, Score, SectionScore


@cache
def file() -> dict[str, Any]:
    found = resources.files("wufei_public.cells") / "data" / "rubrics.json"
    loaded: dict[str, Any] = json.loads(found.read_text(encoding="utf-8"))
    return loaded


def content(kind: str) -> dict[str, Any]:
    frame = file()
    return {
        "version": frame["version"],
        "sections": frame["sections"],
        "kind": next(one for one in frame["kinds"] if one["kind"] == kind),
    }


@cache
def rubric(kind: str = "hotel") -> Rubric:
    return read_rubric(content(kind))


def kinds() -> list[str]:
    return [one["kind"] for one in file()["kinds"]]


def best(item: Item) -> Answer:
    return Answer(value=item.ratio.full_at) if item.ratio else Answer(step=0)


def worst(item: Item) -> Answer:
    return Answer(value=item.ratio.zero_at) if item.ratio else Answer(step=len(item.steps) - 1)


def all_best(found: Rubric) -> dict[str, Answer]:
    return {item.id: best(item) for item in found.items}


def flat(total: str, *vetoes: str) -> Score:
    """Return a score whose sections are the total's share of their points."""
    points = Decimal(total)
    sections = tuple(
        SectionScore(one.id, (one.points * points / 100).quantize(Decimal("0.01")), one.points,
                     one.points * Decimal("0.6"))
        for one in rubric().sections
    )  # fmt: skip
    return Score(sections, Decimal(0), points, vetoes)
