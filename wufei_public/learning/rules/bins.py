"""Both schemes: four classes in towns (GB/T 19095-2019), two splits in the country (二次四分法)."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources

from wufei_public.common.text import N_

DATA = resources.files("wufei_public.learning") / "data"


class TownClass(StrEnum):
    """Where a thing goes in a town; what is special goes into none of the four bins."""

    FOOD = "food"
    RECYCLABLE = "recyclable"
    HAZARDOUS = "hazardous"
    RESIDUAL = "residual"
    SPECIAL = "special"


class RuralFirst(StrEnum):
    """The one split that a household makes."""

    ROTS = "rots"
    DOES_NOT_ROT = "does_not_rot"


class RuralSecond(StrEnum):
    """What the village sorter makes of it."""

    COMPOST = "compost"
    SELLABLE = "sellable"
    OTHER = "other"
    HAZARDOUS = "hazardous"
    SPECIAL = "special"


@dataclass(frozen=True, slots=True)
class Face:
    """How a class is shown: its name, its drawing, what belongs there."""

    label: str
    icon: str
    examples: str


TOWN_FACES: Mapping[TownClass, Face] = {
    TownClass.RECYCLABLE: Face(N_("可回收物"), "bin-recycle", N_("纸、塑料、金属、玻璃、旧衣")),
    TownClass.HAZARDOUS: Face(N_("有害垃圾"), "bin-hazard", N_("充电电池、灯管、过期药、油漆")),
    TownClass.FOOD: Face(N_("厨余垃圾"), "bin-food", N_("剩饭、菜叶、果皮、茶渣")),
    TownClass.RESIDUAL: Face(N_("其他垃圾"), "bin-other", N_("脏纸巾、尿不湿、碎碗、尘土")),
    TownClass.SPECIAL: Face(N_("四桶之外"), "k-bulky", N_("家电、大件、装修、农药瓶，单独交")),
}
FIRST_FACES: Mapping[RuralFirst, Face] = {
    RuralFirst.ROTS: Face(N_("会烂的"), "bin-food", N_("剩饭、菜叶、果皮、落叶")),
    RuralFirst.DOES_NOT_ROT: Face(N_("不会烂的"), "bin-other", N_("纸、瓶、塑料、碎碗")),
}
SECOND_LABELS: Mapping[RuralSecond, str] = {
    RuralSecond.COMPOST: N_("拿去堆肥"),
    RuralSecond.SELLABLE: N_("好卖的"),
    RuralSecond.OTHER: N_("不好卖的"),
    RuralSecond.HAZARDOUS: N_("有害的，另交保洁员"),
    RuralSecond.SPECIAL: N_("不进桶，单独交"),
}


def read_kinds(text: str) -> dict[str, TownClass]:
    """Return kind → class from lines of `label,class` under a header."""
    return {row["label"]: TownClass(row["class"]) for row in csv.DictReader(text.splitlines())}


KINDS: Mapping[str, TownClass] = read_kinds((DATA / "kinds.csv").read_text(encoding="utf-8"))
