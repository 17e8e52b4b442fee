"""What officers find on their desk: scope in SQL, the queue by keyset, the ranking of a round."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, false, func, or_, select
from sqlalchemy.orm import Session

from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.rules.stages import AFTER_SCORING, State
from wufei_public.common.actor import Actor, Grant
from wufei_public.common.places import stem
from wufei_public.people.rules.roles import Role

PAGE = 30

_LISTED = (
    CellApplication.id,
    CellApplication.code,
    CellApplication.unit,
    CellApplication.kind,
    CellApplication.division,
    CellApplication.state,
    CellApplication.due_at,
    CellApplication.submitted_at,
)


def scope(actor: Actor) -> ColumnElement[bool]:
    """Return the applications that the actor's grants reach, as `policy.may_open` says it."""
    reached = [_reached(grant) for grant in actor.grants]
    here = or_(*(one for one in reached if one is not None), false())
    return and_(here, CellApplication.state != State.DRAFT)


def _reached(grant: Grant) -> ColumnElement[bool] | None:
    if grant.role == Role.TOWN_OFFICER and grant.division:
        return CellApplication.town == grant.division
    if grant.role == Role.DEPARTMENT_OFFICER and grant.department:
        return CellApplication.department == grant.department
    if grant.role == Role.DISTRICT_OFFICER:
        return CellApplication.division.startswith(stem(grant.division or ""), autoescape=True)
    return None


def queue(
    session: Session, actor: Actor, state: str | None, after: int | None, limit: int = PAGE
) -> tuple[Sequence[Row[Any]], int | None]:
    """Return one page of the desk, newest first, and the id after which the next begins."""
    statement = select(*_LISTED).where(scope(actor))
    if state:
        statement = statement.where(CellApplication.state == state)
    if after:
        statement = statement.where(CellApplication.id < after)
    ordered = statement.order_by(CellApplication.id.desc()).limit(limit + 1)
    rows = session.execute(ordered).all()
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def counts(session: Session, actor: Actor) -> Mapping[str, int]:
    """Return how many applications stand in each state on the actor's desk."""
    rows = session.execute(
        select(CellApplication.state, func.count())
        .where(scope(actor))
        .group_by(CellApplication.state)
    )
    return dict(rows.tuples().all())


def ranking(session: Session, round_id: int, limit: int = 100) -> Sequence[Row[Any]]:
    """Return the scored applications of a round, the highest total first.

    Nothing of an application whose experts are still scoring: the ordering would tell.
    """
    return session.execute(
        select(*_LISTED, CellApplication.total, CellApplication.spread, CellApplication.stars)
        .where(
            CellApplication.round_id == round_id,
            CellApplication.total.is_not(None),
            CellApplication.state.in_(AFTER_SCORING),
        )
        .order_by(CellApplication.total.desc(), CellApplication.id)
        .limit(limit)
    ).all()


def of_state(session: Session, state: State, limit: int = 200) -> Sequence[Row[Any]]:
    """Return the applications in one state, oldest first, for a batch."""
    return session.execute(
        select(*_LISTED, CellApplication.stars, CellApplication.total)
        .where(CellApplication.state == state)
        .order_by(CellApplication.id)
        .limit(limit)
    ).all()
