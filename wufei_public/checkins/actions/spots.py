"""Spot checks: drawn once a day, recorded by a supervisor, worth points where all is right."""

import secrets
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import insert, select, update

from wufei_public.checkins import policy
from wufei_public.checkins.actions.places import require
from wufei_public.checkins.models import CheckIn, SpotCheck, SpotDraw
from wufei_public.checkins.queries import places as queries
from wufei_public.checkins.rules.people import OWN
from wufei_public.checkins.rules.schemes import BITS, Bin, from_bits
from wufei_public.checkins.rules.spots import PER_MILLE, Finding, is_drawn
from wufei_public.common.clock import district_day
from wufei_public.common.codes import new_code
from wufei_public.common.errors import FieldError, Invalid, WrongState
from wufei_public.common.text import N_
from wufei_public.infra import audit
from wufei_public.infra.work import Work
from wufei_public.points.actions import ledger


def draw(w: Work, *, per_mille: int = PER_MILLE, seed: str = "") -> int:
    """Draw yesterday's spot checks, once; return how many. The seed is recorded with the draw."""
    day = district_day(w.now) - timedelta(days=1)
    if w.session.get(SpotDraw, day) is not None:
        return 0
    chosen = seed or secrets.token_hex(16)
    stored = w.session.execute(
        select(CheckIn.id, CheckIn.village).where(CheckIn.day == day, CheckIn.member == OWN)
    ).all()
    drawn = [row for row in stored if is_drawn(chosen, row.id, per_mille)]
    w.session.add(
        SpotDraw(
            day=day,
            seed=chosen,
            per_mille=per_mille,
            stored=len(stored),
            drawn=len(drawn),
            drawn_at=w.now,
        )
    )
    w.session.flush()
    rows = [
        {
            "code": new_code(secrets.token_bytes),
            "check_in": row.id,
            "village": row.village,
            "day": day,
            "right_bins": 0,
            "wrong_bins": 0,
        }
        for row in drawn
    ]
    if rows:
        w.session.execute(insert(SpotCheck), rows)
    return len(rows)


def record(w: Work, *, code: str, findings: Mapping[Bin, Finding]) -> None:
    """Record what a supervisor saw; all right is worth points to the resident.

    Invalid where nothing was seen, WrongState where somebody was first.
    """
    row = queries.spot(w.session, code, locked=True)
    require(policy.may_spot_check(w.actor, row.village))
    if row.checked_at is not None:
        raise WrongState("checked_before", N_("这一户已经抽查过了。"))
    known = set(from_bits(row.bins))
    right = sum(BITS[one] for one in known if findings.get(one) is Finding.RIGHT)
    wrong = sum(BITS[one] for one in known if findings.get(one) is Finding.WRONG)
    if not right | wrong:
        sentence = N_("请至少选一样看到的。")
        raise Invalid("nothing_seen", sentence, [FieldError("findings", sentence)])
    w.session.execute(
        update(SpotCheck)
        .where(SpotCheck.id == row.id)
        .values(right_bins=right, wrong_bins=wrong, checked_at=w.now, checked_by=w.actor.id)
    )
    if right and not wrong:
        ledger.award(w, row.account, "spot_check", row.code, district_day(w.now))
    after = {"right": right, "wrong": wrong}
    audit.record(w, "checkins:spot:record", f"checkins/spot/{row.code}", after=after)
