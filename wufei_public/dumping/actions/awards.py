"""Awards: versions of the grades, a proposal, another person's decision, what takes it back."""

import secrets
from collections.abc import Sequence
from datetime import date

from sqlalchemy import insert

from wufei_public.common.clock import district_day
from wufei_public.common.codes import new_code
from wufei_public.common.errors import FieldError, Invalid, WrongState
from wufei_public.common.text import N_
from wufei_public.dumping import policy
from wufei_public.dumping.actions.steps import note, open_case, require, tell_reporter
from wufei_public.dumping.models.awards import AwardEntry, AwardGrade, AwardScheme, ReportAward
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries import awards as queries
from wufei_public.dumping.queries.cases import report_by_id
from wufei_public.dumping.rules.awards import (
    AWARDABLE,
    WORKFLOW,
    EntryKind,
    Grade,
    Move,
    State,
    claim_until,
    grade_faults,
)
from wufei_public.infra import audit
from wufei_public.infra.work import Work

NO_SCHEME = N_("还没有有奖举报的等级和金额。请区级人员先定好，再提奖励。")


def award_of(code: str) -> str:
    """Return under which name the trail has an award."""
    return f"dumping/award/{code}"


def publish_scheme(
    w: Work,
    *,
    starts_on: date,
    source: str,
    verified: bool,
    claim_days: int,
    conditions: str,
    counter: str,
    grades: Sequence[Grade],
) -> int:
    """Put a version of the grades in force from `starts_on`; Invalid for one of the past.

    Versions stay as they were written: who errs puts the right one in force.
    """
    faults = grade_faults(grades, starts_on, district_day(w.now))
    if faults:
        raise Invalid("bad_grades", faults[0].message, faults)
    values = {
        "starts_on": starts_on,
        "source": source,
        "verified": verified,
        "claim_days": claim_days,
        "conditions": conditions,
        "counter": counter,
    }
    row = AwardScheme(made_by=w.actor.id, made_at=w.now, **values)
    w.session.add(row)
    w.session.flush()
    lines = [
        {
            "scheme_id": row.id,
            "position": position,
            "name": grade.name,
            "lowest": grade.lowest,
            "highest": grade.highest,
        }
        for position, grade in enumerate(grades, start=1)
    ]
    w.session.execute(insert(AwardGrade), lines)
    kept = [f"{one.name}: {one.lowest}–{one.highest}" for one in grades]
    after = values | {"starts_on": starts_on.isoformat(), "grades": kept}
    audit.record(w, "dumping:award:scheme", f"dumping/award_scheme/{row.id}", after=after)
    return row.id


def propose(
    w: Work, *, code: str, grade: int, amount: int, text: str, version: int | None = None
) -> Report:
    """Propose an award for the reporter of a case with a result; another person decides.

    `grade` is the position in the version in force. WrongState where the case has no result or
    an award already, and before any version is in force; Invalid at `amount` outside the grade.
    """
    report = open_case(w, code, version)
    entered = queries.entered_by(w.session, report.id)
    require(policy.may_propose_award(w.actor, report.facts, entered))
    if report.facts.state not in AWARDABLE:
        raise WrongState("no_result_yet", N_("办结有了结果，才能提奖励。"))
    if queries.live_of_case(w.session, report.id) is not None:
        raise WrongState("awarded_before", N_("这一件已经提过奖励了。"))
    chosen = _grade(w, grade)
    if not chosen.lowest <= amount <= chosen.highest:
        sentence = N_("这个等级是 %(lowest)s 到 %(highest)s 元。")
        amounts = {"lowest": chosen.lowest, "highest": chosen.highest}
        fault = FieldError("amount", sentence, amounts)
        raise Invalid("outside_grade", sentence, [fault], **amounts)
    row = ReportAward(
        code=new_code(secrets.token_bytes),
        report_id=report.id,
        grade_id=chosen.id,
        amount=amount,
        reason=text,
        answer="",
        state=State.PROPOSED,
        proposed_by=w.actor.id,
        proposed_at=w.now,
    )
    w.session.add(row)
    w.session.flush()
    kept = {"award": row.code, "grade": chosen.name, "amount": amount}
    note(w, report, "award_proposed", internal=text, further=kept)
    return report


