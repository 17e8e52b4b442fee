import pytest

from wufei_public.common.actor import ALLOW, ANONYMOUS, SYSTEM, Actor, ActorKind, Grant, Verdict
from wufei_public.common.errors import NotAllowed
from wufei_public.people import policy
from wufei_public.people.rules.accounts import AccountFacts, State
from wufei_public.people.rules.roles import ADMINISTRATORS, Role


def staff(number: int, *roles: Role) -> Actor:
    return Actor(ActorKind.STAFF, number, "", tuple(Grant(role) for role in roles))


SYSTEM_ADMIN = staff(1, Role.SYSTEM_ADMIN)
SECURITY_ADMIN = staff(2, Role.SECURITY_ADMIN)
AUDITOR = staff(3, Role.AUDITOR)
OFFICER = staff(4, Role.DISTRICT_OFFICER)
RESIDENT = Actor(ActorKind.RESIDENT, 5)
EVERYBODY = (SYSTEM, SYSTEM_ADMIN, SECURITY_ADMIN, AUDITOR, OFFICER, RESIDENT, ANONYMOUS)

TARGET = AccountFacts(9, "C", ActorKind.STAFF, State.ACTIVE)
LEFT = AccountFacts(9, "C", ActorKind.STAFF, State.DISABLED)
NEIGHBOUR = AccountFacts(9, "C", ActorKind.RESIDENT, State.ACTIVE)


def allowed(verdicts: list[Verdict]) -> list[bool]:
    return [verdict.allowed for verdict in verdicts]


def test_only_the_system_administrator_makes_resets_and_ends_accounts() -> None:
    expected = [True, True, False, False, False, False, False]
    assert allowed([policy.may_invite(who) for who in EVERYBODY]) == expected
    assert allowed([policy.may_reset(who, TARGET) for who in EVERYBODY]) == expected
    ends = [policy.may_disable(who, TARGET, last_of_its_kind=False) for who in EVERYBODY]
    assert allowed(ends) == expected


def test_nobody_becomes_another_administrator_by_a_link_made_on_the_site() -> None:
    for role in ADMINISTRATORS:
        other = AccountFacts(9, "C", ActorKind.STAFF, State.ACTIVE, roles=(role,))
        assert policy.may_reset(SYSTEM_ADMIN, other).reason == "administrator"
        assert policy.may_reset(SYSTEM, other).allowed


def test_only_the_security_administrator_gives_and_takes_roles() -> None:
    expected = [True, False, True, False, False, False, False]
    gives = [policy.may_grant(who, TARGET, Role.TOWN_OFFICER) for who in EVERYBODY]
    takes = [policy.may_end_role(who, TARGET, last_of_its_kind=False) for who in EVERYBODY]
    assert allowed(gives) == allowed(takes) == expected


def test_sessions_are_ended_by_their_owner_and_two_administrators() -> None:
    ends = [policy.may_end_sessions(who, TARGET) for who in (*EVERYBODY, staff(9))]
    assert allowed(ends) == [True, True, True, False, False, False, False, True]


def test_nobody_decides_about_themselves() -> None:
    own = AccountFacts(1, "C", ActorKind.STAFF, State.ACTIVE, roles=(Role.SYSTEM_ADMIN,))
    secured = AccountFacts(2, "C", ActorKind.STAFF, State.ACTIVE, roles=(Role.SECURITY_ADMIN,))
    assert [
        policy.may_reset(SYSTEM_ADMIN, own).reason,
        policy.may_disable(SYSTEM_ADMIN, own, last_of_its_kind=False).reason,
        policy.may_grant(SECURITY_ADMIN, secured, Role.TOWN_OFFICER).reason,
        policy.may_end_role(SECURITY_ADMIN, secured, last_of_its_kind=False).reason,
    ] == ["own_account"] * 4


@pytest.mark.parametrize("held", sorted(ADMINISTRATORS))
def test_an_administrator_gets_no_second_role(held: Role) -> None:
    target = AccountFacts(9, "C", ActorKind.STAFF, State.ACTIVE, roles=(held,))
    others = [role for role in Role if role is not held]
    assert {policy.may_grant(SYSTEM, target, role).reason for role in others} == {"duties_clash"}


def test_an_officer_becomes_no_administrator() -> None:
    target = AccountFacts(9, "C", ActorKind.STAFF, State.ACTIVE, roles=(Role.TOWN_OFFICER,))
    assert {policy.may_grant(SYSTEM, target, role).reason for role in ADMINISTRATORS} == {
        "duties_clash"
    }
    assert policy.may_grant(SYSTEM, target, Role.DISTRICT_OFFICER) == ALLOW


def test_the_last_administrator_of_a_kind_stays() -> None:
    assert policy.may_disable(SYSTEM, TARGET, last_of_its_kind=True).reason == "last_administrator"
    assert policy.may_end_role(SYSTEM, TARGET, last_of_its_kind=True).reason == "last_administrator"


@pytest.mark.parametrize(("target", "reason"), [(LEFT, "disabled"), (NEIGHBOUR, "not_staff")])
def test_who_left_and_who_is_no_staff_gets_nothing(target: AccountFacts, reason: str) -> None:
    assert [
        policy.may_reset(SYSTEM, target).reason,
        policy.may_disable(SYSTEM, target, last_of_its_kind=False).reason,
        policy.may_grant(SYSTEM, target, Role.TOWN_OFFICER).reason,
    ] == [reason] * 3


def test_a_no_is_raised_with_its_sentence() -> None:
    policy.require(ALLOW)
    for reason, sentence in policy.REASONS.items():
        with pytest.raises(NotAllowed) as refused:
            policy.require(Verdict(allowed=False, reason=reason))
        assert (refused.value.code, refused.value.message) == (reason, sentence)
