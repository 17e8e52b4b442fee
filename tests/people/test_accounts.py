import threading

import pytest
from flask import Flask
from pyotp import TOTP
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from tests.conftest import NOW, Clock
from tests.people import make
from tests.people.make import Person
from wufei_public.common.actor import ANONYMOUS, SYSTEM, Actor, ActorKind, Grant
from wufei_public.common.errors import Conflict, Invalid, NotAllowed, NotFound
from wufei_public.infra.work import house, work
from wufei_public.people.actions.accounts import bootstrap, disable_account, invite_staff
from wufei_public.people.actions.passwords import new_password
from wufei_public.people.actions.roles import end_role, grant_role
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
from wufei_public.people.rules.accounts import State
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


# Roles


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


# What the database itself refuses


def account(**values: object) -> dict[str, object]:
    base = {
        "kind": ActorKind.STAFF,
        "code": "C000000001",
        "user_name": "li.si",
        "display_name": "",
        "state": State.ACTIVE,
        "created_at": NOW,
    }
    return base | values


@in_app
@pytest.mark.parametrize(
    "values",
    [
        {"kind": "robot"},
        {"state": "asleep"},
        {"user_name": None},
        {"kind": ActorKind.RESIDENT},
        {"password_hash": "x"},
        {"totp_cipher": b"x"},
        {"totp_last_step": 5},
        {"phone_cipher": b"x"},
        {"phone_index": b"x" * 32},
        {"state": State.DISABLED},
        {"disabled_at": NOW},
        {
            "kind": ActorKind.RESIDENT,
            "user_name": None,
            "password_hash": "x",
            "totp_cipher": b"x",
        },
    ],
)
def test_an_impossible_account_is_refused(values: dict[str, object]) -> None:
    work(
        SYSTEM,
        lambda w: w.session.execute(insert(Account), account(code="C000000000", user_name="a.b")),
    )
    with pytest.raises(IntegrityError):
        work(SYSTEM, lambda w: w.session.execute(insert(Account), account(**values)))


@in_app
def test_two_residents_never_share_a_phone() -> None:
    row = account(kind=ActorKind.RESIDENT, user_name=None, phone_index=b"x" * 32, phone_cipher=b"x")
    work(SYSTEM, lambda w: w.session.execute(insert(Account), row))
    with pytest.raises(IntegrityError):
        work(SYSTEM, lambda w: w.session.execute(insert(Account), row | {"code": "C000000002"}))


@in_app
@pytest.mark.parametrize(
    "values",
    [
        {"role": "king"},
        {"role": Role.TOWN_OFFICER},
        {"role": Role.TOWN_OFFICER, "division": make.DISTRICT},
        {"role": Role.DISTRICT_OFFICER, "division": make.TOWN},
        {"role": Role.DEPARTMENT_OFFICER},
        {"role": Role.CREW_MEMBER},
        {"role": Role.AUDITOR, "division": make.DISTRICT},
        {"role": Role.AUDITOR, "ended_by": 1},
        {"role": Role.SECURITY_ADMIN},  # beside the one that is held
        {"role": Role.SYSTEM_ADMIN},  # twice
    ],
)
def test_an_impossible_grant_is_refused(values: dict[str, object]) -> None:
    make.places()
    person = make.member("zhang.li", Role.SYSTEM_ADMIN)
    row = {
        "code": "G000000001",
        "account": person.id,
        "division": "",
        "department": "",
        "granted_at": NOW,
    }
    with pytest.raises(IntegrityError):
        work(SYSTEM, lambda w: w.session.execute(insert(GrantRow), row | values))


@in_app
def test_nobody_grants_to_themselves_in_the_database_either() -> None:
    make.places()
    person = make.member("zhang.li", Role.TOWN_OFFICER)
    with pytest.raises(IntegrityError):
        work(
            SYSTEM,
            lambda w: w.session.execute(
                update(GrantRow).where(GrantRow.account == person.id).values(granted_by=person.id)
            ),
        )


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
