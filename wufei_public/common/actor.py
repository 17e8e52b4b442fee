"""Who acts: plain values that rules and policies read."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from wufei_public.common.places import covers


class ActorKind(StrEnum):
    ANONYMOUS = "anonymous"
    RESIDENT = "resident"
    STAFF = "staff"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Grant:
    """One role of one person, within a division subtree and, where set, a department."""

    role: str
    division: str | None = None
    department: str | None = None

    def reaches(self, division: str | None, department: str | None) -> bool:
        """Say whether the grant's scope holds the place and department asked for.

        A scope that the grant leaves open holds everything. A place that is not
        known yet (None) is held only by a grant without a town of its own.
        """
        if self.department is not None and self.department != department:
            return False
        if self.division is None:
            return True
        if division is None:
            return len(self.division) <= 6  # noqa: PLR2004  a district or above
        return covers(self.division, division)


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or the system, as `people` knows them at this moment."""

    kind: ActorKind
    id: int | None = None
    name: str = ""
    grants: tuple[Grant, ...] = ()

    def holds(
        self, *roles: str, division: str | None = None, department: str | None = None
    ) -> bool:
        """Say whether one of `roles` is held for that place and department."""
        return any(
            grant.role in roles and grant.reaches(division, department) for grant in self.grants
        )

    def has_role(self, *roles: str) -> bool:
        """Say whether one of `roles` is held anywhere."""
        return any(grant.role in roles for grant in self.grants)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A running session: who, until when at the most, since when, last seen when."""

    actor: Actor
    until: datetime
    signed_in_at: datetime
    seen_at: datetime


ANONYMOUS = Actor(ActorKind.ANONYMOUS)
SYSTEM = Actor(ActorKind.SYSTEM, name="system")


@dataclass(frozen=True, slots=True)
class Verdict:
    """A policy's answer: yes, or no with the code of the reason."""

    allowed: bool
    reason: str = ""


ALLOW = Verdict(allowed=True)


def refuse(reason: str) -> Verdict:
    """Return a no with its reason."""
    return Verdict(allowed=False, reason=reason)
