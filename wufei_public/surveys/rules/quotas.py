"""Quotas: how many answers each cell of the margins is to get, and what a full cell means.

A cell is one level of each variable, such as town × age. Margins do not say how many persons
stand in a cell, so the target is shared out as if the variables were independent. Who falls
into a full cell is told so at once, before the questions proper; whoever is past that point
goes on, and the answer counts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_
from wufei_public.surveys.rules.planning import holds_towns, quotas
from wufei_public.surveys.rules.questions import Kind, Questionnaire

VARIABLES = ("town", "sex", "age")
_TOWN = "town"
MOST_CELLS = 200
# Asked of everybody before the questions proper, quota or not.
_FIRST = frozenset({"consent", "scope", *VARIABLES})
_JOINT = "|"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its levels in the order of the variables, and how full it is."""

    levels: tuple[str, ...]
    wanted: int
    filled: int = 0

    @property
    def key(self) -> str:
        """Return what the cell is called in the table."""
        return _JOINT.join(self.levels)

    @property
    def is_full(self) -> bool:
        """Say whether enough have answered."""
        return self.filled >= self.wanted


def cells_of(
    form: Questionnaire,
    margins: Sequence[Sequence[Any]],
    by: Sequence[str],
    target: int,
) -> list[Cell]:
    """Return the cells of the variables `by` with their share of `target`, each at least 1.

    `margins` are rows that begin with variable, level, population. By town, a target that is large
    enough gives each town what its own figure needs (rules/planning.py). Raises Invalid at
    `quota_by` for a variable that is not asked or has no margin, and at `target` without one.
    """
    if target < 1:
        raise _refusal("target", N_("有配额就要写明想要多少份回答。"))
    levels = [_levels(form, margins, variable) for variable in by]
    if _TOWN in by:
        at = by.index(_TOWN)
        levels[at], target = _with_enough(levels[at], target)
    if prod(map(len, levels)) > MOST_CELLS:
        raise _refusal("quota_by", N_("格子超过 %(most)s 个，请少选一项。"), most=MOST_CELLS)
    cells = []
    for combination in product(*(pairs.items() for pairs in levels)):
        share = prod(part for _level, part in combination)
        wanted = max(1, round(target * share))
        cells.append(Cell(tuple(level for level, _ in combination), wanted))
    return cells


def _with_enough(towns: Mapping[str, float], target: int) -> tuple[dict[str, float], int]:
    """Return the towns' shares and the target so that each town gets what its figure needs.

    A target too small for that stays as it is, in proportion.
    """
    if not holds_towns(target, len(towns)):
        return dict(towns), target
    wanted = {one.level: one.wanted for one in quotas(list(towns.items()), target)}
    total = sum(wanted.values())
    return {level: count / total for level, count in wanted.items()}, total


def _levels(
    form: Questionnaire, margins: Sequence[Sequence[Any]], variable: str
) -> dict[str, float]:
    """Return the levels of a variable with their shares of the population."""
    question = form.by_name.get(variable)
    asked = {choice.name for choice in question.choices} if question else set()
    found = {row[1]: float(row[2]) for row in margins if row[0] == variable and row[1] in asked}
    if question is None or question.kind is not Kind.ONE or not found:
        message = N_("“%(variable)s”在问卷或总体边际里没有，不能作配额。")
        raise _refusal("quota_by", message, variable=variable)
    total = sum(found.values())
    return {level: population / total for level, population in found.items()}


def _refusal(pointer: str, message: str, **facts: object) -> Invalid:
    return Invalid("bad_quota", message, [FieldError(pointer, message, facts)], **facts)


def key_of(by: Sequence[str], answers: Mapping[str, Any]) -> str:
    """Return the key of the cell that somebody with these answers lies in; maybe of none."""
    return _JOINT.join(str(answers.get(variable, "")) for variable in by)


def early(form: Questionnaire, by: Sequence[str]) -> list[str]:
    """Return the variables that are asked before the questions proper, in their order there."""
    found = []
    for question in form:
        if question.name in by:
            found.append(question.name)
        elif question.kind is not Kind.NOTE and question.name not in _FIRST:
            break
    return found


def full_sets(
    form: Questionnaire, by: Sequence[str], cells: Sequence[Cell]
) -> list[list[tuple[str, str]]]:
    """Return what early answers lead into full cells alone, as pairs of variable and level."""
    places = [(name, by.index(name)) for name in early(form, by)]
    if not places:
        return []
    open_for: dict[tuple[tuple[str, str], ...], bool] = {}
    for cell in cells:
        known = tuple((name, cell.levels[at]) for name, at in places)
        open_for[known] = open_for.get(known, False) or not cell.is_full
    return [list(known) for known, is_open in open_for.items() if not is_open]


def falls_into(full: Sequence[Sequence[tuple[str, str]]], answers: Mapping[str, Any]) -> bool:
    """Say whether these answers lead into full cells alone."""
    return any(all(answers.get(name) == level for name, level in known) for known in full)
