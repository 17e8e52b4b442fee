"""Kinds of units: which department speaks for each, through which steps it goes."""

from collections.abc import Mapping
from dataclasses import dataclass

from wufei_public.cells.rules.clocks import table
from wufei_public.cells.rules.stages import Move
from wufei_public.common.text import N_


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of unit; `department` is the sector department, `steps` the review's steps."""

    code: str
    department: str
    steps: tuple[str, ...]


KINDS: Mapping[str, Kind] = {
    row["kind"]: Kind(row["kind"], row["department"], tuple(row["steps"].split()))
    for row in table("kinds.csv")
}
LABELS = {
    "office": N_("机关"),
    "school": N_("学校"),
    "hotel": N_("饭店（酒店）"),
    "restaurant": N_("餐饮"),
    "mall": N_("商场（超市）"),
    "market": N_("集贸市场"),
    "community": N_("社区"),
    "village": N_("村庄"),
    "scenic": N_("景区"),
    "hospital": N_("医院"),
    "factory": N_("工厂（企业）"),
    "express": N_("快递网点"),
    "building": N_("楼宇（写字楼）"),
    "park": N_("公园"),
    "worksite": N_("建筑工地"),
    "farm": N_("农业园区（合作社）"),
}


def after_check(kind: Kind) -> Move:
    """Return the move of a town that found everything there: on to the sector or the experts."""
    return Move.CHECK if "sector" in kind.steps else Move.CHECK_ALONE
