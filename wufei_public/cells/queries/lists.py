"""What officers find on their desk, by keyset: the queue, a round's ranking, one state."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, false, func, or_, select, tuple_
from sqlalchemy.orm import Session

from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.parts import CellTownCheck
from wufei_public.cells.rules.stages import AFTER_SCORING, State
from wufei_public.common.actor import Actor, Grant
from wufei_public.common.places import stem
from wufei_public.people.rules.roles import Role

PAGE = 30
# One meeting decides on a page of the ranking, so it is a long one.
RANKED = 100

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
    return and_(here, CellApplication.submitted_at.is_not(None))


def _reached(grant: Grant) -> ColumnElement[bool] | None:
    if grant.role == Role.TOWN_OFFICER and grant.division:
        joint = select(CellTownCheck.application_id).where(CellTownCheck.town == grant.division)
        return or_(CellApplication.town == grant.division, CellApplication.id.in_(joint))
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


@dataclass(frozen=True, slots=True)
class Ranked:
    """The last row of a page of the ranking: its total, its earliness, its id, its place from 1."""

    total: Decimal
    earliness: int
    id: int
    place: int


# All columns one way, as the index is read backwards.
_rank = tuple_(CellApplication.total, CellApplication.earliness, CellApplication.id)
_BY_RANK = (
    CellApplication.total.desc(), CellApplication.earliness.desc(), CellApplication.id.desc()
)  # fmt: skip


def ranking(
    session: Session, round_id: int, after: Ranked | None = None, limit: int = RANKED
) -> tuple[Sequence[Row[Any]], Ranked | None]:
    """Return one page of a round's scored applications, the highest total first; what ends it.

    Of equal totals the one that was handed in earlier (decision 0078). Nothing of an
    application whose experts are still scoring: the ordering would tell.
    """
    statement = select(
        *_LISTED,
        CellApplication.total,
        CellApplication.earliness,
        CellApplication.spread,
        CellApplication.stars,
    ).where(
        CellApplication.round_id == round_id,
        CellApplication.total.is_not(None),
        CellApplication.state.in_(AFTER_SCORING),
    )
    if after:
        statement = statement.where(_rank < (after.total, after.earliness, after.id))
    rows = session.execute(statement.order_by(*_BY_RANK).limit(limit + 1)).all()
    if len(rows) <= limit:
        return rows, None
    last, before = rows[limit - 1], after.place if after else 0
    return rows[:limit], Ranked(last.total, last.earliness, last.id, before + limit)


def passed_over(session: Session, row: CellApplication, beside: Collection[str]) -> str | None:
    """Return the first unit before `row` in its round's ranking that waits and may be named.

    None of those `beside`, which are decided on at the same meeting.
    """
    return session.scalar(
        select(CellApplication.unit)
        .where(
            CellApplication.round_id == row.round_id,
            _rank > (row.total, row.earliness, row.id),
            CellApplication.state == State.SCORED,
            CellApplication.stars > 0,
            CellApplication.code.not_in(beside),
        )
        .order_by(*_BY_RANK)
        .limit(1)
    )


def of_state(
    session: Session, state: State, after: int | None = None, limit: int = RANKED
) -> tuple[Sequence[Row[Any]], int | None]:
    """Return one page of the applications in one state, oldest first; the id that ends it."""
    statement = select(*_LISTED, CellApplication.stars, CellApplication.total).where(
        CellApplication.state == state
    )
    if after:
        statement = statement.where(CellApplication.id > after)
    rows = session.execute(statement.order_by(CellApplication.id).limit(limit + 1)).all()
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None