def _grade(w: Work, position: int) -> AwardGrade:
    scheme = queries.scheme_on(w.session, district_day(w.now))
    if scheme is None:
        raise WrongState("no_grades", NO_SCHEME)
    for grade in queries.grades(w.session, scheme.id):
        if grade.position == position:
            return grade
    sentence = N_("没有这个等级。")
    raise Invalid("no_grade", sentence, [FieldError("grade", sentence)])


def decide(w: Work, *, code: str, approve: bool, text: str = "") -> None:
    """Approve or decline a proposal, never by who made it; the reporter hears of an approval.

    WrongState once somebody has decided.
    """
    report, row = _opened(w, code)
    entered = queries.entered_by(w.session, report.id)
    require(policy.may_decide_award(w.actor, report.facts, row.proposed_by, entered))
    row.state = _step(row, Move.APPROVE if approve else Move.DECLINE)
    row.decided_by, row.decided_at, row.answer = w.actor.id, w.now, text
    if approve:
        grade = w.session.get_one(AwardGrade, row.grade_id)
        days = w.session.get_one(AwardScheme, grade.scheme_id).claim_days
        row.claim_until = claim_until(w.now, days)
    what = "award_approved" if approve else "award_declined"
    note(w, report, what, internal=text, further={"award": row.code, "amount": row.amount})
    if approve:
        tell_reporter(w, report, "dumping.award")


def _opened(w: Work, code: str) -> tuple[Report, ReportAward]:
    """Return the case and its award, both locked, in the order in which everybody locks them."""
    report = report_by_id(w.session, queries.award_line(w.session, code).report_id)
    return report, queries.award_for_update(w.session, code)


def _step(row: ReportAward, move: Move) -> State:
    return WORKFLOW.step(State(row.state), move).target


def revoke(w: Work, *, code: str, text: str) -> None:
    """Take an approval back before it was paid, with a reason that its reporter reads."""
    report, row = _opened(w, code)
    require(policy.may_revoke_award(w.actor, report.facts))
    row.state, row.claim_hash, row.answer = _step(row, Move.REVOKE), None, text
    note(w, report, "award_revoked", internal=text, further={"award": row.code})
    tell_reporter(w, report, "dumping.award_revoked")


def reverse(w: Work, *, code: str, text: str) -> None:
    """Book a payout back, never by who paid it; its reporter may fetch a new code.

    The trail does not name the case: the ledger knows none.
    """
    report, row = _opened(w, code)
    target = _step(row, Move.REVERSE)
    paid = queries.last_entry(w.session, row.id)
    if paid is None:
        raise AssertionError("a paid award has its payout")
    require(policy.may_reverse_award(w.actor, report.facts, paid.booked_by))
    entry = {
        "award_id": row.id,
        "number": paid.number + 1,
        "kind": EntryKind.REVERSAL,
        "amount": -row.amount,
        "method": paid.method,
        "voucher": paid.voucher,
        "reason": text,
        "booked_by": w.actor.id,
        "booked_at": w.now,
        "day": district_day(w.now),
    }
    w.session.execute(insert(AwardEntry), entry)
    row.state, row.claim_drawn_at = target, None
    w.session.flush()
    after = {"amount": -row.amount, "number": paid.number + 1}
    audit.record(w, "dumping:award:reverse", award_of(row.code), after=after, reason=text)


def note_export(w: Work, *, year: int, fmt: str) -> None:
    """Write down that the actor took a year's ledger along."""
    audit.record(w, "dumping:award:export", f"dumping/awards/{year}", after={"format": fmt})
