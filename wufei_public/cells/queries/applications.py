"""One application: its row, what the unit wrote, who is who in it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session

from wufei_public.cells.models.applications import (
    CellAnswer,
    CellApplication,
    CellEvent,
    CellEvidence,
    CellPaper,
    CellRemark,
    CellSite,
    CellSubmission,
)
from wufei_public.cells.models.reviews import CellDuty, CellSheet
from wufei_public.cells.models.rounds import CellRound, CellRoundChange
from wufei_public.cells.queries.parts import overruled
from wufei_public.cells.queries.rounds import rubric
from wufei_public.cells.rules.diffs import Entry
from wufei_public.cells.rules.facts import CellFacts
from wufei_public.cells.rules.scoring import Answer
from wufei_public.cells.rules.stages import State
from wufei_public.common.actor import Actor, ActorKind
from wufei_public.common.codes import normalise
from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.organisations.queries.memberships import representatives, represented_by

Rows = Sequence[Row[Any]]
OWN = 30
# So many at a time where the clock works through all of them.
BATCH = 200


def missing() -> NotFound:
    """Return the one answer for every code that is not there, or not for this person."""
    return NotFound("no_cell", N_("没有这个编号的申报，请核对一下。"))


def application(session: Session, code: str, *, locked: bool = False) -> CellApplication:
    """Return the application `code`, locked for a change if asked; NotFound if there is none."""
    found = select(CellApplication).where(CellApplication.code == normalise(code))
    row = session.scalar(found.with_for_update() if locked else found)
    if row is None:
        raise missing()
    return row


def sites(session: Session, application_id: int) -> Rows:
    """Return `(organisation_id, site_id, name, division)` of what is applied for, in order."""
    return session.execute(
        select(CellSite.organisation_id, CellSite.site_id, CellSite.name, CellSite.division)
        .where(CellSite.application_id == application_id)
        .order_by(CellSite.position)
    ).all()


def facts_of(session: Session, row: CellApplication) -> CellFacts:
    """Return the application as policies see it."""
    places = sites(session, row.id)
    units = {site.organisation_id for site in places}
    duties = session.execute(
        select(CellDuty.account_id, CellDuty.duty).where(CellDuty.application_id == row.id)
    ).all()
    panel = session.scalars(
        select(CellSheet.expert_id).where(
            CellSheet.application_id == row.id,
            CellSheet.evaluation == row.evaluation,
            CellSheet.recused_at.is_(None),
        )
    )
    return CellFacts(
        State(row.state),
        row.division,
        row.department,
        frozenset(one for unit in sorted(units) for one in representatives(session, unit)),
        frozenset(panel),
        frozenset(duty.account_id for duty in duties if duty.duty == "review"),
        rubric(session, row.rubric_id).route,
        frozenset(site.division for site in places),
        overruled(session, row.id),
        handed_in=row.submitted_at is not None,
    )


def told(session: Session, row: CellApplication) -> Sequence[int]:
    """Return the accounts that hear of the application on the unit's side."""
    units = {site.organisation_id for site in sites(session, row.id)}
    return sorted({one for unit in units for one in representatives(session, unit)})


def entries(session: Session, application_id: int) -> Mapping[str, Entry]:
    """Return what the unit has written to each item by now, with its evidence."""
    rows = session.execute(
        select(
            CellAnswer.item, CellAnswer.step, CellAnswer.value, CellAnswer.na, CellAnswer.note
        ).where(CellAnswer.application_id == application_id)
    ).all()
    photos = _by_item(evidence(session, application_id))
    papers = _by_item(papers_held(session, application_id))
    answers = {r.item: (Answer(r.step, r.value, r.na), r.note) for r in rows}
    return {
        item: Entry(*answers.get(item, (Answer(), "")), photos.get(item, ()), papers.get(item, ()))
        for item in answers.keys() | photos.keys() | papers.keys()
    }


