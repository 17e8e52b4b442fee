"""Assessing enterprises: periods, and scores with their evidence."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import delete, insert, select

from wufei_public.common.codes import new_code
from wufei_public.common.errors import Conflict, FieldError, Invalid, WrongState
from wufei_public.common.text import N_
from wufei_public.infra import audit
from wufei_public.infra.work import Work
from wufei_public.media.actions import photos as media
from wufei_public.organisations.queries import cards
from wufei_public.redblack import policy
from wufei_public.redblack.actions.steps import require
from wufei_public.redblack.models.assessments import (
    Assessment,
    AssessmentAssessor,
    AssessmentPeriod,
    AssessmentScore,
)
from wufei_public.redblack.queries import assessments as queries
from wufei_public.redblack.rules.assessing import CRITERIA, FULL, NEWEST, Given, suggestion, total


def evidence_of(code: str) -> str:
    """Return the name under which media and audit keep what belongs to an assessment."""
    return f"redblack-assessment/{code}"


def open_period(w: Work, *, name: str, begins_on: date, ends_on: date) -> AssessmentPeriod:
    """Open a period, with the newest version of the criteria; Invalid where its name is taken."""
    require(policy.may_manage_periods(w.actor))
    if ends_on < begins_on:
        raise _wrong("ends_on", N_("结束的日子不能比开始早。"))
    if w.session.scalar(select(AssessmentPeriod.id).where(AssessmentPeriod.name == name)):
        raise _wrong("name", N_("已经有一期叫这个名字。"))
    row = AssessmentPeriod(
        code=new_code(secrets.token_bytes),
        name=name,
        begins_on=begins_on,
        ends_on=ends_on,
        criteria=NEWEST,
        opened_by=w.actor.id or 0,
        opened_at=w.now,
    )
    w.session.add(row)
    w.session.flush()
    audit.record(w, "redblack:period:open", f"redblack-period/{row.code}", after={"name": name})
    return row


def close_period(w: Work, *, code: str) -> AssessmentPeriod:
    """Close a period: what was given in it stands."""
    require(policy.may_manage_periods(w.actor))
    row = queries.period(w.session, code, locked=True)
    _still_open(row)
    row.closed_by, row.closed_at = w.actor.id, w.now
    audit.record(w, "redblack:period:close", f"redblack-period/{row.code}")
    return row


def _still_open(row: AssessmentPeriod) -> None:
    if row.closed_at is not None:
        raise WrongState("period_closed", N_("这一期考核已经结束，不能再改。"))


def _wrong(pointer: str, sentence: str) -> Invalid:
    return Invalid("invalid", sentence, [FieldError(pointer, sentence)])


def assess(
    w: Work,
    *,
    period: str,
    organisation: str,
    given: Mapping[str, Given],
    photo: Sequence[str] = (),
    version: int = 0,
) -> Assessment:
    """Give an enterprise its scores, or correct them while the period runs.

    `version` is that of what was looked at, 0 for none; Conflict where it is another now. A
    proposal rests on no scores before the period is closed, and none changes after it.
    """
    card = cards.organisation(w.session, organisation, locked=True)
    require(policy.may_propose(w.actor, card.division))
    span = queries.period(w.session, period, locked=True)
    _still_open(span)
    _check(span.criteria, given)
    row = queries.of_firm(w.session, span.id, card.id)
    if version != (row.version if row else 0):
        raise Conflict("assessment_changed", N_("别人刚刚评过这个企业。请看过再改，您填的还在。"))
    before = None if row is None else {"total": str(row.total)}
    if row is None:
        row = Assessment(
            code=new_code(secrets.token_bytes),
            period_id=span.id,
            organisation_id=card.id,
            photos=0,
            version=0,
        )
        w.session.add(row)
    _fill(w, row, span.criteria, given)
    row.division, row.town = card.division, card.town
    row.photos += len(media.claim(w, photo, owner=evidence_of(row.code)))
    w.session.flush()
    _keep(w, row, given)
    if not queries.assessed_by(w.session, row.id, w.actor.id):
        w.session.add(AssessmentAssessor(assessment_id=row.id, account_id=w.actor.id))
    after = {"total": str(row.total), "suggests": row.suggests}
    audit.record(w, "redblack:assessment:give", evidence_of(row.code), before=before, after=after)
    return row


def _fill(w: Work, row: Assessment, criteria: str, given: Mapping[str, Given]) -> None:
    row.total = total(criteria, given)
    row.suggests = suggestion(criteria, given) or ""
    row.version += 1
    row.assessed_by, row.changed_at = w.actor.id or 0, w.now


def _keep(w: Work, row: Assessment, given: Mapping[str, Given]) -> None:
    own = AssessmentScore.assessment_id == row.id
    w.session.execute(delete(AssessmentScore).where(own))
    rows = [
        {"assessment_id": row.id, "criterion": code, "score": one.score, "words": one.words}
        for code, one in given.items()
    ]
    w.session.execute(insert(AssessmentScore), rows)


def _check(criteria: str, given: Mapping[str, Given]) -> None:
    """Raise Invalid with a pointer per criterion that lacks its score or its evidence."""
    faults = [
        FieldError(f"{what}-{one.code}", sentence)
        for one in CRITERIA[criteria]
        for what, sentence in _faults(given.get(one.code))
    ]
    if faults or set(given) - {one.code for one in CRITERIA[criteria]}:
        raise Invalid("invalid", N_("有几项没有填好。"), faults)


def _faults(one: Given | None) -> list[tuple[str, str]]:
    if one is None:
        return [("score", N_("请填得分，或者勾“不适用”。"))]
    found = []
    if one.score is not None and not Decimal(0) <= one.score <= FULL:
        found.append(("score", N_("得分在 0 到 100 之间。")))
    if not one.words:
        found.append(("words", N_("请写凭什么：看了哪本台账、抽查了什么。")))
    return found
