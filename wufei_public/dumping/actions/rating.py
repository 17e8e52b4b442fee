"""What follows a result: whose heap it was rates it, and has it done again, or looked at anew."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import update

from wufei_public.calendar.queries import holidays
from wufei_public.common.actor import SYSTEM
from wufei_public.common.errors import NotAllowed, WrongState
from wufei_public.common.redact import redact
from wufei_public.common.text import N_
from wufei_public.dumping import policy
from wufei_public.dumping.actions.giving import give_by_rule
from wufei_public.dumping.actions.photos import NO_RESULT, add_from_reporter
from wufei_public.dumping.actions.reporter import require_reporter
from wufei_public.dumping.actions.steps import as_reporter, move, note, open_case, require
from wufei_public.dumping.models.opinions import ReportRating, ReportVote
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries import cases as queries
from wufei_public.dumping.queries import near
from wufei_public.dumping.queries.public import code_of_public
from wufei_public.dumping.rules.clocks import due_at, redo_due
from wufei_public.dumping.rules.photos import PhotoRole
from wufei_public.dumping.rules.ratings import (
    DOUBTS,
    Decision,
    Rating,
    may_rate,
    objection_move,
)
from wufei_public.dumping.rules.states import RATEABLE, Move
from wufei_public.infra.work import Work
from wufei_public.messages.actions import inbox

# Kept with the event: somebody who saw the heap said what they think of the result.
VOTED = "voted"


def rate(
    w: Work, *, code: str, secret: str, rating: str, text: str = "", photo: Sequence[str] = ()
) -> Report:
    """Say what a reporter thinks of the result; another word takes the place of the first.

    不满意 has the case done again, once by right; later another person than the one who closed
    it decides. Whose report rests in another one says so of the result of that one, with the
    same right. WrongState before there is a result and after the time for it.
    """
    own = open_case(w, code)
    require_reporter(w.keys, w.actor, own, secret)
    report = own if own.merged_into is None else queries.report_by_id(w.session, own.merged_into)
    _require_open(w, report)
    if report is own:
        _keep(w, ReportRating, {"report_id": report.id, "round": report.reopened}, rating)
    else:
        _keep(w, ReportVote, _vote(report, merged_id=own.id), rating)
    add_from_reporter(w, own, photo, PhotoRole.ANSWER)
    if rating == Rating.UNSATISFIED:
        _object(w, report, text)
    else:
        note(as_reporter(w), report, rating, internal=text)
    return own


def _require_open(w: Work, report: Report) -> None:
    if report.facts.state not in RATEABLE:
        raise WrongState("no_result_yet", N_("这件案子还没办结，等办结了再评价。"))
    if not may_rate(report.facts.state, report.rate_until, w.now):
        raise WrongState("rating_over", N_("评价的时间已经过了。"))


def _vote(report: Report, **voter: int) -> dict[str, object]:
    return {"report_id": report.id, "round": report.reopened, **voter}


def _keep(
    w: Work, table: type[ReportRating | ReportVote], place: dict[str, object], rating: str
) -> None:
    """Write the one word of this result that stands at `place`."""
    found = {"rating": rating, "at": w.now}
    kept = w.session.connection().execute(update(table).filter_by(**place).values(found))
    if not kept.rowcount:
        w.insert(table, place | found)


def vote(w: Work, *, code: str, rating: str, text: str = "") -> Report:
    """Say what somebody who saw the heap thinks of the result, of the case with a public number.

    `ratings.DOUBTS` of them who are not content have another person decide (issue 5 §3).
    NotAllowed for who did not say, signed in, that they saw it.
    """
    report = open_case(w, code_of_public(w.session, code))
    w = as_reporter(w)
    seen = near.confirmation_of(w.session, report.id, w.actor.id)
    if seen is None:
        raise NotAllowed("not_seen", N_("登录以后说过“我也看到了”的人才能评价。"))
    _require_open(w, report)
    _keep(w, ReportVote, _vote(report, confirmation_id=seen), rating)
    note(w, report, VOTED, internal=" ".join(part for part in (rating, text) if part))
    if rating == Rating.UNSATISFIED and near.doubts(w.session, report) >= DOUBTS:
        _doubt(replace(w, actor=SYSTEM), report)
    return report


def _doubt(system: Work, report: Report) -> None:
    closer = report.closed_by
    due = due_at("review", system.now, holidays(system.session))
    move(system, report, Move.DOUBT, changes={"review_due": due})
    if closer is not None:
        inbox.tell(system, closer, f"dumping.{Move.DOUBT}", {"code": report.code})


def _object(w: Work, report: Report, text: str) -> None:
    what = objection_move(report.reopened)
    changes = (
        _again(w, report)
        if what is Move.REOPEN
        else {"review_due": due_at("review", w.now, holidays(w.session))}
    )
    closer = report.closed_by
    move(as_reporter(w), report, what, internal=text, reporter=True, changes=changes)
    if closer is not None:
        inbox.tell(w, closer, f"dumping.{what}", {"code": report.code})
    if what is Move.REOPEN:
        give_by_rule(w, report)


def _again(w: Work, report: Report) -> Mapping[str, object]:
    """Return the columns of a case that is done again: nobody has it, the result is gone."""
    calendar = holidays(w.session)
    return {
        "reopened": report.reopened + 1,
        "department": None,
        "crew_id": None,
        "transfer_due": due_at("transfer", w.now, calendar),
        "finish_due": redo_due(report.finish_due, w.now, calendar),
        **NO_RESULT,
    }


def review(w: Work, *, code: str, decision: str, text: str, version: int | None = None) -> Report:
    """Decide on an objection, with a public reason; never by who gave the result."""
    report = open_case(w, code, version)
    what = Move(Decision(decision))
    require(policy.may_move(w.actor, report.facts, what))
    # What a review keeps is the last word here: `rate_until` is over.
    kept = {"rate_until": None, "review_due": None}
    changes = _again(w, report) if what is Move.REDO else kept
    decided = {"reviewed_by": w.actor.id}
    move(w, report, what, public=redact(text), changes={**changes, **decided})
    if what is Move.REDO:
        give_by_rule(w, report)
    return report
