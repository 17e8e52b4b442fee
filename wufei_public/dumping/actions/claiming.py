"""The code of an award: fetched by the reporter, redeemed once at a counter.

Only a keyed hash of the code is kept, so that no table opens a till; the counter learns the
amount, and neither the case nor the reporter.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from wufei_public.common.actor import ANONYMOUS
from wufei_public.common.clock import district_day
from wufei_public.common.codes import is_valid, new_code, normalise
from wufei_public.common.errors import FieldError, Invalid, NotAllowed, TooMany, WrongState
from wufei_public.common.networks import network_of
from wufei_public.common.text import N_
from wufei_public.dumping.actions.awards import award_of
from wufei_public.dumping.actions.reporter import require_reporter
from wufei_public.dumping.models.awards import AwardEntry, ReportAward
from wufei_public.dumping.queries import awards as queries
from wufei_public.dumping.queries import cases
from wufei_public.dumping.rules.awards import (
    WORKFLOW,
    WRONG_CLAIMS,
    WRONG_CLAIMS_NETWORK,
    WRONG_CLAIMS_SITE,
    EntryKind,
    Move,
    State,
)
from wufei_public.infra import audit
from wufei_public.infra.budgets import is_spent, take
from wufei_public.infra.keys import Keys
from wufei_public.infra.work import House, Work

UNKNOWN = N_("没有这个领奖码。请和举报人再核对一遍；用过的、换过新码的，旧码不能再用。")
SLIP = N_("这个码抄错了，请再核对一遍。")
TRIED = N_("输错的码太多了，请过 %(minutes)s 分钟再试。")


def hash_of(keys: Keys, claim: str) -> bytes:
    """Return what is kept of a code."""
    return keys.mac("claim", normalise(claim).encode())


def draw_code(w: Work, *, code: str, secret: str) -> str:
    """Return a new code for the award of the reporter's case; one fetched before ends.

    It is shown this once. WrongState where nothing waits, or its time is over.
    """
    report = cases.report_for_update(w.session, code)
    require_reporter(w.keys, w.actor, report, secret)
    row = queries.live_of_case(w.session, report.id)
    if row is None or row.state != State.APPROVED:
        raise WrongState("no_award_waits", N_("现在没有等您领的奖金。"))
    _require_time(w, row)
    claim = new_code(secrets.token_bytes)
    row.claim_hash, row.claim_drawn_at = hash_of(w.keys, claim), w.now
    # Whoever fetches it is the reporter: the trail tells that it was fetched, and by nobody.
    audit.record(replace(w, actor=ANONYMOUS), "dumping:award:draw", award_of(row.code))
    return claim


def _require_time(w: Work, row: ReportAward) -> None:
    if row.claim_until is None or row.claim_until < w.now:
        raise WrongState("award_over", N_("领奖的期限已经过了。"))


def require_patience(session: Session, home: House, account: int, address: str) -> None:
    """Raise TooMany after too many wrong codes of this cashier, this network or the site."""
    now = home.clock()
    counted = [*((budget, f"#{account}") for budget in WRONG_CLAIMS)]
    counted += [(WRONG_CLAIMS_NETWORK, network_of(address)), (WRONG_CLAIMS_SITE, "")]
    for budget, whom in counted:
        if is_spent(session, home.keys, now, budget, whom):
            seconds = budget.wait(now)
            raise TooMany("too_many_claims", TRIED, retry_after=seconds, minutes=-(-seconds // 60))


def count_wrong(w: Work, address: str) -> None:
    """Count a code that is none, in a transaction of its own."""
    for budget in WRONG_CLAIMS:
        take(w, budget, f"#{w.actor.id}")
    take(w, WRONG_CLAIMS_NETWORK, network_of(address))
    take(w, WRONG_CLAIMS_SITE, "")


def is_slip(claim: str) -> bool:
    """Say whether `claim` can be no code at all: nothing is looked up, and nothing counted."""
    return not is_valid(normalise(claim))


def wrong(claim: str) -> Invalid:
    """Return the refusal of a code that opens nothing."""
    sentence = SLIP if is_slip(claim) else UNKNOWN
    return Invalid("no_claim", sentence, [FieldError("claim", sentence)])


def open_claim(w: Work, *, claim: str) -> ReportAward:
    """Return the award that waits for `claim`, locked; Invalid at `claim`, WrongState once over.

    NotAllowed for who proposed or approved it: three people, so that no two make one up.
    """
    row = None if is_slip(claim) else queries.claimed_for_update(w.session, hash_of(w.keys, claim))
    if row is None:
        raise wrong(claim)
    if w.actor.id in {row.proposed_by, row.decided_by}:
        raise NotAllowed("not_third", N_("这一笔是您提的或者批的，要由另一个人发放。"))
    _require_time(w, row)
    return row


def pay(w: Work, *, claim: str, method: str, voucher: str) -> str:
    """Book the payout of the award that waits for `claim`, once; return the award's code.

    A second cashier, or a second tap, finds no code any more: Invalid at `claim`.
    """
    row = open_claim(w, claim=claim)
    number = queries.next_number(w.session, row.id)
    entry = {
        "award_id": row.id,
        "number": number,
        "kind": EntryKind.PAYOUT,
        "amount": row.amount,
        "method": method,
        "voucher": voucher,
        "reason": "",
        "booked_by": w.actor.id,
        "booked_at": w.now,
        "day": district_day(w.now),
    }
    w.session.execute(insert(AwardEntry), entry)
    row.state, row.claim_hash = WORKFLOW.step(State(row.state), Move.PAY).target, None
    w.session.flush()
    after = {"amount": row.amount, "method": method, "number": number}
    audit.record(w, "dumping:award:pay", award_of(row.code), after=after)
    return row.code


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the counter learns of a code: what to pay, and until when it is good."""

    amount: int
    grade: str
    until: datetime


def waits_for(session: Session, keys: Keys, claim: str) -> Waiting | None:
    """Return what waits for `claim`, None for a code that opens nothing."""
    found = queries.claimed(session, hash_of(keys, claim))
    return Waiting(found.amount, found.name, found.claim_until) if found else None
