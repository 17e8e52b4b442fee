"""Giving a credit grade for a year, and publishing it as another person."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from wufei_public.calendar.queries import holidays
from wufei_public.common.clock import district_day
from wufei_public.common.codes import new_code
from wufei_public.common.errors import NotAllowed, WrongState
from wufei_public.common.text import N_
from wufei_public.infra import audit
from wufei_public.infra.work import Work
from wufei_public.media.actions import photos as media
from wufei_public.messages.actions import inbox
from wufei_public.organisations.queries import cards, memberships
from wufei_public.redblack import policy
from wufei_public.redblack.actions.basis import masked, wrong
from wufei_public.redblack.actions.steps import require
from wufei_public.redblack.models.grades import CreditGrade, CreditLetter
from wufei_public.redblack.queries import grades as queries
from wufei_public.redblack.rules.clocks import due_at, looked_back
from wufei_public.redblack.rules.grades import CURRENT, VETOES, grade_for
from wufei_public.redblack.rules.states import TRIED_FIRST, Way


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
    names: str = "",
) -> CreditGrade:
    """Give a grade by points and vetoes; one that waits for its publication is withdrawn.

    `names` are those of people in the ground, hidden in what is published.

    An enterprise with an account is told in it, and the time to answer runs. Any other is told by
    an official (`serve`): until then nothing runs, and nothing is published.
    """
    card = cards.organisation(w.session, organisation, locked=True)
    require(policy.may_grade(w.actor, card.division, _silencers(w, card.id)))
    if year > district_day(w.now).year:
        raise wrong("year", N_("这一年还没有到。"))
    if set(vetoes) - set(VETOES[CURRENT]):
        raise wrong("vetoes", N_("没有这一项否决。"))
    before = queries.draft(w.session, card.id, year)
    if before is not None:
        before.withdrawn_at = w.now
        w.session.flush()
    row = CreditGrade(
        code=new_code(secrets.token_bytes),
        organisation_id=card.id,
        division=card.division,
        town=card.town,
        year=year,
        version=queries.last_version(w.session, card.id, year) + 1,
        grades=CURRENT,
        grade=grade_for(CURRENT, points, vetoes),
        points=points,
        vetoes=",".join(sorted(vetoes)),
        ground=ground,
        public_ground=masked(ground, names),
        graded_by=w.actor.id or 0,
        graded_at=w.now,
    )
    w.session.add(row)
    w.session.flush()
    # Whom the grader made the enterprise's voice is no proof that it knows.
    if _tell(w, row, "credit.give") and w.actor.id not in _vouchers(w, card.id):
        _heard(w, row, Way.ACCOUNT, w.now)
    audit.record(w, "credit:grade:give", owner_of(row.code), after={"grade": row.grade})
    return row


def _silencers(w: Work, organisation_id: int) -> frozenset[int]:
    return memberships.silencers(w.session, organisation_id, looked_back(w.now))


def _vouchers(w: Work, organisation_id: int) -> frozenset[int]:
    people = memberships.representatives(w.session, organisation_id)
    proved = (memberships.vouchers(w.session, one, organisation_id) for one in people)
    return frozenset[int]().union(*proved)


def _makers(w: Work, row: CreditGrade) -> frozenset[int]:
    """Return who gave or told any version of that year that nobody published, or vouched."""
    makers = queries.makers(w.session, row.organisation_id, row.year)
    return makers | _vouchers(w, row.organisation_id)


def _heard(w: Work, row: CreditGrade, way: Way, at: datetime) -> None:
    """Let the time to answer run from an instant at which the enterprise was told."""
    row.way, row.served_at = way, at
    row.heard_until = due_at("grade_notice", at, holidays(w.session))


def serve(
    w: Work,
    *,
    code: str,
    way: str,
    served_on: datetime,
    tracking: str = "",
    photo: Sequence[str] = (),
) -> CreditGrade:
    """Record that an enterprise without an account was told of its grade, with the proof of it.

    The time to answer runs from then, and from now where it is recorded late.
    """
    row = _waiting(w, code)
    require(policy.may_grade(w.actor, row.division))
    if row.heard_until is not None:
        raise WrongState("grade_served", N_("企业已经知道了。"))
    if way not in TRIED_FIRST:
        raise wrong("way", N_("请选当面或者邮寄。"))
    if not photo:
        raise wrong("photo", N_("请拍下送达的凭据：签收、回执或公告。"))
    if way == Way.POST and not tracking:
        raise wrong("tracking", N_("邮寄送达要填单号。"))
    if not row.graded_at <= served_on <= w.now:
        raise wrong("served_on", N_("送达的时间要在评定之后、现在之前。"))
    row.tracking, row.served_by = tracking, w.actor.id
    row.proofs = len(media.claim(w, photo, owner=owner_of(row.code)))
    late = w.now > due_at("recorded", served_on, holidays(w.session))
    _heard(w, row, Way(way), w.now if late else served_on)
    audit.record(w, "credit:grade:serve", owner_of(row.code), after={"way": way})
    return row


def publish(w: Work, *, code: str) -> CreditGrade:
    """Publish a grade as the second person; the one before it for that year is replaced."""
    row = _waiting(w, code)
    silencers = _silencers(w, row.organisation_id)
    makers = _makers(w, row) | queries.writers(w.session, row.organisation_id, row.year)
    require(policy.may_publish_grade(w.actor, row.division, makers, silencers))
    if row.heard_until is None:
        raise WrongState("not_served", N_("企业还不知道这个等级：先登记怎么送到的。"))
    if w.now <= row.heard_until:
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
    _still_waits(row)
    row.reply, row.letter = words, 0
    audit.record(w, "credit:grade:reply", owner_of(row.code))
    return row


def receive(w: Work, *, code: str, words: str, photo: Sequence[str] = ()) -> CreditGrade:
    """Enter what an enterprise without an account wrote to a grade, with a photo of it (staff).

    Whoever says what the enterprise wrote does not publish the grade.
    """
    row = _waiting(w, code)
    require(policy.may_publish_grade(w.actor, row.division, _makers(w, row)))
    if memberships.representatives(w.session, row.organisation_id):
        raise NotAllowed("has_account", N_("这家企业有自己的账号，材料由它自己交。"))
    if not photo:
        raise wrong("photo", N_("请拍下来信，每一页都要。"))
    photos = media.claim(w, photo, owner=owner_of(row.code))
    own = {"grade_id": row.id, "words": words, "photos": len(photos)}
    w.insert(CreditLetter, own | {"received_by": w.actor.id, "received_at": w.now})
    # A second letter stands below the first: nobody replaces what the enterprise wrote.
    row.reply = f"{row.reply}\n\n{words}" if row.letter else words
    row.letter = 1
    audit.record(w, "credit:grade:receive", owner_of(row.code))
    return row


def _waiting(w: Work, code: str) -> CreditGrade:
    """Return a grade that waits for its publication; WrongState for any other."""
    row = queries.grade(w.session, code)
    _still_waits(row)
    return row


def _still_waits(row: CreditGrade) -> None:
    if row.published_at is not None:
        raise WrongState("grade_published", N_("这个等级已经公布了。"))
    if row.withdrawn_at is not None:
        raise WrongState("grade_withdrawn", N_("这个等级已经重新评过，请看新的。"))


def _tell(w: Work, row: CreditGrade, template: str) -> int:
    """Tell everyone who represents the enterprise; return how many were told."""
    card = cards.cards_of(w.session, [row.organisation_id])[row.organisation_id]
    values = {"organisation": card.code, "name": card.name, "year": row.year}
    people = memberships.representatives(w.session, row.organisation_id)
    for account in people:
        inbox.tell(w, account, template, values)
    return len(people)
