"""What policies and rules may know of an entry."""

from dataclasses import dataclass
from datetime import datetime

from wufei_public.redblack.rules.states import ListKind, State


@dataclass(frozen=True, slots=True)
class ListingFacts:
    """An entry as plain values; `waived` when the enterprise wants to add nothing more."""

    kind: ListKind
    state: State
    division: str
    proposed_by: int
    decided_by: int | None = None
    approved_by: int | None = None
    respond_until: datetime | None = None
    waived: bool = False
    holding: int = 0  # open objections that hold publication
    repair_from: datetime | None = None
    ends_at: datetime | None = None
