"""Codes of administrative divisions: level by length, subtree by prefix.

The national statistical code (GB/T 2260, GB/T 10114) is hierarchical: two digits
for the province, four for the city, six for the district, nine for the town or
street, twelve for the village or community; six-digit codes are padded with zeros.
"""

DISTRICT_DIGITS = 6
TOWN_DIGITS = 9
VILLAGE_DIGITS = 12


def stem(code: str) -> str:
    """Return the digits that every code in the subtree of `code` begins with."""
    if len(code) == DISTRICT_DIGITS:
        return code.removesuffix("00").removesuffix("00")
    return code


def covers(scope: str, code: str) -> bool:
    """Say whether the division `code` lies in the subtree of `scope` (or is it)."""
    return code.startswith(stem(scope))


def town_of(code: str | None) -> str | None:
    """Return the nine-digit town or street that `code` lies in, None above that level."""
    return code[:TOWN_DIGITS] if code and len(code) >= TOWN_DIGITS else None
