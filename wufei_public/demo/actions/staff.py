"""Staff: made, granted and enrolled by the people's own actions a year ago."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from pyotp import TOTP

from wufei_public.cells.rules.kinds import KINDS
from wufei_public.demo import queries
from wufei_public.demo.actions.parts import Maker
from wufei_public.demo.rules.plan import YEAR, Plan
from wufei_public.demo.rules.words import person
from wufei_public.divisions.queries import directory
from wufei_public.infra.work import Work
from wufei_public.people.actions.accounts import bootstrap, invite_staff
from wufei_public.people.actions.passwords import NewPassword, new_password
from wufei_public.people.actions.roles import grant_role
from wufei_public.people.actions.setup import enrol
from wufei_public.people.queries.sealing import totp_secret
from wufei_public.people.rules.roles import Role

_PER_TOWN = ((Role.TOWN_OFFICER, 2), (Role.CREW_MEMBER, 3))
# Two decide together, a third answers who objects.
_PER_DISTRICT = (
    ("district", Role.DISTRICT_OFFICER, 3),
    ("expert", Role.EXPERT, 5),
    ("cashier", Role.AWARD_CASHIER, 2),
)


@dataclass(frozen=True, slots=True)
class Post:
    """One place to fill: a role with its scope, and the user name of whoever has it."""

    user_name: str
    role: Role
    division: str | None = None
    department: str | None = None


def staff(plan: Plan) -> Maker:
    """Return what hires everybody: administrators, officers and crews."""
    # Thrown away at once: in a demonstration nobody signs in by a password.
    password = new_password(secrets.token_urlsafe(24), "nobody")

    def do(w: Work) -> None:
        w = replace(w, now=plan.until - YEAR - timedelta(days=20))
        for _role, _user_name, token in bootstrap(w):
            _enrol(w, token, password)
        rng = plan.rng("staff")
        for post in _posts(w):
            invited = invite_staff(w, user_name=post.user_name, display_name=person(rng))
            grant_role(
                w,
                code=invited.code,
                role=post.role,
                division=post.division,
                department=post.department,
            )
            _enrol(w, invited.token, password)

    return lambda _part: do


def _enrol(w: Work, token: str, password: NewPassword) -> None:
    later = replace(w, now=w.now + timedelta(days=1))
    code = TOTP(totp_secret(w.keys, token)).at(later.now)
    enrol(later, token=token, password=password, code=code)


def _posts(w: Work) -> Iterator[Post]:
    places = directory(w.session)
    district = next((p.code for p in places.districts if p.code == w.settings.district), None)
    code = district or places.districts[0].code
    yield from _of_district(code)
    offices = {office.code for office in queries.offices(w.session).values()}
    offices |= {kind.department for kind in KINDS.values()}
    for number, office in enumerate(sorted(offices), start=1):
        yield Post(f"office{number}", Role.DEPARTMENT_OFFICER, department=office)
    # The busiest town first: a demonstration signs in as the first of each role.
    for town in sorted(places.towns, key=lambda town: -len(places.children(town.code))):
        for role, count in _PER_TOWN:
            for number in range(1, count + 1):
                stem = "town" if role is Role.TOWN_OFFICER else "crew"
                yield Post(f"{stem}{town.code[-3:]}-{number}", role, division=town.code)
        village = queries.sorted_village(w.session, town.code)
        yield Post(f"road{town.code[-3:]}", Role.ROAD_CHIEF, division=town.code)
        yield Post(f"sorter{town.code[-3:]}", Role.VILLAGE_SORTER, division=village)
    for town in places.towns:
        yield Post(f"shop{town.code[-3:]}", Role.SHOP_CLERK, division=town.code)


def _of_district(code: str) -> Iterator[Post]:
    for stem, role, count in _PER_DISTRICT:
        for number in range(1, count + 1):
            yield Post(f"{stem}{number}", role, division=code)
