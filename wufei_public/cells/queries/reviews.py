"""Panels, sheets, opinions, objections."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from wufei_public.cells.models.applications import CellApplication
from wufei_public.cells.models.reviews import (
    CellBallot,
    CellDuty,
    CellExpert,
    CellMark,
    CellObjection,
    CellOpinion,
    CellSheet,
    CellSheetChange,
)
from wufei_public.cells.queries.applications import BATCH, Rows, missing
from wufei_public.cells.rules.conflicts import Expert
from wufei_public.cells.rules.panels import LEAST_EXPERTS, Sheet, score_from
from wufei_public.cells.rules.scoring import Answer, Score
from wufei_public.cells.rules.stages import State
from wufei_public.common.codes import normalise
from wufei_public.common.places import town_of
from wufei_public.people.queries.accounts import HeldRole, holders, roles_of
from wufei_public.people.rules.roles import Role

# So many sheets on a page of an expert's list.
SHEETS = 50


def experts(session: Session) -> Sequence[Expert]:
    """Return everyone who holds the role now, with what the register of experts says of them."""
    rows = registered(session)
    found = [one.id for one in holders(session, Role.EXPERT)]
    roles = roles_of(session, found)
    return [_expert(one, rows.get(one), roles[one]) for one in found]


def _expert(account: int, row: CellExpert | None, roles: Sequence[HeldRole]) -> Expert:
    """Return an expert with the town of the register and those of every other role held now."""
    served = {town for role in roles if (town := town_of(role.division))}
    if row is None:
        return Expert(account, frozenset(served), None, registered=False)
    own = {row.town} if row.town else set()
    return Expert(account, frozenset(own | served), row.organisation_id, frozenset(row.kinds))


def registered(session: Session) -> Mapping[int, CellExpert]:
    """Return what the register of experts holds, by account."""
    return {row.account_id: row for row in session.scalars(select(CellExpert))}


def duties(session: Session, application_id: int) -> Mapping[int, str]:
    """Return the one duty of each person who has a part in the application."""
    rows = session.execute(
        select(CellDuty.account_id, CellDuty.duty).where(CellDuty.application_id == application_id)
    )
    return dict(rows.tuples().all())


def seated(session: Session, application_id: int) -> frozenset[int]:
    """Return everyone who ever sat on a panel of the application."""
    rows = select(CellSheet.expert_id).where(CellSheet.application_id == application_id)
    return frozenset(session.scalars(rows))


def recused(session: Session, application_id: int) -> frozenset[int]:
    """Return the experts who stepped back from the application, in whichever evaluation."""
    rows = select(CellSheet.expert_id).where(
        CellSheet.application_id == application_id, CellSheet.recused_at.is_not(None)
    )
    return frozenset(session.scalars(rows))


def sheets(session: Session, row: CellApplication) -> Sequence[CellSheet]:
    """Return the sheets of the last evaluation, in the order of the experts' ids."""
    return session.scalars(
        select(CellSheet)
        .where(CellSheet.application_id == row.id, CellSheet.evaluation == row.evaluation)
        .order_by(CellSheet.expert_id)
    ).all()


def sheet_of(
    session: Session, row: CellApplication, expert: int | None, *, locked: bool = False
) -> CellSheet:
    """Return the expert's own sheet of the last evaluation; NotFound without one in force."""
    statement = select(CellSheet).where(
        CellSheet.application_id == row.id,
        CellSheet.evaluation == row.evaluation,
        CellSheet.expert_id == expert,
        CellSheet.recused_at.is_(None),
    )
    found = session.scalar(statement.with_for_update() if locked else statement)
    if found is None:
        raise missing()
    return found


def panel(rows: Sequence[CellSheet]) -> list[Sheet]:
    """Return the sheets in force as plain values."""
    return [
        Sheet(row.expert_id, score_of(row.total, row.result, row.vetoes))
        for row in rows
        if row.recused_at is None
    ]


def score_of(
    total: Decimal | None, result: Mapping[str, Any] | None, vetoes: Sequence[str]
) -> Score | None:
    """Return a stored score; None while there is none."""
    if total is None or result is None:
        return None
    return score_from(total, result, vetoes)


def marks(session: Session, sheet_id: int) -> Mapping[str, tuple[Answer, str]]:
    """Return what an expert gave for each item, with the words to it."""
    rows = session.scalars(select(CellMark).where(CellMark.sheet_id == sheet_id))
    return {row.item: (Answer(row.step, row.value, row.na), row.note) for row in rows}


@dataclass(frozen=True, slots=True)
class Waiting:
    """The last row of a page of an expert's sheets: in or not, its deadline, its id."""

    done: bool
    due_at: datetime
    id: int


def waiting_for(
    session: Session, expert: int | None, after: Waiting | None = None, limit: int = SHEETS
) -> tuple[Rows, Waiting | None]:
    """Return `(id, code, unit, kind, due_at, declared_at, scored_at)` of the expert's own sheets.

    A page of them, those that wait first, and what ends it. Only what is being scored, and
    what the expert has scored; no word about the others.
    """
    done = CellSheet.scored_at.is_not(None)
    statement = (
        select(
            CellSheet.id,
            CellApplication.code,
            CellApplication.unit,
            CellApplication.kind,
            CellSheet.due_at,
            CellSheet.declared_at,
            CellSheet.scored_at,
        )
        .join(CellApplication, CellApplication.id == CellSheet.application_id)
        .where(
            CellSheet.expert_id == expert,
            CellSheet.recused_at.is_(None),
            CellSheet.evaluation == CellApplication.evaluation,
            or_(done, CellApplication.state == State.EXPERTS),
        )
        .order_by(done, CellSheet.due_at, CellSheet.id)
        .limit(limit + 1)
    )
    if after:
        later = tuple_(CellSheet.due_at, CellSheet.id) > (after.due_at, after.id)
        statement = statement.where(and_(done, later) if after.done else or_(done, later))
    rows = session.execute(statement).all()
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]
    return rows[:limit], Waiting(last.scored_at is not None, last.due_at, last.id)


