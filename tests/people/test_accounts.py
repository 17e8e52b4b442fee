"""Accounts of staff: set up by link, reset, left, listed."""

import threading

import pytest
from flask import Flask
from pyotp import TOTP
from sqlalchemy import select

from tests.conftest import Clock
from tests.people import make
from wufei_public.common.actor import ANONYMOUS, SYSTEM, Actor, ActorKind, Grant
from wufei_public.common.errors import Invalid, NotAllowed, NotFound
from wufei_public.infra.work import house, work
from wufei_public.people.actions.accounts import bootstrap, disable_account, invite_staff
from wufei_public.people.actions.passwords import new_password
from wufei_public.people.actions.sessions import Refused, settle
from wufei_public.people.actions.setup import enrol, reset_totp
from wufei_public.people.actions.tidying import tidy
from wufei_public.people.models import (
    Account,
    GrantRow,
    OneTimeCode,
    SessionRow,
    SetupLink,
)
from wufei_public.people.queries import accounts
from wufei_public.people.queries.sealing import totp_secret
from wufei_public.people.rules.links import Purpose
from wufei_public.people.rules.roles import Role

in_app = pytest.mark.usefixtures("app")
RESIDENT = Actor(ActorKind.RESIDENT, 999)


@pytest.fixture
def system(app: Flask, clock: Clock) -> Actor:
    make.places()
    return make.actor(make.member("admin.xi", Role.SYSTEM_ADMIN), Role.SYSTEM_ADMIN)


@pytest.fixture
def security(system: Actor) -> Actor:
    return make.actor(make.member("guard.an", Role.SECURITY_ADMIN), Role.SECURITY_ADMIN)


def enrolled(token: str, password: str = make.PASSWORD) -> str:
    chosen = new_password(password, "x")
    code = TOTP(totp_secret(house().keys, token)).at(make.now())
    return work(ANONYMOUS, lambda w: enrol(w, token=token, password=chosen, code=code))


# Invitation and set-up


def test_an_invited_person_enrols_and_enters(system: Actor, clock: Clock) -> None:
    made = work(system, lambda w: invite_staff(w, user_name="Li.Si", display_name=" 李四 "))
    assert enrolled(made.token) == "li.si"
    clock.move(minutes=1)
    code = TOTP(totp_secret(house().keys, made.token)).at(clock.now)
    entered = settle(make.try_staff("li.si", code))
    facts = make.who(entered.token)
    assert facts is not None
    assert (facts.actor.name, facts.actor.grants) == ("李四", ())


@pytest.mark.parametrize(
    ("user_name", "display_name", "pointer"),
    [
        ("admin.xi", "某人", "user_name"),
        ("ADMIN.XI", "某人", "user_name"),
        ("x", "某人", "user_name"),
        ("li.si", "  ", "display_name"),
        ("li.si", "长" * 41, "display_name"),
    ],
)
def test_a_bad_invitation_names_its_field(
    system: Actor, user_name: str, display_name: str, pointer: str
) -> None:
    before = make.count(Account)
    with pytest.raises(Invalid) as bad:
        work(system, lambda w: invite_staff(w, user_name=user_name, display_name=display_name))
    assert [fault.pointer for fault in bad.value.errors] == [pointer]
    assert make.count(Account) == before


def test_nobody_else_makes_accounts(security: Actor) -> None:
    officer = make.actor(make.member("zhang.li", Role.DISTRICT_OFFICER), Role.DISTRICT_OFFICER)
    for actor in (security, officer, RESIDENT, ANONYMOUS):
        with pytest.raises(NotAllowed):
            work(actor, lambda w: invite_staff(w, user_name="li.si", display_name="李四"))
    assert make.count(Account, Account.user_name == "li.si") == 0


@in_app
def test_a_set_up_link_is_used_once() -> None:
    code, token = make.invited("li.si")
    enrolled(token)
    with pytest.raises(NotFound):
        enrolled(token, "换成另外一句很长的密码吧")
    with pytest.raises(NotFound):
        accounts.open_link(make.fresh(), token, make.now())
    assert make.audited(f"people/{code}") == ["people:account:invite", "people:account:enrol"]


