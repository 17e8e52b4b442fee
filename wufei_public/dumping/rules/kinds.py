"""Kinds of waste: what residents say, and what the law calls it. Both are data."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from wufei_public.common.text import N_

DATA = resources.files("wufei_public.dumping") / "data"


@dataclass(frozen=True, slots=True)
class OfficialKind:
    """A kind as the plan names it; hazardous ones have a safety line and an urgent path.

    `department` is whom the law gives it to, empty where the district decides.
    """

    code: str
    label: str
    hazardous: bool
    keep_original: bool
    department: str = ""


@dataclass(frozen=True, slots=True)
class PlainKind:
    """A kind in a resident's words, with the official kind that it usually is.

    The originals of a kind that may turn out to be anything are kept until it is known.
    """

    code: str
    label: str
    icon: str
    official: str
    keep_original: bool


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((DATA / name).read_text(encoding="utf-8").splitlines()))


OFFICIAL: Mapping[str, OfficialKind] = {
    row["code"]: OfficialKind(
        row["code"],
        row["label"],
        row["hazardous"] == "yes",
        row["keep_original"] == "yes",
        row["department"],
    )
    for row in _rows("official_kinds.csv")
}
PLAIN: Mapping[str, PlainKind] = {
    row["code"]: PlainKind(
        row["code"], row["label"], row["icon"], row["official"], row["keep_original"] == "yes"
    )
    for row in _rows("kinds.csv")
}
SAFETY_LINE = N_("有药味、油味的，或者有针头的，请走远一些再拍，不要用手碰。")
ICONS: Mapping[str, str] = {
    official: next((kind.icon for kind in PLAIN.values() if kind.official == official), "k-other")
    for official in OFFICIAL
}


def official_of(plain: str) -> str:
    """Return the official kind that `plain` is taken for until an official looks."""
    return PLAIN[plain].official


def keeps_originals(plain: str, official: str, *, known: bool) -> bool:
    """Say whether the photos' originals are kept, sealed; `known` once an official has looked."""
    return OFFICIAL[official].keep_original or (PLAIN[plain].keep_original and not known)
