"""What becomes of check-ins when an account moves or ends."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, and_, delete, select, update
from sqlalchemy.orm import aliased

from wufei_public.checkins.actions import children, keeping, photos
from wufei_public.checkins.actions.daily import MEASURE
from wufei_public.checkins.models import (
    CheckIn,
    CheckinProfile,
    ClassPupil,
    HouseholdMember,
    SchoolClass,
    SpotCheck,
)
from wufei_public.checkins.rules.people import OWN
from wufei_public.infra import buckets
from wufei_public.infra.audit import forget
from wufei_public.infra.work import Work
from wufei_public.learning.actions import quiz

HOME = f"{MEASURE}.home"


def absorb(w: Work, account: int, into: int) -> None:
    """Give the resident's own check-ins to the account `into`; a day counts once.

    Streaks stay as they were counted: the longer of both was earned on one phone. Children
    move with what they did, so that their guardian may still withdraw; check-ins for other
    members stay with the old account, which nobody uses any more.
    """
    own = [CheckIn.account == account, CheckIn.member == OWN]
    for row in _twice(w, account, into):
        _hand_spot_check(w, row.id, row.kept)
        photos.forget_of(w, [row.id])
        w.session.execute(delete(CheckIn).where(CheckIn.id == row.id))
        buckets.mark(w, MEASURE, row.village, row.day)
    w.session.execute(update(CheckIn).where(*own).values(account=into))
    quiz.absorb(w, account, into)
    _move_classes(w, account, into)
    children.absorb(w, account, into)
    keeping.forget(w, account)
    if w.session.get(CheckinProfile, into) is None:
        moved = update(CheckinProfile).where(CheckinProfile.account == account)
        w.session.execute(moved.values(account=into))
    else:
        w.session.execute(delete(CheckinProfile).where(CheckinProfile.account == account))
    # Whose days became more: the board of where they live is counted anew.
    changed = update(CheckinProfile).where(CheckinProfile.account == into)
    w.session.execute(changed.values(changed_at=w.now))


def _move_classes(w: Work, account: int, into: int) -> None:
    """Give classes that were opened, and the resident's own place in one unless there is one."""
    led = update(SchoolClass).where(SchoolClass.teacher == account)
    w.session.execute(led.values(teacher=into))
    own = [ClassPupil.account == account, ClassPupil.member == OWN]
    if w.session.get(ClassPupil, (into, OWN)) is None:
        w.session.execute(update(ClassPupil).where(*own).values(account=into))
    w.session.execute(delete(ClassPupil).where(*own))


def _twice(w: Work, account: int, into: int) -> Sequence[Row[Any]]:
    """Return the check-ins of `account` on days that `into` has too, with the one that is kept."""
    kept = aliased(CheckIn)
    same = and_(kept.account == into, kept.member == OWN, kept.day == CheckIn.day)
    return w.session.execute(
        select(CheckIn.id, CheckIn.village, CheckIn.day, kept.id.label("kept"))
        .join(kept, same)
        .where(CheckIn.account == account, CheckIn.member == OWN)
    ).all()


def _hand_spot_check(w: Work, gone: int, kept: int) -> None:
    """Let a spot check of the check-in that goes speak for the one that is kept."""
    drawn = select(SpotCheck.check_in).where(SpotCheck.check_in.in_([gone, kept]))
    found = w.session.scalars(drawn).all()
    if kept in found:
        w.session.execute(delete(SpotCheck).where(SpotCheck.check_in == gone))
    else:
        moved = update(SpotCheck).where(SpotCheck.check_in == gone)
        w.session.execute(moved.values(check_in=kept))


def erase(w: Work, account: int) -> None:
    """Forget name, home, household, classes, photos; check-ins stay as figures of nobody."""
    forget(w, [f"checkins/{account}"])
    quiz.erase(w, account)
    photos.forget_all(w, account)
    keeping.forget(w, account)
    mine = select(CheckIn.day).where(CheckIn.account == account, CheckIn.member == OWN)
    # Without a home the account is no active resident any more.
    buckets.note_erased(w, HOME, w.session.scalars(mine))
    w.session.execute(delete(CheckinProfile).where(CheckinProfile.account == account))
    w.session.execute(delete(HouseholdMember).where(HouseholdMember.account == account))
    w.session.execute(delete(ClassPupil).where(ClassPupil.account == account))
