"""Photos with which a case was closed are compared with all earlier ones, twice.

At once by their bytes and by when they were taken; once they are developed by how they look.
"""

from collections.abc import Sequence

from sqlalchemy import update

from wufei_public.common.errors import FieldError, Invalid
from wufei_public.dumping.actions.photos import take_back
from wufei_public.dumping.actions.steps import open_case
from wufei_public.dumping.models.photos import ReportPhoto
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries import cases as queries
from wufei_public.dumping.queries import proofs
from wufei_public.dumping.rules.near import SAME_PICTURE
from wufei_public.dumping.rules.proof import DOUBT_LABELS, Doubt, first_doubt, handled_since
from wufei_public.infra.work import Work
from wufei_public.media import queries as media


def require_new(w: Work, report: Report, ids: Sequence[int]) -> None:
    """Raise Invalid at `photo` where one of the photos can not show the place as it is now."""
    doubt = _doubt(w, report, ids)
    if doubt is not None:
        sentence = DOUBT_LABELS[doubt]
        faults = [FieldError(name, sentence) for name in ("photo", "proof_reason")]
        raise Invalid(f"proof_{doubt}", sentence, faults)


def _doubt(w: Work, report: Report, ids: Sequence[int]) -> Doubt | None:
    since = handled_since(queries.events(w.session, report.id))
    return first_doubt(
        media.same_before(w.session, ids),
        media.near_before(w.session, ids, SAME_PICTURE),
        media.taken_before(w.session, ids, since) if since else (),
    )


def compare(w: Work, *, code: str) -> int:
    """Compare the proofs that were developed since; return how many results it took back (system).

    A result without a public reason is taken back, and who gave it is told why.
    """
    report = open_case(w, code)
    ids = proofs.uncompared(w.session, report.id)
    w.session.execute(
        update(ReportPhoto).where(ReportPhoto.photo_id.in_(ids)).values(compared=True)
    )
    near = media.near_before(w.session, ids, SAME_PICTURE)
    if report.proof_reason or not near:
        return 0
    return take_back(w, report, "dumping.proof_near")
