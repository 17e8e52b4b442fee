"""What a resident's check-in needs to know, in as few statements as there are questions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date, Row, SmallInteger, bindparam, func, select
from sqlalchemy.orm import Session

from wufei_public.checkins.models import CheckIn, CheckinProfile, HouseholdMember, VillageScheme
from wufei_public.checkins.queries.places import point
from wufei_public.checkins.rules.badges import Habit
from wufei_public.checkins.rules.people import OWN
from wufei_public.checkins.rules.schemes import BITS, Bin, Scheme, usual_scheme
from wufei_public.divisions.queries import directory
from wufei_public.infra.tables import BigKey

# Far enough back for the streak, the week of back-dating and the two days that a phone holds.
LOOKS_BACK = timedelta(days=10)


@dataclass(frozen=True, slots=True)
class Home:
    """Where a resident checks in, by which scheme, and how the boards call them."""

    village: str
    scheme: Scheme
    nickname: str
    listed: bool


_HOME = (
    select(
        CheckinProfile.village,
        CheckinProfile.nickname,
        CheckinProfile.listed,
        VillageScheme.scheme,
    )
    .outerjoin(VillageScheme, VillageScheme.division == CheckinProfile.village)
    .where(CheckinProfile.account == bindparam("account", type_=BigKey))
)
_LATELY = (
    select(CheckIn.day, CheckIn.streak, CheckIn.origin, CheckIn.bins, CheckIn.arrived_at)
    .where(
        CheckIn.account == bindparam("account", type_=BigKey),
        CheckIn.member == bindparam("member", type_=SmallInteger),
        CheckIn.day >= bindparam("since", type_=Date),
    )
    .order_by(CheckIn.day.desc())
)


# A resident's check-ins come one after the other: each is judged by those before it.
_HOME_LOCKED = _HOME.with_for_update(of=CheckinProfile)


def home(session: Session, account: int, *, lock: bool = False) -> Home | None:
    """Return where a resident lives, None until they have said so; `lock`ed until the end."""
    asked = _HOME_LOCKED if lock else _HOME
    row = session.connection().execute(asked, {"account": account}).one_or_none()
    if row is None:
        return None
    scheme = Scheme(row.scheme) if row.scheme else usual_of(session, row.village)
    return Home(row.village, scheme, row.nickname, row.listed)


def usual_of(session: Session, village: str) -> Scheme:
    """Return the scheme of a place that has not chosen one."""
    place = directory(session).get(village)
    return usual_scheme(place.level) if place else Scheme.FOUR


def at_point(session: Session, code: str, living: Home) -> tuple[Home, int | None]:
    """Return where a check-in by a QR code counts: the point's village, else where one lives."""
    found = point(session, code) if code else None
    if found is None:
        return living, None
    chosen = session.scalar(
        select(VillageScheme.scheme).where(VillageScheme.division == found.village)
    )
    scheme = Scheme(chosen) if chosen else usual_of(session, found.village)
    return replace(living, village=found.village, scheme=scheme), found.id


def lately(session: Session, account: int, member: int, since: date) -> Sequence[Row[Any]]:
    """Return a person's check-ins from a day on, the newest first."""
    asked = {"account": account, "member": member, "since": since}
    return session.connection().execute(_LATELY, asked).all()


def of_day(session: Session, account: int, member: int, day: date) -> Row[Any]:
    """Return a person's check-in of a day that has one."""
    return session.execute(
        select(CheckIn.id, CheckIn.day, CheckIn.streak, CheckIn.origin, CheckIn.bins).where(
            CheckIn.account == account, CheckIn.member == member, CheckIn.day == day
        )
    ).one()


def members_of_day(session: Session, account: int, day: date) -> frozenset[int]:
    """Return which household members a resident checked in for on a day, also those gone since."""
    found = session.scalars(
        select(CheckIn.member).where(
            CheckIn.account == account, CheckIn.member != OWN, CheckIn.day == day
        )
    )
    return frozenset(found)


def added_since(session: Session, account: int, since: datetime) -> int:
    """Return how many household members were added from an instant on, also those gone since."""
    counted = select(func.count()).where(
        HouseholdMember.account == account, HouseholdMember.added_at >= since
    )
    return session.scalar(counted) or 0


def days_of_month(session: Session, account: int, first: date, last: date) -> frozenset[date]:
    """Return the days of a span on which the resident checked in."""
    found = session.scalars(
        select(CheckIn.day).where(
            CheckIn.account == account, CheckIn.member == OWN, CheckIn.day.between(first, last)
        )
    )
    return frozenset(found)


def total(session: Session, account: int) -> int:
    """Return on how many days the resident has ever checked in."""
    counted = select(func.count()).where(CheckIn.account == account, CheckIn.member == OWN)
    return session.scalar(counted) or 0


def habit(session: Session, account: int) -> Habit:
    """Return what a resident's check-ins come to; one statement over their own rows alone."""
    own = CheckIn.member == OWN
    hazardous = CheckIn.bins.bitwise_and(BITS[Bin.HAZARDOUS]) != 0
    row = session.execute(
        select(
            func.coalesce(func.max(CheckIn.streak).filter(own), 0),
            func.count().filter(own),
            func.count().filter(own, hazardous),
            func.count().filter(CheckIn.member != OWN),
        ).where(CheckIn.account == account)
    ).one()
    return Habit(*row)


def members(session: Session, account: int) -> Sequence[Row[Any]]:
    """Return the household members for whom the resident checks in."""
    return session.execute(
        select(HouseholdMember.number, HouseholdMember.name, HouseholdMember.child)
        .where(HouseholdMember.account == account, HouseholdMember.ended_at.is_(None))
        .order_by(HouseholdMember.number)
    ).all()