def _by_item(rows: Rows) -> Mapping[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for number, item in rows:
        found[item] = (*found.get(item, ()), number)
    return found


def papers_held(session: Session, application_id: int) -> Rows:
    """Return `(paper_id, item)` of the unit's PDFs."""
    return session.execute(
        select(CellPaper.paper_id, CellPaper.item)
        .where(CellPaper.application_id == application_id, CellPaper.removed_at.is_(None))
        .order_by(CellPaper.paper_id)
    ).all()


def evidence(session: Session, application_id: int, sheet: int | None = None) -> Rows:
    """Return `(photo_id, item)` of the unit's evidence, or of one expert's visit."""
    return session.execute(
        select(CellEvidence.photo_id, CellEvidence.item)
        .where(
            CellEvidence.application_id == application_id,
            CellEvidence.sheet_id.is_(None) if sheet is None else CellEvidence.sheet_id == sheet,
            CellEvidence.removed_at.is_(None),
        )
        .order_by(CellEvidence.photo_id)
    ).all()


def events(session: Session, application_id: int) -> Rows:
    """Return every event of an application, oldest first."""
    return session.execute(
        select(
            CellEvent.number,
            CellEvent.move,
            CellEvent.actor_kind,
            CellEvent.actor_id,
            CellEvent.at,
            CellEvent.state,
            CellEvent.unit_text,
            CellEvent.internal_text,
        )
        .where(CellEvent.application_id == application_id)
        .order_by(CellEvent.number)
    ).all()


def remarks(session: Session, application_id: int, submission: int) -> Rows:
    """Return `(item, text)` of what is to be put right since that submission."""
    return session.execute(
        select(CellRemark.item, CellRemark.text)
        .where(CellRemark.application_id == application_id, CellRemark.submission == submission)
        .order_by(CellRemark.id)
    ).all()


def submissions(session: Session, application_id: int) -> Rows:
    """Return `(number, at, total, commitment, content)` of each hand-in, oldest first."""
    return session.execute(
        select(
            CellSubmission.number,
            CellSubmission.at,
            CellSubmission.total,
            CellSubmission.commitment,
            CellSubmission.content,
        )
        .where(CellSubmission.application_id == application_id)
        .order_by(CellSubmission.number)
    ).all()


def of_units(
    session: Session, actor: Actor, after: int | None = None, limit: int = OWN
) -> tuple[Sequence[CellApplication], int | None]:
    """Return a page of the applications of the actor's units, newest first; the id that ends it."""
    if actor.kind is not ActorKind.RESIDENT or actor.id is None:
        return [], None
    units = [row.id for row in represented_by(session, actor.id)]
    mine = select(CellSite.application_id).where(CellSite.organisation_id.in_(units))
    statement = select(CellApplication).where(CellApplication.id.in_(mine))
    if after:
        statement = statement.where(CellApplication.id < after)
    rows = session.scalars(statement.order_by(CellApplication.id.desc()).limit(limit + 1)).all()
    return rows[:limit], rows[limit - 1].id if len(rows) > limit else None


def running_for(
    session: Session, round_id: int, organisation_id: int, site_id: int | None
) -> str | None:
    """Return the code of the application that this place has in the round, if any."""
    same = CellSite.site_id == site_id if site_id else CellSite.site_id.is_(None)
    return session.scalar(
        select(CellApplication.code)
        .join(CellSite, CellSite.application_id == CellApplication.id)
        .where(
            CellApplication.round_id == round_id,
            CellApplication.state != State.WITHDRAWN,
            CellSite.organisation_id == organisation_id,
            same,
        )
        .limit(1)
    )


def overdue(
    session: Session, states: Sequence[State], now: datetime, limit: int = 200
) -> Sequence[str]:
    """Return the codes of applications in `states` whose deadline is over, oldest first."""
    return session.scalars(
        select(CellApplication.code)
        .where(CellApplication.due_at < now, CellApplication.state.in_(states))
        .order_by(CellApplication.due_at)
        .limit(limit)
    ).all()


def due_before(
    session: Session, instant: datetime, states: Collection[State], after: int = 0
) -> Sequence[CellApplication]:
    """Return the next applications in `states` whose deadline ends before `instant`, by id."""
    return session.scalars(
        select(CellApplication)
        .where(
            CellApplication.due_at < instant,
            CellApplication.state.in_(states),
            CellApplication.id > after,
        )
        .order_by(CellApplication.id)
        .limit(BATCH)
    ).all()


def closed_early() -> ColumnElement[bool]:
    """Return what says that a round ended before the day that it had promised."""
    return (
        select(CellRoundChange.id)
        .where(
            CellRoundChange.round_id == CellRound.id,
            CellRoundChange.after == CellRound.closes_at,
            CellRoundChange.after < CellRoundChange.before,
        )
        .exists()
    )


def kept_drafts(
    session: Session, kinds: Collection[str], now: datetime
) -> Sequence[CellApplication]:
    """Return the drafts of `kinds` whose round was closed early and has not begun anew."""
    return session.scalars(
        select(CellApplication)
        .join(CellRound, CellRound.id == CellApplication.round_id)
        .where(
            CellApplication.state == State.DRAFT,
            CellApplication.kind.in_(kinds),
            CellRound.closes_at <= now,
            closed_early(),
        )
        .order_by(CellApplication.id)
    ).all()


def drafts_of(session: Session, round_id: int) -> Sequence[CellApplication]:
    """Return the drafts of one round."""
    return session.scalars(
        select(CellApplication)
        .where(CellApplication.round_id == round_id, CellApplication.state == State.DRAFT)
        .order_by(CellApplication.id)
    ).all()


def drafts(session: Session, since: datetime, until: datetime, after: int = 0) -> Rows:
    """Return `(id, code, closes_at)` of the next drafts whose round closes between two instants.

    Those of a round that was closed early are kept: they go on in another one.
    """
    return session.execute(
        select(CellApplication.id, CellApplication.code, CellRound.closes_at)
        .join(CellRound, CellRound.id == CellApplication.round_id)
        .where(
            CellApplication.state == State.DRAFT,
            CellRound.closes_at.between(since, until),
            ~closed_early(),
            CellApplication.id > after,
        )
        .order_by(CellApplication.id)
        .limit(BATCH)
    ).all()
