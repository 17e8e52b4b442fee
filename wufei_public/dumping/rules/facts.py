"""What policies may know of a case."""

from dataclasses import dataclass

from wufei_public.dumping.rules.release import Release
from wufei_public.dumping.rules.states import BEFORE_ACCEPTANCE, State


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """A case as plain values; `division` is a village, community, town or not known yet."""

    state: State
    release: Release
    division: str | None
    department: str | None
    crew_id: int | None
    reporter_id: int | None
    closed_by: int | None = None


def lacks_place(facts: ReportFacts) -> bool:
    """Say whether the reporter may still say where it is: it came without a place, none is set."""
    return facts.division is None and facts.state in BEFORE_ACCEPTANCE
