"""When its time is over a case keeps what the record needs and nothing of a person."""

from sqlalchemy import delete

from wufei_public.dumping.actions.steps import note, open_case, owner_of
from wufei_public.dumping.models import Report, ReportPhoto
from wufei_public.dumping.queries import cases as queries
from wufei_public.dumping.rules.keeping import reduce_before
from wufei_public.dumping.rules.photos import FROM_REPORTER
from wufei_public.dumping.rules.states import WORKFLOW
from wufei_public.infra.work import Work
from wufei_public.media import actions as media


def reduce_case(w: Work, *, code: str) -> bool:
    """Anonymise a case that ended long ago; say whether it was due.

    Gone are number, account, exact position, the words as they were written, sealed
    originals and photos that nobody released. What the public could read stays.
    """
    report = open_case(w, code)
    ended = report.facts.state in WORKFLOW.finals and report.reduced_at is None
    if not ended or report.submitted_at >= reduce_before(w.now):
        return False
    _forget_photos(w, report)
    report.reporter_id = report.contact_sealed = None
    report.words, report.spot = report.public_words, report.public_spot
    report.lat = report.lon = report.accuracy = None
    report.datum = ""
    report.reduced_at = w.now
    note(w, report, "reduce")
    return True


def _forget_photos(w: Work, report: Report) -> None:
    rows = queries.photos(w.session, report.id, FROM_REPORTER)
    hidden = [row.photo_id for row in rows if not row.public]
    w.session.execute(delete(ReportPhoto).where(ReportPhoto.photo_id.in_(hidden)))
    media.forget(w, hidden)
    media.forget_originals(w, owner_of(report.code))
