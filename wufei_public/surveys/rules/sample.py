"""A sample as columns of small numbers: who answered what, how each was drawn."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

# Answers are 0 to 5; this stands for no answer.
MISSING = 7


class Kind(StrEnum):
    """What the answers of a question are: 0 or 1, five steps, or any number."""

    SHARE = "share"
    SCALE = "scale"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Codes:
    """A column of labels: the levels, and for each respondent the number of the level."""

    levels: tuple[str, ...]
    of: Sequence[int]


@dataclass(frozen=True, slots=True)
class Question:
    """A column of answers, one byte per respondent (`MISSING` where there is none)."""

    column: str
    kind: Kind
    answers: bytes


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of answers that are numbers, None where there is none."""

    column: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Margin:
    """What is known of the population: how many persons stand in each level of a variable."""

    variable: str
    levels: tuple[str, ...]
    populations: tuple[float, ...]

    @property
    def total(self) -> float:
        return sum(self.populations)


@dataclass(frozen=True, slots=True)
class Sample:
    """Who answered: `groups` holds the margins' variables and those that tables go by.

    `base` are the weights of the drawing (1 / chance of being drawn); `frame_sizes` says per
    stratum how many units it has to draw from, where that is known. Clusters, where there
    are any, are numbered so that none lies in two strata.
    """

    size: int
    groups: Mapping[str, Codes]
    strata: Codes
    clusters: Sequence[int] | None
    base: Sequence[float]
    frame_sizes: Sequence[float] | None
    questions: Sequence[Question]
    numbers: Sequence[Numbers] = ()


def numbered(keys: Iterable[Hashable]) -> list[int]:
    """Return for each key the number in which it was first met: equal keys, equal numbers."""
    seen: dict[Hashable, int] = {}
    return [seen.setdefault(key, len(seen)) for key in keys]
