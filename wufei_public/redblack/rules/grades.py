"""Environmental credit grades (plan A-36): names, ranges and vetoes are data (`data/`).

No set is said to be the province's. A grade is no entry of the list: it has other words, and no
colour on any page.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from wufei_public.redblack.rules.assessing import rows


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade, from how many points it is given, and where it comes from."""

    code: str
    label: str
    colour: str  # the word that the source has for it, for a table of the grades alone
    least: Decimal
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Veto:
    """What keeps an enterprise from a better grade than `most`."""

    code: str
    label: str
    most: str
    source: str


def _grades() -> Mapping[str, Sequence[Grade]]:
    found: dict[str, list[Grade]] = {}
    for row in rows("grades.csv"):
        found.setdefault(row["set"], []).append(
            Grade(
                row["code"],
                row["label"],
                row["colour"],
                Decimal(row["from"]),
                row["source"],
                row["verified"] == "yes",
            )
        )
    return found


def _vetoes() -> Mapping[str, Mapping[str, Veto]]:
    found: dict[str, dict[str, Veto]] = {}
    for row in rows("vetoes.csv"):
        one = Veto(row["code"], row["label"], row["most"], row["source"])
        found.setdefault(row["set"], {})[one.code] = one
    return found


# From the best to the worst; a grade that was given keeps its set.
GRADES, VETOES = _grades(), _vetoes()
CURRENT = list(GRADES)[-1]


def grade_for(grades: str, points: Decimal, vetoes: Collection[str] = ()) -> str:
    """Return the grade for so many points, no better than any veto allows."""
    order = [one.code for one in GRADES[grades]]
    earned = next(at for at, one in enumerate(GRADES[grades]) if points >= one.least)
    held = [order.index(VETOES[grades][code].most) for code in vetoes]
    return order[max([earned, *held])]


def label_of(grades: str, code: str) -> str:
    """Return the name of a grade."""
    return next(one.label for one in GRADES[grades] if one.code == code)


def years_that_count(day: date) -> frozenset[int]:
    """Return for which years a grade counts on `day`: last year's until this year's is there."""
    return frozenset({day.year - 1, day.year})
