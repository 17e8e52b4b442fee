"""Giving a credit grade for a year, and publishing it as another person."""

import secrets
from collections.abc import Sequence
from decimal import Decimal

from wufei_public.calendar.queries import holidays
from wufei_public.common.clock import district_day
from wufei_public.common.codes import new_code
from wufei_public.common.errors import FieldError, Invalid, WrongState
from wufei_public.common.text import N_
from wufei_public.infra import audit
from wufei_public.infra.work import Work
from wufei_public.messages.actions import inbox
from wufei_public.organisations.queries import cards, memberships
from wufei_public.redblack import policy
from wufei_public.redblack.actions.steps import require
from wufei_public.redblack.models.grades import CreditGrade
from wufei_public.redblack.queries import grades as queries
from wufei_public.redblack.rules.clocks import due_at
from wufei_public.redblack.rules.grades import CURRENT, VETOES, grade_for


def owner_of(code: str) -> str:
    """Return the name of a grade in the audit trail."""
    return f"credit/{code}"


def give(
    w: Work,
    *,
    organisation: str,
    year: int,
    points: Decimal,
    ground: str,
    vetoes: Sequence[str] = (),
) -> CreditGrade:
    """Give a grade by points and vetoes; one that waits for its publication is given anew."""
    card = cards.organisation(w.session, organisation, locked=True)
    require(policy.may_grade(w.actor, card.division))
    if year > district_day(w.now).year:
        raise _wrong("year", N_("这一年还没有到。"))
    if set(vetoes) - set(VETOES[CURRENT]):
        raise _wrong("vetoes", N_("没有这一项否决。"))
    row = queries.draft(w.session, card.id, year)
    if row is None:
        row = CreditGrade(
            code=new_code(secrets.token_bytes),
            organisation_id=card.id,
            year=year,
            version=queries.last_version(w.session, card.id, year) + 1,
        )
        w.session.add(row)
    row.division, row.town, row.grades = card.division, card.town, CURRENT
    row.points, row.vetoes, row.ground = points, ",".join(sorted(vetoes)), ground
    row.grade = grade_for(CURRENT, points, vetoes)
    row.graded_by, row.graded_at = w.actor.id or 0, w.now
    row.heard_until = due_at("grade_notice", w.now, holidays(w.session))
    w.session.flush()
    _tell(w, row, "credit.give")
    audit.record(w, "credit:grade:give", owner_of(row.code), after={"grade": row.grade})
    return row


def publish(w: Work, *, code: str) -> CreditGrade:
    """Publish a grade as the second person; the one before it for that year is replaced."""
    row = queries.grade(w.session, code)
    require(policy.may_publish_grade(w.actor, row.division, row.graded_by))
    if row.published_at is not None:
        raise WrongState("grade_published", N_("这个等级已经公布了。"))
    if row.heard_until is None or w.now <= row.heard_until:
        raise WrongState("still_hearing", N_("企业还可以说话，期限过了再公布。"))
    before = queries.current(w.session, row.organisation_id, row.year)
    if before is not None:
        before.replaced_at = w.now
        w.session.flush()
    row.published_by, row.published_at = w.actor.id, w.now
    audit.record(
        w,
        "credit:grade:publish",
        owner_of(row.code),
        before={"grade": before.grade} if before else None,
        after={"grade": row.grade},
    )
    _tell(w, row, "credit.publish")
    return row


def reply(w: Work, *, code: str, words: str) -> CreditGrade:
    """Write what the enterprise says to a grade that is not published yet; it may say more."""
    row = queries.grade(w.session, code)
    if not memberships.represents(w.session, w.actor.id, row.organisation_id):
        raise queries.missing()
    if row.published_at is not None:
        raise WrongState("grade_published", N_("这个等级已经公布了。"))
    row.reply = words
    audit.record(w, "credit:grade:reply", owner_of(row.code))
    return row


def _tell(w: Work, row: CreditGrade, template: str) -> None:
    card = cards.cards_of(w.session, [row.organisation_id])[row.organisation_id]
    values = {"organisation": card.code, "name": card.name, "year": row.year}
    for account in memberships.representatives(w.session, row.organisation_id):
        inbox.tell(w, account, template, values)


def _wrong(pointer: str, sentence: str) -> Invalid:
    return Invalid("invalid", sentence, [FieldError(pointer, sentence)])
