"""考核 (plan D-7): criteria with weights by version, and what a total leads to; data (`data/`).

A total is the weighted mean over the criteria that apply. It suggests an entry of a list and
decides nothing: due process begins with a proposal.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from importlib import resources

from wufei_public.common.scores import hundredths
from wufei_public.redblack.rules.states import ListKind

FULL = Decimal(100)


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that is scored from 0 to 100, and what it weighs."""

    code: str
    label: str
    hint: str
    weight: int


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which total a red entry is suggested, below which a black one, with the source."""

    red_from: Decimal
    red_each: Decimal
    black_below: Decimal
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Given:
    """What an official gives for one criterion: no score where it does not apply; on what."""

    score: Decimal | None
    words: str


def rows(name: str) -> Iterator[dict[str, str]]:
    """Return the rows of one of the feature's tables."""
    file = resources.files("wufei_public.redblack") / "data" / name
    return csv.DictReader(file.read_text(encoding="utf-8").splitlines())


def _criteria() -> Mapping[str, Sequence[Criterion]]:
    found: dict[str, list[Criterion]] = {}
    for row in rows("criteria.csv"):
        one = Criterion(row["code"], row["label"], row["hint"], int(row["weight"]))
        found.setdefault(row["version"], []).append(one)
    return found


CRITERIA = _criteria()
THRESHOLDS: Mapping[str, Thresholds] = {
    row["version"]: Thresholds(
        Decimal(row["red_from"]),
        Decimal(row["red_each"]),
        Decimal(row["black_below"]),
        row["source"],
        row["verified"] == "yes",
    )
    for row in rows("thresholds.csv")
}
# A period keeps the version with which it was opened.
NEWEST = list(CRITERIA)[-1]


def total(version: str, given: Mapping[str, Given]) -> Decimal | None:
    """Return the weighted mean over what applies, rounded once; None where nothing applies."""
    weighed = [
        (one.weight, given[one.code].score)
        for one in CRITERIA[version]
        if given[one.code].score is not None
    ]
    whole = sum(weight for weight, _score in weighed)
    if not whole:
        return None
    mass = sum((Fraction(score or 0) * weight for weight, score in weighed), Fraction(0))
    return hundredths(mass / whole)


def suggestion(version: str, given: Mapping[str, Given]) -> ListKind | None:
    """Return for which list the scores speak: a high mean without a weak point, or a low mean."""
    found, limits = total(version, given), THRESHOLDS[version]
    if found is None:
        return None
    if found < limits.black_below:
        return ListKind.BLACK
    scores = [one.score for one in given.values() if one.score is not None]
    strong = all(score >= limits.red_each for score in scores)
    return ListKind.RED if strong and found >= limits.red_from else None


def stands(document: str, confirmed_by: int | None) -> bool:
    """Say whether an offender counts as confirmed: by a document, or by a second official's word.

    What a case says of an enterprise is nobody's word alone, as with every decision of the list.
    """
    return bool(document) or confirmed_by is not None
