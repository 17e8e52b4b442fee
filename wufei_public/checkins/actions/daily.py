"""A check-in: once per person and district day, with its points, its streak and its mark."""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hmac import compare_digest
from typing import Any

from sqlalchemy import Row, bindparam, text, update

from wufei_public.checkins.actions import photos
from wufei_public.checkins.models import CheckIn, CheckinProfile
from wufei_public.checkins.queries import own as queries
from wufei_public.checkins.rules.days import (
    DAY,
    Claim,
    Origin,
    decide,
    reached,
    streak_at,
)
from wufei_public.checkins.rules.people import MOST_MEMBERS, OWN
from wufei_public.checkins.rules.schemes import Bin, fits, to_bits
from wufei_public.common.actor import ActorKind
from wufei_public.common.clock import district_day
from wufei_public.common.errors import FieldError, Invalid, NotAllowed
from wufei_public.common.text import N_
from wufei_public.infra import buckets, replay
from wufei_public.infra.keys import Keys
from wufei_public.infra.tables import UtcDateTime
from wufei_public.infra.work import Work
from wufei_public.people.queries.children import children, present_text
from wufei_public.people.rules.consent import CHILDREN
from wufei_public.points.actions import ledger

MEASURE, SCOPE = "checkins", "checkin"
_MAC_BYTES = 12

# SQLAlchemy compiles its own ON CONFLICT anew each time; these words serve both databases.
_INSERT = (
    text(
        "INSERT INTO check_in (account, member, day, village, point, scheme, bins, origin, streak,"
        " arrived_at) VALUES (:account, :member, :day, :village, :point, :scheme, :bins, :origin,"
        " :streak, :arrived_at) ON CONFLICT (account, member, day) DO NOTHING"
    )
    .bindparams(
        bindparam("day", type_=CheckIn.day.type), bindparam("arrived_at", type_=UtcDateTime)
    )
    .execution_options(preserve_rowcount=True)
)


