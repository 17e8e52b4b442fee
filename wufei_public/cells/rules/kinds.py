"""Kinds of units: which department speaks for each, through which steps it goes."""

from collections.abc import Mapping
from dataclasses import dataclass

from wufei_public.cells.rules.clocks import table
from wufei_public.cells.rules.routes import Route, checked, read_route
from wufei_public.common.text import N_


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of unit: its sector department, and the way that its packaged rubric has."""

    code: str
    department: str
    route: Route


KINDS: Mapping[str, Kind] = {
    row["kind"]: Kind(row["kind"], row["department"], checked(read_route(row), row["kind"]))
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