def waiting_count(session: Session, expert: int | None) -> int:
    """Return how many sheets wait for the expert."""
    found = session.scalar(
        select(func.count())
        .select_from(CellSheet)
        .join(CellApplication, CellApplication.id == CellSheet.application_id)
        .where(
            CellSheet.expert_id == expert,
            CellSheet.scored_at.is_(None),
            CellSheet.recused_at.is_(None),
            CellSheet.evaluation == CellApplication.evaluation,
            CellApplication.state == State.EXPERTS,
        )
    )
    return found or 0


def sheets_due(session: Session, before: datetime, after: int = 0) -> Rows:
    """Return `(id, code, unit, expert_id, due_at)` of the next sheets that wait and end by then."""
    return session.execute(
        select(
            CellSheet.id,
            CellApplication.code,
            CellApplication.unit,
            CellSheet.expert_id,
            CellSheet.due_at,
        )
        .join(CellApplication, CellApplication.id == CellSheet.application_id)
        .where(
            CellSheet.scored_at.is_(None),
            CellSheet.recused_at.is_(None),
            CellSheet.due_at < before,
            CellApplication.state == "experts",
            CellSheet.id > after,
        )
        .order_by(CellSheet.id)
        .limit(BATCH)
    ).all()


def short_panels(session: Session, after: int = 0) -> Sequence[CellApplication]:
    """Return the next applications that wait for scores of too few experts, by id."""
    seated = (
        select(func.count())
        .select_from(CellSheet)
        .where(
            CellSheet.application_id == CellApplication.id,
            CellSheet.evaluation == CellApplication.evaluation,
            CellSheet.recused_at.is_(None),
        )
        .correlate(CellApplication)
        .scalar_subquery()
    )
    return session.scalars(
        select(CellApplication)
        .where(
            CellApplication.state == State.EXPERTS,
            CellApplication.id > after,
            seated < LEAST_EXPERTS,
        )
        .order_by(CellApplication.id)
        .limit(BATCH)
    ).all()


def sheet_changes(session: Session, sheet_ids: Sequence[int]) -> Sequence[CellSheetChange]:
    """Return what was changed in the moderated discussion, oldest first."""
    return session.scalars(
        select(CellSheetChange)
        .where(CellSheetChange.sheet_id.in_(sheet_ids))
        .order_by(CellSheetChange.id)
    ).all()


def opinions(session: Session, application_id: int) -> Sequence[CellOpinion]:
    """Return what was decided at each step, oldest first."""
    return session.scalars(
        select(CellOpinion)
        .where(CellOpinion.application_id == application_id)
        .order_by(CellOpinion.id)
    ).all()


def ballot(session: Session, application_id: int) -> CellBallot | None:
    """Return how the last decision on an application was voted on, None without a vote."""
    return session.scalar(
        select(CellBallot)
        .where(CellBallot.application_id == application_id)
        .order_by(CellBallot.id.desc())
        .limit(1)
    )


def objections(session: Session, application_id: int) -> Sequence[CellObjection]:
    """Return the objections and appeals of an application, oldest first."""
    return session.scalars(
        select(CellObjection)
        .where(CellObjection.application_id == application_id)
        .order_by(CellObjection.id)
    ).all()


def objection(session: Session, code: str, *, locked: bool = False) -> CellObjection:
    """Return the objection `code`; NotFound if there is none."""
    statement = select(CellObjection).where(CellObjection.code == normalise(code))
    found = session.scalar(statement.with_for_update() if locked else statement)
    if found is None:
        raise missing()
    return found


def objections_by(session: Session, account: int) -> Sequence[CellObjection]:
    """Return the objections and appeals of one resident, oldest first."""
    return session.scalars(
        select(CellObjection).where(CellObjection.by == account).order_by(CellObjection.id)
    ).all()


def appeals_due(session: Session, before: datetime, after: int = 0) -> Rows:
    """Return `(id, code, unit, due_at)` of the next open appeals against a removal that are due.

    Those against a notice or a refusal are the deadline of the application itself.
    """
    return session.execute(
        select(CellObjection.id, CellApplication.code, CellApplication.unit, CellObjection.due_at)
        .join(CellApplication, CellApplication.id == CellObjection.application_id)
        .where(
            CellObjection.outcome == "",
            CellObjection.about == "removal",
            CellObjection.due_at < before,
            CellObjection.id > after,
        )
        .order_by(CellObjection.id)
        .limit(BATCH)
    ).all()


def open_objections(session: Session, application_id: int, about: str) -> int:
    """Return how many objections about that are still open."""
    found = session.scalar(
        select(func.count()).where(
            CellObjection.application_id == application_id,
            CellObjection.about == about,
            CellObjection.outcome == "",
        )
    )
    return found or 0
