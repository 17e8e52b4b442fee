"""Roles are granted within a scope, by another person, and end at once."""

import threading

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Clock
from tests.people import make
from tests.people.make import Person
from wufei_public.common.actor import SYSTEM, Actor, ActorKind
from wufei_public.common.errors import Conflict, Invalid, NotAllowed, NotFound
from wufei_public.infra.work import work
from wufei_public.people.actions.accounts import disable_account
from wufei_public.people.actions.roles import end_role, grant_role
from wufei_public.people.actions.sessions import settle
from wufei_public.people.models import (
    Account,
    GrantRow,
)
from wufei_public.people.queries import accounts
from wufei_public.people.rules.roles import Role

RESIDENT = Actor(ActorKind.RESIDENT, 999)


@pytest.fixture
def system(app: Flask, clock: Clock) -> Actor:
    make.places()
    return make.actor(make.member("admin.xi", Role.SYSTEM_ADMIN), Role.SYSTEM_ADMIN)


@pytest.fixture
def security(system: Actor) -> Actor:
    return make.actor(make.member("guard.an", Role.SECURITY_ADMIN), Role.SECURITY_ADMIN)


def test_the_security_administrator_grants_within_a_scope(security: Actor) -> None:
    person = make.member("zhang.li")
    code = work(
        security,
        lambda w: grant_role(w, code=person.code, role=Role.TOWN_OFFICER, division=make.TOWN),
    )
    row = make.fresh().scalars(select(GrantRow).where(GrantRow.code == code)).one()
    assert (row.account, row.role, row.division, row.department, row.granted_by) == (
        person.id,
        Role.TOWN_OFFICER,
        make.TOWN,
        "",
        security.id,
    )


@pytest.mark.parametrize(
    ("role", "division", "department", "pointer"),
    [
        (Role.TOWN_OFFICER, "999999999", None, "division"),
        (Role.TOWN_OFFICER, make.DISTRICT, None, "division"),
        (Role.DEPARTMENT_OFFICER, None, "no_such", "department"),
    ],
)
def test_a_grant_needs_a_scope_that_exists(
    security: Actor, role: Role, division: str | None, department: str | None, pointer: str
) -> None:
    person = make.member("zhang.li")
    with pytest.raises(Invalid) as bad:
        work(
            security,
            lambda w: grant_role(
                w, code=person.code, role=role, division=division, department=department
            ),
        )
    assert [fault.pointer for fault in bad.value.errors] == [pointer]


def test_the_same_role_is_granted_once_and_again_after_its_end(security: Actor) -> None:
    person = make.member("zhang.li")

    def grant(division: str) -> str:
        return work(
            security,
            lambda w: grant_role(w, code=person.code, role=Role.TOWN_OFFICER, division=division),
        )

    first = grant(make.TOWN)
    grant(make.OTHER_TOWN)
    with pytest.raises(Conflict):
        grant(make.TOWN)
    work(security, lambda w: end_role(w, code=first))
    assert grant(make.TOWN) != first
    assert make.count(GrantRow, GrantRow.account == person.id) == 3


def test_nobody_else_grants_and_nobody_grants_to_themselves(system: Actor, security: Actor) -> None:
    person = make.member("zhang.li")
    own = make.fresh().get_one(Account, security.id).code
    for actor, code in ((system, person.code), (security, own), (RESIDENT, person.code)):
        with pytest.raises(NotAllowed):
            work(actor, lambda w, code=code: grant_role(w, code=code, role=Role.AUDITOR))
    assert make.count(GrantRow, GrantRow.role == Role.AUDITOR) == 0


def test_an_ended_role_is_gone_at_the_next_request(security: Actor, clock: Clock) -> None:
    person = make.member("zhang.li", Role.TOWN_OFFICER)
    clock.move(minutes=1)
    token = settle(make.try_staff("zhang.li", person.totp(clock.now))).token
    held = accounts.roles_of(make.fresh(), [person.id])[person.id][0]
    work(security, lambda w: end_role(w, code=held.code, reason="调岗"))
    facts = make.who(token)
    assert facts is not None
    assert facts.actor.grants == ()
    with pytest.raises(NotFound):
        work(security, lambda w: end_role(w, code=held.code))


def test_the_last_administrator_of_a_kind_stays(security: Actor) -> None:
    system = make.fresh().scalars(select(Account).where(Account.user_name == "admin.xi")).one()
    held = accounts.roles_of(make.fresh(), [system.id])[system.id][0]
    with pytest.raises(NotAllowed):
        work(security, lambda w: end_role(w, code=held.code))
    with pytest.raises(NotAllowed):
        work(SYSTEM, lambda w: disable_account(w, code=system.code))
    make.member("second.xi", Role.SYSTEM_ADMIN)
    work(security, lambda w: end_role(w, code=held.code))


def test_who_has_not_enrolled_replaces_nobody(security: Actor) -> None:
    make.invited("second.xi", Role.SYSTEM_ADMIN)
    system = make.fresh().scalars(select(Account).where(Account.user_name == "admin.xi")).one()
    with pytest.raises(NotAllowed):
        work(SYSTEM, lambda w: disable_account(w, code=system.code))


def test_two_administrators_who_end_each_other_at_once_leave_one(own_app: Flask) -> None:
    people = [make.member(name, Role.SYSTEM_ADMIN) for name in ("first.xi", "second.xi")]
    start, done = threading.Barrier(2), list[str]()

    def run(me: Person, other: Person) -> None:
        with own_app.app_context():
            start.wait()
            try:
                work(
                    make.actor(me, Role.SYSTEM_ADMIN),
                    lambda w: disable_account(w, code=other.code),
                )
                done.append("ended")
            except NotAllowed as refused:
                done.append(refused.code)

    threads = [threading.Thread(target=run, args=pair) for pair in (people, people[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == ["ended", "last_administrator"]
