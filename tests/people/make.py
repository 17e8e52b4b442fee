"""People of the tests: residents, officers, administrators; nothing surprising."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from pyotp import TOTP
from sqlalchemy import Engine, Select, event, func, select
from sqlalchemy.orm import Session

from tests.places import load as load_places
from wufei_public.common.actor import ANONYMOUS, SYSTEM, Actor, ActorKind, Grant
from wufei_public.infra.audit import AuditRow
from wufei_public.infra.outbox import OutboxRow
from wufei_public.infra.work import Work, house, reading, work
from wufei_public.people.actions import residents, staff
from wufei_public.people.actions.accounts import invite_staff
from wufei_public.people.actions.passwords import NewPassword, new_password, prove_password
from wufei_public.people.actions.roles import grant_role
from wufei_public.people.actions.sessions import Entered, Refused
from wufei_public.people.actions.setup import enrol
from wufei_public.people.models import Account
from wufei_public.people.queries.accounts import staff_account
from wufei_public.people.queries.sealing import open_values, totp_secret
from wufei_public.people.queries.sessions import load_session
from wufei_public.people.rules.roles import Role
from wufei_public.people.rules.sessions import SessionFacts

PHONE = "13812345678"
PASSWORD = "雨后的河边有三只白鹭飞过"
TOWN = "410307106"
OTHER_TOWN = "410307107"
DISTRICT = "410307"
DEPARTMENT = "urban_management"
SCOPES: dict[Role, dict[str, str]] = {
    Role.TOWN_OFFICER: {"division": TOWN},
    Role.DISTRICT_OFFICER: {"division": DISTRICT},
    Role.DEPARTMENT_OFFICER: {"department": DEPARTMENT},
    Role.CREW_MEMBER: {"division": TOWN},
    Role.EXPERT: {"division": DISTRICT},
    Role.VILLAGE_SORTER: {"division": "410307106201"},
    Role.ROAD_CHIEF: {"division": TOWN},
    Role.SHOP_CLERK: {"division": TOWN},
    Role.AWARD_CASHIER: {"division": DISTRICT},
}
DEVICE = "Mozilla/5.0 (Linux; Android 10) Chrome/78.0 MicroMessenger/8.0"


@dataclass(frozen=True)
class Person:
    """A member of staff who has enrolled."""

    id: int
    code: str
    user_name: str
    secret: str

    def totp(self, now: datetime) -> str:
        return TOTP(self.secret).at(now)


def places() -> None:
    load_places(holidays=False)


def invited(user_name: str, *roles: Role) -> tuple[str, str]:
    """Make an account with roles; return its code and its set-up token."""

    def do(w: Work) -> tuple[str, str]:
        made = invite_staff(w, user_name=user_name, display_name=f"{user_name} 的姓名")
        for role in roles:
            grant_role(w, code=made.code, role=role, **SCOPES.get(role, {}))
        return made.code, made.token

    return work(SYSTEM, do)


@cache
def hashed() -> NewPassword:
    """Return PASSWORD as it is kept: hashing is slow by design, and once is enough."""
    return new_password(PASSWORD, "")


def member(user_name: str, *roles: Role) -> Person:
    """Make an account that signs in with PASSWORD and the authenticator's next code."""
    code, token = invited(user_name, *roles)
    secret = totp_secret(house().keys, token)
    enrol_again(token, user_name)
    found = reading().scalar(select(Account.id).where(Account.code == code))
    return Person(found or 0, code, user_name, secret)


def enrol_again(token: str, user_name: str) -> None:
    """Use a set-up link: PASSWORD, and the authenticator's present code."""
    secret, password = totp_secret(house().keys, token), hashed()
    work(
        ANONYMOUS,
        lambda w: enrol(w, token=token, password=password, code=TOTP(secret).at(w.now)),
    )


def password_of(user_name: str) -> Select[tuple[str | None]]:
    return select(Account.password_hash).where(Account.user_name == user_name)


def try_staff(user_name: str, code: str, **more: Any) -> Entered | Refused:
    """Try to sign in with PASSWORD, or another `password`."""
    proof = prove_password(reading(), user_name, more.pop("password", PASSWORD))
    return work(
        ANONYMOUS,
        lambda w: staff.sign_in_staff(w, proof=proof, code=code, device=DEVICE, **more),
    )


def ask(phone: str = PHONE, address: str = "192.0.2.1") -> str:
    """Ask for a one-time code and return it as the SMS carries it."""
    work(ANONYMOUS, lambda w: residents.request_code(w, phone=phone, address=address))
    return sent_codes()[-1]


def sent_codes() -> list[str]:
    rows = fresh().scalars(
        select(OutboxRow.values).where(OutboxRow.template == "people.code").order_by(OutboxRow.id)
    )
    return [open_values(house().keys, values)["code"] for values in rows]


def try_code(code: str, phone: str = PHONE, **more: Any) -> Entered | Refused:
    return work(
        ANONYMOUS,
        lambda w: residents.sign_in_with_code(w, phone=phone, code=code, device=DEVICE, **more),
    )


def resident(phone: str = PHONE) -> Entered:
    found = try_code(ask(phone), phone)
    assert isinstance(found, Entered)
    return found


def who(token: str) -> SessionFacts | None:
    return load_session(fresh(), token, house().clock())


def actor(person: Person, *roles: Role) -> Actor:
    """Return the person as a session shows them."""
    grants = (
        Grant(role, SCOPES.get(role, {}).get("division"), SCOPES.get(role, {}).get("department"))
        for role in roles
    )
    return Actor(ActorKind.STAFF, person.id, person.user_name, tuple(grants))


def fresh() -> Session:
    """Return a session that sees what other threads have committed."""
    reading().rollback()
    return reading()


def now() -> datetime:
    return house().clock()


def forget_step(w: Work, code: str) -> None:
    """Let the code of the enrolment be used again."""
    staff_account(w.session, code).totp_last_step = None


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the statements that the database is asked meanwhile."""
    seen: list[str] = []

    def note(*args: Any) -> None:
        if args[2].startswith("SELECT"):
            seen.append(args[2])

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def count(model: Any, *where: Any) -> int:
    found = fresh().scalar(select(func.count()).select_from(model).where(*where))
    return found or 0


def audited(target: str | None = None) -> list[str]:
    rows = select(AuditRow.action).order_by(AuditRow.id)
    return list(fresh().scalars(rows.where(AuditRow.target == target) if target else rows))
