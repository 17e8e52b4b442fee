"""Who does which step: people of the right town, department or crew."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from wufei_public.common.actor import ActorKind
from wufei_public.demo.rules.plan import chance
from wufei_public.demo.rules.stories import ENDS, By, Step, Story
from wufei_public.dumping.rules.states import Move

_TO_CREW = 0.55


@dataclass(frozen=True, slots=True)
class Team:
    """The officers and crew members of one town."""

    officers: Sequence[int]
    crew: Sequence[int]


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody who works; `offices` gives department and its officer by official kind."""

    district: Sequence[int]
    teams: Mapping[str, Team]
    offices: Mapping[str, tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Done:
    """A step with the person who took it."""

    step: Step
    kind: ActorKind
    actor: int | None
    values: Mapping[str, Any]


def cast(
    rng: Random, story: Story, kind: str, people: Cast, reporter: int | None
) -> Iterator[Done]:
    """Give each step of `story`, a case of the official `kind`, to a person."""
    handler = _Handler(rng, people, story.town, kind)
    for step in story.steps:
        values = dict(step.values)
        if step.what == Move.ASSIGN:
            values |= handler.choose()
        who = handler.who(step, reporter)
        if step.what in {Move.RETURN, Move.DISPUTE, Move.REOPEN, Move.REDO}:
            handler.actor = None
        yield Done(step, _kind(step.by, who), who, values)


def _kind(by: By, who: int | None) -> ActorKind:
    if by is By.SYSTEM:
        return ActorKind.SYSTEM
    if by is By.REPORTER:
        return ActorKind.ANONYMOUS if who is None else ActorKind.RESIDENT
    return ActorKind.STAFF


class _Handler:
    """Who has the case now; None while nobody has."""

    def __init__(self, rng: Random, people: Cast, town: str, kind: str) -> None:
        self.rng, self.people, self.kind = rng, people, kind
        self.team = people.teams[town]
        self.actor: int | None = None
        self.officer = rng.choice(self.team.officers)

    def choose(self) -> dict[str, Any]:
        """Return department and crew member for an assignment."""
        department, officer = self.people.offices[self.kind]
        if chance(self.rng, _TO_CREW):
            # The foreman, whom a demonstration signs in as, has as much as all the others.
            foreman, *others = self.team.crew
            self.actor = foreman if not others or chance(self.rng, 0.5) else self.rng.choice(others)
            return {"department": None, "crew": self.actor}
        self.actor = officer
        return {"department": department, "crew": None}

    def who(self, step: Step, reporter: int | None) -> int | None:
        """Return the account that takes `step`."""
        if step.by is By.SYSTEM:
            return None
        if step.by is By.REPORTER:
            return reporter
        if step.by is By.DISTRICT:
            return self.rng.choice(self.people.district)
        if self.actor is not None and (step.by is By.HANDLER or step.what in ENDS):
            return self.actor
        return self.officer
