"""Shops where rewards wait: what stands in their register, and what policies ask of one."""

from dataclasses import dataclass

MOST_NAME, MOST_ADDRESS, MOST_HOURS = 40, 60, 40


@dataclass(frozen=True, slots=True)
class Entry:
    """A shop as the register has it; village or community and name say which one."""

    division: str
    name: str
    address: str = ""
    hours: str = ""


@dataclass(frozen=True, slots=True)
class ShopFacts:
    """Where a shop is, and whose accounts hand out there."""

    division: str
    clerks: frozenset[int]
