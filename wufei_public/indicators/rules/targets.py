"""Targets: what the plan writes, and the rule that a machine reads out of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Direction(StrEnum):
    """Which way is better."""

    UP = "up"
    DOWN = "down"
    STATE = "state"
    UNCLEAR = "unclear"


class Rule(StrEnum):
    """How a figure is compared with a target."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    RISING = "rising"
    FALLING = "falling"
    STATE = "state"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Part:
    """A target for one component; most indicators have a single one without a name."""

    component: str
    rule: Rule
    bound: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be reached by the end of a year."""

    year: int
    written: str
    parts: tuple[Part, ...]


_BOUND = re.compile(r"([≥≤]?)(\d+(?:\.\d+)?)%?")
_SIGNS = {"≥": Rule.AT_LEAST, "≤": Rule.AT_MOST}
_PLAIN = {Direction.UP: Rule.AT_LEAST, Direction.DOWN: Rule.AT_MOST}


def read_target(year: int, written: str, direction: Direction, words: Mapping[str, str]) -> Target:
    """Return the target of `year`; `words` gives the rule of each target that is no number."""
    parts = [piece.split("：") for piece in written.split("；")]
    if all(len(piece) == 2 for piece in parts):  # noqa: PLR2004  a name and a bound
        found = [_part(name, bound, direction, words) for name, bound in parts]
    else:
        found = [_part("", written, direction, words)]
    return Target(year, written, tuple(found))


def _part(name: str, written: str, direction: Direction, words: Mapping[str, str]) -> Part:
    bound = _BOUND.fullmatch(written)
    if direction is Direction.UNCLEAR:
        return Part(name, Rule.UNCLEAR, Decimal(bound[2]) if bound else None)
    if bound is None:
        return Part(name, Rule(words[written]))
    return Part(name, _SIGNS.get(bound[1]) or _PLAIN[direction], Decimal(bound[2]))


def number_in(written: str) -> Decimal | None:
    """Return the figure that is all of `written`, None for words, a dash or several figures."""
    found = _BOUND.fullmatch(written)
    return Decimal(found[2]) if found else None
