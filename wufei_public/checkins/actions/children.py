"""Children of a household, whom their guardian adds, checks in for, and takes out again."""

from collections.abc import Mapping

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from wufei_public.checkins.actions import photos
from wufei_public.checkins.actions.daily import MEASURE, resident
from wufei_public.checkins.actions.profiles import bad_words, put_member
from wufei_public.checkins.models import (
    CheckIn,
    CheckinProfile,
    ClassPupil,
    HouseholdMember,
    SpotCheck,
)
from wufei_public.checkins.queries import own as queries
from wufei_public.checkins.rules.people import MOST_NAME, name_faults
from wufei_public.common.clock import district_day
from wufei_public.common.errors import FieldError, Invalid, NotFound
from wufei_public.common.text import N_
from wufei_public.infra import buckets
from wufei_public.infra.work import Work
from wufei_public.people.actions import children as consents
from wufei_public.people.rules.children import names_a_child, year_faults


def add(w: Work, *, name: str, birth_year: int) -> int:
    """Add a child under 14 by the guardian's consent; return the number in the household.

    The caller has the guardian's yes to the children's text, which is written here.
    """
    account = resident(w)
    faults = name_faults("name", name, MOST_NAME, bad_words())
    faults += year_faults(birth_year, district_day(w.now))
    home = w.session.get(CheckinProfile, account)
    if home is not None and names_a_child(home.nickname, frozenset({name})):
        faults.append(FieldError("name", N_("您的昵称里有这个名字，上榜会被看到，请先改昵称。")))
    if faults:
        raise Invalid("invalid", N_("有几处需要改一下。"), faults)
    child = consents.consent_for(w, guardian=account, birth_year=birth_year)
    return put_member(w, account, name, child)


def renew(w: Work, *, number: int) -> None:
    """Say yes for a child to the children's text that holds now."""
    account = resident(w)
    consents.renew(w, guardian=account, child=_child(w, account, number))


def withdraw(w: Work, *, number: int) -> None:
    """Take the consent for a child back: name, year, class and check-ins are deleted."""
    account = resident(w)
    consents.withdraw(w, guardian=account, child=_child(w, account, number))
    _forget_days(w, account, number)
    mine = {"account": account, "member": number}
    gone = delete(ClassPupil).filter_by(**mine)
    w.session.execute(gone)
    ended = update(HouseholdMember).filter_by(account=account, number=number)
    w.session.execute(ended.values(ended_at=w.now, name=""))


def number_of(session: Session, account: int, child: int) -> int | None:
    """Return which of the household a child is, by its consent; None where it is not there."""
    rows = queries.members(session, account)
    return next((int(row.number) for row in rows if row.child == child), None)


def absorb(w: Work, account: int, into: int) -> None:
    """Give the children of an account, with what they did, to the one it becomes a part of."""
    own = HouseholdMember.account
    taken = w.session.scalar(select(func.max(HouseholdMember.number)).where(own == into)) or 0
    moved = [row.number for row in queries.members(w.session, account) if row.child]
    for new, old in enumerate(moved, taken + 1):
        values: Mapping[str, int] = {"account": into, "member": new}
        for model in (CheckIn, ClassPupil):
            rows = update(model).where(model.account == account, model.member == old)
            w.session.execute(rows.values(values))
        rows = update(HouseholdMember).where(own == account, HouseholdMember.number == old)
        w.session.execute(rows.values(account=into, number=new))


def _child(w: Work, account: int, number: int) -> int:
    for row in queries.members(w.session, account):
        if row.number == number and row.child:
            return int(row.child)
    raise NotFound("no_such_child", N_("没有这个孩子，请刷新页面。"))


def _forget_days(w: Work, account: int, number: int) -> None:
    """Delete a child's check-ins; the figures of their days are counted anew."""
    days = [CheckIn.account == account, CheckIn.member == number]
    found = w.session.execute(select(CheckIn.village, CheckIn.day).where(*days)).tuples().all()
    for village, day in found:
        buckets.mark(w, MEASURE, village, day)
    buckets.note_erased(w, MEASURE, [day for _village, day in found])
    drawn = SpotCheck.check_in.in_(select(CheckIn.id).where(*days))
    w.session.execute(delete(SpotCheck).where(drawn))
    photos.forget_of(w, w.session.scalars(select(CheckIn.id).where(*days)).all())
    w.session.execute(delete(CheckIn).where(*days))
