"""A state machine as a table: one row per allowed step."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from wufei_public.common.errors import WrongState
from wufei_public.common.text import N_

S = TypeVar("S", bound=StrEnum)
M = TypeVar("M", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Step(Generic[S, M]):
    """From a state, by a move, to a state; `who` names the roles that may make it."""

    source: S
    move: M
    target: S
    who: frozenset[str]


class Workflow(Generic[S, M]):
    """The steps of one kind of case, from `start` to the `finals`."""

    def __init__(self, *, start: S, finals: Iterable[S], steps: Iterable[Step[S, M]]) -> None:
        self.start = start
        self.finals = frozenset(finals)
        self.steps: Mapping[tuple[S, M], Step[S, M]] = {
            (step.source, step.move): step for step in steps
        }

    def step(self, state: S, move: M) -> Step[S, M]:
        """Return the step for `move` from `state`; WrongState if there is none."""
        found = self.steps.get((state, move))
        if found is None:
            raise WrongState("wrong_state", N_("现在不能这样做。请刷新页面，看看案件的新状态。"))
        return found

    def moves(self, state: S) -> tuple[Step[S, M], ...]:
        """Return every step that leads out of `state`."""
        return tuple(step for step in self.steps.values() if step.source == state)

    def reachable(self) -> frozenset[S]:
        """Return every state that a case can come to."""
        seen: set[S] = set()
        todo = [self.start]
        while todo:
            state = todo.pop()
            if state not in seen:
                seen.add(state)
                todo.extend(step.target for step in self.moves(state))
        return frozenset(seen)
