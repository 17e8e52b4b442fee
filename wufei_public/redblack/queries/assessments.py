"""Periods, assessments and their scores; what may become a proposal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, exists, func, or_, select, text, tuple_
from sqlalchemy.orm import Session

from wufei_public.common.actor import Actor
from wufei_public.common.codes import normalise
from wufei_public.common.errors import NotFound
from wufei_public.common.text import N_
from wufei_public.organisations.queries.cards import in_scope
from wufei_public.redblack.models.assessments import (
    IS_UNCONFIRMED,
    Assessment,
    AssessmentAssessor,
    AssessmentPeriod,
    AssessmentScore,
    CaseEvidence,
    ListingBasis,
)
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.papers import ListingPaper
from wufei_public.redblack.rules.assessing import Given
from wufei_public.redblack.rules.states import Outcome, Paper, Part, State

Rows = Sequence[Row[Any]]
Position = tuple[datetime, int]
PAGE, MOST_PERIODS, MOST_OF_ONE = 30, 40, 20


def missing() -> NotFound:
    """Return the one answer for what is not there, or not for this person."""
    return NotFound("no_assessment", N_("没有这次考核，请核对一下。"))


def periods(session: Session) -> Sequence[AssessmentPeriod]:
    """Return the newest periods, the latest first."""
    return session.scalars(
        select(AssessmentPeriod)
        .order_by(AssessmentPeriod.begins_on.desc(), AssessmentPeriod.id.desc())
        .limit(MOST_PERIODS)
    ).all()


def period(session: Session, code: str, *, locked: bool = False) -> AssessmentPeriod:
    """Return the period with that code, locked if asked; NotFound."""
    statement = select(AssessmentPeriod).where(AssessmentPeriod.code == normalise(code))
    found = session.scalar(statement.with_for_update() if locked else statement)
    if found is None:
        raise missing()
    return found


def of_firm(session: Session, period_id: int, organisation_id: int) -> Assessment | None:
    """Return what the enterprise was given in the period, None before it was."""
    return session.scalar(
        select(Assessment).where(
            Assessment.period_id == period_id, Assessment.organisation_id == organisation_id
        )
    )


def assessment(session: Session, code: str) -> Assessment:
    """Return the assessment with that code; NotFound."""
    found = session.scalar(select(Assessment).where(Assessment.code == normalise(code)))
    if found is None:
        raise missing()
    return found


def scores(session: Session, assessment_id: int) -> Mapping[str, Given]:
    """Return what was given, by criterion."""
    rows = session.execute(
        select(AssessmentScore.criterion, AssessmentScore.score, AssessmentScore.words).where(
            AssessmentScore.assessment_id == assessment_id
        )
    )
    return {row.criterion: Given(row.score, row.words) for row in rows}


def is_used(session: Session, assessment_id: int) -> bool:
    """Say whether a proposal rests on it already: then it stands as it is."""
    return bool(session.scalar(select(_used(assessment_id))))


def _used(assessment_id: Any) -> ColumnElement[bool]:
    """Return whether an entry rests on it: one that came to nothing counts where it was wrong."""
    wrong = exists().where(
        ListingPaper.listing_id == Listing.id,
        ListingPaper.kind == Paper.OBJECTION,
        ListingPaper.outcome == Outcome.UPHELD,
    )
    its = (ListingBasis.assessment_id == assessment_id, ListingBasis.listing_id == Listing.id)
    return exists().where(*its, or_(Listing.state != State.DROPPED, wrong))


def assessed_by(session: Session, assessment_id: int, account_id: int | None) -> bool:
    """Say whether the official gave or corrected scores of the assessment."""
    return session.get(AssessmentAssessor, (assessment_id, account_id)) is not None


def parties_of(
    session: Session, assessment_id: int | None, organisation_id: int, report: str
) -> Sequence[tuple[int | None, Part]]:
    """Return who took part in that of which a proposal is made, and how."""
    scored = select(AssessmentAssessor.account_id).where(
        AssessmentAssessor.assessment_id == assessment_id
    )
    found = [(account, Part.ASSESS) for account in session.scalars(scored)]
    case = case_of(session, organisation_id, report) if report else None
    if case is None:
        return found
    return [*found, (case.sent_by, Part.SEND), (case.confirmed_by, Part.CONFIRM)]


@dataclass(frozen=True, slots=True)
class AssessedFilter:
    """What the assessments of a period are narrowed to."""

    suggests: str | None = None
    after: Position | None = None


def assessed(
    session: Session, actor: Actor, period_id: int, wanted: AssessedFilter, limit: int = PAGE
) -> tuple[Rows, Position | None]:
    """Return a page of what was given in a period within the official's place, newest first."""
    statement = select(
        Assessment.id,
        Assessment.code,
        Assessment.organisation_id,
        Assessment.town,
        Assessment.total,
        Assessment.suggests,
        Assessment.changed_at,
    ).where(Assessment.period_id == period_id, in_scope(actor, Assessment.town))
    if wanted.suggests:
        statement = statement.where(Assessment.suggests == wanted.suggests)
    if wanted.after is not None:
        statement = statement.where(tuple_(Assessment.changed_at, Assessment.id) < wanted.after)
    ordered = statement.order_by(Assessment.changed_at.desc(), Assessment.id.desc())
    rows = session.execute(ordered.limit(limit + 1)).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return rows[:limit], (last.changed_at, last.id) if last else None