@in_app
def test_a_set_up_link_is_over_after_seven_days(clock: Clock) -> None:
    _code, token = make.invited("li.si")
    clock.move(days=7)
    with pytest.raises(NotFound):
        enrolled(token)


@in_app
@pytest.mark.parametrize("token", ["", "x", "A" * 32])
def test_another_token_opens_nothing(token: str) -> None:
    make.invited("li.si")
    with pytest.raises(NotFound):
        accounts.open_link(make.fresh(), token, make.now())


@in_app
def test_a_wrong_code_leaves_the_link_open() -> None:
    _code, token = make.invited("li.si")
    chosen = new_password(make.PASSWORD, "li.si")
    with pytest.raises(Invalid) as wrong:
        work(ANONYMOUS, lambda w: enrol(w, token=token, password=chosen, code="12345"))
    assert [fault.pointer for fault in wrong.value.errors] == ["code"]
    assert enrolled(token) == "li.si"


@in_app
def test_the_link_is_in_no_table() -> None:
    _code, token = make.invited("li.si")
    row = make.fresh().scalars(select(SetupLink)).one()
    assert token not in repr(vars(row))
    assert token.encode() not in row.nonce + row.token_hash


def test_one_link_in_two_threads_enrols_once(own_app: Flask) -> None:
    _code, token = make.invited("li.si")
    chosen = new_password(make.PASSWORD, "li.si")
    code = TOTP(totp_secret(house().keys, token)).at(make.now())
    start, done = threading.Barrier(4), list[str]()

    def run() -> None:
        with own_app.app_context():
            start.wait()
            try:
                work(ANONYMOUS, lambda w: enrol(w, token=token, password=chosen, code=code))
                done.append("enrolled")
            except NotFound:
                done.append("gone")

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == ["enrolled", "gone", "gone", "gone"]


# Reset


def test_a_reset_ends_everything_and_a_new_link_opens_again(system: Actor, clock: Clock) -> None:
    person = make.member("zhang.li", Role.TOWN_OFFICER)
    clock.move(minutes=1)
    session = settle(make.try_staff("zhang.li", person.totp(clock.now))).token
    token = work(system, lambda w: reset_totp(w, code=person.code))
    clock.move(minutes=1)
    assert make.who(session) is None
    assert isinstance(make.try_staff("zhang.li", person.totp(clock.now)), Refused)
    assert accounts.open_link(make.fresh(), token, clock.now).purpose is Purpose.RESET
    enrolled(token)
    clock.move(minutes=1)
    code = TOTP(totp_secret(house().keys, token)).at(clock.now)
    entered = settle(make.try_staff("zhang.li", code))
    facts = make.who(entered.token)
    assert facts is not None
    assert facts.actor.grants == (Grant(Role.TOWN_OFFICER, division=make.TOWN),)


def test_a_new_link_ends_the_old_one(system: Actor) -> None:
    code, old = make.invited("li.si")
    new = work(system, lambda w: reset_totp(w, code=code))
    with pytest.raises(NotFound):
        enrolled(old)
    assert enrolled(new) == "li.si"


# Leaving


def test_who_leaves_loses_sessions_links_and_roles_at_once(system: Actor, clock: Clock) -> None:
    person = make.member("zhang.li", Role.TOWN_OFFICER)
    clock.move(minutes=1)
    session = settle(make.try_staff("zhang.li", person.totp(clock.now))).token
    facts = work(system, lambda w: disable_account(w, code=person.code, reason="离岗"))
    assert (facts.id, facts.roles) == (person.id, (Role.TOWN_OFFICER,))
    assert make.who(session) is None
    assert accounts.holders(make.fresh(), Role.TOWN_OFFICER) == []
    assert accounts.names_of(make.fresh(), [person.id]) == {person.id: "zhang.li 的姓名"}
    with pytest.raises(NotAllowed):
        work(system, lambda w: reset_totp(w, code=person.code))


def test_the_link_of_who_left_before_enrolling_is_dead(system: Actor) -> None:
    code, token = make.invited("li.si")
    work(system, lambda w: disable_account(w, code=code))
    with pytest.raises(NotFound):
        enrolled(token)


