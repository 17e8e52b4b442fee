"""Where residents live, how the boards call them, who in the household has no phone."""

from functools import cache
from importlib import resources

from sqlalchemy import delete, func, or_, select, update

from wufei_public.checkins import policy
from wufei_public.checkins.actions import keeping
from wufei_public.checkins.actions.daily import resident
from wufei_public.checkins.models import CheckinProfile, ClassPupil, HouseholdMember
from wufei_public.checkins.queries import own as queries
from wufei_public.checkins.rules.days import DAY
from wufei_public.checkins.rules.people import (
    BLANKED_FOR,
    MOST_MEMBERS,
    MOST_NAME,
    MOST_NICKNAME,
    name_faults,
)
from wufei_public.common.clock import district_day
from wufei_public.common.errors import Conflict, FieldError, Invalid, NotFound
from wufei_public.common.places import VILLAGE_DIGITS
from wufei_public.common.text import N_
from wufei_public.divisions.queries import directory
from wufei_public.infra import audit
from wufei_public.infra.work import Work
from wufei_public.people.queries.children import children
from wufei_public.people.rules.children import names_a_child


@cache
def bad_words() -> frozenset[str]:
    """Return what no nickname holds."""
    found = resources.files("wufei_public.checkins") / "data" / "bad_words.txt"
    return frozenset(found.read_text(encoding="utf-8").split())


def settle(w: Work, *, village: str, nickname: str = "", listed: bool = False) -> None:
    """Write where the actor lives and how the boards call them; Invalid at the field at fault."""
    account, faults = resident(w), []
    row = w.session.get(CheckinProfile, account)
    if len(village) != VILLAGE_DIGITS or not directory(w.session).is_place_for_records(village):
        faults.append(FieldError("village", N_("名单里没有这个地方，请重新选。")))
    if nickname:
        faults += _nickname_faults(w, account, nickname)
        faults += _held_faults(w, row)
    if faults:
        raise Invalid("invalid", N_("有几处需要改一下。"), faults)
    if row is None:
        row = CheckinProfile(account=account)
        w.session.add(row)
    row.village, row.nickname, row.changed_at = village, nickname, w.now
    row.listed = listed and bool(nickname)
    w.session.flush()
    if not row.listed:
        keeping.forget(w, account)


def _held_faults(w: Work, row: CheckinProfile | None) -> list[FieldError]:
    """Hold whoever had a nickname taken away: no other for a while."""
    if row is None or row.blanked_at is None or w.now >= row.blanked_at + BLANKED_FOR:
        return []
    until = district_day(row.blanked_at + BLANKED_FOR)
    facts = {"day": until.isoformat()}
    return [FieldError("nickname", N_("昵称被工作人员拿掉了，%(day)s 起才能再起。"), facts)]


def _nickname_faults(w: Work, account: int, nickname: str) -> list[FieldError]:
    faults = name_faults("nickname", nickname, MOST_NICKNAME, bad_words())
    names = [row.name for row in queries.members(w.session, account) if row.child]
    if names_a_child(nickname, frozenset(names)):
        faults.append(FieldError("nickname", N_("榜上不写孩子的名字，请换一个昵称。")))
    return faults


def blank_nickname(w: Work, *, account: int, reason: str) -> None:
    """Take a nickname from the boards, by an official of the place, and hold its owner.

    NotFound for somebody who lives elsewhere.
    """
    row = w.session.get(CheckinProfile, account)
    if row is None or not policy.may_blank_nickname(w.actor, row.village).allowed:
        raise NotFound("no_such_account", N_("没有这个账号。"))
    row.nickname, row.listed, row.blanked_at = "", False, w.now
    w.session.flush()
    keeping.forget(w, account)
    audit.record(w, "checkins:nickname:blank", f"checkins/{account}", reason=reason)


def add_member(w: Work, *, name: str) -> int:
    """Add a household member without a phone, by first name; return the member's number."""
    account = resident(w)
    faults = name_faults("name", name, MOST_NAME, bad_words())
    if faults:
        raise Invalid("invalid", faults[0].message, faults)
    return put_member(w, account, name)


def put_member(w: Work, account: int, name: str, child: int | None = None) -> int:
    """Write a member of the household; return the number, Conflict where there are too many."""
    # Two phones of one resident add one after the other.
    w.session.execute(
        select(CheckinProfile.account).where(CheckinProfile.account == account).with_for_update()
    )
    if len(queries.members(w.session, account)) >= MOST_MEMBERS:
        sentence = N_("最多 %(most)s 位家人。")
        raise Conflict("too_many_members", sentence, most=MOST_MEMBERS)
    if queries.added_since(w.session, account, w.now - DAY) >= MOST_MEMBERS:
        sentence = N_("一天最多添 %(most)s 位家人，请明天再添。")
        raise Conflict("too_many_added", sentence, most=MOST_MEMBERS)
    taken = select(func.max(HouseholdMember.number)).where(HouseholdMember.account == account)
    number = (w.session.scalar(taken) or 0) + 1
    w.session.add(
        HouseholdMember(account=account, number=number, name=name, added_at=w.now, child=child)
    )
    w.session.flush()
    return number


def end_member(w: Work, *, number: int) -> None:
    """Take a household member out; the check-ins of before stay, without a name."""
    account = resident(w)
    # A child is taken out by withdrawing the consent.
    under_age = list(children(w.session, account, w.now))
    done = w.session.connection().execute(
        update(HouseholdMember)
        .where(
            HouseholdMember.account == account,
            HouseholdMember.number == number,
            HouseholdMember.ended_at.is_(None),
            or_(HouseholdMember.child.is_(None), HouseholdMember.child.not_in(under_age)),
        )
        .values(ended_at=w.now, name="")
    )
    if done.rowcount != 1:
        raise NotFound("no_such_member", N_("没有这位家人，请刷新页面。"))
    gone = delete(ClassPupil).where(ClassPupil.account == account, ClassPupil.member == number)
    w.session.execute(gone)
