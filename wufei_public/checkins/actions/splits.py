"""The second split: weights that a village sorter records, also later from a phone's outbox."""

import secrets
from dataclasses import asdict, dataclass
from datetime import date

from wufei_public.checkins import policy
from wufei_public.checkins.actions.coverage import unit
from wufei_public.checkins.actions.daily import opened_at, replay_key
from wufei_public.checkins.actions.places import require
from wufei_public.checkins.models import SecondSplit
from wufei_public.checkins.queries import splits as queries
from wufei_public.checkins.rules.days import Claim, decide
from wufei_public.checkins.rules.splits import Way, Weights
from wufei_public.common.clock import district_day
from wufei_public.common.codes import new_code
from wufei_public.common.errors import FieldError, Invalid, NotFound, WrongState
from wufei_public.common.text import N_
from wufei_public.infra import audit, replay
from wufei_public.infra.work import Work

SCOPE = "second_split"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a sorter's phone sends, loaded by `schemas.SplitIn`."""

    client_key: str
    village: str
    way: Way
    weights: Weights
    households: int | None = None
    stamp: str = ""
    claimed_on: date | None = None


def record(w: Work, draft: Draft) -> str:
    """Record what was weighed; return its code. The same key again gives the first code.

    The day is the one that the phone claims, between the signed opening of the page and
    the arrival, at most 48 hours; a sorter works every day, so there is no weekly limit.
    """
    unit(w, draft.village)
    require(policy.may_split(w.actor, draft.village))
    account = w.actor.id or 0
    if not draft.weights.whole:
        sentence = N_("请至少写一样的重量。")
        raise Invalid("nothing_weighed", sentence, [FieldError("compost", sentence)])
    if draft.way is Way.ROUND and not draft.households:
        sentence = N_("请写收了几户。")
        raise Invalid("no_households", sentence, [FieldError("households", sentence)])
    claim = Claim(draft.claimed_on, opened_at(w.keys, draft.stamp, account), w.now)
    day, origin = decide(claim, ())
    made = new_code(secrets.token_bytes)
    first = replay.claim(w, SCOPE, replay_key(account, draft.client_key), {"code": made})
    if first is not None:
        return str(first["code"])
    row = {
        "code": made,
        "village": draft.village,
        "day": day,
        "way": draft.way.value,
        "households": draft.households if draft.way is Way.ROUND else None,
        **asdict(draft.weights),
        "origin": origin.value,
        "sorter": account,
        "arrived_at": w.now,
    }
    w.insert(SecondSplit, row)
    return made


def withdraw(w: Work, *, code: str) -> None:
    """Take an own record back on the day it arrived; it stays, and counts no more."""
    row = queries.split_row(w.session, code)
    if row.sorter != w.actor.id:
        raise NotFound("no_such_split", N_("没有这条记录。"))
    if row.withdrawn_at is not None or district_day(row.arrived_at) != district_day(w.now):
        raise WrongState("split_stands", N_("只有当天的记录可以撤回，而且只能撤一次。"))
    row.withdrawn_at = w.now
    w.session.flush()
    audit.record(w, "checkins:split:withdraw", f"checkins/split/{row.code}")
