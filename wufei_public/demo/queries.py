"""Reads of the fill: what is done, who works, which pictures there are."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, exists, func, select
from sqlalchemy.orm import Session

from wufei_public.checkins.models import CollectionPoint
from wufei_public.common.actor import Actor, ActorKind, Grant
from wufei_public.demo.rules.casting import Cast, Team
from wufei_public.demo.rules.plan import Plan
from wufei_public.demo.rules.words import rows_of
from wufei_public.divisions.queries import departments, directory
from wufei_public.divisions.rules.departments import Office
from wufei_public.divisions.rules.levels import Level
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.rules.kinds import OFFICIAL
from wufei_public.dumping.rules.states import State
from wufei_public.infra.audit import AuditRow
from wufei_public.media.models import Photo, PhotoState
from wufei_public.organisations.models import Organisation
from wufei_public.people.models import Account
from wufei_public.people.queries.accounts import holders
from wufei_public.people.rules.roles import Role
from wufei_public.points.models import PointAccount, Reward

STARTED = "demo/start"


def plan_of(session: Session) -> Plan | None:
    """Return the plan of the fill that was begun here, None if there was none."""
    after = session.scalar(
        select(AuditRow.after).where(AuditRow.target == STARTED).order_by(AuditRow.id).limit(1)
    )
    if after is None:
        return None
    return Plan(
        after["seed"], datetime.fromisoformat(after["until"]), after["residents"], after["reports"]
    )


def is_done(session: Session, target: str) -> bool:
    """Say whether the part `target` of the fill is written."""
    return bool(session.scalar(select(exists().where(AuditRow.target == target))))


def holds_rows(session: Session) -> bool:
    """Say whether somebody has used this database: there are accounts, reports or photos."""
    return any(
        session.scalar(select(exists(select(model.id)))) for model in (Account, Report, Photo)
    )


def offices(session: Session) -> Mapping[str, Office]:
    """Return by official kind the department that such waste is given to (data/departments.csv).

    Departments are found by a word of their name, so that any district's list will do.
    """
    active = departments(session).active
    words = {row["kind"]: row["word"] for row in rows_of("departments.csv")}
    return {
        kind: next((office for office in active if words.get(kind, "") in office.name), active[0])
        for kind in OFFICIAL
    }


def everybody(session: Session) -> Cast:
    """Return who works: by town, by department, in the district."""
    officers = {
        code: holders(session, Role.DEPARTMENT_OFFICER, department=code)[0].id
        for code in {office.code for office in offices(session).values()}
    }
    return Cast(
        district=_ids(session, Role.DISTRICT_OFFICER, None),
        teams={
            town.code: Team(
                _ids(session, Role.TOWN_OFFICER, town.code),
                _ids(session, Role.CREW_MEMBER, town.code),
            )
            for town in directory(session).towns
        },
        offices={
            kind: (office.code, officers[office.code]) for kind, office in offices(session).items()
        },
    )


def officers(session: Session) -> Sequence[Actor]:
    """Return the officers of the district, each as the actor that a sign-in would give."""
    ids = _ids(session, Role.DISTRICT_OFFICER, None)
    place = next(iter(directory(session).districts)).code
    grants = (Grant(Role.DISTRICT_OFFICER, place),)
    return [Actor(ActorKind.STAFF, account, "", grants) for account in ids]


def officer_of(session: Session, department: str) -> Actor | None:
    """Return the first officer of a department, None where it has none."""
    found = holders(session, Role.DEPARTMENT_OFFICER, department=department)
    grants = (Grant(Role.DEPARTMENT_OFFICER, department=department),)
    return Actor(ActorKind.STAFF, found[0].id, "", grants) if found else None


def _ids(session: Session, role: Role, division: str | None) -> Sequence[int]:
    return sorted(colleague.id for colleague in holders(session, role, division=division))


def organisation_called(session: Session, name: str) -> str:
    """Return the code of the organisation of that name."""
    return session.scalars(select(Organisation.code).where(Organisation.name == name)).one()


def residents(session: Session) -> Sequence[tuple[datetime, int]]:
    """Return when each resident joined, with the account's id, in the order of joining."""
    found = session.execute(
        select(Account.created_at, Account.id)
        .where(Account.kind == ActorKind.RESIDENT)
        .order_by(Account.created_at, Account.id)
    )
    return [(row.created_at, row.id) for row in found]


def closed_beside_firms(session: Session, limit: int) -> Sequence[tuple[str, str, str]]:
    """Return code and town of the newest closed cases, each with an enterprise of its town."""
    firms: dict[str, str] = {}
    for row in session.execute(
        select(Organisation.town, Organisation.code).order_by(Organisation.id)
    ):
        firms.setdefault(row.town, row.code)
    closed = session.execute(
        select(Report.code, Report.town)
        .where(Report.state == State.CLOSED, Report.town.in_(firms))
        .order_by(Report.closed_at.desc(), Report.id)
        .limit(limit)
    )
    return [(row.code, row.town, firms[row.town]) for row in closed]


def pictures(session: Session) -> Mapping[str, Row[Any]]:
    """Return the rows of the developed pictures by their names."""
    found = session.execute(
        select(Photo.__table__).where(
            Photo.owner.startswith("demo/"), Photo.state == PhotoState.READY
        )
    )
    return {row.owner.removeprefix("demo/"): row for row in found}


def busiest_towns(session: Session) -> Mapping[str, Sequence[str]]:
    """Return the codes of villages and communities by town, the town with most of them first."""
    places = directory(session)
    found = {town.code: [unit.code for unit in places.children(town.code)] for town in places.towns}
    order = sorted(found, key=lambda code: -len(found[code]))
    return {code: found[code] for code in order if found[code]}


def sorted_village(session: Session, town: str) -> str:
    """Return the village of a town that has a sorter: its first, else its first community."""
    units = directory(session).children(town)
    return next((one.code for one in units if one.level is Level.VILLAGE), units[0].code)


def points_by_village(session: Session) -> Mapping[str, Sequence[int]]:
    """Return the collection points of each village."""
    found: dict[str, list[int]] = {}
    for point in session.scalars(select(CollectionPoint).order_by(CollectionPoint.id)):
        found.setdefault(point.village, []).append(point.id)
    return found


def rich(session: Session, limit: int) -> Sequence[int]:
    """Return the accounts that can pay the cheapest reward, the first resident before all."""
    least = select(func.min(Reward.cost)).scalar_subquery()
    return session.scalars(
        select(PointAccount.account)
        .where(PointAccount.balance >= least)
        .order_by(PointAccount.account)
        .limit(limit)
    ).all()


def affordable(session: Session, account: int) -> Sequence[str]:
    """Return the rewards in stock for which an account has the points."""
    balance = select(PointAccount.balance).where(PointAccount.account == account)
    return session.scalars(
        select(Reward.code)
        .where(Reward.cost <= balance.scalar_subquery(), Reward.stock > 0)
        .order_by(Reward.id)
    ).all()
