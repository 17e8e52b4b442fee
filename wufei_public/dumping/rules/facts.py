"""What policies may know of a case."""

from dataclasses import dataclass

from wufei_public.dumping.rules.states import Release, State


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """A case as plain values; `asker` facts say how the reporter proved to be the reporter."""

    state: State
    release: Release
    division: str | None
    department: str | None
    crew_id: int | None
    reporter_id: int | None
