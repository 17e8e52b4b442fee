"""Photos of check-ins: how long they are kept, and which look like one that was there before.

A likeness is a hint for whoever looks: the same bin from the same window looks the same every
day. It accuses nobody, decides nothing, and costs no points.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from importlib import resources

from wufei_public.common.text import N_
from wufei_public.media.rules.alike import bits_apart

_DATA: Mapping[str, int] = {
    row["name"]: int(row["value"])
    for row in csv.DictReader(
        (resources.files("wufei_public.checkins") / "data" / "photos.csv")
        .read_text(encoding="utf-8")
        .splitlines()
    )
}
MOST = 1  # a check-in
KEEP = timedelta(days=_DATA["keep_days"])
NEAR_BITS, LEAST_BITS = _DATA["near_bits"], _DATA["least_bits"]

_BITS = 64
# Of two pictures that differ in NEAR_BITS at most, at least one of so many parts is the same.
_PARTS = NEAR_BITS + 1
_WIDTH = -(-_BITS // _PARTS)


class Likeness(StrEnum):
    """How a photo is like an earlier one."""

    SAME = "same"  # byte for byte
    NEAR = "near"  # by its looks


LABELS: Mapping[tuple[Likeness, bool], str] = {
    (Likeness.SAME, True): N_("和这个人自己以前的一张是同一个文件"),
    (Likeness.SAME, False): N_("和别人以前的一张是同一个文件"),
    (Likeness.NEAR, True): N_("和这个人自己以前的一张很像"),
    (Likeness.NEAR, False): N_("和别人以前的一张很像"),
}
FAIR = N_("这只是提示。同一个桶、同一个角度，天天拍出来都差不多；要到现场看了才算。")


@dataclass(frozen=True, slots=True)
class Print:
    """What is compared of a photo: its check-in, SHA-256 (hex), 64-bit dHash or None."""

    check_in: int
    sha256: str
    dhash: int | None


def has_looks(dhash: int | None) -> bool:
    """Say whether a picture has enough detail to be compared by its looks."""
    if dhash is None:
        return False
    ones = bits_apart(dhash, 0)
    return LEAST_BITS <= ones <= _BITS - LEAST_BITS


def parts_of(dhash: int | None) -> list[int]:
    """Return the parts of a dHash by which alike pictures are found; none without looks.

    Each is its bits with its place before them, so that parts of different places never meet.
    """
    if not has_looks(dhash) or dhash is None:
        return []
    bits, mask = dhash & (1 << _BITS) - 1, (1 << _WIDTH) - 1
    return [place << _WIDTH | bits >> place * _WIDTH & mask for place in range(_PARTS)]


def likest(one: Print, others: Iterable[Print]) -> tuple[Print, Likeness] | None:
    """Return what `one` is most like, the earliest of those; None if it is like nothing."""
    found = [(_apart(one, other), other.check_in, other) for other in others]
    near = min((each for each in found if each[0] <= NEAR_BITS), default=None)
    if near is None:
        return None
    return near[2], Likeness.SAME if near[0] < 0 else Likeness.NEAR


def _apart(one: Print, other: Print) -> int:
    """Return in how many bits two differ, -1 for the same file."""
    if one.sha256 == other.sha256:
        return -1
    if one.dhash is None or other.dhash is None:
        return _BITS
    looks = has_looks(one.dhash) and has_looks(other.dhash)
    return bits_apart(one.dhash, other.dhash) if looks else _BITS


def kept_since(today: date) -> date:
    """Return the first day of which photos are still kept."""
    return today - KEEP