def test_a_leaving_is_audited_with_its_reason(system: Actor) -> None:
    person = make.member("zhang.li", Role.TOWN_OFFICER)
    work(system, lambda w: disable_account(w, code=person.code, reason="离岗"))
    assert make.audited(f"people/{person.code}")[-2:] == [
        "people:role:end",
        "people:account:disable",
    ]


# The first start


@in_app
def test_the_first_start_makes_three_administrators_once() -> None:
    first = work(SYSTEM, bootstrap)
    again = work(SYSTEM, bootstrap)
    assert [(role, name) for role, name, _token in first] == [
        (Role.SYSTEM_ADMIN, "system"),
        (Role.SECURITY_ADMIN, "security"),
        (Role.AUDITOR, "auditor"),
    ]
    assert again == first
    assert (make.count(Account), make.count(GrantRow), make.count(SetupLink)) == (3, 3, 3)


@in_app
def test_a_used_link_is_no_longer_printed_and_an_old_one_is_made_anew(clock: Clock) -> None:
    first = work(SYSTEM, bootstrap)
    enrolled(first[0][2])
    assert work(SYSTEM, bootstrap) == first[1:]
    clock.move(days=8)
    renewed = work(SYSTEM, bootstrap)
    assert [name for _role, name, _token in renewed] == ["security", "auditor"]
    assert {token for *_, token in renewed} & {token for *_, token in first} == set()


@in_app
def test_a_first_start_beside_an_account_of_that_name_takes_another() -> None:
    make.invited("system")
    names = [name for _role, name, _token in work(SYSTEM, bootstrap)]
    assert names[0].startswith("system-")
    assert names[1:] == ["security", "auditor"]


# Lists


def test_the_list_is_searched_and_paged(system: Actor) -> None:
    for number in range(5):
        make.invited(f"li.{number}si")
    make.resident()
    page = accounts.staff_page(make.fresh(), "LI.", "", 2)
    assert [row.facts.user_name for row in page] == ["li.0si", "li.1si", "li.2si"]
    rest = accounts.staff_page(make.fresh(), "li.", "li.3si", 2)
    assert [row.facts.user_name for row in rest] == ["li.4si"]
    named = accounts.staff_page(make.fresh(), "2si 的姓名")
    assert [row.facts.user_name for row in named] == ["li.2si"]
    assert accounts.staff_page(make.fresh(), "%") == []
    assert accounts.staff_page(make.fresh(), "_") == []


def test_the_list_asks_as_often_for_one_as_for_many(system: Actor) -> None:
    def asked() -> int:
        session = make.fresh()
        with make.statements() as seen:
            accounts.staff_page(session)
        return len(seen)

    one = asked()
    for number in range(3):
        make.invited(f"li.{number}si", Role.TOWN_OFFICER)
    assert asked() == one == 3


def test_holders_are_those_of_that_place_who_can_work(system: Actor) -> None:
    here = make.member("zhang.li", Role.CREW_MEMBER)
    left = make.member("wang.wu", Role.CREW_MEMBER)
    work(system, lambda w: disable_account(w, code=left.code))
    found = accounts.holders(make.fresh(), Role.CREW_MEMBER, division=make.TOWN)
    assert [person.id for person in found] == [here.id]
    assert accounts.holders(make.fresh(), Role.CREW_MEMBER, division=make.OTHER_TOWN) == []


# Tidying


def test_tidying_deletes_what_opens_nothing_any_more(system: Actor, clock: Clock) -> None:
    make.resident()
    make.invited("li.si")
    assert work(SYSTEM, tidy) == 0
    clock.move(days=3)
    assert work(SYSTEM, tidy) == 1
    assert make.count(OneTimeCode) == 0
    clock.move(days=40)
    assert work(SYSTEM, tidy) == 2  # two set-up links
    assert make.count(SessionRow) == 1
    clock.move(days=90)
    assert work(SYSTEM, tidy) == 1


def test_what_is_tidied_had_no_power(system: Actor, clock: Clock) -> None:
    token = make.resident().token
    work(SYSTEM, tidy)
    assert make.who(token) is not None
