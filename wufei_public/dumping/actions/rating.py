"""What follows a result: the reporter rates it, and has it done again, or looked at by another."""

from collections.abc import Mapping, Sequence

from sqlalchemy import update

from wufei_public.calendar.queries import holidays
from wufei_public.common.errors import WrongState
from wufei_public.common.redact import redact
from wufei_public.common.text import N_
from wufei_public.dumping import policy
from wufei_public.dumping.actions.photos import NO_RESULT, add_from_reporter
from wufei_public.dumping.actions.reporter import require_reporter
from wufei_public.dumping.actions.steps import as_reporter, move, note, open_case, require
from wufei_public.dumping.models.opinions import ReportRating
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.rules.clocks import due_at, redo_due
from wufei_public.dumping.rules.photos import PhotoRole
from wufei_public.dumping.rules.ratings import Decision, Rating, may_rate, objection_move
from wufei_public.dumping.rules.states import RATEABLE, Move
from wufei_public.infra.work import Work
from wufei_public.messages.actions import inbox


def rate(
    w: Work, *, code: str, secret: str, rating: str, text: str = "", photo: Sequence[str] = ()
) -> Report:
    """Say what the reporter thinks of the result; another word takes the place of the first.

    不满意 has the case done again, once by right; later another person than the one who closed
    it decides. WrongState before there is a result and after the time for it.
    """
    report = open_case(w, code)
    require_reporter(w.keys, w.actor, report, secret)
    if report.facts.state not in RATEABLE:
        raise WrongState("no_result_yet", N_("这件案子还没办结，等办结了再评价。"))
    if not may_rate(report.facts.state, report.rate_until, w.now):
        raise WrongState("rating_over", N_("评价的时间已经过了。"))
    _keep(w, report, rating)
    add_from_reporter(w, report, photo, PhotoRole.ANSWER)
    if rating == Rating.UNSATISFIED:
        _object(w, report, text)
    else:
        note(as_reporter(w), report, rating, internal=text)
    return report


def _keep(w: Work, report: Report, rating: str) -> None:
    """Write the one rating of this result."""
    found = {"rating": rating, "at": w.now}
    place = {"report_id": report.id, "round": report.reopened}
    kept = w.session.connection().execute(update(ReportRating).filter_by(**place).values(found))
    if not kept.rowcount:
        w.insert(ReportRating, place | found)


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
    return report
