"""Photos come to a case: claimed from media, and put into their place."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import delete, insert, update

from wufei_public.common.errors import FieldError, Invalid, WrongState
from wufei_public.common.text import N_
from wufei_public.dumping.actions.steps import (
    move,
    note,
    open_case,
    owner_of,
    proof_of,
    seen_of,
)
from wufei_public.dumping.models.opinions import ReportRating
from wufei_public.dumping.models.photos import ReportPhoto
from wufei_public.dumping.models.reports import Report
from wufei_public.dumping.queries import cases as queries
from wufei_public.dumping.rules.kinds import keeps_originals
from wufei_public.dumping.rules.photos import (
    FROM_REPORTER,
    FROM_RESIDENTS,
    MOST_SEEN,
    PhotoRole,
    has_room,
)
from wufei_public.dumping.rules.proof import Proof
from wufei_public.dumping.rules.states import BEFORE_ACCEPTANCE, OPEN, RATEABLE, Move, State
from wufei_public.infra.work import Work
from wufei_public.media import queries as media_queries
from wufei_public.media.actions import photos as media
from wufei_public.messages.actions import inbox

# The columns of a case whose result is gone.
NO_RESULT: Mapping[str, object] = {
    "closed_at": None,
    "outcome": "",
    "proof": "",
    "proof_reason": "",
    "proof_lat": None,
    "proof_lon": None,
    "rate_until": None,
    "review_due": None,
}


def add_from_reporter(w: Work, report: Report, tokens: Sequence[str], role: PhotoRole) -> int:
    """Add the reporter's photos behind `tokens`, shown to nobody yet; return how many are new."""
    known = report.facts.state not in BEFORE_ACCEPTANCE
    keep = keeps_originals(report.plain_kind, report.official_kind, known=known)
    ids = media.claim(
        w, tokens, owner=owner_of(report.code), keep_original=keep, held="passed_over"
    )
    if ids and not has_room(_fill(w, report), len(ids)):
        raise WrongState("photos_full", N_("这件案子的照片已经够多了。"))
    place(w, report.id, ids, role, first=report.photos, again=report.reopened)
    report.photos += len(ids)
    return len(ids)


def _fill(w: Work, report: Report) -> int:
    """Return how many photos of the reporter the case has in its present round."""
    seen = queries.photos_seen(w.session, report.id)
    room = [row for row in seen if row.role in FROM_REPORTER and row.round == report.reopened]
    return sum(row.state != "failed" for row in room)


def add_proof(w: Work, report: Report, tokens: Sequence[str]) -> Sequence[int]:
    """Add an official's photos as proof: public as soon as the case is; return their ids."""
    before = len(queries.photos(w.session, report.id, {PhotoRole.PROOF})) if tokens else 0
    ids = media.claim(w, tokens, owner=proof_of(report.code))
    place(w, report.id, ids, PhotoRole.PROOF, first=before, again=report.reopened, public=True)
    return ids


def add_seen(w: Work, report: Report, tokens: Sequence[str]) -> int:
    """Add photos of somebody who saw the same heap, shown to nobody yet; return how many."""
    before = len(queries.photos(w.session, report.id, {PhotoRole.SEEN}))
    if before + len(tokens) > MOST_SEEN:
        raise WrongState("photos_full", N_("这件案子的照片已经够多了。"))
    ids = media.claim(w, tokens, owner=seen_of(report.code))
    place(w, report.id, ids, PhotoRole.SEEN, first=before, again=report.reopened)
    return len(ids)


def tell_failed(w: Work, *, code: str) -> int:
    """Tell, once, of photos that can not be used; return how many (system).

    The reporter is asked for another, unless the case is over and takes no more. A result whose
    photos all fail has no proof and is taken back.
    """
    report = open_case(w, code)
    seen = queries.photos_seen(w.session, report.id)
    # Somebody is about to decide on the result: what it rests on is looked at after that.
    later = {PhotoRole.PROOF} if report.facts.state is State.OBJECTED else set()
    failed = [
        row for row in seen if row.state == "failed" and not row.told and row.role not in later
    ]
    ids = [row.id for row in failed]
    w.session.execute(update(ReportPhoto).where(ReportPhoto.photo_id.in_(ids)).values(told=True))
    theirs = [row for row in failed if row.role in FROM_REPORTER]
    if theirs and report.facts.state in OPEN:
        note(w, report, "photo_failed", internal=str(len(theirs)))
        if report.reporter_id is not None:
            inbox.tell(w, report.reporter_id, "dumping.photo_failed", {"code": report.code})
    if any(row.role == PhotoRole.PROOF for row in failed):
        _take_unproven_back(w, report, seen)
    return len(failed)


