"""Check-ins as people see them, and as their owner takes them away."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from wufei_public.checkins.actions.daily import Receipt
from wufei_public.checkins.models import CheckIn, CheckinProfile
from wufei_public.checkins.queries import classes, photos
from wufei_public.checkins.queries import own as queries
from wufei_public.checkins.rules.badges import Badge, Habit, earned, fresh, to_come
from wufei_public.checkins.rules.days import WORDS, next_milestone, running_streak
from wufei_public.checkins.rules.people import OWN
from wufei_public.checkins.rules.schemes import BINS, Bin, Scheme, from_bits
from wufei_public.infra.keys import Keys
from wufei_public.learning.rules.bins import FIRST_FACES, TOWN_FACES, Face, RuralFirst, TownClass
from wufei_public.media import queries as media
from wufei_public.people.queries.children import consents
from wufei_public.people.rules.children import ChildFacts
from wufei_public.points.rules.worth import worth_of


def face_of(one: Bin) -> Face:
    """Return how a bin is shown: as the dictionary shows its class."""
    if one in {Bin.ROTS, Bin.DOES_NOT_ROT}:
        return FIRST_FACES[RuralFirst(one.value)]
    return TOWN_FACES[TownClass(one.value)]


def bins_of(scheme: Scheme) -> list[dict[str, str]]:
    """Return the bins of a scheme for the page, in the reader's language."""
    return [
        {
            "value": one.value,
            "label": _(face_of(one).label),
            "icon": face_of(one).icon,
            "examples": _(face_of(one).examples),
        }
        for one in BINS[scheme]
    ]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a resident stands today."""

    done: bool
    streak: int
    month: int
    missing: int
    bonus: int
    chosen: Sequence[str]


def standing(session: Session, account: int, today: date) -> Standing:
    """Return where a resident stands today: streak, days of the month, the next milestone."""
    known = queries.lately(session, account, OWN, min(today.replace(day=1), today - timedelta(9)))
    last = known[0] if known else None
    streak = running_streak(today, last.day if last else None, last.streak if last else 0)
    aim = next_milestone(streak)
    return Standing(
        done=last is not None and last.day == today,
        streak=streak,
        month=sum(row.day >= today.replace(day=1) for row in known),
        missing=aim - streak if aim else 0,
        bonus=worth_of(f"streak_{aim}", today) if aim else 0,
        chosen=[one.value for one in from_bits(last.bins)] if last else [],
    )


def month_weeks(days: frozenset[date], month: date, today: date) -> list[list[dict[str, Any]]]:
    """Return a month as weeks from Monday: each day is on, off, today, or to come."""
    blank: dict[str, Any] = {"number": 0, "state": ""}
    cells = [blank] * month.weekday()
    for number in range(1, monthrange(month.year, month.month)[1] + 1):
        day = month.replace(day=number)
        cells.append({"number": number, "state": _state(day, days, today)})
    cells += [blank] * (-len(cells) % 7)
    return [cells[at : at + 7] for at in range(0, len(cells), 7)]


def _state(day: date, days: frozenset[date], today: date) -> str:
    if day in days:
        return "both" if day == today else "on"
    if day == today:
        return "today"
    return "off" if day < today else "next"


def receipt_json(receipt: Receipt) -> dict[str, Any]:
    """Return a receipt as JSON."""
    return {
        "day": receipt.day.isoformat(),
        "origin": receipt.origin.value,
        "streak": receipt.streak,
        "points": receipt.points,
        "again": receipt.again,
    }


def badges_of(session: Session, account: int) -> dict[str, Any]:
    """Return the badges that a resident has, and the next ones with what is missing."""
    habit = queries.habit(session, account)
    return {
        "earned": [_badge(one, habit) for one in earned(habit)],
        "to_come": [_badge(one, habit) for one in to_come(habit)],
    }


def _badge(one: Badge, habit: Habit) -> dict[str, Any]:
    return {
        "code": one.code,
        "icon": one.icon,
        "label": _(one.label),
        "how": _(one.how),
        "reached": one.reached(habit),
        "least": one.least,
        "missing": one.missing(habit),
    }


def new_badges(session: Session, account: int, at: Standing) -> list[str]:
    """Return the names of the badges that the last check-in has brought."""
    return [_(one.label) for one in fresh(queries.habit(session, account), at.streak)]


def photo_of(session: Session, row: Row[Any] | None) -> dict[str, Any] | None:
    """Return a check-in's photo for a page: code, whether it is developed, the thumb's size."""
    if row is None:
        return None
    kept = media.photos_of(session, photos.owner_of(row.code))
    if not kept:
        return None
    return {
        "code": row.code,
        "state": kept[0].state,
        "width": kept[0].thumb_width,
        "height": kept[0].thumb_height,
    }


def origin_words(origin: str) -> str:
    """Return how a check-in came to its day, nothing where it is today."""
    return next((_(words) for kind, words in WORDS.items() if kind.value == origin), "")


def _consent(child: ChildFacts | None) -> dict[str, Any]:
    if child is None:
        return {}
    given = child.given_at.isoformat()
    return {"birth_year": child.birth_year, "consent": child.version, "given_at": given}


def export(session: Session, _keys: Keys, account: int) -> Sequence[Mapping[str, Any]]:
    """Return everything that check-ins hold of the resident."""
    profile = session.get(CheckinProfile, account)
    about = {"village": profile.village, "nickname": profile.nickname} if profile else {}
    known = consents(session, account)
    household = [
        {"member": row.number, "name": row.name} | _consent(known.get(row.child))
        for row in queries.members(session, account)
    ]
    pupils = [{"member": row.member, "class": row.name} for row in classes.joined(session, account)]
    rows = session.execute(
        select(CheckIn.day, CheckIn.member, CheckIn.village, CheckIn.bins, CheckIn.arrived_at)
        .where(CheckIn.account == account)
        .order_by(CheckIn.day.desc(), CheckIn.member)
    )
    days = [
        {
            "day": row.day.isoformat(),
            "member": row.member,
            "village": row.village,
            "bins": [one.value for one in from_bits(row.bins)],
            "arrived_at": row.arrived_at.isoformat(),
        }
        for row in rows
    ]
    kept = [
        {"photo": row.code, "day": row.day.isoformat()} for row in photos.mine(session, account)
    ]
    return [*([about] if about else []), *household, *pupils, *days, *kept]