@dataclass(frozen=True, slots=True)
class Draft:
    """What a phone sends, loaded by `schemas.CheckInIn`."""

    client_key: str
    bins: Sequence[Bin]
    stamp: str = ""
    claimed_on: date | None = None
    member: int = OWN
    point: str = ""
    photo: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a check-in came to; `again` if the day had one before."""

    day: date
    origin: Origin
    streak: int
    points: int
    again: bool


# ---- the signed opening of the page ----------------------------------------------


def stamp_of(keys: Keys, account: int, opened_at: datetime) -> str:
    """Return the signed opening of the page by an account; the phone sends it back."""
    said = f"{account} {int(opened_at.timestamp())}".encode()
    mac = keys.mac("checkin:stamp", said)[:_MAC_BYTES]
    return urlsafe_b64encode(mac + said).decode().rstrip("=")


def opened_at(keys: Keys, stamp: str, account: int) -> datetime | None:
    """Return when the page was opened, None for no stamp or a forged one.

    NotAllowed for another account's: a phone that changed hands sends nobody else's check-ins.
    """
    try:
        raw = urlsafe_b64decode(stamp + "=" * (-len(stamp) % 4))
        mac, said = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        whose, instant = (int(part) for part in said.decode("ascii").split())
    except (BadBase64, UnicodeError, ValueError):
        return None
    right = keys.macs("checkin:stamp", said)
    if not any(compare_digest(mac, one[:_MAC_BYTES]) for one in right):
        return None
    if whose != account:
        raise NotAllowed("another_account", N_("这次打卡是另一个账号的，请用那个账号登录。"))
    return datetime.fromtimestamp(instant, UTC)


# ---- checking in -----------------------------------------------------------------


def check_in(w: Work, draft: Draft) -> Receipt:
    """Check a person in; the same form again, or a second phone, gives the day's one check-in.

    Invalid at `village` until the resident has said where they live, at `bins` for bins that
    the place's scheme does not have, at `photo` for one that is not there any more.
    """
    account = resident(w)
    photos.require_own(draft.photo, draft.member)
    claim = Claim(draft.claimed_on, opened_at(w.keys, draft.stamp, account), w.now)
    home, place, point = _place(w, account, draft)
    since = district_day(w.now) - queries.LOOKS_BACK
    known = queries.lately(w.session, account, draft.member, since)
    day, origin = decide(claim, _backdated(known))
    answer = {"day": day.isoformat(), "origin": origin.value}
    first = replay.claim(w, SCOPE, replay_key(account, draft.client_key), answer)
    if first is not None:
        return _receipt_before(w, account, draft.member, first)
    row = {
        "account": account,
        "member": draft.member,
        "day": day,
        "village": place.village,
        "point": point,
        "scheme": place.scheme.value,
        "bins": to_bits(draft.bins),
        "origin": origin.value,
        "streak": streak_at(day, *_streaks(known)),
        "arrived_at": w.now,
    }
    if w.session.connection().execute(_INSERT, row).rowcount != 1:
        return _receipt_before(w, account, draft.member, answer)
    if draft.member != OWN:
        _require_few(w, account, day)
    if draft.photo:
        photos.attach(w, row, draft.photo)
    return _follow(w, row, origin, known, home)


def resident(w: Work) -> int:
    """Return the account that acts; NotAllowed for anybody but a resident."""
    if w.actor.kind is not ActorKind.RESIDENT or w.actor.id is None:
        raise NotAllowed("residents_only", N_("请先用手机号或微信登录再打卡。"))
    return w.actor.id


def replay_key(account: int, client_key: str) -> str:
    """Return under what a phone's key is kept: nobody sends under another's."""
    return hashlib.sha256(f"{account} {client_key}".encode()).hexdigest()


def _place(w: Work, account: int, draft: Draft) -> tuple[str, queries.Home, int | None]:
    """Return where the resident lives, and where the check-in counts, by which point."""
    living = queries.home(w.session, account, lock=True)
    if living is None:
        sentence = N_("请先选您住的村或社区。")
        raise Invalid("no_home", sentence, [FieldError("village", sentence)])
    place, point = queries.at_point(w.session, draft.point, living)
    if not fits(draft.bins, place.scheme):
        sentence = N_("请选今天分了哪几种。")
        raise Invalid("no_bins", sentence, [FieldError("bins", sentence)])
    if draft.member != OWN:
        _require_member(w, account, draft.member)
    return living.village, place, point


def _require_member(w: Work, account: int, member: int) -> None:
    found = [row for row in queries.members(w.session, account) if row.number == member]
    if not found:
        sentence = N_("没有这位家人，请刷新页面。")
        raise Invalid("no_member", sentence, [FieldError("member", sentence)])
    child = children(w.session, account, w.now).get(found[0].child) if found[0].child else None
    if child and child.version != present_text(w.session, CHILDREN, w.now):
        sentence = N_("儿童隐私说明改了，请先在“孩子”页面里再看一遍。")
        raise Invalid("text_changed", sentence, [FieldError("member", sentence)])


def _require_few(w: Work, account: int, day: date) -> None:
    """Refuse more people a day than a household may have, however often they are exchanged."""
    if len(queries.members_of_day(w.session, account, day)) > MOST_MEMBERS:
        sentence = N_("一天最多替 %(most)s 位家人打卡。")
        fault = FieldError("member", sentence, {"most": MOST_MEMBERS})
        raise Invalid("too_many_members", sentence, [fault], most=MOST_MEMBERS)


def _backdated(known: Sequence[Row[Any]]) -> list[date]:
    return [district_day(row.arrived_at) for row in known if row.origin == Origin.BACKDATED]


def _streaks(known: Sequence[Row[Any]]) -> tuple[frozenset[date], Mapping[date, int]]:
    streaks = {row.day: row.streak for row in known}
    return frozenset(streaks), streaks


def _receipt_before(w: Work, account: int, member: int, said: Mapping[str, Any]) -> Receipt:
    row = queries.of_day(w.session, account, member, date.fromisoformat(said["day"]))
    return Receipt(row.day, Origin(said["origin"]), row.streak, 0, again=True)


def _follow(
    w: Work, row: Mapping[str, Any], origin: Origin, known: Sequence[Row[Any]], home: str
) -> Receipt:
    """Write what follows from a check-in: streaks after it, points, the mark for the figures."""
    account, member, day, streak = row["account"], row["member"], row["day"], row["streak"]
    last = _lengthen(w, row, known) if origin is Origin.BACKDATED else streak
    rule = "checkin" if member == OWN else "proxy"
    points = ledger.award(w, account, rule, _ref(day, member), day)
    if member == OWN:
        for days in reached(streak - 1, last):
            begun = day - (streak - 1) * DAY
            points += ledger.award(w, account, f"streak_{days}", begun.isoformat(), day)
    buckets.mark(w, MEASURE, row["village"], day)
    if row["village"] != home:
        # Counted at home too, by heads.
        guest = update(CheckinProfile).where(CheckinProfile.account == account)
        w.session.connection().execute(guest.values(changed_at=w.now))
    return Receipt(day, origin, last, points, again=False)


def _ref(day: date, member: int) -> str:
    return day.isoformat() if member == OWN else f"{day.isoformat()}/{member}"


def _lengthen(w: Work, row: Mapping[str, Any], known: Sequence[Row[Any]]) -> int:
    """Carry a back-dated check-in's streak on through the days after it; return the last one."""
    streak, day = int(row["streak"]), row["day"] + DAY
    taken = {one.day for one in known}
    while day in taken:
        streak += 1
        w.session.connection().execute(
            update(CheckIn)
            .where(
                CheckIn.account == row["account"],
                CheckIn.member == row["member"],
                CheckIn.day == day,
            )
            .values(streak=streak)
        )
        day += DAY
    return streak
