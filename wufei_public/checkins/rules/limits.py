"""How much is taken from one person, one kind of phone behind an address, one QR code.

Data (`data/limits.csv`): far above what a whole school behind one address sends.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources

from wufei_public.common.text import N_


class Whose(StrEnum):
    """What a limit counts by."""

    PERSON = "person"
    DEVICE = "device"
    ADDRESS = "address"
    POINT = "point"
    PHOTO = "photo"
    PHOTO_ADDRESS = "photo_address"


@dataclass(frozen=True, slots=True)
class Limit:
    """So many within an hour or a day, and what is said above it."""

    most: int
    per: str
    words: str

    def __str__(self) -> str:
        return f"{self.most}/{self.per}"


_WORDS: Mapping[Whose, str] = {
    Whose.PERSON: N_("这个账号打卡太频繁了，请过 %(retry_after)s 秒再试，打过的都算数。"),
    Whose.DEVICE: N_("这里同时打卡的人太多了，请过 %(retry_after)s 秒再试，不会漏掉您的。"),
    Whose.ADDRESS: N_("这里同时打卡的人太多了，请过 %(retry_after)s 秒再试，不会漏掉您的。"),
    Whose.POINT: N_("这个投放点的码今天用得太多，这次算在您住的地方。"),
    Whose.PHOTO: N_("照片传得太频繁了，请过 %(retry_after)s 秒再试，不放照片也能打卡。"),
    Whose.PHOTO_ADDRESS: N_("这里同时传照片的人太多了，请过一会儿再试，不放照片也能打卡。"),
}


def read_limits(text: str) -> Mapping[Whose, Limit]:
    """Return the limits of limits.csv; ValueError for one that is nought or of an unknown time."""
    found = {
        Whose(row["name"]): Limit(int(row["most"]), row["per"], _WORDS[Whose(row["name"])])
        for row in csv.DictReader(text.splitlines())
    }
    if any(one.most < 1 or one.per not in {"minute", "hour", "day"} for one in found.values()):
        raise ValueError("a limit of check-ins is nought, or of no known time")
    return {whose: found[whose] for whose in Whose}


LIMITS = read_limits(
    (resources.files("wufei_public.checkins") / "data" / "limits.csv").read_text(encoding="utf-8")
)
