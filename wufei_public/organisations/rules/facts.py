"""What policies may know of an organisation and of a membership."""

from dataclasses import dataclass

from wufei_public.organisations.rules.memberships import State


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """An organisation as plain values; `division` is its town or village."""

    id: int
    division: str


@dataclass(frozen=True, slots=True)
class MembershipFacts:
    """A membership as plain values."""

    state: State
    account_id: int
    organisation: OrganisationFacts
