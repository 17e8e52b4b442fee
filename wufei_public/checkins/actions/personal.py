"""What becomes of check-ins when an account moves or ends."""

from datetime import date

from sqlalchemy import delete, select, update

from wufei_public.checkins.actions import children, photos
from wufei_public.checkins.actions.daily import MEASURE
from wufei_public.checkins.models import (
    CheckIn,
    CheckinProfile,
    ClassPupil,
    HouseholdMember,
    SchoolClass,
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
    for village, day in _twice(w, account, into):
        twice = [*own, CheckIn.day == day]
        photos.forget_of(w, w.session.scalars(select(CheckIn.id).where(*twice)).all())
        w.session.execute(delete(CheckIn).where(*twice))
        buckets.mark(w, MEASURE, village, day)
    w.session.execute(update(CheckIn).where(*own).values(account=into))
    quiz.absorb(w, account, into)
    _move_classes(w, account, into)
    children.absorb(w, account, into)
    if w.session.get(CheckinProfile, into) is None:
        moved = update(CheckinProfile).where(CheckinProfile.account == account)
        w.session.execute(moved.values(account=into))
    else:
        w.session.execute(delete(CheckinProfile).where(CheckinProfile.account == account))


def _move_classes(w: Work, account: int, into: int) -> None:
    """Give classes that were opened, and the resident's own place in one unless there is one."""
    led = update(SchoolClass).where(SchoolClass.teacher == account)
    w.session.execute(led.values(teacher=into))
    own = [ClassPupil.account == account, ClassPupil.member == OWN]
    if w.session.get(ClassPupil, (into, OWN)) is None:
        w.session.execute(update(ClassPupil).where(*own).values(account=into))
    w.session.execute(delete(ClassPupil).where(*own))


def _twice(w: Work, account: int, into: int) -> list[tuple[str, date]]:
    """Return place and day of the check-ins of `account` on days that `into` has too."""
    taken = select(CheckIn.day).where(CheckIn.account == into, CheckIn.member == OWN)
    found = w.session.execute(
        select(CheckIn.village, CheckIn.day).where(
            CheckIn.account == account, CheckIn.member == OWN, CheckIn.day.in_(taken)
        )
    )
    return [(village, day) for village, day in found.tuples()]


def erase(w: Work, account: int) -> None:
    """Forget name, home, household, classes, photos; check-ins stay as figures of nobody."""
    forget(w, [f"checkins/{account}"])
    quiz.erase(w, account)
    photos.forget_all(w, account)
    mine = select(CheckIn.day).where(CheckIn.account == account, CheckIn.member == OWN)
    # Without a home the account is no active resident any more.
    buckets.note_erased(w, HOME, w.session.scalars(mine))
    w.session.execute(delete(CheckinProfile).where(CheckinProfile.account == account))
    w.session.execute(delete(HouseholdMember).where(HouseholdMember.account == account))
    w.session.execute(delete(ClassPupil).where(ClassPupil.account == account))
