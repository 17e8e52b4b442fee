"""Children under 14, who act only through a guardian's account (PIPL art. 31)."""

from dataclasses import dataclass
from datetime import date, datetime

from wufei_public.common.errors import FieldError
from wufei_public.common.text import N_

GROWN = 14


@dataclass(frozen=True, slots=True)
class ChildFacts:
    """A child as the guardian's consent knows it: no name, and of the birthday only the year."""

    id: int
    birth_year: int
    version: str
    given_at: datetime


def years(today: date) -> range:
    """Return the years of birth of those who may still be under 14, the oldest first."""
    return range(today.year - GROWN, today.year + 1)


def is_child(birth_year: int, today: date) -> bool:
    """Say whether somebody of that year may be under 14: until the end of the fourteenth year."""
    return birth_year >= years(today).start


def year_faults(birth_year: int, today: date) -> list[FieldError]:
    """Return what is wrong with a child's year of birth."""
    if birth_year in years(today):
        return []
    return [FieldError("birth_year", N_("这里只加 未满 14 岁的孩子，请看看出生年份。"))]


def names_a_child(nickname: str, names: frozenset[str]) -> bool:
    """Say whether a nickname, which everybody reads, gives a child's name away."""
    return any(name in nickname for name in names)
