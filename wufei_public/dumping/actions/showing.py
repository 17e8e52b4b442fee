"""What the public sees of a case: released, taken back, by officials only."""

import secrets
from collections.abc import Mapping, Sequence

from wufei_public.common.codes import new_code
from wufei_public.common.errors import WrongState
from wufei_public.common.redact import redact
from wufei_public.common.text import N_
from wufei_public.dumping import policy
from wufei_public.dumping.actions import photos
from wufei_public.dumping.actions.steps import change_address, note, open_case, require, trailed
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries import cases as queries
from wufei_public.dumping.rules.photos import named
from wufei_public.dumping.rules.release import RELEASES, Release, Show, shown_now
from wufei_public.infra.work import Work


def release(
    w: Work,
    *,
    code: str,
    public_words: str | None = None,
    public_spot: str | None = None,
    photo: Sequence[int] | None = None,
    proof: Sequence[int] | None = None,
    version: int | None = None,
) -> Report:
    """Show the case, its words as `public_words` and its photos `photo` (all by default).

    `proof` are the photos of the result that are shown; left out, nothing changes about them.

    The photos' address is new each time, so that what was shown before is gone. Releasing
    a released case shows what came since.
    """
    report = open_case(w, code, version)
    require(policy.may_show(w.actor, report.facts, Show.RELEASE))
    if report.town is None:
        raise WrongState("no_place_yet", N_("先定下位置，再公开。"))
    taken_back = report.withdrawn_at is not None
    if public_words is not None:
        report.public_words = "" if taken_back else redact(public_words)
    if public_spot is not None:
        report.public_spot = "" if taken_back else redact(public_spot)
    before = trailed(report)
    report.cover_id = photos.show(w, report, photo)
    if proof is not None:
        photos.show_proof(w, report, proof)
    report.release = RELEASES.step(Release(report.release), Show.RELEASE).target
    # A case keeps its place in the list when it is released again.
    report.released_at = report.released_at or w.now
    change_address(w, report)
    # Its public number stays: whoever noted it finds the case again.
    report.public_code = report.public_code or new_code(secrets.token_bytes)
    report.withhold_reason = ""
    note(w, report, Show.RELEASE, before=before, further=_shown(w, report))
    return report


def _shown(w: Work, report: Report) -> Mapping[str, str]:
    rows = queries.photos(w.session, report.id)
    photo = [named(row.role, row.position) for row in rows if row.public]
    return shown_now(photo, report.public_words, report.public_spot)


def withhold(w: Work, *, code: str, reason: str, version: int | None = None) -> Report:
    """Keep, or take back, the case from the public for a reason of the list."""
    report = open_case(w, code, version)
    require(policy.may_show(w.actor, report.facts, Show.WITHHOLD))
    before = trailed(report)
    photos.hide(w, report)
    report.release = RELEASES.step(Release(report.release), Show.WITHHOLD).target
    report.released_at = report.cover_id = None
    report.withhold_reason = reason
    change_address(w, report, shown=False)
    note(w, report, Show.WITHHOLD, internal=reason, before=before)
    return report
