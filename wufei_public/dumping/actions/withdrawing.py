"""The reporter takes words and photos back: from everybody at once, from the handlers in the end.

The case itself stays: that rubbish lay there is a fact of the district, not of a person. What
others sent who saw it too, and what officials wrote, is not the reporter's to take back.
"""

from sqlalchemy import delete, update

from wufei_public.common.errors import NotFound, WrongState
from wufei_public.common.text import N_
from wufei_public.dumping.actions import photos
from wufei_public.dumping.actions.personal import REPORTERS, forget_reasons
from wufei_public.dumping.actions.reporter import require_reporter
from wufei_public.dumping.actions.steps import (
    as_reporter,
    change_address,
    note,
    open_case,
    owner_of,
    trailed,
)
from wufei_public.dumping.models.events import ReportEvent
from wufei_public.dumping.models.photos import ReportPhoto
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries import cases as queries
from wufei_public.dumping.rules.photos import FROM_REPORTER
from wufei_public.dumping.rules.states import WORKFLOW
from wufei_public.infra.forgetting import remember
from wufei_public.infra.work import Work
from wufei_public.media.actions import photos as media

WITHDRAW, FORGET = "withdraw_own", "forget_own"


def withdraw(w: Work, *, code: str, secret: str) -> Report:
    """Show nothing of the reporter's any more; WrongState where that was done before.

    The address of the photos changes, so that whoever has noted one finds nothing. Of a case
    that is over the words and photos themselves go with it; of an open one when it is over,
    since somebody must still find the place.
    """
    report = open_case(w, code)
    require_reporter(w.keys, w.actor, report, secret)
    if report.withdrawn_at is not None:
        raise WrongState("withdrawn_before", N_("已经撤回过了。"))
    _take_back(as_reporter(w), report)
    remember(w, "report", {"code": report.code})
    return report


def withdraw_again(w: Work, *, code: str) -> bool:
    """Show nothing again of what was taken back after the backup that was put back (system).

    Say whether there was such a case, and it was shown.
    """
    try:
        report = open_case(w, code)
    except NotFound:
        return False
    if report.withdrawn_at is not None:
        return False
    _take_back(w, report)
    return True


def _take_back(w: Work, report: Report) -> None:
    before = trailed(report)
    report.withdrawn_at = w.now
    report.public_words = report.public_spot = ""
    report.cover_id = photos.keep_shown(w, report)
    if report.release_token is not None:
        change_address(w, report)
    note(w, report, WITHDRAW, before=before)
    if report.facts.state in WORKFLOW.finals:
        _forget(w, report)


def forget(w: Work, *, code: str) -> bool:
    """Take the last copy of what was withdrawn out of a case that is over; say whether it was due.

    (system)
    """
    report = open_case(w, code)
    over = report.facts.state in WORKFLOW.finals and report.withdrawn_at is not None
    if not over or report.forgotten_at is not None:
        return False
    _forget(w, report)
    note(w, report, FORGET)
    return True


def _forget(w: Work, report: Report) -> None:
    forget_reasons(w, report.id, report.code)
    own = [row.photo_id for row in queries.photos(w.session, report.id, FROM_REPORTER)]
    w.session.execute(delete(ReportPhoto).where(ReportPhoto.photo_id.in_(own)))
    media.forget_originals(w, owner_of(report.code))
    media.forget(w, own)
    w.session.execute(
        update(ReportEvent)
        .where(
            ReportEvent.report_id == report.id,
            ReportEvent.actor_kind.in_(REPORTERS),
            ReportEvent.move != "seen",
        )
        .values(internal_text="")
    )
    report.words = report.spot = ""
    report.contact_sealed = None
    report.forgotten_at = w.now
    w.session.flush()
