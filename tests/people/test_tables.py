"""What the database itself refuses of accounts and roles."""

import pytest
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from tests.conftest import NOW
from tests.people import make
from wufei_public.common.actor import SYSTEM, Actor, ActorKind
from wufei_public.infra.work import work
from wufei_public.people.models import (
    Account,
    GrantRow,
)
from wufei_public.people.rules.accounts import State
from wufei_public.people.rules.roles import Role

in_app = pytest.mark.usefixtures("app")
RESIDENT = Actor(ActorKind.RESIDENT, 999)


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
