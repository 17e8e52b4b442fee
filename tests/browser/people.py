"""One account of staff per role and a resident, made through the product's own actions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import pyotp
from flask import Flask

from tests.browser.site import Site
from wufei_public.common.actor import ANONYMOUS, SYSTEM, Actor, ActorKind, Grant
from wufei_public.infra.work import Work, house, reading, work
from wufei_public.people.actions.accounts import bootstrap, invite_staff
from wufei_public.people.actions.passwords import new_password
from wufei_public.people.actions.residents import request_code, sign_in_with_code
from wufei_public.people.actions.roles import grant_role
from wufei_public.people.actions.sessions import settle, start_session
from wufei_public.people.actions.setup import enrol
from wufei_public.people.models import Account
from wufei_public.people.queries.accounts import staff_named
from wufei_public.people.queries.sealing import totp_secret
from wufei_public.people.rules.roles import Role

TOWN, DEPARTMENT = "410307106", "urban_management"
PASSWORD = "一句只有我知道的长话 2026"
RESIDENT_PHONE = "13900000001"
# role: user name, name, division, department
OFFICIALS: Mapping[Role, tuple[str, str, str | None, str | None]] = {
    Role.TOWN_OFFICER: ("zhou.min", "周敏", TOWN, None),
    Role.DEPARTMENT_OFFICER: ("han.lei", "韩磊", None, DEPARTMENT),
    Role.DISTRICT_OFFICER: ("wei.fang", "魏芳", "410307", None),
    Role.CREW_MEMBER: ("geng.tao", "耿涛", TOWN, None),
    Role.EXPERT: ("gao.ming", "高明", "410307", None),
    Role.ROAD_CHIEF: ("lu.yong", "路勇", TOWN, None),
    Role.SHOP_CLERK: ("dian.xin", "店欣", TOWN, None),
    Role.AWARD_CASHIER: ("chu.na", "储娜", "410307", None),
    Role.VILLAGE_SORTER: ("fan.jie", "范洁", "410307106201", None),
}


@dataclass(frozen=True, slots=True)
class Member:
    """A member of staff who can sign in."""

    actor: Actor
    code: str
    user_name: str
    secret: str


def hire(app: Flask) -> dict[Role, Member]:
    """Make and enrol one account per role; the administrators are those of the first start."""
    with app.app_context():
        made = {}
        for role, user_name, token in work(SYSTEM, bootstrap):
            made[role] = enrolled(role, user_name, token, None, None)
        for role, (user_name, name, division, department) in OFFICIALS.items():
            token = invite(role, user_name, name, division, department)
            made[role] = enrolled(role, user_name, token, division, department)
        return made


def invite(
    role: Role, user_name: str, name: str, division: str | None, department: str | None
) -> str:
    """Make an account with a role; return the token of its set-up link."""

    def do(w: Work) -> str:
        invited = invite_staff(w, user_name=user_name, display_name=name)
        grant_role(w, code=invited.code, role=role, division=division, department=department)
        return invited.token

    return work(SYSTEM, do)


def enrolled(
    role: Role, user_name: str, token: str, division: str | None, department: str | None
) -> Member:
    secret = totp_secret(house().keys, token)
    password = new_password(PASSWORD, user_name)

    def earlier(w: Work) -> str:
        # The step before this one, so that the present one is still good for signing in. Made
        # here, since hashing a password may outlast a step on a busy machine.
        return pyotp.TOTP(secret).at(w.now - timedelta(seconds=30))

    work(ANONYMOUS, lambda w: enrol(w, token=token, password=password, code=earlier(w)))
    account = staff_named(reading(), user_name)
    assert account is not None
    grants = (Grant(role, division, department),)
    actor = Actor(ActorKind.STAFF, account.id, account.display_name or "", grants)
    return Member(actor, account.code, user_name, secret)


def resident(site: Site) -> Actor:
    """Sign a resident in with the code that the jobs process has sent."""
    with site.app.app_context():
        work(ANONYMOUS, lambda w: request_code(w, phone=RESIDENT_PHONE))
        code = site.text_message()
        entered = settle(
            work(
                ANONYMOUS,
                lambda w: sign_in_with_code(w, phone=RESIDENT_PHONE, code=code, device=""),
            )
        )
        return Actor(ActorKind.RESIDENT, entered.account)


def session_of(app: Flask, actor: Actor) -> str:
    """Open a session for `actor` and return the cookie's value."""
    with app.app_context():

        def do(w: Work) -> str:
            account = w.session.get_one(Account, actor.id)
            return start_session(w, account, device="", old_token="").token

        return work(SYSTEM, do)