def _take_unproven_back(w: Work, report: Report, seen: queries.Rows) -> None:
    """Take the result back if it rests on photos of which none can be opened."""
    states = {
        row.state for row in seen if row.role == PhotoRole.PROOF and row.round == report.reopened
    }
    if states == {"failed"}:
        take_back(w, report, "dumping.proof_failed")


def take_back(w: Work, report: Report, template: str) -> int:
    """Take back a result that rests on photos, and tell who gave it by `template` (system).

    Returns 0 where there is none, or none any more that rests on photos.
    """
    if report.facts.state not in RATEABLE or report.proof != Proof.PHOTO:
        return 0
    held = report.department is not None or report.crew_id is not None
    closer = report.closed_by
    what = Move.UNPROVEN if held else Move.UNPROVEN_LEFT
    # Whoever rated it had seen no proof either.
    rated = {"report_id": report.id, "round": report.reopened}
    w.session.execute(delete(ReportRating).filter_by(**rated))
    move(w, report, what, changes=NO_RESULT)
    if closer is not None:
        inbox.tell(w, closer, template, {"code": report.code})
    return 1


def place(
    w: Work,
    report_id: int,
    ids: Sequence[int],
    role: PhotoRole,
    *,
    first: int = 0,
    again: int = 0,
    public: bool = False,
) -> None:
    """Write the rows of claimed photos, in order from the position `first`.

    `again` is how often the case was done again before they came.
    """
    if ids:
        w.session.execute(
            insert(ReportPhoto),
            [
                {
                    "photo_id": photo_id,
                    "report_id": report_id,
                    "role": role,
                    "position": position,
                    "public": public,
                    "round": again,
                    "compared": role is not PhotoRole.PROOF,
                }
                for position, photo_id in enumerate(ids, start=first)
            ],
        )


def show(w: Work, report: Report, chosen: Sequence[int] | None) -> int | None:
    """Make the reporter's `chosen` photos public and no others; return the first one's id.

    Without a choice it is every photo that can be looked at by now: one still in the
    quarantine was seen by nobody, so it stays hidden until the case is released again.
    """
    ready = {
        photo.id
        for owner in (owner_of(report.code), seen_of(report.code))
        for photo in media_queries.photos_of(w.session, owner)
        if photo.state == "ready"
    }
    own = [row.photo_id for row in queries.photos(w.session, report.id, showable(report))]
    if chosen is not None and not set(chosen) <= ready:
        sentence = N_("有一张照片还不能公开，请刷新页面再选。")
        raise Invalid("photo_not_ready", sentence, [FieldError("photo", sentence)])
    shown = [photo for photo in own if photo in ready and (chosen is None or photo in chosen)]
    _set_public(w, report, shown)
    return shown[0] if shown else None


def showable(report: Report) -> Collection[PhotoRole]:
    """Return from whom photos may be shown: not from a reporter who took them back."""
    return FROM_RESIDENTS if report.withdrawn_at is None else FROM_RESIDENTS - FROM_REPORTER


def keep_shown(w: Work, report: Report) -> int | None:
    """Hide what may be shown no more; return the first photo of residents that still is."""
    rows = queries.photos(w.session, report.id, showable(report))
    shown = [row.photo_id for row in rows if row.public]
    _set_public(w, report, shown)
    return shown[0] if shown else None


def show_proof(w: Work, report: Report, chosen: Sequence[int]) -> None:
    """Make the `chosen` photos of the result public and no others."""
    rows = queries.photos(w.session, report.id, {PhotoRole.PROOF})
    if not set(chosen) <= {row.photo_id for row in rows}:
        sentence = N_("有一张照片不是这件案子的，请刷新页面再选。")
        raise Invalid("no_photo", sentence, [FieldError("proof", sentence)])
    _set_public(w, report, chosen, {PhotoRole.PROOF})


def hide(w: Work, report: Report) -> None:
    """Take every photo of the reporter back from the public."""
    _set_public(w, report, [])


def _set_public(
    w: Work,
    report: Report,
    shown: Sequence[int],
    roles: Collection[PhotoRole] = FROM_RESIDENTS,
) -> None:
    w.session.execute(
        update(ReportPhoto)
        .where(ReportPhoto.report_id == report.id, ReportPhoto.role.in_(roles))
        .values(public=ReportPhoto.photo_id.in_(shown))
    )
