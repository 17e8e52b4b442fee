"""Certificates: the number, how long one is valid, and the bytes that are signed."""

import json
from dataclasses import asdict, dataclass
from datetime import date

PURPOSE = "cells:certificate"


@dataclass(frozen=True, slots=True)
class Statement:
    """What a certificate says, as it is signed; every field is text, so that bytes agree."""

    number: str
    code: str
    unit: str
    site: str
    kind: str
    division: str
    stars: str
    rubric: str
    document: str
    named_on: str
    valid_until: str


def number_of(year: int, place: int) -> str:
    """Return a certificate's number: the year of naming and its place in that year."""
    return f"WFXB-{year}-{place:04d}"


def signed_bytes(statement: Statement) -> bytes:
    """Return the canonical bytes of a statement: JSON, sorted keys, no spaces, UTF-8."""
    return json.dumps(
        asdict(statement), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()


def report_years(named_on: date, valid_until: date) -> tuple[int, ...]:
    """Return the years for which the unit reports on itself: each full one after naming."""
    return tuple(range(named_on.year + 1, valid_until.year + 1))
