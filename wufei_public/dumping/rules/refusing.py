"""Why a report is not accepted, on what that rests, and where to turn instead: data by ground."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources

from wufei_public.common.text import N_
from wufei_public.dumping.rules.states import REFUSE_LABELS, RefuseGround


class Door(StrEnum):
    """Who can help instead."""

    HOTLINE = "hotline"
    ECOLOGY = "ecology"
    HANDLING = "handling"
    REVIEW = "review"
    THERE = "there"
    AGAIN = "again"


# `number` is the district's hotline.
DOOR_WORDS: Mapping[Door, str] = {
    Door.HOTLINE: N_("不是环境方面的事，请打 %(number)s。"),
    Door.ECOLOGY: N_("别的环境污染问题，请打 12369。"),
    Door.HANDLING: N_("请找正在办的法院、复议机关或信访部门。"),
    Door.REVIEW: N_("不同意以前的答复，可以向答复单位的上一级申请复查，怎么办请问 %(number)s。"),
    Door.THERE: N_("请打事发地的 12345 或 12369。"),
    Door.AGAIN: N_("东西还在，或者有新的情况，请带照片和位置再举报一次。"),
}


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground in words, the regulation, and the doors to try, the likeliest first."""

    label: str
    source: str
    article: str
    verified: bool
    doors: Sequence[Door]


GROUNDS: Mapping[RefuseGround, Ground] = {
    RefuseGround(row["ground"]): Ground(
        REFUSE_LABELS[RefuseGround(row["ground"])],
        row["source"],
        row["article"],
        row["verified"] == "yes",
        tuple(Door(door) for door in row["doors"].split()),
    )
    for row in csv.DictReader(
        (resources.files("wufei_public.dumping") / "data" / "grounds.csv")
        .read_text(encoding="utf-8")
        .splitlines()
    )
}
