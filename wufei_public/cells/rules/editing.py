"""A rubric changed on a page: the words and the points of each item together, as a new version."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from decimal import Decimal, InvalidOperation
from typing import Any

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_

Node = dict[str, Any]
_WORDS = ("title", "title_en", "requirement", "requirement_en", "na_when")
_MOST_WORDS = 1000


def places(content: Mapping[str, Any]) -> Iterator[tuple[str, Node, str, bool]]:
    """Give `(field, node, key, is a number)` of everything in a rubric that may be changed.

    Items and sections are neither added nor taken away here: that takes a changed file.
    """
    for section in content["sections"]:
        yield f"{section['id']}.points", section, "points", True
    kind = content["kind"]
    for item in [*kind["items"], *kind["bonus"]]:
        yield from _of_item(item)
    yield "pass", kind["thresholds"], "pass", True
    for stars in sorted(kind["thresholds"]["levels"]):
        yield f"level.{stars}", kind["thresholds"]["levels"], stars, True


def _of_item(item: Node) -> Iterator[tuple[str, Node, str, bool]]:
    name = item["id"]
    yield f"{name}.points", item, "points", True
    for key in _WORDS:
        if key in item:
            yield f"{name}.{key}", item, key, False
    for at, step in enumerate(item.get("steps", ())):
        yield f"{name}.steps.{at}.score", step, "score", True
        yield f"{name}.steps.{at}.when", step, "when", False
    if "ratio" in item:
        yield f"{name}.ratio.measure", item["ratio"], "measure", False
        yield f"{name}.ratio.full_at", item["ratio"], "full_at", True
        yield f"{name}.ratio.zero_at", item["ratio"], "zero_at", True


def edited(content: Mapping[str, Any], version: str, typed: Mapping[str, str]) -> Node:
    """Return a copy of a rubric with what was `typed`, by the names of `places`.

    Raises Invalid at each field that is no number or has no words.
    """
    new, faults = deepcopy(dict(content)), []
    new["version"] = version
    for field, node, key, number in places(new):
        if field not in typed and field.rpartition(".")[2] != "na_when":
            faults.append(field)
            continue
        try:
            node[key] = _number(typed[field]) if number else typed.get(field, "")[:_MOST_WORDS]
        except InvalidOperation:
            faults.append(field)
    if faults:
        sentence = N_("请填文字，或者填一个不小于 0 的数。")
        raise Invalid("bad_rubric_field", sentence, [FieldError(f, sentence) for f in faults])
    return new


def _number(text: str) -> int | str:
    """Return a number as the file has it: whole, or its digits as text, never a float."""
    value = Decimal(text.strip())
    if not value.is_finite() or not 0 <= value <= 10**6:
        raise InvalidOperation
    return int(value) if value == int(value) else str(value)
