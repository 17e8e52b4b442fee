"""Road stretches: added and assigned by the town, inspected by their chiefs."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from wufei_public.checkins import policy
from wufei_public.checkins.actions.daily import opened_at, replay_key
from wufei_public.checkins.actions.places import require
from wufei_public.checkins.models import RoadCharge, RoadStretch, StretchInspection
from wufei_public.checkins.queries import roads as queries
from wufei_public.checkins.rules.days import Claim, decide
from wufei_public.checkins.rules.roads import Trouble, to_bits
from wufei_public.common.codes import new_code, normalise
from wufei_public.common.errors import FieldError, Invalid
from wufei_public.common.text import N_
from wufei_public.divisions.queries import directory
from wufei_public.divisions.rules.levels import TOWN_RANK
from wufei_public.infra import audit, replay
from wufei_public.infra.work import Work
from wufei_public.people.queries.accounts import holders
from wufei_public.people.rules.roles import Role

SCOPE = "inspection"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a chief's phone sends, loaded by `schemas.InspectionIn`."""

    client_key: str
    stretch: str
    found: Sequence[Trouble] = ()
    words: str = ""
    stamp: str = ""
    claimed_on: date | None = None


def add_stretch(w: Work, *, town: str, name: str, chief: str = "") -> str:
    """Add a stretch of road to a town, with its chief if there is one; return its code."""
    place = directory(w.session).get(town)
    if place is None or not place.active or place.rank != TOWN_RANK:
        sentence = N_("名单里没有这个地方，请重新选。")
        raise Invalid("no_place", sentence, [FieldError("town", sentence)])
    require(policy.may_keep_register(w.actor, town))
    row = RoadStretch(code=new_code(secrets.token_bytes), town=town, name=name, added_at=w.now)
    row.chief = _chief(w, town, chief)
    w.session.add(row)
    w.session.flush()
    after = {"town": town, "name": name, "chief": row.chief}
    audit.record(w, "checkins:stretch:add", f"checkins/stretch/{row.code}", after=after)
    return row.code


def _chief(w: Work, town: str, code: str) -> int | None:
    """Return the account of a chief of the town; Invalid at `chief` for anybody else."""
    if not code:
        return None
    chiefs = holders(w.session, Role.ROAD_CHIEF, division=town)
    found = next((one.id for one in chiefs if one.code == normalise(code)), None)
    if found is None:
        sentence = N_("这个镇没有这位路长。")
        raise Invalid("no_such_chief", sentence, [FieldError("chief", sentence)])
    return found


def assign(w: Work, *, code: str, chief: str) -> None:
    """Give a stretch to another chief of its town, or to nobody."""
    row = queries.stretch(w.session, code)
    require(policy.may_keep_register(w.actor, row.town))
    before, row.chief = row.chief, _chief(w, row.town, chief)
    if row.chief != before:
        _end_charge(w, row, before)
    w.session.flush()
    audit.record(
        w,
        "checkins:stretch:assign",
        f"checkins/stretch/{row.code}",
        before={"chief": before},
        after={"chief": row.chief},
    )


def _end_charge(w: Work, row: RoadStretch, chief: int | None) -> None:
    """Note until when somebody had a stretch: what their phone still holds counts for its day."""
    begun, row.charged_at = row.charged_at or row.added_at, w.now
    if chief is not None:
        gone = {"stretch": row.id, "chief": chief, "begun_at": begun, "ended_at": w.now}
        w.insert(RoadCharge, gone)


def end_stretch(w: Work, *, code: str) -> None:
    """Take a stretch off the list; its inspections stay."""
    row = queries.stretch(w.session, code)
    require(policy.may_keep_register(w.actor, row.town))
    row.ended_at = w.now
    w.session.flush()
    audit.record(w, "checkins:stretch:end", f"checkins/stretch/{row.code}")


def inspect(w: Work, draft: Draft) -> str:
    """Record what the chief found, nothing of it for a clean stretch; return the stretch's code.

    The same key again changes nothing. The day is the phone's claim within 48 hours,
    and whoever had the stretch on it may speak of it.
    """
    row = queries.stretch(w.session, draft.stretch)
    account = w.actor.id or 0
    claim = Claim(draft.claimed_on, opened_at(w.keys, draft.stamp, account), w.now)
    day, origin = decide(claim, ())
    require(policy.may_inspect(w.actor, row.town, queries.chiefs_of(w.session, row, day)))
    key = replay_key(account, draft.client_key)
    if replay.claim(w, SCOPE, key, {"code": row.code}) is not None:
        return row.code
    made = {
        "stretch": row.id,
        "chief": account,
        "day": day,
        "found": to_bits(draft.found),
        "words": draft.words,
        "origin": origin.value,
        "arrived_at": w.now,
    }
    w.insert(StretchInspection, made)
    return row.code
