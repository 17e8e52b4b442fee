"""What policies may know of an application."""

from dataclasses import dataclass

from wufei_public.cells.rules.routes import STANDARD, Route
from wufei_public.cells.rules.stages import State


@dataclass(frozen=True, slots=True)
class CellFacts:
    """An application as plain values.

    `representatives` may write for the unit, `panel` are its experts, `reviewers` had a
    part in the review: town, sector, experts, both persons of the decision; `route` says
    which steps there are. `divisions` are those of all sites of a joint application, and
    `overruled` are those whose decision was taken back. What was never `handed_in` is the unit's.
    """

    state: State
    division: str
    department: str
    representatives: frozenset[int] = frozenset()
    panel: frozenset[int] = frozenset()
    reviewers: frozenset[int] = frozenset()
    route: Route = STANDARD
    divisions: frozenset[str] = frozenset()
    overruled: frozenset[int] = frozenset()
    handed_in: bool = True
