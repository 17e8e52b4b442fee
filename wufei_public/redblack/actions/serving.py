"""Serving a notice: the ways it reaches an enterprise, what was tried before, and its clocks."""

from collections.abc import Sequence
from datetime import datetime

from wufei_public.calendar.queries import holidays
from wufei_public.common.clock import district_day
from wufei_public.common.text import N_
from wufei_public.infra.work import Work
from wufei_public.media.actions import photos as media
from wufei_public.redblack.actions.basis import wrong
from wufei_public.redblack.actions.steps import check, move, note, open_listing, tell, took_part
from wufei_public.redblack.models.listings import Listing
from wufei_public.redblack.models.papers import ListingAttempt, ListingProof
from wufei_public.redblack.queries import listings as queries
from wufei_public.redblack.rules.clocks import due_at
from wufei_public.redblack.rules.facts import owner_of
from wufei_public.redblack.rules.states import TRIED_FIRST, Move, Part, Way


def note_attempt(
    w: Work,
    *,
    code: str,
    way: str,
    tried_at: datetime,
    words: str,
    tracking: str = "",
    photo: Sequence[str] = (),
    version: int | None = None,
) -> Listing:
    """Record that the notice did not reach the enterprise: when, how, why, with a photo of it."""
    row = open_listing(w, code, version)
    check(w, row, Move.SERVE)
    if way not in TRIED_FIRST:
        raise wrong("way", N_("只登记当面和邮寄没有送到的。"))
    if not photo:
        raise wrong("photo", N_("请拍下没有送到的凭据：退回的邮件、锁着的门。"))
    if way == Way.POST and not tracking:
        raise wrong("tracking", N_("邮寄送达要填单号。"))
    if not row.proposed_at <= tried_at <= w.now:
        raise wrong("tried_at", N_("时间要在提出之后、现在之前。"))
    days = {district_day(one.tried_at) for one in queries.tried(w.session, row.id, row.round)}
    if district_day(tried_at) in days:
        raise wrong("tried_at", N_("这一天已经登记过一次没有送到：再送要在另一天。"))
    photos = media.claim(w, photo, owner=tried_of(row.code))
    w.session.add(
        ListingAttempt(
            listing_id=row.id,
            round=row.round,
            way=way,
            tried_at=tried_at,
            tracking=tracking,
            words=words,
            photos=len(photos),
            noted_by=w.actor.id or 0,
            noted_at=w.now,
        )
    )
    took_part(w, row, [(w.actor.id, Part.SERVE)])
    note(w, row, "attempt", words=words)
    return row


def tried_of(code: str) -> str:
    """Return the name under which media keeps the proofs of what did not reach the enterprise."""
    return f"{owner_of(code)}/tried"


def serve(
    w: Work,
    *,
    code: str,
    way: str,
    served_on: datetime,
    tracking: str = "",
    photo: Sequence[str] = (),
    version: int | None = None,
) -> Listing:
    """Record that the notice reached the enterprise, with its proof; the time to answer runs.

    It runs from service, and never from before it was recorded that there was a proposal. What
    is recorded late runs from its recording. An announcement comes last, after somebody tried to
    hand the notice over and to post it, and some days after (`note_attempt`).
    """
    row = open_listing(w, code, version)
    check(w, row, Move.SERVE)
    require_proof(way, tracking, photo)
    if not row.proposed_at <= served_on <= w.now:
        raise wrong("served_on", N_("送达的时间要在提出之后、现在之前。"))
    if way == Way.ANNOUNCEMENT:
        _require_last(w, row, served_on)
    proofs = keep_proofs(w, row, photo)
    changes = served(w, served_on, Way(way)) | {"tracking": tracking, "proofs": len(proofs)}
    took_part(w, row, [(w.actor.id, Part.SERVE)])
    move(w, row, Move.SERVE, changes=changes)
    tell(w, row, "redblack.serve")
    return row


def _require_last(w: Work, row: Listing, announced_on: datetime) -> None:
    """Raise Invalid unless both other ways failed, and the enterprise had time to come since.

    The time runs from the recording of the last attempt: nobody dates one back.
    """
    tried = queries.tried(w.session, row.id, row.round)
    if not {one.way for one in tried} >= TRIED_FIRST:
        raise wrong("way", N_("公告是最后的办法：先登记当面和邮寄各一次没有送到。"))
    last = max(one.noted_at for one in tried)
    if announced_on <= due_at("before_announcement", last, holidays(w.session)):
        words = N_("最后一次没有送到，登记以后要等三个工作日再公告：企业可能会来取。")
        raise wrong("served_on", words)


def require_proof(way: str, tracking: str, photo: Sequence[str]) -> None:
    """Raise Invalid at its field where a service is said without its proof."""
    if way == Way.ACCOUNT:
        raise wrong("way", N_("账号送达由企业自己确认，不能代填。"))
    if not photo:
        raise wrong("photo", N_("请拍下送达的凭据：签收、回执或公告。"))
    if way == Way.POST and not tracking:
        raise wrong("tracking", N_("邮寄送达要填单号。"))


def keep_proofs(w: Work, row: Listing, photo: Sequence[str]) -> Sequence[int]:
    """Keep the photos that prove a service with the entry."""
    proofs = media.claim(w, photo, owner=f"{owner_of(row.code)}/proof")
    w.session.add_all(ListingProof(photo_id=one, listing_id=row.id) for one in proofs)
    return proofs


def runs_from(w: Work, at: datetime, way: Way) -> datetime:
    """Return from when the time to answer runs, of a service at that instant.

    What is announced counts as served when the time of the announcement is over; what is
    recorded late runs from its recording.
    """
    calendar = holidays(w.session)
    begins = due_at("announcement", at, calendar) if way is Way.ANNOUNCEMENT else at
    late = w.now > due_at("recorded", at, calendar)
    return max(begins, w.now) if late else begins


def served(w: Work, at: datetime, way: Way) -> dict[str, object]:
    """Return the columns of a service at that instant: the clocks run from it."""
    calendar = holidays(w.session)
    respond = due_at("respond", runs_from(w, at, way), calendar)
    return {
        "way": way,
        "served_by": w.actor.id,
        "served_at": at,
        "respond_until": respond,
        "decide_until": due_at("decide", respond, calendar),
    }
