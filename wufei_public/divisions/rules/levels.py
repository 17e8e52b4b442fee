"""Levels of administrative divisions and the form of their codes."""

from enum import StrEnum


class Level(StrEnum):
    """Level of a division; streets and towns stand side by side, so do their parts."""

    PROVINCE = "province"
    CITY = "city"
    DISTRICT = "district"
    STREET = "street"
    TOWN = "town"
    COMMUNITY = "community"
    VILLAGE = "village"


TOWN_RANK = 4
UNIT_RANK = 5
RANK = {
    Level.PROVINCE: 1,
    Level.CITY: 2,
    Level.DISTRICT: 3,
    Level.STREET: TOWN_RANK,
    Level.TOWN: TOWN_RANK,
    Level.COMMUNITY: UNIT_RANK,
    Level.VILLAGE: UNIT_RANK,
}
_DIGITS = {1: 6, 2: 6, 3: 6, TOWN_RANK: 9, UNIT_RANK: 12}
_LONGEST = 12


def canonical_code(text: str) -> str:
    """Return `text` without the zeros that pad a higher division's code to twelve digits."""
    code = text.strip()
    if len(code) != _LONGEST or not code.endswith("000"):
        return code
    return code[:6] if code.endswith("000000") else code[:9]


def code_fits(code: str, level: Level) -> bool:
    """Say whether `code` has the form of `level` (GB/T 2260, GB/T 10114)."""
    rank = RANK[level]
    if not (code.isascii() and code.isdigit()) or len(code) != _DIGITS[rank]:
        return False
    zeros = {1: "0000", 2: "00"}.get(rank, "")
    return code.endswith(zeros)
