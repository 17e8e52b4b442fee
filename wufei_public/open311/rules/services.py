"""What can be reported: one service per official kind of waste, with its attributes as data."""

import csv
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from wufei_public.common.text import N_
from wufei_public.dumping.rules.kinds import OFFICIAL, PLAIN

_DATA = resources.files("wufei_public.open311") / "data"
LISTS = frozenset({"singlevaluelist", "multivaluelist"})
MANY = "multivaluelist"
GROUPS = {False: N_("固体废物"), True: N_("危险的固体废物")}
# When the services last changed (ISO 8601, GeoReport's `changeset`). Whoever changes the kinds
# or the data moves it: tests/open311/test_rules.py compares SERVICES_DIGEST.
CHANGESET = "2026-11-28T00:00:00+08:00"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One question of a service; `values` are (key, name) of its list, empty for other types."""

    code: str
    variable: bool
    datatype: str
    required: bool
    description: str
    datatype_description: str
    values: Mapping[str, str]


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((_DATA / name).read_text(encoding="utf-8").splitlines()))


_ROWS, _VALUES = _rows("attributes.csv"), _rows("values.csv")


def _attribute(row: Mapping[str, str]) -> Attribute:
    here = (row["service_code"], row["code"])
    return Attribute(
        row["code"],
        row["variable"] == "yes",
        row["datatype"],
        row["required"] == "yes",
        row["description"],
        row["datatype_description"],
        {
            one["key"]: one["name"]
            for one in _VALUES
            if (one["service_code"], one["attribute"]) == here
        },
    )


ATTRIBUTES: Mapping[str, Sequence[Attribute]] = {
    code: tuple(_attribute(row) for row in _ROWS if row["service_code"] == code)
    for code in OFFICIAL
}
# The kind in a resident's words that an official kind usually comes from.
PLAIN_OF: Mapping[str, str] = {
    official: next(kind.code for kind in PLAIN.values() if kind.official == official)
    for official in OFFICIAL
}


def services_digest() -> str:
    """Return a digest (SHA-256, 64 bits) of everything that a list of services tells."""
    told: list[Any] = [sorted(OFFICIAL.items()), sorted(PLAIN.items()), _ROWS, _VALUES]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def keywords(service: str) -> list[str]:
    """Return what residents call the waste of `service` (marked sentences)."""
    return [kind.label for kind in PLAIN.values() if kind.official == service]
