"""What policies may know of an application."""

from dataclasses import dataclass

from wufei_public.cells.rules.stages import State


@dataclass(frozen=True, slots=True)
class CellFacts:
    """An application as plain values.

    `representatives` may write for the unit, `panel` are its experts, `reviewers` had a
    part in the review: town, sector, experts, both persons of the decision.
    """

    state: State
    division: str
    department: str
    representatives: frozenset[int] = frozenset()
    panel: frozenset[int] = frozenset()
    reviewers: frozenset[int] = frozenset()
