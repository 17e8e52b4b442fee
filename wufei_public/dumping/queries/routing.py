"""The rules by which cases go to departments."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from wufei_public.divisions import queries as places
from wufei_public.dumping.models.routing import RoutingRule
from wufei_public.dumping.rules.routing import Route, Rule, lawful_department, route


def rules(session: Session) -> Sequence[Rule]:
    """Return every rule, the first to be read first."""
    rows = session.execute(
        select(
            RoutingRule.id, RoutingRule.division, RoutingRule.kind, RoutingRule.department
        ).order_by(RoutingRule.position, RoutingRule.id)
    )
    return [Rule(*row) for row in rows]


def route_of(session: Session, division: str | None, kind: str) -> Route | None:
    """Return where a case of `kind` in `division` goes; None where nobody says."""
    active = {office.code for office in places.departments(session).active}
    return route(rules(session), active, division, kind)


def lawful_of(session: Session, kind: str) -> str:
    """Return the department to which the law gives `kind`, empty where the district decides."""
    return lawful_department(kind, {office.code for office in places.departments(session).active})


def last_position(session: Session) -> int:
    """Return the position of the last rule, 0 where there is none."""
    return session.scalar(select(func.max(RoutingRule.position))) or 0