def of_organisation(session: Session, organisation_id: int) -> Rows:
    """Return what the enterprise was given in each period, with `used` and the period, newest."""
    used = _used(Assessment.id).label("used")
    return session.execute(
        select(
            Assessment.id,
            Assessment.code,
            Assessment.total,
            Assessment.suggests,
            Assessment.changed_at,
            AssessmentPeriod.name.label("period"),
            AssessmentPeriod.criteria,
            AssessmentPeriod.closed_at.is_not(None).label("closed"),
            used,
        )
        .join(AssessmentPeriod, AssessmentPeriod.id == Assessment.period_id)
        .where(Assessment.organisation_id == organisation_id)
        .order_by(Assessment.id.desc())
        .limit(MOST_OF_ONE)
    ).all()


def basis(session: Session, listing_id: int) -> ListingBasis | None:
    """Return on what an entry rests; None for one that is older than this record."""
    return session.get(ListingBasis, listing_id)


def cases_of(session: Session, organisation_id: int) -> Sequence[CaseEvidence]:
    """Return the closed cases that were sent as evidence against the enterprise, newest first."""
    return session.scalars(
        select(CaseEvidence)
        .where(CaseEvidence.organisation_id == organisation_id)
        .order_by(CaseEvidence.id.desc())
        .limit(MOST_OF_ONE)
    ).all()


def case_of(session: Session, organisation_id: int, report: str) -> CaseEvidence | None:
    """Return that case as evidence against that enterprise, None if it was not sent."""
    return session.scalar(
        select(CaseEvidence).where(
            CaseEvidence.organisation_id == organisation_id, CaseEvidence.report == report
        )
    )


def unconfirmed(session: Session, actor: Actor, limit: int = MOST_OF_ONE) -> Sequence[CaseEvidence]:
    """Return the evidence within the official's place that waits for a second one, oldest first.

    What the official sent is left out: another has to look at it.
    """
    return session.scalars(
        select(CaseEvidence)
        .where(
            text(IS_UNCONFIRMED),
            in_scope(actor, CaseEvidence.town),
            CaseEvidence.sent_by != actor.id,
        )
        .order_by(CaseEvidence.id)
        .limit(limit)
    ).all()


def unconfirmed_count(session: Session, actor: Actor) -> int:
    """Return how much evidence waits for this official as the second one."""
    own = (
        text(IS_UNCONFIRMED), in_scope(actor, CaseEvidence.town), CaseEvidence.sent_by != actor.id,
    )  # fmt: skip
    return session.scalar(select(func.count()).select_from(CaseEvidence).where(*own)) or 0
