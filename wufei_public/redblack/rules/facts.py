"""What policies and rules may know of an entry."""

from dataclasses import dataclass
from datetime import datetime

from wufei_public.redblack.rules.states import ListKind, State


def owner_of(code: str) -> str:
    """Return the name under which media and audit keep what belongs to an entry."""
    return f"redblack/{code}"


@dataclass(frozen=True, slots=True)
class ListingFacts:
    """An entry as plain values; from `waived_from` on the enterprise wants to add nothing more."""

    kind: ListKind
    state: State
    division: str
    proposed_by: int
    proposed_at: datetime
    decided_by: int | None = None
    approved_by: int | None = None
    parties: frozenset[int] = frozenset()  # who scored, proved or served beside who proposed
    adverse: frozenset[int] = frozenset()  # those of them who stand against the enterprise
    respond_until: datetime | None = None
    waived_from: datetime | None = None
    decide_until: datetime | None = None
    holding: int = 0  # open objections that hold publication, or reports a red decision
    held_until: datetime | None = None  # reports hold no longer than to here, objections always
    repair_from: datetime | None = None
    ends_at: datetime | None = None

    @property
    def against(self) -> frozenset[int]:
        """Everyone who made, decided or signed it: nobody whom they proved speaks for it."""
        signed = (self.proposed_by, self.decided_by, self.approved_by)
        return self.adverse | {one for one in signed if one is not None}

    @property
    def took_part(self) -> frozenset[int]:
        """Everyone with a part in the entry: none of them answers what is said against it."""
        signed = (self.proposed_by, self.decided_by, self.approved_by)
        return self.parties | {one for one in signed if one is not None}
