"""What is known of an account, without its secrets."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from wufei_public.common.actor import ActorKind
from wufei_public.people.rules.roles import Role


class State(StrEnum):
    """Whether the account can be used; a disabled one never comes back."""

    ACTIVE = "active"
    DISABLED = "disabled"


# An account is a resident's or a member of staff's.
KINDS = (ActorKind.RESIDENT, ActorKind.STAFF)


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """An account as rules and policies see it; `enrolled` when it can sign in."""

    id: int
    code: str
    kind: ActorKind
    state: State
    user_name: str = ""
    display_name: str = ""
    enrolled: bool = False
    roles: Collection[Role] = ()
