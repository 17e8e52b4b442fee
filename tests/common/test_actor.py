import pytest

from wufei_public.common.actor import ALLOW, ANONYMOUS, SYSTEM, Actor, ActorKind, Grant, refuse


@pytest.mark.parametrize(
    ("grant", "division", "department", "held"),
    [
        (Grant("officer"), None, None, True),
        (Grant("officer"), "410307106", "ecology", True),
        (Grant("officer", division="410307106"), "410307106214", None, True),
        (Grant("officer", division="410307106"), "410307105", None, False),
        (Grant("officer", division="410307106"), None, None, False),
        (Grant("officer", division="410307"), None, None, True),
        (Grant("officer", department="ecology"), None, "ecology", True),
        (Grant("officer", department="ecology"), "410307106", None, False),
        (
            Grant("officer", division="410307106", department="ecology"),
            "410307105",
            "ecology",
            False,
        ),
    ],
)
def test_a_grant_reaches_its_scope(
    grant: Grant, division: str | None, department: str | None, *, held: bool
) -> None:
    assert grant.reaches(division, department) is held
    actor = Actor(ActorKind.STAFF, 1, grants=(grant,))
    assert actor.holds("officer", division=division, department=department) is held
    assert not actor.holds("auditor", division=division, department=department)


def test_a_role_is_held_somewhere_or_nowhere() -> None:
    actor = Actor(ActorKind.STAFF, 1, grants=(Grant("officer", division="410307106"),))
    assert actor.has_role("auditor", "officer")
    assert not actor.has_role("auditor")
    assert not ANONYMOUS.has_role("officer")
    assert not SYSTEM.holds("officer")


def test_a_verdict_says_why() -> None:
    assert (ALLOW.allowed, ALLOW.reason) == (True, "")
    assert (refuse("not_here").allowed, refuse("not_here").reason) == (False, "not_here")
