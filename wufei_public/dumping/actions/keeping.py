"""When its time is over a case keeps what the record needs and nothing of a person."""

from sqlalchemy import delete, update

from wufei_public.dumping.actions.personal import forget_answers, forget_reasons
from wufei_public.dumping.actions.steps import note, open_case, owners_of
from wufei_public.dumping.models.opinions import ReportConfirmation
from wufei_public.dumping.models.photos import ReportPhoto
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries import cases as queries
from wufei_public.dumping.rules.keeping import reduce_before
from wufei_public.dumping.rules.photos import FROM_RESIDENTS
from wufei_public.dumping.rules.states import WORKFLOW
from wufei_public.infra.work import Work
from wufei_public.media.actions import photos as media


def reduce_case(w: Work, *, code: str) -> bool:
    """Anonymise a case that ended long ago; say whether it was due.

    Gone are number, account, exact positions, the words and answers as they were written,
    sealed originals, photos that nobody released, and where and when the others were taken.
    What the public could read stays.
    """
    report = open_case(w, code)
    ended = report.facts.state in WORKFLOW.finals and report.reduced_at is None
    if not ended or (report.closed_at or report.submitted_at) >= reduce_before(w.now):
        return False
    forget_reasons(w, report.id, report.code)
    _forget_photos(w, report)
    forget_answers(w, report.id)
    seen = update(ReportConfirmation).where(ReportConfirmation.report_id == report.id)
    w.session.execute(seen.values(account=None, words=""))
    report.reporter_id = report.contact_sealed = None
    report.words, report.spot = report.public_words, report.public_spot
    report.lat = report.lon = report.accuracy = None
    report.proof_lat, report.proof_lon = _rough(report.proof_lat), _rough(report.proof_lon)
    report.datum = ""
    report.reduced_at = w.now
    note(w, report, "reduce")
    return True


def _forget_photos(w: Work, report: Report) -> None:
    rows = queries.photos(w.session, report.id, FROM_RESIDENTS)
    hidden = [row.photo_id for row in rows if not row.public]
    w.session.execute(delete(ReportPhoto).where(ReportPhoto.photo_id.in_(hidden)))
    media.forget(w, hidden)
    for owner in owners_of(report.code):
        media.forget_originals(w, owner)
        media.forget_facts(w, owner)


def _rough(degrees: float | None) -> float | None:
    """Return a proof's position to about a kilometre: that somebody was there is enough."""
    return None if degrees is None else round(degrees, 2)
